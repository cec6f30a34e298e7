"""Measures what one server holds: many tenants, and many files at once. ``python -m benchmarks.capacity``."""

import argparse
import json
import signal
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.files import DEFINITION, file_of
from benchmarks.http_requests import add_finished_jobs, send
from benchmarks.servers import Server, mock_zuora_server
from benchmarks.wrk import TOKEN, max_latency, require_wrk
from mock_zuora import MockZuora

_MOST_TENANTS = 9_998
"""A server has at most 10,000, with the default tenant and the first one, which is not measured."""
_UPLOAD_SECONDS = 900


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--tenants", type=int, nargs="*", default=[1_000, _MOST_TENANTS])
    parser.add_argument("--uploads", type=int, nargs="*", default=[20, 50])
    options = parser.parse_args()
    require_wrk()
    for count in options.tenants:
        _measure_tenants(count)
    for count in options.uploads:
        _measure_uploads(count)


def _measure_tenants(count: int) -> None:
    with mock_zuora_server(quiet=True) as server, MockZuora.connect(server.url) as zuora:
        zuora.tenant()
        idle, cpu, started = server.resident_bytes(), server.cpu_seconds(), time.perf_counter()
        for _ in range(count):
            zuora.tenant()
        seconds, cpu = time.perf_counter() - started, server.cpu_seconds() - cpu
        memory = server.resident_bytes() - idle
    print(
        f"{count:,} tenants: {memory / 2**20:.0f} MB, {memory / count / 1024:.1f} KB each; created one after another "
        f"in {seconds:.1f} s, {cpu / count * 1e3:.2f} ms of processor time each"
    )


def _measure_uploads(count: int) -> None:
    """Uploads a file of maximum size to each of several tenants at once, while another client sends requests."""
    data = file_of().encode()
    with mock_zuora_server() as server, MockZuora.connect(server.url) as zuora:
        zuora.seed({"definitions": [DEFINITION]})
        tokens = [zuora.tenant().token() for _ in range(count)]
        path = f"/objects/jobs/{add_finished_jobs(server, 1)}"
        idle, cpu, started = server.resident_bytes(), server.cpu_seconds(), time.perf_counter()
        probe = subprocess.Popen(
            ["wrk", "-t1", "-c1", f"-d{_UPLOAD_SECONDS}s", "--timeout", "60s", "-H", TOKEN, server.url + path],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        seconds = _upload_at_once(server, tokens, data)
        took, cpu = time.perf_counter() - started, server.cpu_seconds() - cpu
        probe.send_signal(signal.SIGINT)
        latency = max_latency(probe.communicate()[0])
        kept, peak = server.resident_bytes() - idle, server.peak_bytes() - idle
    print(
        f"{count} files of {len(data) / 10**6:.1f} MB at once: first ended after {min(seconds):.1f} s, all after "
        f"{took:.1f} s ({cpu:.0f} s of processor time); {peak / 2**20:,.0f} MB at the peak, {kept / 2**20:,.0f} MB "
        f"afterwards; another client waited at most {latency * 1e3:.0f} ms"
    )


def _upload_at_once(server: Server, tokens: Sequence[str], data: bytes) -> list[float]:
    """Returns how long each upload took, from the submit to the response with the job that ended."""

    def upload(token: str) -> float:
        started = time.perf_counter()
        submission = json.dumps({"operation": "create", "object": "vehicle", "namespace": "default"}).encode()
        job = json.loads(send(server, "POST", "/objects/jobs", submission, "application/json", token))["Id"]
        send(server, "POST", f"/objects/jobs/{job}/files", data, "text/csv", token, timeout=_UPLOAD_SECONDS)
        return time.perf_counter() - started

    with ThreadPoolExecutor(len(tokens)) as pool:
        return list(pool.map(upload, tokens))


if __name__ == "__main__":
    main()
