"""``mock-zuora assumptions``: lists the assumptions and their choices."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

_HEADS: Final = ("NAME", "DEFAULT", "OTHER CHOICES", "QUESTION")


def add_assumption_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the flags of ``mock-zuora assumptions``."""
    parser.add_argument("--json", action="store_true", help="print everything that is known about them, as JSON")


def print_assumptions(arguments: argparse.Namespace) -> None:
    """Prints a table, or a JSON array."""
    if arguments.json:
        print(json.dumps([asdict(each) for each in ASSUMPTIONS.values()], indent=2))
        return
    rows: list[Sequence[str]] = [_HEADS]
    for each in ASSUMPTIONS.values():
        others = ", ".join(choice for choice in each.choices if choice != each.default)
        rows.append((each.name, each.default, others, each.question))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        print("  ".join([*(text.ljust(width) for text, width in zip(row[:-1], widths, strict=True)), row[-1]]))
