"""Load generation with wrk, a compiled client that needs little processor time."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import Server

CONNECTIONS = 16
TOKEN = "Authorization: Bearer sk_bench"
"""mock_zuora accepts any token; localstripe requires this format."""
LUA = Path(__file__).resolve().parent / "lua"
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class LoadFailed(Exception):
    """wrk is missing, or requests failed, so that their rate has no meaning."""


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one run of wrk."""

    requests_per_second: float
    cpu_per_request: float
    """Processor seconds of the server per request."""


def require_wrk() -> None:
    """Raises LoadFailed if wrk is missing."""
    if shutil.which("wrk") is None:
        raise LoadFailed("wrk is missing; install the package wrk of Debian or Ubuntu (apt-get install wrk)")


def drive(server: Server, path: str, seconds: int, script: str | None = None) -> Load:
    """Sends requests over 16 connections as fast as the server responds. Raises LoadFailed."""
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", TOKEN]
    if script is not None:
        options += ["-s", str(LUA / script)]
    cpu = server.cpu_seconds()
    output = _run([*options, server.url + path])
    cpu = server.cpu_seconds() - cpu
    requests = int(_find(r"(\d+) requests in", output))
    if "Non-2xx" in output or "Socket errors" in output or requests == 0:
        raise LoadFailed(f"{server.name} {path}: some requests failed:\n{output}")
    return Load(
        requests_per_second=float(_find(r"Requests/sec:\s+([\d.]+)", output)),
        cpu_per_request=cpu / requests,
    )


def _run(options: Sequence[str]) -> str:
    done = subprocess.run(["wrk", *options], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise LoadFailed(f"wrk failed: {done.stderr or done.stdout}")
    return done.stdout


def max_latency(output: str) -> float:
    """Returns the maximum latency in seconds from the output of wrk."""
    number = _find(r"Latency(?:\s+[\d.]+(?:us|ms|s)){2}\s+([\d.]+(?:us|ms|s))", output)
    unit = number.lstrip("0123456789.")
    return float(number.removesuffix(unit)) * _UNITS[unit]


def _find(pattern: str, output: str) -> str:
    match = re.search(pattern, output)
    if match is None:
        raise LoadFailed(f"the output of wrk has no {pattern}:\n{output}")
    return match[1]
