"""Runs the benchmarks, prints a table and writes the measurements as JSON: `make bench` and `make bench-short`."""

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.command_rows import command_rows
from benchmarks.file_rows import file_rows
from benchmarks.load_rows import growth_rows, request_rows
from benchmarks.other_mocks import other_mock_rows
from benchmarks.results import Row, table_of
from benchmarks.start_rows import start_rows
from benchmarks.tenant_rows import tenant_rows
from benchmarks.vary_rows import vary_rows
from benchmarks.wait_rows import MANY_RECORDS, MAX_WAIT, ROWS_PER_FILE, wait_rows
from benchmarks.wrk import LoadFailed, require_wrk

SHORT_FORM_SLACK = 3.0
"""The short form fails only if a budget is missed by more than this factor, because CI machines are noisy."""
SHORT_FORM_WAIT = 150.0
"""Milliseconds. The short form fails if another client waits longer."""
PARTS = ("requests", "growth", "files", "waits", "starts", "tenants", "others")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="fewer rounds; fails only if a budget is missed by a factor of three"
    )
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="which parts to measure")
    parser.add_argument("--rounds", type=int, help="number of measurements per pair")
    parser.add_argument("--json", type=Path, default=Path(".bench/results.json"), help="the file for the measurements")
    options = parser.parse_args()
    try:
        require_wrk()
        rows, missing = measure(options.only, options.rounds or (3 if options.short else 7), options.short)
    except LoadFailed as error:
        sys.exit(f"benchmarks: {error}")
    print(table_of(rows))
    for each in missing:
        print(f"skipped: {each}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(
        json.dumps({"machine": machine(), "rows": [row.document() for row in rows]}, indent=2) + "\n"
    )
    slack = SHORT_FORM_SLACK if options.short else 1.0
    missed = [row.name for row in rows if not row.is_met_by_factor(slack)]
    if missed:
        sys.exit(f"benchmarks: budget missed{' by far' if options.short else ''}: {'; '.join(missed)}")


def measure(parts: list[str], rounds: int, is_short: bool) -> tuple[list[Row], list[str]]:
    """Returns the rows of the selected parts, and the reasons for skipped ones."""
    rows: list[Row] = []
    missing: list[str] = []
    # Many short rounds are better than a few long ones, because the speed of a machine changes within seconds.
    load_rounds = rounds if is_short else 3 * rounds
    max_wait = SHORT_FORM_WAIT / SHORT_FORM_SLACK if is_short else MAX_WAIT
    if "requests" in parts:
        rows += request_rows(load_rounds)
    if "growth" in parts:
        rows += growth_rows(load_rounds)
    if "files" in parts:
        rows += file_rows(min(rounds, 5), max_wait)
    if "waits" in parts:
        records = 2 * ROWS_PER_FILE if is_short else MANY_RECORDS
        rows += wait_rows(1 if is_short else min(rounds, 3), records, max_wait)
    if "starts" in parts:
        rows += start_rows(rounds) + command_rows(3 * rounds) + vary_rows(min(rounds, 3))
    if "tenants" in parts:
        rows += tenant_rows(rounds)
    if "others" in parts and not is_short:
        others, missing = other_mock_rows(load_rounds)
        rows += others
    return rows, missing


def machine() -> dict[str, object]:
    """Describes the machine, its load and the versions of the packages."""
    packages = ("fastapi", "starlette", "uvicorn", "h11", "pydantic")
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        **{each: version(each) for each in packages},
    }


main()
