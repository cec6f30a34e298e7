"""The command behind `make bench` and `make bench-short`: measures, prints the table, writes the JSON."""

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.file_rows import file_rows
from benchmarks.load_rows import call_rows, growth_rows
from benchmarks.others import other_rows
from benchmarks.results import Row, table_of
from benchmarks.start_rows import start_rows
from benchmarks.wrk import LoadFailed, require_wrk

FAR_OUT = 3.0
"""The short form fails on a row that misses its budget by more than this factor: machines of CI are noisy."""
PARTS = ("calls", "growth", "files", "starts", "others")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="few and short rounds; fails only far out of a budget")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="which parts to measure")
    parser.add_argument("--rounds", type=int, help="how often each pair is measured")
    parser.add_argument("--json", type=Path, default=Path(".bench/results.json"), help="where the numbers go")
    said = parser.parse_args()
    try:
        require_wrk()
        rows, missing = measure(said.only, said.rounds or (3 if said.short else 7), said.short)
    except LoadFailed as error:
        sys.exit(f"bench: {error}")
    print(table_of(rows))
    for each in missing:
        print(f"left out: {each}")
    said.json.parent.mkdir(parents=True, exist_ok=True)
    said.json.write_text(json.dumps({"machine": machine(), "rows": [row.document() for row in rows]}, indent=2) + "\n")
    slack = FAR_OUT if said.short else 1.0
    missed = [row.name for row in rows if not row.is_met_by_factor(slack)]
    if missed:
        sys.exit(f"bench: {'far ' if said.short else ''}out of budget: {'; '.join(missed)}")


def measure(parts: list[str], rounds: int, is_short: bool) -> tuple[list[Row], list[str]]:
    """The rows of the chosen parts, and what had to be left out."""
    rows: list[Row] = []
    missing: list[str] = []
    # Many short rounds rather than a few long ones: the pace of a machine changes within seconds.
    turns = rounds if is_short else 3 * rounds
    if "calls" in parts:
        rows += call_rows(turns)
    if "growth" in parts:
        rows += growth_rows(turns)
    if "files" in parts:
        rows += file_rows(min(rounds, 5))
    if "starts" in parts:
        rows += start_rows(rounds)
    if "others" in parts and not is_short:
        others, missing = other_rows(turns)
        rows += others
    return rows, missing


def machine() -> dict[str, object]:
    """What the numbers were measured on, and how busy it was."""
    packages = ("fastapi", "starlette", "uvicorn", "h11", "pydantic")
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        **{each: version(each) for each in packages},
    }


main()
