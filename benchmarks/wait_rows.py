"""Rows about the longest wait of another client while the server works on many records."""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks.files import file_of
from benchmarks.http_requests import define, send, upload
from benchmarks.results import Row
from benchmarks.servers import ROOT, Server, mock_zuora_server

MANY_RECORDS = 400_000
ROWS_PER_FILE = 100_000
MAX_WAIT = 20.0
"""Milliseconds that another client may wait."""
_CONTROL = "/__mock/v1"
_REST_SECONDS = 0.2


def wait_rows(rounds: int, records: int = MANY_RECORDS, budget: float = MAX_WAIT) -> list[Row]:
    """Returns a row for each kind of long work. Each round starts a new server, as `mock-zuora serve` runs it."""
    waits: dict[str, list[float]] = {}
    for _ in range(rounds):
        with mock_zuora_server() as server:
            for what, seconds in _waits(server, records).items():
                waits.setdefault(what, []).append(seconds * 1e3)
    idle = median(waits.pop("nothing"))
    return [
        Row(
            name=f"longest wait of another client during {what}, {records:,} records",
            unit="ms",
            values=values,
            budget=budget,
            note=f"{idle:.0f} ms during nothing",
        )
        for what, values in waits.items()
    ]


def _waits(server: Server, records: int) -> dict[str, float]:
    """The seconds that another client waits at most during each kind of work."""
    define(server)
    files = [file_of(ROWS_PER_FILE, number * ROWS_PER_FILE).encode() for number in range(records // ROWS_PER_FILE)]
    for each in files[:-1]:
        upload(server, each)
    exported: list[bytes] = []
    list_of_records = f"{_CONTROL}/objects/vehicle/records?limit=200&q=year__c:%3E2000"
    work: dict[str, Callable[[], object]] = {
        "nothing": lambda: time.sleep(1),
        "the last file": lambda: upload(server, files[-1]),
        "a first query of the control API": lambda: _control(server, "GET", list_of_records),
        "an export": lambda: exported.append(_control(server, "GET", f"{_CONTROL}/state")),
        "a snapshot": lambda: _control(server, "PUT", f"{_CONTROL}/snapshots/one"),
        "the return to a snapshot": lambda: _control(server, "POST", f"{_CONTROL}/snapshots/one"),
        "the import": lambda: _control(server, "PUT", f"{_CONTROL}/state", exported.pop()),
        "a reset": lambda: _control(server, "POST", f"{_CONTROL}/reset"),
    }
    return {what: _longest_wait(server, each) for what, each in work.items()}


def _longest_wait(server: Server, work: Callable[[], object]) -> float:
    command = [sys.executable, "-m", "benchmarks.probe", str(server.port)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as probe:
        if probe.stdout is not None:
            probe.stdout.readline()
        time.sleep(_REST_SECONDS)
        work()
        # What the work leaves behind, such as memory to free, is part of it.
        time.sleep(_REST_SECONDS)
        output, _ = probe.communicate("stop\n")
    return float(output)


def _control(server: Server, method: str, path: str, body: bytes | None = None) -> bytes:
    return send(server, method, path, body, "application/json")
