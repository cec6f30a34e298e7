"""Rows about commands that end at once, against a Python process that does nothing."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.results import Row, ratios
from benchmarks.servers import ROOT, mock_zuora_server

_BASELINE = ("-c", "pass")
_COMMAND = ("-m", "mock_zuora")


def command_rows(rounds: int) -> list[Row]:
    """Returns the rows. Each round runs every command once, in turn."""
    with mock_zuora_server() as server:
        commands = {
            "`python -c pass`": _BASELINE,
            "`mock-zuora --version`": (*_COMMAND, "--version"),
            "`mock-zuora --help`": (*_COMMAND, "--help"),
            "`mock-zuora ready`": (*_COMMAND, "ready", "--port", str(server.port)),
        }
        spent = _milliseconds(commands, rounds)
    (_, baseline), (version, of_version), (help_, of_help), (ready, of_ready) = spent.items()
    return [
        _row(version, of_version, baseline, budget=3),
        _row(help_, of_help, baseline, budget=3),
        _row(ready, of_ready, baseline, budget=4),
        Row(name=f"{ready}, as the image's health check", unit="ms", values=of_ready, budget=100),
    ]


def _row(name: str, values: Sequence[float], baseline: Sequence[float], budget: float) -> Row:
    return Row(
        name=f"{name}, against `python -c pass`",
        unit="×",
        values=ratios(values, baseline),
        budget=budget,
        note=f"{median(values):.0f} ms against {median(baseline):.0f} ms",
    )


def _milliseconds(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
            spent[name].append((time.perf_counter() - started) * 1e3)
    return spent
