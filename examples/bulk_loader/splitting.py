"""Splits a CSV file into parts that are themselves CSV files."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice


@dataclass(frozen=True)
class Part:
    """A part of a file. ``offset`` is what to add to its row numbers to get those of the file."""

    text: str
    offset: int
    rows: int


def split(text: str, max_rows: int) -> Iterator[Part]:
    """Splits after every ``max_rows`` rows; a quoted line break ends none. Raises ValueError without a header."""
    rows = csv.reader(StringIO(text, newline=""))
    header = next(rows, None)
    if not header:
        raise ValueError("the file has no header row")
    offset = 0
    while part := list(islice(rows, max_rows)):
        written = StringIO()
        csv.writer(written, lineterminator="\n").writerows([header, *part])
        yield Part(written.getvalue(), offset, len(part))
        offset += len(part)
