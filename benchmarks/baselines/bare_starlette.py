"""The baseline with Starlette alone."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.baselines.job import JOB


async def retrieve(request: Request) -> Response:
    return JSONResponse(JOB)


app = Starlette(routes=[Route("/objects/jobs/{id}", retrieve)])
