"""The probes under ``/__mock``: liveness and readiness."""

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_zuora import __version__
from mock_zuora.control.paths import allowed_methods
from mock_zuora.domain.errors import expected, quote
from mock_zuora.domain.jobs.job_runner import JobRunner

READING: Final = ["GET", "HEAD"]
"""The methods of probes and documents. Operations of the control API that read have GET only."""


def build_health(runner: JobRunner, redact: Callable[[str], str]) -> FastAPI:
    """The app that reports whether the server is alive and ready."""
    health = FastAPI(openapi_url=None)
    health.state.redact = redact

    @health.api_route("/__mock/livez", methods=READING, include_in_schema=False)
    async def livez() -> Response:
        """Responds with 200 while the process runs."""
        return JSONResponse({"status": "alive", "version": __version__})

    @health.api_route("/__mock/readyz", methods=READING, include_in_schema=False)
    async def readyz() -> Response:
        """Responds with 200 and the seconds since seeding was done; with 503 until then, and if saving fails."""
        if (failure := runner.storage_failure) is not None:
            sentence = f"the state file {failure}"
            return JSONResponse({"status": "failing", "version": __version__, "error": sentence}, 503)
        if runner.is_ready:
            return JSONResponse({"status": "ready", "version": __version__, "uptime": runner.uptime})
        return JSONResponse({"status": "seeding", "version": __version__}, 503)

    health.add_exception_handler(HTTPException, not_routed_response)
    return health


async def not_routed_response(request: Request, error: Exception) -> Response:
    """For a path that does not exist, or a method that it does not have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    methods = allowed_methods(request.app.routes, request.scope["path"])
    method, path = request.method, quote(request.scope["path"])
    what = f"{method} {path}: there is no such path"
    if status == 405 and methods:
        what = f"{method} is not allowed for {path}; {expected(methods.split(', '))}"
    sentence = f"{request.app.state.redact(what)}; GET /__mock/docs lists all operations"
    return JSONResponse({"error": sentence, "kind": "unknown"}, status, {"Allow": methods} if methods else None)
