"""The row about ``--zuora-vary``: what running a test under another assumption costs, against the test itself."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.results import Row
from benchmarks.servers import ROOT

_TESTS = 40
_SUITE = f"""
import http.client
import json

import pytest

JOB = {{"operation": "create", "namespace": "default", "object": "vehicle"}}


def send(zuora, method, path, body=None):
    connection = http.client.HTTPConnection(zuora.url.removeprefix("http://"))
    headers = {{**zuora.headers(), "Content-Type": "application/json"}}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    document = json.load(connection.getresponse())
    connection.close()
    return document


# The first test starts the server and is not measured.
@pytest.mark.parametrize("number", range({_TESTS + 1}))
def test_job_can_be_cancelled(zuora, number):
    job = send(zuora, "POST", "/objects/jobs", JOB)["Id"]
    send(zuora, "GET", f"/objects/jobs/{{job}}")
    send(zuora, "GET", "/objects/jobs?pageSize=2")
    send(zuora, "PATCH", f"/objects/jobs/{{job}}/cancel")
"""
_CONFTEST = """
import time

finished, variants = [], [0]


def pytest_runtest_logreport(report):
    variants[-1] += report.when == "call" and hasattr(report, "zuora_variant")


def pytest_runtest_logfinish():
    finished.append(time.perf_counter())
    variants.append(0)


def pytest_unconfigure():
    print()
    print(finished[-1] - finished[0], sum(variants[1:]))
"""


def vary_rows(rounds: int) -> list[Row]:
    """Returns the row. Each round runs the same tests without and with the option."""
    costs = [_cost() for _ in range(rounds)]
    return [
        Row(
            name="a variant of `--zuora-vary`, against the test itself",
            unit="×",
            values=[variant / test for test, variant in costs],
            budget=2,
            note=f"{median(variant for _, variant in costs):.1f} ms against {median(test for test, _ in costs):.1f} ms",
        )
    ]


def _cost() -> tuple[float, float]:
    """Returns the milliseconds of a test and of a variant."""
    plain, _ = _run()
    varied, variants = _run("--zuora-vary")
    return plain * 1e3 / _TESTS, (varied - plain) * 1e3 / variants


def _run(*options: str) -> tuple[float, int]:
    """Returns the seconds of all tests but the first, and the number of their variants."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_jobs.py").write_text(_SUITE, encoding="utf-8")
        Path(folder, "conftest.py").write_text(_CONFTEST, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    seconds, variants = done.stdout.splitlines()[-1].split()
    return float(seconds), int(variants)
