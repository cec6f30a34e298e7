"""Rows about request rates, compared with baselines that are measured at the same time."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.files import file_of
from benchmarks.http_requests import add_finished_jobs, define, upload
from benchmarks.results import Row, Sense, ratios
from benchmarks.servers import JOB_PATH, Server, baseline_server, mock_zuora_server
from benchmarks.wrk import Load, drive

MANY_JOBS = 5_000
MANY_RECORDS = 100_000
SECONDS = 1
"""Duration of the load on a target per round."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server and a path, with a wrk script if requests differ."""

    name: str
    server: Server
    path: str
    script: str | None = None


def interleaved(targets: Sequence[Target], rounds: int) -> dict[str, list[Load]]:
    """Loads the targets in turn, round by round, so that other work on the machine affects all of them."""
    for target in targets:
        drive(target.server, target.path, SECONDS, target.script)
    loads: dict[str, list[Load]] = {target.name: [] for target in targets}
    for number in range(rounds):
        # Every second round is reversed, so that a machine that becomes slower or faster favours no target.
        for target in reversed(targets) if number % 2 else targets:
            loads[target.name].append(drive(target.server, target.path, SECONDS, target.script))
    return loads


def request_rows(rounds: int) -> list[Row]:
    """Returns the rows for retrieve, list, submit and cancel, compared with the baselines."""
    with ExitStack() as stack:
        quiet = stack.enter_context(mock_zuora_server(quiet=True, concurrent_job_limit="1000"))
        filling = stack.enter_context(mock_zuora_server(quiet=True, concurrent_job_limit="1000"))
        logging = stack.enter_context(mock_zuora_server(concurrent_job_limit="1000"))
        fastapi = stack.enter_context(baseline_server("bare_fastapi"))
        fastapi_logging = stack.enter_context(baseline_server("bare_fastapi", logs=True))
        starlette = stack.enter_context(baseline_server("bare_starlette"))
        asgi = stack.enter_context(baseline_server("bare_asgi"))
        retrieve = f"/objects/jobs/{add_finished_jobs(quiet, 25)}"
        retrieve_logging = f"/objects/jobs/{add_finished_jobs(logging, 25)}"
        loads = interleaved(
            [
                Target("fastapi", fastapi, JOB_PATH),
                Target("retrieve", quiet, retrieve),
                Target("list", quiet, "/objects/jobs"),
                Target("fastapi again", fastapi, JOB_PATH),
                Target("submit and cancel", filling, "/objects/jobs", "submit_cancel.lua"),
                Target("fastapi with logs", fastapi_logging, JOB_PATH),
                Target("retrieve with logs", logging, retrieve_logging),
                Target("starlette", starlette, JOB_PATH),
                Target("asgi", asgi, JOB_PATH),
            ],
            rounds,
        )
    return [
        _rate_row("retrieve a job, against a bare FastAPI app", loads, "retrieve", "fastapi", 0.7),
        _rate_row("the same, both with request logs", loads, "retrieve with logs", "fastapi with logs", 0.7),
        _rate_row("the same, only mock_zuora with request logs", loads, "retrieve with logs", "fastapi", None),
        _rate_row("list 25 jobs, against the same bare FastAPI app", loads, "list", "fastapi", 0.55),
        _rate_row("submit and cancel, against the same", loads, "submit and cancel", "fastapi again", 0.46),
        _rate_row("retrieve a job, against bare Starlette", loads, "retrieve", "starlette", None),
        _rate_row("retrieve a job, against bare ASGI", loads, "retrieve", "asgi", None),
    ]


def _rate_row(name: str, loads: dict[str, list[Load]], measured: str, baseline: str, budget: float | None) -> Row:
    rates = {each: [load.requests_per_second for load in loads[each]] for each in (measured, baseline)}
    processor = {each: median(load.cpu_per_request for load in loads[each]) * 1e6 for each in (measured, baseline)}
    rate = {each: median(rates[each]) for each in (measured, baseline)}
    return Row(
        name=name,
        unit="×",
        values=ratios(rates[measured], rates[baseline]),
        budget=budget,
        sense=Sense.AT_LEAST,
        note=f"{rate[measured]:.0f} against {rate[baseline]:.0f} per second; "
        f"processor {processor[measured]:.0f} against {processor[baseline]:.0f} µs per request",
        details={"processor ratio": round(processor[baseline] / processor[measured], 3)},
    )


def growth_rows(rounds: int) -> list[Row]:
    """Returns the rows for operations that must not slow down as a tenant grows."""
    with mock_zuora_server(quiet=True) as few, mock_zuora_server(quiet=True) as many:
        add_finished_jobs(few, 10)
        add_finished_jobs(many, MANY_JOBS)
        jobs = interleaved(
            [Target("few", few, "/objects/jobs?pageSize=10"), Target("many", many, "/objects/jobs?pageSize=10")],
            rounds,
        )
    query = "/objects/records/default/vehicle?q=vin__c:W0000000000000042"
    with server_with_records(100) as few, server_with_records(MANY_RECORDS) as many:
        queries = interleaved([Target("few", few, query), Target("many", many, query)], rounds)
    return [
        _time_row(f"list with {MANY_JOBS:,} finished jobs, against ten", jobs, 1.5),
        _time_row(f"query on an indexed field over {MANY_RECORDS:,} records, against 100", queries, 3.0),
    ]


@contextmanager
def server_with_records(rows: int) -> Iterator[Server]:
    """Runs a server with the defined object and a number of its records."""
    with mock_zuora_server(quiet=True) as server:
        define(server)
        if rows:
            upload(server, file_of(rows).encode())
        yield server


def _time_row(name: str, loads: dict[str, list[Load]], budget: float) -> Row:
    seconds = {each: [1 / load.requests_per_second for load in loads[each]] for each in ("many", "few")}
    return Row(
        name=name,
        unit="×",
        values=ratios(seconds["many"], seconds["few"]),
        budget=budget,
        note=f"{median(seconds['many']) * 1e6:.0f} against {median(seconds['few']) * 1e6:.0f} µs per request",
    )
