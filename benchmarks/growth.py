"""How costs grow: with jobs, records, tenants and the size of a file, each at four sizes. Plots them, too."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.calls import call, finished_jobs, upload
from benchmarks.files import ROWS, file_of
from benchmarks.load_rows import Target, interleaved, vehicles
from benchmarks.plot import Line, Panel, figure
from benchmarks.servers import Server, ours
from benchmarks.wrk import require_wrk

JOBS = (10, 100, 1_000, 5_000)
RECORDS = (100, 1_000, 10_000, 100_000)
TENANTS = (1, 10, 100, 1_000)
ROWS_OF_FILES = (ROWS // 16, ROWS // 4, ROWS // 2, ROWS)
OBJECT = "/objects/records/default/vehicle"


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured at each size."""

    what: str
    unit: str
    sizes: Sequence[int]
    values: Sequence[float]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--svg", type=Path, default=Path("docs/performance.svg"))
    parser.add_argument("--json", type=Path, default=Path(".bench/growth.json"))
    said = parser.parse_args()
    require_wrk()
    measured = {
        "finished jobs of the tenant": _jobs(said.rounds),
        "records of the object": _records(said.rounds),
        "tenants of the server": _tenants(said.rounds),
        "rows of the file": _files(said.rounds),
    }
    for what, curves in measured.items():
        for curve in curves:
            values = ", ".join(f"{size:,}: {value:.3g}" for size, value in zip(curve.sizes, curve.values, strict=True))
            print(f"{what}: {curve.what}, {curve.unit}: {values}")
    said.json.write_text(json.dumps({key: [asdict(each) for each in value] for key, value in measured.items()}) + "\n")
    panels = [
        Panel(
            x=what,
            y=curves[0].unit,
            lines=[Line(each.what, list(zip(each.sizes, each.values, strict=True))) for each in _drawn(curves)],
        )
        for what, curves in measured.items()
    ]
    said.svg.write_text(figure(panels))


def _drawn(curves: Sequence[Curve]) -> list[Curve]:
    """The curves of the first one's unit: a chart has one axis. The others are printed only."""
    return [each for each in curves if each.unit == curves[0].unit]


def _jobs(rounds: int) -> list[Curve]:
    costs: dict[str, list[float]] = {"list of 10": [], "retrieve": [], "list of 10, from a cursor": []}
    for size in JOBS:
        with ours(quiet=True) as server:
            oldest = finished_jobs(server, 1)
            finished_jobs(server, size - 1)
            newest = call(server, "GET", "/objects/jobs")["jobs"][0]["Id"]
            paths = {
                "list of 10": "/objects/jobs?pageSize=10",
                "retrieve": f"/objects/jobs/{oldest}",
                "list of 10, from a cursor": f"/objects/jobs?pageSize=10&cursor={newest}",
            }
            _add(costs, server, paths, rounds)
    return [Curve(what, "µs of processor a call", JOBS, values) for what, values in costs.items()]


def _records(rounds: int) -> list[Curve]:
    costs: dict[str, list[float]] = {"query, indexed field": [], "list of 25": [], "retrieve": []}
    for size in RECORDS:
        with vehicles(size) as server:
            record = call(server, "GET", OBJECT)["records"][-1]["Id"]
            paths = {
                "query, indexed field": f"{OBJECT}?q=vin__c:W0000000000000042",
                "list of 25": OBJECT,
                "retrieve": f"{OBJECT}/{record}",
            }
            _add(costs, server, paths, rounds)
    return [Curve(what, "µs of processor a call", RECORDS, values) for what, values in costs.items()]


def _tenants(rounds: int) -> list[Curve]:
    costs: dict[str, list[float]] = {"retrieve a job": []}
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in TENANTS:
            seed = Path(folder) / "seed.json"
            seed.write_text(json.dumps({"tenants": [{"name": f"tenant-{number}"} for number in range(size)]}))
            with ours(quiet=True, seed=str(seed)) as server:
                memory.append(server.resident_bytes() / 2**20)
                _add(costs, server, {"retrieve a job": f"/objects/jobs/{finished_jobs(server, 1)}"}, rounds)
    return [
        *[Curve(what, "µs of processor a call", TENANTS, values) for what, values in costs.items()],
        Curve("memory of the server, MB", "MB", TENANTS, memory),
    ]


def _files(rounds: int) -> list[Curve]:
    plain: list[float] = []
    typed: list[float] = []
    memory: list[float] = []
    for size in ROWS_OF_FILES:
        data = file_of(size).encode()
        spent = []
        for _ in range(rounds):
            with ours(quiet=True) as server:
                finished_jobs(server, 1)
                idle = server.resident_bytes()
                spent.append(_processor_seconds(server, data))
                kept = server.resident_bytes() - idle
        plain.append(median(spent) / size * 1e6)
        memory.append(kept / 2**20)
        typed.append(median([_typed_seconds(data) for _ in range(rounds)]) / size * 1e6)
    return [
        Curve("without a definition", "µs of processor a row", ROWS_OF_FILES, plain),
        Curve("six typed fields", "µs of processor a row", ROWS_OF_FILES, typed),
        Curve("memory afterwards, MB", "MB", ROWS_OF_FILES, memory),
    ]


def _typed_seconds(data: bytes) -> float:
    with vehicles(0) as server:
        return _processor_seconds(server, data)


def _processor_seconds(server: Server, data: bytes) -> float:
    before = server.cpu_seconds()
    upload(server, data)
    return server.cpu_seconds() - before


def _add(costs: dict[str, list[float]], server: Server, paths: dict[str, str], rounds: int) -> None:
    loads = interleaved([Target(name, server, path) for name, path in paths.items()], rounds)
    for name, each in loads.items():
        costs[name].append(median(load.cpu_a_request for load in each) * 1e6)


if __name__ == "__main__":
    main()
