"""The mock's own operations: is it alive, is it ready, and the step of manual transitions."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_zuora import __version__
from mock_zuora.core import schedule
from mock_zuora.core.jobs import Job
from mock_zuora.core.tenants import Tenant
from mock_zuora.runner import Runner


def build_admin(runner: Runner) -> FastAPI:
    """The app behind ``/__mock``. It reaches the tenants only through the runner's world."""
    admin = FastAPI(title="mock_zuora", version=__version__, openapi_url=None, docs_url=None, redoc_url=None)

    @admin.get("/__mock/livez")
    async def livez() -> Response:
        """200 as long as the process answers."""
        return JSONResponse({"status": "alive", "version": __version__})

    @admin.get("/__mock/readyz")
    async def readyz() -> Response:
        """200 once seeding is done, with the seconds since then; 503 until then."""
        if runner.is_ready:
            return JSONResponse({"status": "ready", "version": __version__, "uptime": runner.uptime})
        return JSONResponse({"status": "seeding", "version": __version__}, 503)

    @admin.post("/__mock/v1/jobs/{job_id}/step")
    async def step(job_id: str) -> Response:
        """Moves a job one status on, whatever the clock says; answers with the status that it has then."""
        tenant, job = _find(runner, job_id)
        try:
            schedule.step(tenant, job)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 409)
        await runner.finish(tenant)
        _, job = _find(runner, job_id)
        return JSONResponse({"id": job.id, "tenant": tenant.name, "status": job.status.value})

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = error.detail if isinstance(error, HTTPException) else "internal error"
        return JSONResponse({"error": f"{request.method} {request.url.path}: {detail}"}, status)

    admin.add_exception_handler(HTTPException, refused)
    return admin


def _find(runner: Runner, job_id: str) -> tuple[Tenant, Job]:
    for tenant in runner.world.tenants.values():
        runner.look(tenant)
        job = tenant.store.jobs.get(job_id.lower())
        if job is not None:
            return tenant, job
    raise HTTPException(404, "no tenant has a job with this id")
