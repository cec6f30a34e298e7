"""Lets the csv module read cells of any length."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager


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
