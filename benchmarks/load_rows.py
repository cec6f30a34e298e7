"""Rows about calls: how many a second, beside the yardsticks in the same minute."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.calls import define, finished_jobs, upload
from benchmarks.files import file_of
from benchmarks.results import Row, Sense, ratios
from benchmarks.servers import JOB_PATH, Server, bare, ours
from benchmarks.wrk import Load, drive

MANY_JOBS = 5_000
MANY_RECORDS = 100_000
SECONDS = 1
"""How long a target is driven in a round."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is called: a server, a path, and a script of wrk if it is more than one path."""

    name: str
    server: Server
    path: str
    script: str | None = None


def interleaved(targets: Sequence[Target], rounds: int) -> dict[str, list[Load]]:
    """Drives each target in turn, round by round, so that what else the machine does meets all of them."""
    for target in targets:
        drive(target.server, target.path, SECONDS, target.script)
    loads: dict[str, list[Load]] = {target.name: [] for target in targets}
    for turn in range(rounds):
        # Every other round backwards: a machine that gets slower, or faster, favours nobody.
        for target in reversed(targets) if turn % 2 else targets:
            loads[target.name].append(drive(target.server, target.path, SECONDS, target.script))
    return loads


def call_rows(rounds: int) -> list[Row]:
    """Retrieve, list, submit and cancel against the bare apps."""
    with ExitStack() as stack:
        quiet = stack.enter_context(ours(quiet=True, concurrent_job_limit="1000"))
        filling = stack.enter_context(ours(quiet=True, concurrent_job_limit="1000"))
        logging = stack.enter_context(ours(concurrent_job_limit="1000"))
        fastapi = stack.enter_context(bare("bare_fastapi"))
        fastapi_logging = stack.enter_context(bare("bare_fastapi", logs=True))
        starlette = stack.enter_context(bare("bare_starlette"))
        asgi = stack.enter_context(bare("bare_asgi"))
        retrieve = f"/objects/jobs/{finished_jobs(quiet, 25)}"
        retrieve_logging = f"/objects/jobs/{finished_jobs(logging, 25)}"
        loads = interleaved(
            [
                Target("fastapi", fastapi, JOB_PATH),
                Target("retrieve", quiet, retrieve),
                Target("list", quiet, "/objects/jobs"),
                Target("fastapi again", fastapi, JOB_PATH),
                Target("submit and cancel", filling, "/objects/jobs", "submit_cancel.lua"),
                Target("fastapi with its log", fastapi_logging, JOB_PATH),
                Target("retrieve with our log", logging, retrieve_logging),
                Target("starlette", starlette, JOB_PATH),
                Target("asgi", asgi, JOB_PATH),
            ],
            rounds,
        )
    return [
        _rate_row("retrieve one job, against a bare FastAPI app", loads, "retrieve", "fastapi", 1.0),
        _rate_row("the same, each with its line of log", loads, "retrieve with our log", "fastapi with its log", 1.0),
        _rate_row("the same, only ours with its line of log", loads, "retrieve with our log", "fastapi", None),
        _rate_row("list of 25 jobs, against the same bare FastAPI app", loads, "list", "fastapi", 0.5),
        _rate_row("submit + cancel, against the same", loads, "submit and cancel", "fastapi again", 0.5),
        _rate_row("retrieve one job, against bare Starlette", loads, "retrieve", "starlette", None),
        _rate_row("retrieve one job, against raw ASGI", loads, "retrieve", "asgi", None),
    ]


def _rate_row(name: str, loads: dict[str, list[Load]], mine: str, yours: str, budget: float | None) -> Row:
    rates = {each: [load.requests_a_second for load in loads[each]] for each in (mine, yours)}
    processor = {each: median(load.cpu_a_request for load in loads[each]) * 1e6 for each in (mine, yours)}
    rate = {each: median(rates[each]) for each in (mine, yours)}
    return Row(
        name=name,
        unit="×",
        values=ratios(rates[mine], rates[yours]),
        budget=budget,
        sense=Sense.AT_LEAST,
        said=f"{rate[mine]:.0f} against {rate[yours]:.0f} a second; "
        f"processor {processor[mine]:.0f} against {processor[yours]:.0f} µs a call",
        details={"processor ratio": round(processor[yours] / processor[mine], 3)},
    )


def growth_rows(rounds: int) -> list[Row]:
    """What must not slow down as a tenant fills."""
    with ours(quiet=True) as few, ours(quiet=True) as many:
        finished_jobs(few, 10)
        finished_jobs(many, MANY_JOBS)
        jobs = interleaved(
            [Target("few", few, "/objects/jobs?pageSize=10"), Target("many", many, "/objects/jobs?pageSize=10")],
            rounds,
        )
    query = "/objects/records/default/vehicle?q=vin__c:W0000000000000042"
    with vehicles(100) as few, vehicles(MANY_RECORDS) as many:
        queries = interleaved([Target("few", few, query), Target("many", many, query)], rounds)
    return [
        _time_row(f"list with {MANY_JOBS:,} finished jobs, against ten", jobs, 1.5),
        _time_row(f"query on an indexed field over {MANY_RECORDS:,} records, against 100", queries, 3.0),
    ]


@contextmanager
def vehicles(rows: int) -> Iterator[Server]:
    """A server with the defined object and that many records of it."""
    with ours(quiet=True) as server:
        define(server)
        upload(server, file_of(rows).encode())
        yield server


def _time_row(name: str, loads: dict[str, list[Load]], budget: float) -> Row:
    seconds = {each: [1 / load.requests_a_second for load in loads[each]] for each in ("many", "few")}
    return Row(
        name=name,
        unit="×",
        values=ratios(seconds["many"], seconds["few"]),
        budget=budget,
        said=f"{median(seconds['many']) * 1e6:.0f} against {median(seconds['few']) * 1e6:.0f} µs a call",
    )
