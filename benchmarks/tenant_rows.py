"""Rows about tenants: how long a new one takes, what it adds to a test, and how much memory it needs."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.files import DEFINITION, file_of
from benchmarks.http_requests import send, send_json
from benchmarks.other_mocks import TOOLS
from benchmarks.results import Row
from benchmarks.servers import Server, mock_zuora_server, output_of

TENANTS = 1_000
RECORDS = 100
"""Records of each tenant."""
TESTS = 150
"""Tests of a run. The median is of the last 100."""
_CONTROL = "/__mock/v1"

_NEW_TENANTS = """
import time
from mock_zuora import MockZuora
spent = []
with MockZuora() as zuora:
    for _ in range(150):
        started = time.perf_counter()
        tenant = zuora.tenant()
        spent.append(time.perf_counter() - started)
        tenant.drop()
print(sorted(spent[50:])[50] * 1e3)
"""
_TEST_RUN = """
import sys, time
import pytest

class Timer:
    ends = []

    def pytest_runtest_logfinish(self):
        self.ends.append(time.perf_counter())

if pytest.main(sys.argv[1:], plugins=[Timer()]) != 0:
    sys.exit("a test failed")
ends = Timer.ends[-101:]
print(sorted(end - start for start, end in zip(ends, ends[1:]))[50] * 1e3)
"""


def tenant_rows(rounds: int) -> list[Row]:
    """Returns the rows."""
    created = [float(output_of(_NEW_TENANTS)) for _ in range(rounds)]
    return [
        Row(name="a new tenant", unit="ms", values=created, budget=0.3),
        *_fixture_rows(min(rounds, 5)),
        _memory_row(),
    ]


def _fixture_rows(rounds: int) -> list[Row]:
    """Returns the rows about fixtures. Each round runs empty tests and those of each fixture in turn."""
    other = TOOLS / "venv" / "bin" / "python"
    embedded: list[float] = []
    remote: list[float] = []
    others: list[float] = []
    with mock_zuora_server(quiet=True) as server, tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            empty = _test_milliseconds(folder, "")
            embedded.append(_test_milliseconds(folder, "zuora") - empty)
            remote.append(_test_milliseconds(folder, "zuora", "--zuora-url", server.url) - empty)
            if _has_httpserver(other):
                empty = _test_milliseconds(folder, "", python=other)
                others.append(_test_milliseconds(folder, "httpserver", python=other) - empty)
    note = f"{median(others):.2f} ms for the fixture of pytest-httpserver" if others else ""
    name = "the fixture `zuora`, added to an empty test"
    return [
        Row(name=name, unit="ms", values=embedded, budget=1.2, note=note),
        Row(name=f"{name}, with `--zuora-url`", unit="ms", values=remote, budget=3),
    ]


def _has_httpserver(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pytest_httpserver"], capture_output=True).returncode == 0


def _test_milliseconds(folder: str, fixture: str, *options: str, python: Path | str = sys.executable) -> float:
    """Returns the median time of a test that only uses a fixture."""
    tests = "".join(f"def test_{number}({fixture}): pass\n" for number in range(TESTS))
    Path(folder, "test_fixture.py").write_text(tests, encoding="utf-8")
    # Without the plugins and the configuration of this project.
    alone = ["-q", "-c", os.devnull, "--rootdir", folder, "-p", "no:cacheprovider", "-p", "no:randomly"]
    return float(output_of(_TEST_RUN, *alone, *options, folder, python=python).splitlines()[-1])


def _memory_row() -> Row:
    """Returns the memory of many tenants with some records each, compared with one tenant with all these records."""
    with mock_zuora_server(quiet=True) as many, mock_zuora_server(quiet=True) as one:
        seed = json.dumps({"definitions": [DEFINITION]}).encode()
        for server in (many, one):
            send(server, "PUT", f"{_CONTROL}/seed", seed, "application/json")
        idle = many.resident_bytes()
        started = time.perf_counter()
        names = [send_json(many, "POST", f"{_CONTROL}/tenants")["name"] for _ in range(TENANTS)]
        seconds = time.perf_counter() - started
        empty = many.resident_bytes() - idle
        for number, name in enumerate(names):
            _add_records(many, number, f"?tenant={name}")
            _add_records(one, number)
        beyond = many.resident_bytes() - one.resident_bytes()
    return Row(
        name=f"memory per tenant beyond its records, {TENANTS:,} tenants with {RECORDS} records each",
        unit="KB",
        values=[beyond / TENANTS / 1024],
        budget=20,
        note=f"{empty / TENANTS / 1024:.0f} KB per tenant without records; created in {seconds:.1f} s",
    )


def _add_records(server: Server, batch: int, query: str = "") -> None:
    rows = {"csv": {"text": file_of(RECORDS, batch * RECORDS)}}
    send_json(server, "POST", f"{_CONTROL}/records/vehicle{query}", rows)
