"""Rows about startup time and idle memory."""

import subprocess
import sys
import time
from statistics import median

from benchmarks.results import Row, ratios
from benchmarks.servers import ROOT, Server, baseline_server, mock_zuora_server

_IMPORT = """
import sys, time
started = time.perf_counter()
import mock_zuora
spent = time.perf_counter() - started
frameworks = {"fastapi", "pydantic", "uvicorn", "starlette"} & set(sys.modules)
if frameworks:
    sys.exit(f"import mock_zuora imported {frameworks}")
print(spent * 1e3)
"""
_EMBEDDED = """
import time
from mock_zuora import MockZuora
MockZuora().stop()
starts = []
for _ in range(7):
    started = time.perf_counter()
    zuora = MockZuora()
    starts.append(time.perf_counter() - started)
    zuora.stop()
print(sorted(starts)[3] * 1e3)
"""


def start_rows(rounds: int) -> list[Row]:
    """Returns the rows. Each round starts the baseline and mock_zuora twice each."""
    baseline: list[tuple[float, int]] = []
    measured: list[tuple[float, int]] = []
    for _ in range(rounds):
        # Both orders, so that a machine that becomes slower or faster favours neither.
        baseline.append(_start(baseline_server("bare_fastapi")))
        measured += [_start(mock_zuora_server()), _start(mock_zuora_server())]
        baseline.append(_start(baseline_server("bare_fastapi")))
    rows = [
        Row(
            name="start to ready, against a bare FastAPI app",
            unit="×",
            values=ratios([each[0] for each in measured], [each[0] for each in baseline]),
            budget=1.5,
            note=f"{median(each[0] for each in measured):.2f} s against {median(each[0] for each in baseline):.2f} s",
        ),
        Row(
            name="memory of the idle server, against a bare FastAPI app",
            unit="×",
            values=ratios([each[1] for each in measured], [each[1] for each in baseline]),
            budget=1.5,
            note=f"{median(each[1] for each in measured) / 2**20:.0f} MB against "
            f"{median(each[1] for each in baseline) / 2**20:.0f} MB",
        ),
        Row(
            name="`import mock_zuora`, without FastAPI",
            unit="ms",
            values=[float(_python(_IMPORT)) for _ in range(rounds)],
            budget=30,
        ),
    ]
    embedded = [float(_python(_EMBEDDED)) for _ in range(rounds)]
    rows += [
        Row(name="start of a server inside a test process", unit="ms", values=embedded, budget=50),
    ]
    with mock_zuora_server() as server:
        spent = [_ready_seconds(server) * 1e3 for _ in range(rounds)]
    return [*rows, Row(name="`mock-zuora ready`, as the image's health check", unit="ms", values=spent, budget=100)]


def _start(server: Server) -> tuple[float, int]:
    """Returns the seconds until the server is ready, and its memory then."""
    with server:
        return server.seconds_to_ready, server.resident_bytes()


def _ready_seconds(server: Server) -> float:
    command = [sys.executable, "-m", "mock_zuora", "ready", "--port", str(server.port)]
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - started


def _python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout
