"""Rows about a full file: how long it takes, what others wait meanwhile, and what its records take of memory."""

import subprocess
import time
from statistics import median

from benchmarks.calls import define, finished_jobs, upload
from benchmarks.files import ROWS, file_of, reading_seconds
from benchmarks.results import Row
from benchmarks.servers import Server, ours
from benchmarks.wrk import TOKEN, longest_wait

_WATCHED_SECONDS = 4


def file_rows(rounds: int) -> list[Row]:
    """Each round reads the text by ``csv.reader`` first, then uploads it to a fresh server."""
    text = file_of()
    data = text.encode()
    rows = [
        _upload_row("without a definition", text, data, rounds, is_defined=False, budget=8),
        _upload_row("six typed fields, one unique", text, data, rounds, is_defined=True, budget=14),
    ]
    waits = [_longest_wait(data) for _ in range(rounds)]
    rows.append(
        Row(
            name="another client's longest wait meanwhile",
            unit="ms",
            values=[busy for _, busy in waits],
            budget=150,
            said=f"{median(idle for idle, _ in waits):.0f} ms on the same server without the file",
        )
    )
    return [*rows, *_memory_rows(data)]


def _upload_row(what: str, text: str, data: bytes, rounds: int, *, is_defined: bool, budget: float) -> Row:
    values, seconds, bases, processor = [], [], [], []
    for _ in range(rounds):
        with ours(quiet=True) as server:
            if is_defined:
                define(server)
            bases.append(reading_seconds(text))
            cpu = server.cpu_seconds()
            seconds.append(upload_seconds(server, data))
            processor.append((server.cpu_seconds() - cpu) / bases[-1])
            values.append(seconds[-1] / bases[-1])
    return Row(
        name=f"{len(data) / 2**20:.1f} MB file of {ROWS:,} rows, {what}: first byte to completed, against csv.reader",
        unit="×",
        values=values,
        budget=budget,
        said=f"{median(seconds):.2f} s against {median(bases):.3f} s",
        details={"processor ratio": round(median(processor), 2)},
    )


def upload_seconds(server: Server, data: bytes) -> float:
    """How long a file takes from the submit to the job that is seen completed."""
    began = time.perf_counter()
    upload(server, data)
    return time.perf_counter() - began


def _longest_wait(data: bytes) -> tuple[float, float]:
    """What one other client waits at most, in milliseconds: on an idle server, and while a full file comes."""
    with ours(quiet=True) as server:
        path = f"/objects/jobs/{finished_jobs(server, 1)}"
        idle = _watched(server, path, None)
    with ours(quiet=True) as server:
        path = f"/objects/jobs/{finished_jobs(server, 1)}"
        return idle, _watched(server, path, data)


def _watched(server: Server, path: str, data: bytes | None) -> float:
    options = ["-t1", "-c1", f"-d{_WATCHED_SECONDS}s", "-H", TOKEN, server.url + path]
    with subprocess.Popen(["wrk", *options], stdout=subprocess.PIPE, text=True) as watcher:
        time.sleep(0.3)
        if data is not None:
            upload(server, data)
        said, _ = watcher.communicate()
    return longest_wait(said) * 1e3


def _memory_rows(data: bytes) -> list[Row]:
    rows = []
    for what, is_defined in (("without a definition", False), ("six typed fields", True)):
        with ours(quiet=True) as server:
            if is_defined:
                define(server)
            finished_jobs(server, 1)
            idle = server.resident_bytes()
            upload(server, data)
            kept, peak = server.resident_bytes() - idle, server.peak_bytes() - idle
        rows.append(
            Row(
                name=f"memory of a record of that file, {what}",
                unit="KB",
                values=[kept / ROWS / 1024],
                budget=1.2,
                said=f"{kept / 2**20:.0f} MB beyond the idle server; at most {peak / 2**20:.0f} MB on the way",
            )
        )
    return rows
