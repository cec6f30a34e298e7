"""Measures and plots how costs grow with the number of jobs, records, tenants and rows of a file."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.files import ROWS, file_of
from benchmarks.http_requests import add_finished_jobs, send_json, upload
from benchmarks.load_rows import Target, interleaved, server_with_records
from benchmarks.plot import Line, Panel, figure
from benchmarks.servers import Server, mock_zuora_server
from benchmarks.wrk import require_wrk

JOBS = (10, 100, 1_000, 5_000)
RECORDS = (100, 1_000, 10_000, 100_000)
TENANTS = (1, 10, 100, 1_000)
FILE_ROWS = (ROWS // 16, ROWS // 4, ROWS // 2, ROWS)
OBJECT = "/objects/records/default/vehicle"


@dataclass(frozen=True, slots=True)
class Curve:
    """Measurements at several sizes."""

    what: str
    unit: str
    sizes: Sequence[int]
    values: Sequence[float]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--svg", type=Path, default=Path("docs/performance.svg"))
    parser.add_argument("--json", type=Path, default=Path(".bench/growth.json"))
    options = parser.parse_args()
    require_wrk()
    measured = {
        "finished jobs of the tenant": _jobs(options.rounds),
        "records of the object": _records(options.rounds),
        "tenants of the server": _tenants(options.rounds),
        "rows of the file": _files(options.rounds),
    }
    for what, curves in measured.items():
        for curve in curves:
            values = ", ".join(f"{size:,}: {value:.3g}" for size, value in zip(curve.sizes, curve.values, strict=True))
            print(f"{what}: {curve.what}, {curve.unit}: {values}")
    options.json.write_text(
        json.dumps({key: [asdict(each) for each in value] for key, value in measured.items()}) + "\n"
    )
    panels = [
        Panel(
            x=what,
            y=curves[0].unit,
            lines=[Line(each.what, list(zip(each.sizes, each.values, strict=True))) for each in _drawn(curves)],
        )
        for what, curves in measured.items()
    ]
    options.svg.write_text(figure(panels))


def _drawn(curves: Sequence[Curve]) -> list[Curve]:
    """Returns the curves with the unit of the first one, because a chart has one axis. The others are only printed."""
    return [each for each in curves if each.unit == curves[0].unit]


def _jobs(rounds: int) -> list[Curve]:
    costs: dict[str, list[float]] = {"list of 10": [], "retrieve": [], "list of 10, from a cursor": []}
    for size in JOBS:
        with mock_zuora_server(quiet=True) as server:
            oldest = add_finished_jobs(server, 1)
            add_finished_jobs(server, size - 1)
            newest = send_json(server, "GET", "/objects/jobs")["jobs"][0]["Id"]
            paths = {
                "list of 10": "/objects/jobs?pageSize=10",
                "retrieve": f"/objects/jobs/{oldest}",
                "list of 10, from a cursor": f"/objects/jobs?pageSize=10&cursor={newest}",
            }
            _add(costs, server, paths, rounds)
    return [Curve(what, "µs of processor per request", JOBS, values) for what, values in costs.items()]


def _records(rounds: int) -> list[Curve]:
    costs: dict[str, list[float]] = {"query, indexed field": [], "list of 25": [], "retrieve": []}
    for size in RECORDS:
        with server_with_records(size) as server:
            record = send_json(server, "GET", OBJECT)["records"][-1]["Id"]
            paths = {
                "query, indexed field": f"{OBJECT}?q=vin__c:W0000000000000042",
                "list of 25": OBJECT,
                "retrieve": f"{OBJECT}/{record}",
            }
            _add(costs, server, paths, rounds)
    return [Curve(what, "µs of processor per request", RECORDS, values) for what, values in costs.items()]


def _tenants(rounds: int) -> list[Curve]:
    costs: dict[str, list[float]] = {"retrieve a job": []}
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in TENANTS:
            seed = Path(folder) / "seed.json"
            seed.write_text(json.dumps({"tenants": [{"name": f"tenant-{number}"} for number in range(size)]}))
            with mock_zuora_server(quiet=True, seed=str(seed)) as server:
                memory.append(server.resident_bytes() / 2**20)
                _add(costs, server, {"retrieve a job": f"/objects/jobs/{add_finished_jobs(server, 1)}"}, rounds)
    return [
        *[Curve(what, "µs of processor per request", TENANTS, values) for what, values in costs.items()],
        Curve("memory of the server, MB", "MB", TENANTS, memory),
    ]


def _files(rounds: int) -> list[Curve]:
    plain: list[float] = []
    typed: list[float] = []
    memory: list[float] = []
    for size in FILE_ROWS:
        data = file_of(size).encode()
        spent = []
        for _ in range(rounds):
            with mock_zuora_server(quiet=True) as server:
                add_finished_jobs(server, 1)
                idle = server.resident_bytes()
                spent.append(_processor_seconds(server, data))
                kept = server.resident_bytes() - idle
        plain.append(median(spent) / size * 1e6)
        memory.append(kept / 2**20)
        typed.append(median([_typed_seconds(data) for _ in range(rounds)]) / size * 1e6)
    return [
        Curve("without a definition", "µs of processor per row", FILE_ROWS, plain),
        Curve("six typed fields", "µs of processor per row", FILE_ROWS, typed),
        Curve("memory afterwards, MB", "MB", FILE_ROWS, memory),
    ]


def _typed_seconds(data: bytes) -> float:
    with server_with_records(0) as server:
        return _processor_seconds(server, data)


def _processor_seconds(server: Server, data: bytes) -> float:
    before = server.cpu_seconds()
    upload(server, data)
    return server.cpu_seconds() - before


def _add(costs: dict[str, list[float]], server: Server, paths: dict[str, str], rounds: int) -> None:
    loads = interleaved([Target(name, server, path) for name, path in paths.items()], rounds)
    for name, each in loads.items():
        costs[name].append(median(load.cpu_per_request for load in each) * 1e6)


if __name__ == "__main__":
    main()
