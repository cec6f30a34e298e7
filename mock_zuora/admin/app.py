"""The app for ``/__mock``: the probes, the control API and the pages."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_zuora.admin.access_control import LOCAL_ONLY, LOGIN_PATH, PROBE_PATHS, AccessPolicy
from mock_zuora.admin.health import build_health
from mock_zuora.config.settings import InspectorMode
from mock_zuora.control.changes import ChangeFeeds
from mock_zuora.control.context import Control


class ControlApp:
    """The app for ``/__mock``. The control API is imported and built on its first request, to keep the startup fast."""

    def __init__(
        self,
        control: Control,
        feeds: ChangeFeeds,
        access: AccessPolicy = LOCAL_ONLY,
        ca_pem: bytes | None = None,
        *,
        collection: Callable[[], str],
    ) -> None:
        self._control = control
        self._collection = collection
        self._feeds = feeds
        self._access = access
        self._ca_pem = ca_pem
        self._health: ASGIApp = build_health(control.runner, control.registry.secrets.redact)
        self._built: dict[Callable[[], ASGIApp], ASGIApp] = {}
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in PROBE_PATHS:
            await self._health(scope, receive, send)
            return
        has_pages = self._control.settings.inspector is not InspectorMode.OFF
        app = await self._app_of(
            self._build_inspector if has_pages and _is_page(scope["path"]) else self._build_control_api
        )
        is_complete = False

        async def forward(message: Message) -> None:
            nonlocal is_complete
            await send(message)
            is_complete = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await app(scope, receive, forward)
        except Exception:
            # Starlette raises an exception once more after its handler has logged it and responded. The server would
            # close the connection, on which a client may have sent its next request.
            if not is_complete:
                raise

    async def _app_of(self, build: Callable[[], ASGIApp]) -> ASGIApp:
        """The app that a function builds, which is called once."""
        if build not in self._built:
            async with self._building:
                # In a thread, because this takes up to a tenth of a second.
                if build not in self._built:
                    self._built[build] = await asyncio.to_thread(build)
        return self._built[build]

    def _build_control_api(self) -> ASGIApp:
        from mock_zuora.admin.routes import build_control_api

        return build_control_api(self._control, self._feeds, self._collection, self._ca_pem)

    def _build_inspector(self) -> ASGIApp:
        # Imported here, because most servers never show a page.
        from mock_zuora.admin.inspector.app import build_inspector

        return build_inspector(self._control, self._access)


def _is_page(path: str) -> bool:
    return path in ("/__mock", "/__mock/", LOGIN_PATH) or path.startswith("/__mock/inspector/")
