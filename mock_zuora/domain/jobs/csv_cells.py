"""How the csv module reads files: cells of any length, in chunks, but no endless row."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

CHUNK: Final = 250_000
"""Characters of the rows that are read at once, roughly."""
PER_LINE: Final = 16
"""The cost of reading a line, in characters."""
MAX_ROW: Final = 1_000_000
"""Characters of a row with ``PER_LINE`` for each line, roughly: more than all cells of a usual row have."""


@contextmanager
def cells_of_any_length(size: int) -> Iterator[None]:
    """Lets the csv module read cells as long as the file, whose size is in bytes.

    The module's limit of 131,072 characters is process-wide, so it is raised for one chunk at most and only for a
    larger file. A cell that is too long for its field is an error of its row.
    """
    limit = csv.field_size_limit()
    if size <= limit:
        yield
        return
    csv.field_size_limit(size)
    try:
        yield
    finally:
        csv.field_size_limit(limit)
