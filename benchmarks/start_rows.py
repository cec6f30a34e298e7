"""Rows about startup time and idle memory."""

import compileall
import http.client
import time
from dataclasses import dataclass
from statistics import median

from benchmarks.results import Row, ratios
from benchmarks.servers import HOST, ROOT, Server, baseline_server, mock_zuora_server, output_of

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


@dataclass(frozen=True, slots=True)
class _Start:
    """What one start of a server showed."""

    seconds: float
    """Until the server was ready."""
    bytes: int
    """Its memory then."""
    first: float
    """How many milliseconds the first request took longer than the tenth."""


def compile_bytecode() -> None:
    """Compiles the modules, as an installation does. A checkout has no bytecode with PYTHONDONTWRITEBYTECODE."""
    for each in ("mock_zuora", "benchmarks"):
        compileall.compile_dir(ROOT / each, quiet=1)


def start_rows(rounds: int) -> list[Row]:
    """Returns the rows. Each round starts the baseline and mock_zuora twice each."""
    compile_bytecode()
    baseline: list[_Start] = []
    measured: list[_Start] = []
    for _ in range(rounds):
        # Both orders, so that a machine that becomes slower or faster favours neither.
        baseline.append(_start(baseline_server("bare_fastapi")))
        measured += [_start(mock_zuora_server()), _start(mock_zuora_server())]
        baseline.append(_start(baseline_server("bare_fastapi")))
    rows = [
        Row(
            name="start to ready, against a bare FastAPI app",
            unit="×",
            values=ratios([each.seconds for each in measured], [each.seconds for each in baseline]),
            budget=1.4,
            note=f"{median(each.seconds for each in measured):.2f} s against "
            f"{median(each.seconds for each in baseline):.2f} s",
        ),
        Row(
            name="first request to a server that is ready, longer than the tenth",
            unit="ms",
            values=[each.first for each in measured],
            budget=20,
            note=f"{median(each.first for each in baseline):.2f} ms in a bare FastAPI app",
        ),
        Row(
            name="memory of the idle server, against a bare FastAPI app",
            unit="×",
            values=ratios([each.bytes for each in measured], [each.bytes for each in baseline]),
            budget=1.5,
            note=f"{median(each.bytes for each in measured) / 2**20:.0f} MB against "
            f"{median(each.bytes for each in baseline) / 2**20:.0f} MB",
        ),
        Row(
            name="`import mock_zuora`, without FastAPI",
            unit="ms",
            values=[float(output_of(_IMPORT)) for _ in range(rounds)],
            budget=30,
        ),
    ]
    embedded = [float(output_of(_EMBEDDED)) for _ in range(rounds)]
    return [
        *rows,
        Row(name="start of a server inside a test process", unit="ms", values=embedded, budget=50),
    ]


def _start(server: Server) -> _Start:
    with server:
        memory = server.resident_bytes()
        spent = _request_milliseconds(server)
        return _Start(server.seconds_to_ready, memory, spent[0] - spent[9])


def _request_milliseconds(server: Server) -> list[float]:
    """Returns how long each of ten requests took, on one connection. The baseline responds with 404."""
    connection = http.client.HTTPConnection(HOST, server.port)
    spent: list[float] = []
    for _ in range(10):
        started = time.perf_counter()
        connection.request("GET", "/objects/jobs", headers={"Authorization": "Bearer a"})
        connection.getresponse().read()
        spent.append((time.perf_counter() - started) * 1e3)
    connection.close()
    return spent
