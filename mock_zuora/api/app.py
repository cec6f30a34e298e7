"""The emulated API as an ASGI app: FastAPI with its routes, inside the middleware of every request."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from mock_zuora import __version__
from mock_zuora.api.errors import add_exception_handlers
from mock_zuora.api.middleware.exchange import ExchangeMiddleware
from mock_zuora.api.request_context import Emulator
from mock_zuora.api.routes import definitions, jobs, oauth, records
from mock_zuora.control.paths import match_whole_paths

ROUTERS: Final[tuple[APIRouter, ...]] = (jobs.router, definitions.router, records.router, oauth.router)
_POLLED: Final = "GET_CustomObjectBulkJob"


def build_api() -> FastAPI:
    """The path operations, without the middleware that every request passes."""
    api = FastAPI(
        title="mock_zuora: Custom Object Jobs",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # Routes of an included router are matched through two more layers, a tenth of a request's time.
        routes=[route for router in ROUTERS for route in router.routes],
    )
    match_whole_paths(api.routes)
    add_exception_handlers(api, ROUTERS)
    return api


def build_api_app(emulator: Emulator) -> ASGIApp:
    """The whole emulated API."""
    api = build_api()
    # Routes are matched in order, and clients poll a job more often than they do anything else.
    api.router.routes.sort(key=lambda route: getattr(route, "operation_id", "") != _POLLED)
    return ExchangeMiddleware(api, emulator)


def operation_ids() -> tuple[str, ...]:
    """Every operation id of the emulated API, as the reference names it."""
    routes = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    return tuple(str(route.operation_id) for route in routes)
