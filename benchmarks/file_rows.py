"""Rows about a file of maximum size: its processing time, the latency of other clients meanwhile, and memory."""

import subprocess
import time
from statistics import median

from benchmarks.files import ROWS, file_of, reading_seconds
from benchmarks.http_requests import add_finished_jobs, define, upload
from benchmarks.results import Row
from benchmarks.servers import Server, mock_zuora_server
from benchmarks.wrk import TOKEN, max_latency

_PROBE_SECONDS = 4


def file_rows(rounds: int, max_wait: float = 20) -> list[Row]:
    """Returns the rows. Each round reads the text with ``csv.reader`` and then uploads it to a new server."""
    text = file_of()
    data = text.encode()
    rows = [
        _upload_row("without a definition", text, data, rounds, is_defined=False, budget=5),
        _upload_row("six typed fields, one unique", text, data, rounds, is_defined=True, budget=7),
    ]
    latencies = [_max_latencies(data) for _ in range(rounds)]
    rows.append(
        Row(
            name="maximum latency of another client meanwhile",
            unit="ms",
            values=[busy for _, busy in latencies],
            budget=max_wait,
            note=f"{median(idle for idle, _ in latencies):.0f} ms on the same server without the file",
        )
    )
    return [*rows, *_memory_rows(data)]


def _upload_row(what: str, text: str, data: bytes, rounds: int, *, is_defined: bool, budget: float) -> Row:
    values, seconds, baselines, processor = [], [], [], []
    for _ in range(rounds):
        with mock_zuora_server(quiet=True) as server:
            if is_defined:
                define(server)
            baselines.append(reading_seconds(text))
            cpu = server.cpu_seconds()
            seconds.append(upload_seconds(server, data))
            processor.append((server.cpu_seconds() - cpu) / baselines[-1])
            values.append(seconds[-1] / baselines[-1])
    return Row(
        name=f"{len(data) / 10**6:.1f} MB file of {ROWS:,} rows, {what}: first byte to completed, against csv.reader",
        unit="×",
        values=values,
        budget=budget,
        note=f"{median(seconds):.2f} s against {median(baselines):.3f} s",
        details={"processor ratio": round(median(processor), 2)},
    )


def upload_seconds(server: Server, data: bytes) -> float:
    """Returns the seconds from the submit to the response with the completed job."""
    started = time.perf_counter()
    upload(server, data)
    return time.perf_counter() - started


def _max_latencies(data: bytes) -> tuple[float, float]:
    """Returns the maximum latency of another client in ms: on an idle server, and while a file is processed."""
    with mock_zuora_server() as server:
        path = f"/objects/jobs/{add_finished_jobs(server, 1)}"
        idle = _probe(server, path, None)
    with mock_zuora_server() as server:
        path = f"/objects/jobs/{add_finished_jobs(server, 1)}"
        return idle, _probe(server, path, data)


def _probe(server: Server, path: str, data: bytes | None) -> float:
    options = ["-t1", "-c1", f"-d{_PROBE_SECONDS}s", "-H", TOKEN, server.url + path]
    with subprocess.Popen(["wrk", *options], stdout=subprocess.PIPE, text=True) as probe:
        time.sleep(0.3)
        if data is not None:
            upload(server, data)
        output, _ = probe.communicate()
    return max_latency(output) * 1e3


def _memory_rows(data: bytes) -> list[Row]:
    rows = []
    for what, is_defined in (("without a definition", False), ("six typed fields", True)):
        with mock_zuora_server(quiet=True) as server:
            if is_defined:
                define(server)
            add_finished_jobs(server, 1)
            idle = server.resident_bytes()
            upload(server, data)
            kept, peak = server.resident_bytes() - idle, server.peak_bytes() - idle
        rows.append(
            Row(
                name=f"memory per record of that file, {what}",
                unit="KB",
                values=[kept / ROWS / 1024],
                budget=0.6,
                note=f"{kept / 2**20:.0f} MB more than the idle server; {peak / 2**20:.0f} MB more at the peak",
            )
        )
    return rows
