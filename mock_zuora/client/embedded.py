"""A server in this process, and the way to it: every control call is carried out on the server's own thread."""

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Mapping
from typing import Any

from mock_zuora.config.seed_file import default_template, read_seed, templates_from
from mock_zuora.config.settings import Settings, settings_from
from mock_zuora.control.errors import ControlError, Unreachable, is_control_error
from mock_zuora.control.operations import carry_out
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.server import Server

__tracebackhide__ = is_control_error

_BASE = TenantSettings(transitions=Transitions.IMMEDIATE)
"""A test waits for nothing unless it says so."""


class EmbeddedTransport:
    """To a server in this process, which it starts and stops. Any thread may use it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        said = {"port": 0, **settings}
        seed = said.pop("seed", None)
        if isinstance(seed, os.PathLike):
            seed = os.fspath(seed)
        if isinstance(seed, str) or seed is None:
            said["seed"] = seed
        checked = settings_from(said)
        self._server = Server(checked, _plans(checked, seed))
        self._lock = threading.Lock()
        self._is_open = True
        self._process = os.getpid()
        self._server.start()
        self.url = self._server.url

    def call(self, operation: str, tenant: str | None, said: Mapping[str, Any]) -> Any:
        if os.getpid() != self._process:
            raise Unreachable(
                f"{self.url}: this handle's server runs in process {self._process}, of which process {os.getpid()} is "
                f"a fork; MockZuora.connect({self.url!r}) reaches it from here"
            )
        future = self._begin(operation, tenant, said)
        try:
            return future.result()
        except ControlError as error:
            # Where on the server's thread it was found out is of no interest to who said it.
            raise error.with_traceback(None) from None
        except concurrent.futures.CancelledError:
            raise Unreachable(f"{self.url}: the server was stopped meanwhile") from None
        finally:
            # Whoever is interrupted leaves nothing running.
            future.cancel()

    def _begin(self, operation: str, tenant: str | None, said: Mapping[str, Any]) -> "concurrent.futures.Future[Any]":
        with self._lock:
            # Under the lock, so that what is begun here comes before the stop, which then ends it.
            loop = self._server.app.runner.loop
            if not self._is_open or loop is None:
                raise Unreachable(f"{self.url}: the server has been stopped")
            work = carry_out(self._server.app.control, operation, tenant, said)
            return asyncio.run_coroutine_threadsafe(work, loop)

    def close(self) -> None:
        if os.getpid() != self._process:
            return
        with self._lock:
            if not self._is_open:
                return
            self._is_open = False
        self._server.stop()


def _plans(settings: Settings, seed: Any) -> list[TenantTemplate]:
    if seed is None:
        return [default_template(settings, _BASE)]
    document = read_seed(seed) if isinstance(seed, str) else seed
    return templates_from(document, settings, f"seed {seed}" if isinstance(seed, str) else "seed", _BASE)
