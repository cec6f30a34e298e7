"""The mock's own paths: is it alive, is it ready, and the control API with its document and its page."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora import __version__
from mock_zuora.admin.access_control import OPEN_PATHS
from mock_zuora.admin.disconnect import unless_left
from mock_zuora.admin.document import complete, declared
from mock_zuora.admin.page import page_of
from mock_zuora.control.addresses import ADDRESSES, PREFIX
from mock_zuora.control.errors import ControlError, Invalid
from mock_zuora.control.operations import OPERATIONS, Operation, carry_out
from mock_zuora.control.verbs import Control
from mock_zuora.domain.jobs.job_runner import JobRunner

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""The most that one control call can say; the state of a tenant is one such body."""
_PAGE_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class ControlApp:
    """What answers ``/__mock``. The app of the control API is made when it is first asked for, not at every start."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._health: ASGIApp = build_health(control.runner)
        self._admin: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in OPEN_PATHS:
            await self._health(scope, receive, send)
            return
        if self._admin is None:
            self._admin = build_admin(self._control)
        await self._admin(scope, receive, send)


def build_admin(control: Control) -> FastAPI:
    """The app of the control API."""
    admin = FastAPI(
        title="mock_zuora: control API", version=__version__, openapi_url=None, docs_url=None, redoc_url=None
    )
    # In the order of the addresses: a fixed path comes before one with a name in its place.
    for each in (OPERATIONS[name] for name in ADDRESSES):
        admin.add_api_route(
            PREFIX + each.address.path, _endpoint(control, each), methods=[each.address.method], **declared(each)
        )
    _add_documents(admin)
    admin.add_exception_handler(ControlError, _refused)
    admin.add_exception_handler(HTTPException, _not_routed)
    return admin


def build_health(runner: JobRunner) -> FastAPI:
    """The app that says whether the server is alive and ready."""
    health = FastAPI(openapi_url=None)

    @health.get("/__mock/livez", include_in_schema=False)
    async def livez() -> Response:
        """200 as long as the process answers."""
        return JSONResponse({"status": "alive", "version": __version__})

    @health.get("/__mock/readyz", include_in_schema=False)
    async def readyz() -> Response:
        """200 once seeding is done, with the seconds since then; 503 until then."""
        if runner.is_ready:
            return JSONResponse({"status": "ready", "version": __version__, "uptime": runner.uptime})
        return JSONResponse({"status": "seeding", "version": __version__}, 503)

    health.add_exception_handler(HTTPException, _not_routed)
    return health


def _add_documents(admin: FastAPI) -> None:
    # Both are made when they are asked for.
    @admin.get("/__mock/openapi.json", include_in_schema=False)
    async def document() -> Response:
        """The OpenAPI document of the control API."""
        return JSONResponse(complete(admin))

    @admin.get("/__mock/docs", include_in_schema=False)
    async def docs() -> Response:
        """The same for people; it needs nothing from elsewhere."""
        return HTMLResponse(page_of(complete(admin)), headers=_PAGE_HEADERS)


def _endpoint(control: Control, operation: Operation) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        if not control.runner.is_ready:
            return _answer_not_ready()
        tenant, said = await _said(request)
        work = carry_out(control, operation.name, tenant, said)
        given = await (unless_left(request.receive, work) if operation.address.waits else work)
        return Response(status_code=204) if operation.gives is None else JSONResponse(given)

    return answer


async def _said(request: Request) -> tuple[str | None, dict[str, Any]]:
    """The tenant, and all that is said in the body, in the query and in the path. Raises Invalid."""
    said: dict[str, Any] = {}
    for key in dict.fromkeys(request.query_params):
        values = request.query_params.getlist(key)
        said[key] = values[0] if len(values) == 1 else values
    tenant = said.pop("tenant", None)
    if isinstance(tenant, list):
        raise Invalid("tenant: expected one, but the query names several")
    said |= _object_of(await _body_of(request))
    return tenant, said | request.path_params


async def _body_of(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Invalid(f"body: expected at most {MAX_BODY_BYTES} bytes")
    return bytes(body)


def _object_of(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"body: is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Invalid("body: expected a JSON object")
    return document


def _answer_not_ready() -> Response:
    sentence = "The server is still seeding; GET /__mock/readyz says when it is ready."
    return JSONResponse({"error": sentence, "kind": "refused"}, 503, {"Retry-After": "1"})


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ControlError):
        raise error
    return JSONResponse({"error": str(error), "kind": error.kind}, error.status)


async def _not_routed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    methods = _methods_of(request.url.path)
    what = f"expected one of {methods}" if status == 405 and methods else "there is no such path"
    sentence = f"{request.method} {request.url.path}: {what}; GET /__mock/docs lists all"
    return JSONResponse({"error": sentence, "kind": "unknown"}, status, {"Allow": methods} if methods else None)


def _methods_of(path: str) -> str:
    """The methods of every operation at that path; the exception names those of the first one only."""
    found = {each.method for each in ADDRESSES.values() if each.is_at(path)}
    return ", ".join(sorted(found))
