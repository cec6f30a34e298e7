"""Transport to a server in a process of its own, for tests that patch what no thread of their process survives."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any, Final, cast

from mock_zuora.client.calls import as_json
from mock_zuora.client.readiness import unverified
from mock_zuora.client.rows import seed_document
from mock_zuora.client.transports import HttpTransport
from mock_zuora.control.errors import Unreachable, is_control_error

__tracebackhide__ = is_control_error

_STOP_SECONDS: Final = 10.0
"""How long the server may take to stop before it is killed."""


class ProcessTransport(HttpTransport):
    """Transport to a server that it starts in another process, and stops. Any thread may use it.

    The server ends with this process, however that ends: it stops when its standard input has a line or is closed.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        from mock_zuora.config.settings import SettingsError

        try:
            request = as_json({**settings, "seed": _as_document(settings.get("seed"))})
        except (TypeError, ValueError) as error:
            raise SettingsError(f"the settings cannot be sent to another process as JSON: {error}") from None
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from mock_zuora.client.process import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            # The package may be importable only because of the path of this process.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        answer = self._start(request)
        if "url" not in answer:
            self.close()
            raise SettingsError(answer["error"]) if "error" in answer else Unreachable("the server did not start")
        super().__init__(answer["url"], settings.get("control_token"), answer["ca_file"])
        if self._trust is not None and self.ca_file is None:
            # Its own server, whose certificate in tls_cert can be for other names.
            self._trust = unverified()

    def _start(self, request: str) -> dict[str, Any]:
        stdin, stdout = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        with suppress(BrokenPipeError):
            stdin.write(request + "\n")
            stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline() or "{}")
        return answer

    def close(self) -> None:
        """Stops the server. May be called twice."""
        stdin, stdout = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        if os.getpid() == self._owner and not stdin.closed:
            # A line, because a fork of this process keeps the pipe open.
            with suppress(BrokenPipeError):
                stdin.write("stop\n")
                stdin.flush()
        for pipe in (stdin, stdout):
            with suppress(BrokenPipeError):
                pipe.close()
        if os.getpid() == self._owner:
            self._wait()

    def _wait(self) -> None:
        # Without the timeout of Popen.wait, which calls time.sleep: a test can replace that.
        killer = threading.Timer(_STOP_SECONDS, self._process.kill)
        killer.daemon = True
        killer.start()
        try:
            self._process.wait()
        finally:
            killer.cancel()


def _as_document(seed: Any) -> Any:
    return seed_document(seed) if isinstance(seed, Mapping) else seed


def serve() -> None:
    """What the other process runs: reads the settings, writes the URL, and serves until a line or the end of input."""
    from mock_zuora import MockZuora, SettingsError

    # Ctrl-C reaches both processes of a terminal; the tests decide when the server stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.stdin.readline())
    try:
        zuora = MockZuora(**settings)
    except SettingsError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
        return
    with zuora:
        sys.stdout.write(json.dumps({"url": zuora.url, "ca_file": zuora.ca_file}) + "\n")
        sys.stdout.flush()
        sys.stdin.readline()
