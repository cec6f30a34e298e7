"""The ASGI app: the emulated API and the mock's own paths, joined. The only module that knows both."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora import __version__
from mock_zuora.admin.access_control import LOCAL_ONLY, AccessControl, AccessPolicy
from mock_zuora.admin.routes import ControlApp
from mock_zuora.api.dispatch import Dispatcher
from mock_zuora.api.edge import Edge
from mock_zuora.api.errors import handle_errors
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.routes import definitions, jobs, oauth, records
from mock_zuora.api.versions import TABLE, VersionProfile
from mock_zuora.control.context import Control
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.domain.tenants.registry import TenantRegistry, TenantTemplate
from mock_zuora.server.job_runner import BackgroundJobRunner
from mock_zuora.storage.memory import MemoryAccessTokens, MemoryIdempotencyRecords, MemoryTenantStore

OWN_PATHS = "/__mock"
OPENAPI_PATH = "/openapi.json"
"""The one path of our own (M) outside ``/__mock``: where tools look for a document. The real service has none there."""
TOKEN_OPERATION = "createToken"
ROUTERS = (jobs.router, definitions.router, records.router)
DISPATCHER = Dispatcher(ROUTERS)
"""Made once: it depends on nothing that a server is told."""

logger = logging.getLogger("mock_zuora")


def build_registry(random_seed: str | None = None) -> TenantRegistry:
    """An empty world that keeps its state in memory."""
    return TenantRegistry(
        tenant_store=MemoryTenantStore,
        tokens=MemoryAccessTokens(),
        idempotency_records=MemoryIdempotencyRecords(),
        random_seed=random_seed,
    )


def build_api() -> FastAPI:
    """The emulated API as FastAPI path operations, without the edge that completes its calls."""
    api = FastAPI(
        title="mock_zuora: Custom Object Jobs",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    routers = [*ROUTERS, oauth.router]
    for router in routers:
        api.include_router(router)
    handle_errors(api, routers)
    return api


@cache
def openapi_json() -> str:
    """Our OpenAPI document of the emulated API, as text. Made when it is first asked for: a start does without it."""
    document: ModuleType = import_module("mock_zuora.api.openapi")
    return str(document.document_json(document.openapi_document(build_api())))


def operation_of(method: str, path: str) -> str | None:
    """The operation id of a call, as the reference names it; None if there is no such path."""
    return TOKEN_OPERATION if path == TOKEN_PATH else DISPATCHER.operation_id(method, path)


def operation_ids() -> tuple[str, ...]:
    """Every operation id of the emulated API."""
    return (*DISPATCHER.operation_ids(), TOKEN_OPERATION)


class App:
    """What uvicorn serves: ``/__mock`` goes to the mock's own paths, everything else to the emulated API."""

    def __init__(
        self,
        registry: TenantRegistry,
        plans: Sequence[TenantTemplate],
        *,
        versions: Mapping[str, VersionProfile] = TABLE,
        loopback_only: bool = True,
        access: AccessPolicy = LOCAL_ONLY,
        after_seeding: Callable[[], None] = lambda: None,
        at_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.registry = registry
        self._at_stop = at_stop
        self.runner = BackgroundJobRunner(registry, plans, after_seeding)
        self.control = Control(
            registry=registry,
            runner=self.runner,
            instrumentation=InstrumentationRegistry(registry.random_seed),
            versions=tuple(versions),
            operation_ids=operation_ids(),
            mode=access.mode.value,
        )
        instrumentation = self.control.instrumentation
        self._api: ASGIApp = Edge(
            build_api(), DISPATCHER, registry, self.runner, instrumentation, versions, operation_of
        )
        self._own: ASGIApp = AccessControl(ControlApp(self.control), loopback_only=loopback_only, access=access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] == OWN_PATHS or scope["path"].startswith(OWN_PATHS + "/"):
            await self._own(scope, receive, send)
        elif scope["path"] == OPENAPI_PATH:
            await _send_openapi(scope, receive, send)
        elif not self.runner.is_ready:
            seeding = JSONResponse(
                {"error": "The server is still seeding; GET /__mock/readyz says when it is ready."}, 503
            )
            seeding.headers["Retry-After"] = "1"
            await seeding(scope, receive, send)
        else:
            await self._api(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The life of the background task: it begins with the server and ends with it."""
        await receive()
        task = asyncio.create_task(self.runner.run(), name="mock_zuora runner")
        task.add_done_callback(_report)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        task.cancel()
        # If it crashed, that has been said.
        await asyncio.gather(task, return_exceptions=True)
        if self.runner.is_ready:
            await self._end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _end(self) -> None:
        for tenant in self.registry.tenants.values():
            await self.runner.finish(tenant)
        self._at_stop()


async def _send_openapi(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers without a token, and without counting the call: the document says nothing of any tenant."""
    if scope["method"] in ("GET", "HEAD"):
        response = Response(openapi_json(), media_type="application/json")
    else:
        response = JSONResponse(
            {"error": f"{scope['method']} {OPENAPI_PATH}: expected GET."}, 405, {"Allow": "GET, HEAD"}
        )
    await response(scope, receive, send)


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.critical("the background task crashed; jobs no longer move", exc_info=task.exception())
