"""uvicorn around the app. The socket is bound first: a taken port is one clear line, and the URL is known at once."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Final

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_zuora.address import url_of, variable_of
from mock_zuora.admin.guard import Access, is_loopback
from mock_zuora.api.versions import Envelope, Shape, VersionRow, table_with
from mock_zuora.app import App, build_world
from mock_zuora.core.world import TenantPlan
from mock_zuora.seed_folder import plans_at
from mock_zuora.seeds import default_plan
from mock_zuora.settings import SettingError, Settings, check_together, flag_of

GRACE_SECONDS: Final = 1
"""How long a stop waits for calls that are being answered; open connections without one are closed at once."""
_BACKLOG: Final = 2048


class Server:
    """A server of its settings, bound to its socket, not yet running.

    Raises SettingError for a setting or a seed that cannot be, and for an address that cannot be listened on.
    """

    def __init__(self, settings: Settings) -> None:
        check_together(settings)
        self.settings = settings
        self.plans = _plans(settings)
        versions = _versions(settings)
        _check_versions(settings, self.plans, versions)
        self.socket = _bind(settings.host, settings.port)
        self.app = App(
            build_world(settings.random_seed),
            self.plans,
            versions=versions,
            loopback_only=is_loopback(settings.host),
            access=_access(settings),
        )
        config = uvicorn.Config(
            _Stoppable(self.app),
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._uvicorn = _Uvicorn(config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the server is reached from this machine."""
        host, port = self.socket.getsockname()[:2]
        return url_of(host, port)

    def stop_on_signals(self) -> None:
        """From now on SIGTERM and SIGINT stop the server, also before it runs. For the main thread of a process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._uvicorn.handle_exit)

    def run(self) -> None:
        """Serves until SIGTERM or SIGINT, and returns then: a stop that was asked for is no failure."""
        self._uvicorn.run(sockets=[self.socket])

    def start(self) -> None:
        """Serves in a thread; returns when the world is seeded."""
        self._thread = threading.Thread(target=self.run, name="mock_zuora server", daemon=True)
        self._thread.start()
        self.app.runner.ready.wait()

    def stop(self) -> None:
        """Stops what ``start`` began, and waits for it."""
        self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join()


def _plans(settings: Settings) -> list[TenantPlan]:
    if settings.seed is None:
        return [default_plan(settings)]
    return plans_at(settings.seed, settings)


def _access(settings: Settings) -> Access:
    token = settings.control_token
    return Access(mode=settings.control, token=None if token is None else token.get_secret_value())


def _versions(settings: Settings) -> Mapping[str, Shape]:
    rows = settings.versions.items()
    return table_with(
        {name: VersionRow(None if row.envelope is None else Envelope(row.envelope), row.statuses) for name, row in rows}
    )


def _check_versions(settings: Settings, plans: Sequence[TenantPlan], versions: Mapping[str, Shape]) -> None:
    for plan in plans:
        version = plan.settings.version
        if version is not None and version not in versions:
            # A flag or a variable beats what the seed says of each tenant.
            name = "version"
            said = f"seed {settings.seed}: tenant {plan.name!r}: {name}"
            where = said if settings.version is None else f"{flag_of(name)} or {variable_of(name)}"
            raise SettingError(f"{where}: {version!r} is not listed; expected one of {', '.join(versions)}")


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address, family=family, backlog=_BACKLOG)
    except socket.gaierror as error:
        raise SettingError(f"{flag_of('host')}: cannot listen on {host!r}: {error.strerror}") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise SettingError(f"cannot listen on {host}:{port} ({flag_of('host')}, {flag_of('port')}): {why}") from None


class _Uvicorn(uvicorn.Server):
    """Does not pass a signal on when it has stopped, which would end the process as if the signal had killed it."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


class _Stoppable:
    """Answers the calls that a stop cuts off, such as an upload whose rest never came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            # Only a stop cancels a call, after its grace. An answer that has begun is cut off.
            if scope["type"] == "http" and not begun:
                why = "The server is stopping, and does not wait for the rest of this call."
                await JSONResponse({"error": why}, 503, {"Connection": "close"})(scope, receive, send)
            elif scope["type"] != "http":
                raise
