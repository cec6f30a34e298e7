"""Transport to a server in this process. Control operations run on the server's own thread."""

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from mock_zuora.client.rows import seed_document
from mock_zuora.config.documents import check_unicode
from mock_zuora.config.seed_file import default_template, read_seed, templates_from
from mock_zuora.config.settings import Settings, SettingsError, settings_from
from mock_zuora.control.errors import ControlError, Invalid, Unreachable, is_control_error
from mock_zuora.control.pieces import Pieces
from mock_zuora.control.services import OPERATIONS, run_operation
from mock_zuora.control.services.clock import follow_clock
from mock_zuora.control.texts import check_text
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.logs import set_up_embedded_logs, without_foreign_lines
from mock_zuora.server.server import Server

__tracebackhide__ = is_control_error

_Running = Callable[..., Coroutine[Any, Any, Any]]


class EmbeddedTransport:
    """Transport to a server in this process, which it starts and stops. Any thread may use it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        options = {"port": 0, **settings}
        seed = options.pop("seed", None)
        if isinstance(seed, os.PathLike):
            seed = os.fspath(seed)
        if isinstance(seed, str) or seed is None:
            options["seed"] = seed
        checked = settings_from(options)
        self._server = Server(checked, _plans(checked, seed))
        level = checked.log_level if "log_level" in options else None
        self._restore_logs = set_up_embedded_logs(level, checked.request_log)
        self._lock = threading.Lock()
        self._is_open = True
        self._process = os.getpid()
        try:
            with without_foreign_lines():
                self._server.start()
        except BaseException:
            self._restore_logs()
            raise
        self.url = self._server.url
        self.ca_file = None if self._server.tls is None else self._server.tls.ca_file
        token = checked.control_token
        self.control_token = None if token is None else token.get_secret_value()

    def call(self, method: str, path: str, tenant: str | None, values: Mapping[str, Any]) -> Any:
        # In the caller's thread, so that the requests of others do not wait.
        check_text({"tenant": tenant, **values})
        return self._run(tenant, partial(run_operation, operation=OPERATIONS[method, path], values=values))

    def follow_clock(self, tenant: str | None, source: Callable[[], int]) -> None:
        self._run(tenant, partial(follow_clock, source=source))

    def _run(self, tenant: str | None, running: _Running) -> Any:
        """The result of a coroutine function of the control and a tenant, run on the server's thread."""
        if os.getpid() != self._process:
            name = "" if tenant is None else f", {tenant!r}"
            raise Unreachable(
                f"{self.url}: the server runs in process {self._process}, and this is its fork {os.getpid()}; "
                f"use MockZuora.connect({self.url!r}{name}) here"
            )
        future = self._start(tenant, running)
        try:
            result = future.result()
            # A long document is put together in the caller's thread, so that the requests of others do not wait.
            return result.document() if isinstance(result, Pieces) else result
        except ControlError as error:
            # The frames of the server's thread do not help the caller.
            raise error.with_traceback(None) from None
        except concurrent.futures.CancelledError:
            raise Unreachable(f"{self.url}: the server was stopped during the request") from None
        finally:
            # An interrupted caller leaves no operation running.
            future.cancel()

    def _start(self, tenant: str | None, running: _Running) -> "concurrent.futures.Future[Any]":
        with self._lock:
            # Under the lock, so that an operation starts before close(), which cancels it, or not at all.
            loop = self._server.app.runner.loop
            if not self._is_open or loop is None:
                raise Unreachable(f"{self.url}: the server has been stopped")
            return asyncio.run_coroutine_threadsafe(running(self._server.app.control, tenant=tenant), loop)

    def close(self) -> None:
        if os.getpid() != self._process:
            return
        with self._lock:
            if not self._is_open:
                return
            self._is_open = False
        with without_foreign_lines():
            self._server.stop()
        self._restore_logs()


def _plans(settings: Settings, seed: Any) -> list[TenantTemplate]:
    if seed is None:
        return [default_template(settings, settings.usual)]
    if isinstance(seed, str):
        return templates_from(read_seed(seed), settings, f"seed {seed}", settings.usual)
    if not isinstance(seed, Mapping):
        raise SettingsError(f"seed: {seed!r:.100} is not valid; expected a path or a document")
    try:
        document = seed_document(seed)
        check_unicode(document)
    except (ValueError, Invalid) as error:
        raise SettingsError(f"seed: {error}") from None
    return templates_from(document, settings, "seed", settings.usual)
