"""The server's ASGI app: the emulated API, the control API under ``/__mock``, and the background job runner."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType, NoneType
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.admin.access_control import LOCAL_ONLY, AccessControl, AccessPolicy
from mock_zuora.admin.app import ControlApp
from mock_zuora.api.app import build_api, build_api_app, operation_ids
from mock_zuora.api.request_context import Emulator
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE
from mock_zuora.config.settings import Settings, SettingsError, settings_from
from mock_zuora.control.changes import ChangeFeeds
from mock_zuora.control.context import Control
from mock_zuora.control.documents import document_json, with_url
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.job_runner import BackgroundJobRunner
from mock_zuora.server.request_target import serve_target
from mock_zuora.storage.access import MemoryAccessTokens, MemoryIdempotencyRecords
from mock_zuora.storage.memory import MemoryTenantStore

if TYPE_CHECKING:
    from mock_zuora.server.state_keeper import StateKeeper
    from mock_zuora.storage.state_file import StateFile

CONTROL_PATH = "/__mock"
OPENAPI_PATH = "/openapi.json"
"""The only path of our own (M) outside ``/__mock``: tools look for a document there. The real service has none."""

_READING: Final = ("GET", "HEAD", "OPTIONS")

logger = logging.getLogger("mock_zuora")


def build_registry(random_seed: str | None = None) -> TenantRegistry:
    """A registry without tenants that keeps its state in memory."""
    return TenantRegistry(
        tenant_store=MemoryTenantStore,
        tokens=MemoryAccessTokens(),
        idempotency_records=MemoryIdempotencyRecords(),
        random_seed=random_seed,
    )


@cache
def openapi_json() -> str:
    """The OpenAPI document of the emulated API. It is made on first use, so that it does not slow the startup."""
    document: ModuleType = import_module("mock_zuora.api.openapi")
    return document_json(document.openapi_document(build_api()))


@cache
def postman_json() -> str:
    """The emulated API as a Postman collection, made from its OpenAPI document on first use."""
    collection: ModuleType = import_module("mock_zuora.api.openapi.postman")
    return document_json(collection.postman_collection(json.loads(openapi_json())))


class App:
    """What uvicorn serves: ``/__mock`` goes to the control API, everything else to the emulated API."""

    def __init__(
        self,
        registry: TenantRegistry,
        templates: Sequence[TenantTemplate],
        *,
        versions: Mapping[str, Mapping[str, str]] = TABLE,
        access: AccessPolicy = LOCAL_ONLY,
        state_file: "StateFile | None" = None,
        settings: Settings | None = None,
        ca_pem: bytes | None = None,
    ) -> None:
        self.registry = registry
        registry.secrets.add(filter(None, [access.token]))
        instrumentation = InstrumentationRegistry(registry.random_seed)
        registry.on_drop = instrumentation.drop
        self.keeper = None if state_file is None else _keeper_of(state_file, registry, instrumentation)
        self.runner = BackgroundJobRunner(registry, templates, self.keeper)
        self.control = Control(
            registry=registry,
            runner=self.runner,
            instrumentation=instrumentation,
            versions=tuple(versions),
            choices_of_versions={None: versions[DEFAULT_VERSION]} | dict(versions),
            operation_ids=operation_ids(),
            settings=settings_from({}) if settings is None else settings,
        )
        emulator = Emulator(
            registry=registry,
            runner=self.runner,
            instrumentation=instrumentation,
            versions=versions,
            hosts=access.hosts,
        )
        self._api: ASGIApp = build_api_app(emulator)
        self._feeds = ChangeFeeds(self.control)
        control_app = ControlApp(self.control, self._feeds, access, ca_pem, collection=postman_json)
        self._control_app: ASGIApp = AccessControl(control_app, access, registry.secrets.redact)

    def stop_feeds(self) -> None:
        """Ends the change feeds of open pages, which would delay the shutdown."""
        self._feeds.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif not scope["path"].startswith("/"):
            await serve_target(self, scope, receive, send)
        elif scope["path"] == CONTROL_PATH or scope["path"].startswith(CONTROL_PATH + "/"):
            await self._control_app(scope, receive, send)
        elif scope["path"] == OPENAPI_PATH:
            await _send_openapi(scope, receive, send)
        elif not self.runner.is_ready:
            seeding = JSONResponse(
                {"error": "The server is still seeding; GET /__mock/readyz says when it is ready."}, 503
            )
            seeding.headers["Retry-After"] = "1"
            await seeding(scope, receive, send)
        else:
            await self._serve_api(scope, receive, send)

    async def _serve_api(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in _READING:
            await self.runner.keep_up()
        try:
            await self._api(scope, receive, send)
        finally:
            self.runner.note_activity()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Runs the background job runner for as long as the server runs."""
        await receive()
        running = [self.runner.run()] if self.keeper is None else [self.runner.run(), self.keeper.run()]
        tasks = [asyncio.create_task(each) for each in running]
        for task in tasks:
            task.add_done_callback(self._note_crash)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        # A crash has been logged already.
        await asyncio.gather(*tasks, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    def _note_crash(self, task: "asyncio.Task[None]") -> None:
        # Invalid configuration is reported where the server was started.
        if task.cancelled() or isinstance(error := task.exception(), NoneType | SettingsError):
            return
        logger.critical(
            "a background task crashed; jobs no longer progress, or the state is no longer saved", exc_info=error
        )
        if self.keeper is not None:
            self.keeper.note_crash(error)


async def _send_openapi(scope: Scope, receive: Receive, send: Send) -> None:
    """Sends the document. It needs no access token and is not counted, as it says nothing about any tenant."""
    if scope["method"] in ("GET", "HEAD"):
        # In a thread, because making it takes a tenth of a second.
        text = await asyncio.to_thread(openapi_json)
        text = with_url(text, scope["scheme"], Headers(scope=scope).get("host"))
        response = Response(text, media_type="application/json")
    else:
        response = JSONResponse(
            {"error": f"{scope['method']} {OPENAPI_PATH}: expected GET."}, 405, {"Allow": "GET, HEAD"}
        )
    await response(scope, receive, send)


def _keeper_of(
    state_file: "StateFile", registry: TenantRegistry, instrumentation: InstrumentationRegistry
) -> "StateKeeper":
    # Imported here, because it would slow the startup of servers without a state file.
    from mock_zuora.server.state_keeper import StateKeeper

    return StateKeeper(state_file, registry, instrumentation)
