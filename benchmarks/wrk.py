"""Load by wrk, a compiled client: it takes little of the processor that the server needs."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import Server

CONNECTIONS = 16
TOKEN = "Authorization: Bearer sk_bench"
"""Any token does for us; localstripe wants one that looks like its own."""
LUA = Path(__file__).resolve().parent / "lua"
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class LoadFailed(Exception):
    """wrk is missing, or calls were not answered with success: their rate means nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk saw, and what the server paid for it."""

    requests_a_second: float
    cpu_a_request: float
    """Processor seconds of the server."""


def require_wrk() -> None:
    """Says what to do if wrk is missing."""
    if shutil.which("wrk") is None:
        raise LoadFailed("wrk is missing: it is the package wrk of Debian and Ubuntu (apt-get install wrk)")


def drive(server: Server, path: str, seconds: int, script: str | None = None) -> Load:
    """Calls the server over 16 connections, as fast as it answers."""
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", TOKEN]
    if script is not None:
        options += ["-s", str(LUA / script)]
    cpu = server.cpu_seconds()
    said = _run([*options, server.url + path])
    cpu = server.cpu_seconds() - cpu
    requests = int(_find(r"(\d+) requests in", said))
    if "Non-2xx" in said or "Socket errors" in said or requests == 0:
        raise LoadFailed(f"{server.name} {path}: not every call was answered with success:\n{said}")
    return Load(
        requests_a_second=float(_find(r"Requests/sec:\s+([\d.]+)", said)),
        cpu_a_request=cpu / requests,
    )


def _run(options: Sequence[str]) -> str:
    done = subprocess.run(["wrk", *options], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise LoadFailed(f"wrk failed: {done.stderr or done.stdout}")
    return done.stdout


def longest_wait(said: str) -> float:
    """The longest time that a call took, in seconds, by what wrk said."""
    number = _find(r"Latency(?:\s+[\d.]+(?:us|ms|s)){2}\s+([\d.]+(?:us|ms|s))", said)
    unit = number.lstrip("0123456789.")
    return float(number.removesuffix(unit)) * _UNITS[unit]


def _find(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise LoadFailed(f"wrk's answer has no {pattern}:\n{said}")
    return found[1]
