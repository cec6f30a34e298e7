"""Other mock servers as baselines without a budget: moto, localstripe, and Prism with the OpenAPI document.

Each serves one small request repeatedly, as mock_zuora does. Those that are not installed are skipped with a reason.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.http_requests import RequestFailed, add_finished_jobs, send
from benchmarks.load_rows import Target, interleaved
from benchmarks.results import Row, ratios
from benchmarks.servers import HOST, JOB_PATH, ROOT, Server, ServerFailed, mock_zuora_server

TOOLS = ROOT / ".bench"
"""Where `make bench` installs the other mocks."""
_DOCUMENT = ROOT / "openapi" / "mock_zuora.json"


def other_mock_rows(rounds: int) -> tuple[list[Row], list[str]]:
    """Returns the rows, and the reasons for missing ones."""
    missing: list[str] = []
    with ExitStack() as stack:
        server = stack.enter_context(mock_zuora_server(quiet=True))
        targets = [Target("mock_zuora", server, f"/objects/jobs/{add_finished_jobs(server, 1)}")]
        for name, other, path in _other_mocks(missing):
            try:
                stack.enter_context(other)
                _prepare(other)
            except (ServerFailed, RequestFailed, OSError) as error:
                missing.append(f"{name}: {error}")
            else:
                targets.append(Target(name, other, path))
        loads = interleaved(targets, rounds)
    rates = {name: [load.requests_per_second for load in each] for name, each in loads.items()}
    return [
        Row(name=f"retrieve a job, against {name}", unit="×", values=ratios(rates["mock_zuora"], rates[name]))
        for name in rates
        if name != "mock_zuora"
    ], missing


def _other_mocks(missing: list[str]) -> Iterator[tuple[str, Server, str]]:
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
        yield "Prism with the OpenAPI document", Server("prism", command, JOB_PATH), JOB_PATH
    else:
        missing.append("Prism: not installed, or Node is missing")


def _prepare(server: Server) -> None:
    """Creates the object that the load retrieves."""
    if server.name == "moto":
        send(server, "PUT", "/bench", b"", "application/octet-stream")
        job = b'{"Id":"37dd1ae0-8a3c-4a5e-9b1d-0f4f0c0e3b11","status":"completed"}'
        send(server, "PUT", "/bench/job", job, "application/json")
    if server.name == "localstripe":
        plan = b"id=job&amount=1&currency=eur&interval=month&product[name]=job"
        send(server, "POST", "/v1/plans", plan, "application/x-www-form-urlencoded", token="sk_bench")
