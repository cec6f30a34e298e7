"""Mocks that others use, as yardsticks without a budget: moto's server, localstripe, and Prism on our document.

Each answers one small call over and over, as ours does. One that is not installed is left out, with its reason.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.calls import CallFailed, finished_jobs, send
from benchmarks.load_rows import Target, interleaved
from benchmarks.results import Row, ratios
from benchmarks.servers import HOST, JOB_PATH, ROOT, Server, ServerFailed, ours

TOOLS = ROOT / ".bench"
"""Where `make bench` installs them, apart from our own environment."""
_DOCUMENT = ROOT / "openapi" / "mock_zuora.json"


def other_rows(rounds: int) -> tuple[list[Row], list[str]]:
    """The rows, and why one is missing."""
    missing: list[str] = []
    with ExitStack() as stack:
        mine = stack.enter_context(ours(quiet=True))
        targets = [Target("ours", mine, f"/objects/jobs/{finished_jobs(mine, 1)}")]
        for name, server, path in _others(missing):
            try:
                stack.enter_context(server)
                _prepare(server)
            except (ServerFailed, CallFailed, OSError) as error:
                missing.append(f"{name}: {error}")
            else:
                targets.append(Target(name, server, path))
        loads = interleaved(targets, rounds)
    rates = {name: [load.requests_a_second for load in each] for name, each in loads.items()}
    return [
        Row(name=f"retrieve one job, against {name}", unit="×", values=ratios(rates["ours"], rates[name]))
        for name in rates
        if name != "ours"
    ], missing


def _others(missing: list[str]) -> Iterator[tuple[str, Server, str]]:
    python = TOOLS / "venv" / "bin"
    moto, localstripe = python / "moto_server", python / "localstripe"
    if moto.exists():
        command = [str(moto), "--host", HOST, "--port", "{port}"]
        yield "moto server, an S3 object", Server("moto", command, "/moto-api/"), "/bench/job"
    else:
        missing.append("moto: not installed")
    if localstripe.exists():
        command = [str(python / "python"), "-m", "localstripe", "--port", "{port}", "--from-scratch"]
        yield "localstripe, a plan", Server("localstripe", command, "/js.stripe.com/v3/"), "/v1/plans/job"
    else:
        missing.append("localstripe: not installed")
    prism = TOOLS / "node_modules" / ".bin" / "prism"
    if prism.exists() and shutil.which("node"):
        command = [str(prism), "mock", "--host", HOST, "--port", "{port}", "--verboseLevel", "error", str(_DOCUMENT)]
        yield "Prism on our document", Server("prism", command, JOB_PATH), JOB_PATH
    else:
        missing.append("Prism: not installed, or Node is missing")


def _prepare(server: Server) -> None:
    """What is there to be retrieved."""
    if server.name == "moto":
        send(server, "PUT", "/bench", b"", "application/octet-stream")
        job = b'{"Id":"37dd1ae0-8a3c-4a5e-9b1d-0f4f0c0e3b11","status":"completed"}'
        send(server, "PUT", "/bench/job", job, "application/json")
    if server.name == "localstripe":
        plan = b"id=job&amount=1&currency=eur&interval=month&product[name]=job"
        send(server, "POST", "/v1/plans", plan, "application/x-www-form-urlencoded", token="sk_bench")
