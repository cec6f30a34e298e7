"""uvicorn with the app. The socket is bound first: a port in use is one clear line, and the URL is known at once."""

import logging
import signal
import threading
from collections.abc import Mapping, Sequence
from socket import AF_INET6, socket
from typing import TYPE_CHECKING, cast

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from mock_zuora.admin.access_control import AccessPolicy
from mock_zuora.api.versions import table_with
from mock_zuora.config.address import EVERY_ADDRESS, url_of, variable_of
from mock_zuora.config.hosts import TrustedHosts
from mock_zuora.config.seed_file import default_template
from mock_zuora.config.seed_folder import templates_at
from mock_zuora.config.settings import InspectorMode, Settings, SettingsError, check_together, flag_of
from mock_zuora.domain.errors import expected
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import App, build_registry
from mock_zuora.server.connection import ShutdownMiddleware, TransportProtocol
from mock_zuora.server.cross_origin import with_cors
from mock_zuora.server.listening import listen
from mock_zuora.server.logs import THREAD_NAME
from mock_zuora.server.shutdown import StoppableServer
from mock_zuora.server.unread_bodies import UnreadBodyMiddleware

if TYPE_CHECKING:
    from ssl import SSLContext

    from mock_zuora.server.tls import Tls
    from mock_zuora.storage.state_file import StateFile

logger = logging.getLogger("mock_zuora")


class Server:
    """A server that is bound to its socket and not yet running.

    Raises SettingsError for an invalid setting or seed, and for an address that it cannot listen on.
    """

    def __init__(self, settings: Settings, templates: Sequence[TenantTemplate] | None = None) -> None:
        check_together(settings)
        self.settings = settings
        self.templates = _templates(settings) if templates is None else templates
        versions = _versions(settings)
        _check_versions(settings, self.templates, versions)
        self.tls = _open_tls(settings) if settings.is_tls else None
        state_file = None if settings.state is None else _open_state_file(settings.state)
        registry = build_registry(settings.random_seed)
        try:
            self.sockets = _listen(settings, self.tls)
        except SettingsError:
            if state_file is not None:
                state_file.close()
            raise
        self.app = App(
            registry,
            self.templates,
            versions=versions,
            access=_access(settings),
            state_file=state_file,
            settings=settings,
            ca_pem=None if self.tls is None else self.tls.ca_pem,
        )
        unread_bodies = UnreadBodyMiddleware(self.app)
        config = uvicorn.Config(
            with_cors(ShutdownMiddleware(unread_bodies), settings.cors_origin),
            http=TransportProtocol,
            loop="mock_zuora.server.event_loop:ServerLoop",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ssl_context_factory=None if self.tls is None else self._tls_context,
        )
        self._uvicorn = StoppableServer(config, unread_bodies.stop_waiting, self.app.stop_feeds)
        self.app.runner.on_failure = self._uvicorn.stop
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The URL of the server, as seen from this machine."""
        host, port = self.socket.getsockname()[:2]
        return url_of(host, port, is_tls=self.tls is not None)

    def _tls_context(self, *_: object) -> "SSLContext":
        return cast("Tls", self.tls).context

    @property
    def socket(self) -> socket:
        """The socket that the URL names."""
        return self.sockets[0]

    def stop_on_signals(self) -> None:
        """Lets SIGTERM and SIGINT stop the server, also before it runs, and SIGBREAK on Windows.

        Call it in the main thread of the process.
        """
        for number in HANDLED_SIGNALS:
            signal.signal(number, self._uvicorn.handle_exit)

    def run(self) -> None:
        """Serves until the server is stopped, then returns."""
        if self.settings.host == EVERY_ADDRESS and self.socket.family != AF_INET6:
            logger.info("this machine has no IPv6, so the server listens on IPv4 only")
        try:
            self._uvicorn.run(sockets=self.sockets)
        finally:
            self._close_files()

    @property
    def startup_failure(self) -> BaseException | None:
        """Why the tenants could not be seeded or loaded; None if they were."""
        return self.app.runner.failure

    @property
    def state_failure(self) -> str | None:
        """Why the last write to the state file failed; None if it did not, or without a file."""
        return None if self.app.keeper is None else self.app.keeper.failure

    def _close_files(self) -> None:
        if self.tls is not None:
            self.tls.close()
        if self.app.keeper is not None and (failure := self.app.keeper.close()) is not None:
            logger.error("state %s: %s; the latest changes are lost", self.settings.state, failure)

    def start(self) -> None:
        """Serves in a thread; returns when every tenant has been seeded. Raises what kept the server from starting."""
        self._thread = threading.Thread(target=self._run_in_thread, name=THREAD_NAME, daemon=True)
        self._thread.start()
        self.app.runner.ready.wait()
        if self.app.runner.failure is not None:
            self.stop()
            raise self.app.runner.failure

    def _run_in_thread(self) -> None:
        runner = self.app.runner
        try:
            self.run()
        except BaseException as error:  # raised again by ``start``
            runner.failure = runner.failure or error
        finally:
            # ``start`` must not wait for a server that has failed.
            runner.ready.set()

    def stop(self) -> None:
        """Stops the server and waits for its thread. Stopping twice is allowed."""
        self._uvicorn.stop()
        if self._thread is not None:
            self._thread.join()
        else:
            self._close_files()
        for each in self.sockets:
            each.close()


def _open_state_file(path: str) -> "StateFile":
    # Imported here, because it would slow the startup of servers without a state file.
    from mock_zuora.server.state_import import open_state_file

    return open_state_file(path)


def _open_tls(settings: Settings) -> "Tls":
    # Imported here, because it would slow the startup of servers without HTTPS.
    from mock_zuora.server.tls import open_tls

    return open_tls(settings)


def _listen(settings: Settings, tls: "Tls | None") -> list[socket]:
    sockets = listen(settings.host, settings.port)
    try:
        if tls is not None:
            tls.write_ca_file()
    except SettingsError:
        for each in sockets:
            each.close()
        raise
    return sockets


def _templates(settings: Settings) -> list[TenantTemplate]:
    if settings.seed is None:
        return [default_template(settings)]
    return templates_at(settings.seed, settings)


def _access(settings: Settings) -> AccessPolicy:
    token = settings.control_token
    return AccessPolicy(
        mode=settings.control,
        token=None if token is None else token.get_secret_value(),
        hosts=TrustedHosts(settings.allowed_host, settings.cors_origin),
        has_read_only_sessions=settings.inspector is InspectorMode.READ_ONLY,
    )


def _versions(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    return table_with(settings.versions)


def _check_versions(
    settings: Settings, templates: Sequence[TenantTemplate], versions: Mapping[str, Mapping[str, str]]
) -> None:
    for template in templates:
        version = template.settings.version
        if version is not None and version not in versions:
            # A flag or a variable overrides the seed.
            name = "version"
            in_seed = f"seed {settings.seed}: tenant {template.name!r}: {name}"
            where = in_seed if settings.version is None else f"{flag_of(name)} or {variable_of(name)}"
            raise SettingsError(f"{where}: {version!r} is not listed; {expected(list(versions))}")
