"""Servers as separate processes, with their processor time and memory."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

HOST = "127.0.0.1"
JOB_PATH = "/objects/jobs/37dd1ae0-8a3c-4a5e-9b1d-0f4f0c0e3b11"
ROOT = Path(__file__).resolve().parent.parent
MAX_START_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """A server that did not start."""


class Server:
    """A server process as a context manager. ``{port}`` in ``command`` is replaced by a free port."""

    def __init__(
        self, name: str, command: Sequence[str], ready_path: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.port = free_port()
        self.seconds_to_ready = 0.0
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        self._environment = {**os.environ, **(environment or {}), "MOCK_ZUORA_PORT": str(self.port)}
        self._ready_path = ready_path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> "Server":
        self._output = tempfile.TemporaryFile()
        started = time.perf_counter()
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=self._output, stderr=self._output
        )
        while not self._is_ready():
            if self._process.poll() is not None or time.perf_counter() - started > MAX_START_SECONDS:
                self._process.kill()
                raise ServerFailed(f"{self.name} did not start: {self.output()[-500:]}")
            time.sleep(0.002)
        self.seconds_to_ready = time.perf_counter() - started
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()

    def output(self) -> str:
        """Returns the output so far."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    def cpu_seconds(self) -> float:
        """Returns the processor time so far, which is more stable than wall-clock time on a busy machine."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_bytes(self) -> int:
        """Returns the resident memory."""
        return self._memory("VmRSS")

    def peak_bytes(self) -> int:
        """Returns the peak of the resident memory."""
        return self._memory("VmHWM")

    def _memory(self, field: str) -> int:
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self._ready_path)
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()


def free_port() -> int:
    """Returns a free port."""
    with socket.create_server((HOST, 0)) as held:
        port: int = held.getsockname()[1]
        return port


def mock_zuora_server(*, quiet: bool = False, **settings: str) -> Server:
    """Returns mock_zuora with rate limits that a load test does not reach.

    ``quiet``: without request logs, as `MockZuora()` and the pytest fixture run it.
    """
    all_settings = {"rate_limits": "1000000000,1000000000,1000000000", "transitions": "immediate", **settings}
    environment = {f"MOCK_ZUORA_{name.upper()}": value for name, value in all_settings.items()}
    command = ["benchmarks.quiet"] if quiet else ["mock_zuora", "serve"]
    return Server("mock_zuora", [sys.executable, "-m", *command], "/__mock/readyz", environment)


def baseline_server(module: str, *, logs: bool = False) -> Server:
    """Returns a baseline app in uvicorn with the options of mock_zuora. ``logs``: with request logs."""
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.baselines.{module}:app", "--port", "{port}"]
    options = ["--ws", "none", "--loop", "asyncio", "--http", "h11", "--no-proxy-headers", "--no-server-header"]
    silent = [] if logs else ["--no-access-log", "--log-level", "warning"]
    return Server(module, [*command, *options, *silent], JOB_PATH)


def output_of(program: str, *arguments: str, python: Path | str = sys.executable) -> str:
    """Runs a Python program in a process of its own, and returns its output."""
    command = [str(python), "-c", program, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
