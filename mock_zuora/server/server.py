"""uvicorn around the app. The socket is bound first: a taken port is one clear line, and the URL is known at once."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Final

import uvicorn

from mock_zuora.admin.access_control import AccessPolicy, is_loopback
from mock_zuora.api.versions import ErrorFormat, VersionProfile, VersionRow, table_with
from mock_zuora.config.address import url_of, variable_of
from mock_zuora.config.seed_file import default_template
from mock_zuora.config.seed_folder import templates_at
from mock_zuora.config.settings import Settings, SettingsError, check_together, flag_of
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import App, build_registry
from mock_zuora.server.connection import Connected, Protocol
from mock_zuora.server.shutdown import StoppableServer
from mock_zuora.server.state_file import (
    Restored,
    check_writable,
    read_state_file,
    restore_tenants,
    state_of,
    write_state_file,
)
from mock_zuora.storage.memory import MemoryTenantStore

_BACKLOG: Final = 2048

logger = logging.getLogger("mock_zuora")


class Server:
    """A server of its settings, bound to its socket, not yet running.

    Raises SettingsError for a setting or a seed that cannot be, and for an address that cannot be listened on.
    """

    def __init__(self, settings: Settings, plans: Sequence[TenantTemplate] | None = None) -> None:
        check_together(settings)
        self.settings = settings
        self.plans = _plans(settings) if plans is None else plans
        versions = _versions(settings)
        _check_versions(settings, self.plans, versions)
        restored = _restored(settings)
        registry = build_registry(settings.random_seed)
        self.socket = _bind(settings.host, settings.port)
        self.app = App(
            registry,
            self.plans,
            versions=versions,
            loopback_only=is_loopback(settings.host),
            access=_access(settings),
            after_seeding=lambda: restore_tenants(registry, restored),
            at_stop=self._save,
        )
        config = uvicorn.Config(
            Connected(self.app),
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
        )
        self._uvicorn = StoppableServer(config)
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
        self._thread = threading.Thread(target=self._run_in_thread, name="mock_zuora server", daemon=True)
        self._thread.start()
        self.app.runner.ready.wait()
        if self.app.runner.failure is not None:
            self.stop()
            raise self.app.runner.failure

    def _run_in_thread(self) -> None:
        runner = self.app.runner
        try:
            self.run()
        except BaseException as error:  # whatever it is, it is raised where ``start`` was called
            runner.failure = runner.failure or error
        finally:
            # Whoever waits for a server that never came to be is told so.
            runner.ready.set()

    def stop(self) -> None:
        """Stops what ``start`` began, and waits for it. To stop twice is to stop once."""
        self._uvicorn.stop()
        if self._thread is not None:
            self._thread.join()
        self.socket.close()

    def _save(self) -> None:
        path = self.settings.state
        if path is None or not self.settings.state_save:
            return
        try:
            write_state_file(path, state_of(self.app.registry))
        except OSError as error:
            logger.error("state %s: cannot be written, the file is as it was: %s", path, error.strerror)
        else:
            logger.info("state saved to %s", path)


def _restored(settings: Settings) -> Restored:
    if settings.state is None:
        return []
    if settings.state_save:
        check_writable(settings.state)
    return read_state_file(settings.state, MemoryTenantStore)


def _plans(settings: Settings) -> list[TenantTemplate]:
    if settings.seed is None:
        return [default_template(settings)]
    return templates_at(settings.seed, settings)


def _access(settings: Settings) -> AccessPolicy:
    token = settings.control_token
    return AccessPolicy(mode=settings.control, token=None if token is None else token.get_secret_value())


def _versions(settings: Settings) -> Mapping[str, VersionProfile]:
    rows = settings.versions.items()
    return table_with(
        {
            name: VersionRow(None if row.envelope is None else ErrorFormat(row.envelope), row.statuses)
            for name, row in rows
        }
    )


def _check_versions(
    settings: Settings, plans: Sequence[TenantTemplate], versions: Mapping[str, VersionProfile]
) -> None:
    for plan in plans:
        version = plan.settings.version
        if version is not None and version not in versions:
            # A flag or a variable beats what the seed says of each tenant.
            name = "version"
            said = f"seed {settings.seed}: tenant {plan.name!r}: {name}"
            where = said if settings.version is None else f"{flag_of(name)} or {variable_of(name)}"
            raise SettingsError(f"{where}: {version!r} is not listed; expected one of {', '.join(versions)}")


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address, family=family, backlog=_BACKLOG)
        # asyncio switches Nagle's algorithm off only where the socket says that it is TCP. With it, every answer on a
        # connection that is kept open waits 40 ms for the client's delayed acknowledgement.
        return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())
    except socket.gaierror as error:
        raise SettingsError(f"{flag_of('host')}: cannot listen on {host!r}: {error.strerror}") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"cannot listen on {host}:{port} ({flag_of('host')}, {flag_of('port')}): {why}") from None
