"""Reads an uploaded file: UTF-8, CSV, and a header row that fits the job.

A mistake here refuses the whole file, and the job stays pending. ``processing`` handles mistakes in single rows.
"""

import csv
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Final

from mock_zuora.domain import refusals
from mock_zuora.domain.errors import quote
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS, Definition

MAX_COLUMNS: Final = 1_000
"""Many more than any object has fields."""
_MAX_COMMAS: Final = 200_000
FIRST_DATA_ROW: Final = 2
"""Row 1 is the header (D)."""
ROWS_PER_CHUNK: Final = 500

UPDATE: Final = "update"
"""The operation whose files need an id column; other files must not have one."""

Row = tuple[str, ...]
"""The cells of a row. A tuple, because the garbage collector does not track tuples of text."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was read. A blank line is an empty row, so that a row's number is its index plus 2 (A)."""

    header: tuple[str, ...]
    rows: list[Row]

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """The rows that are not blank, with their numbers."""
        return ((number, row) for number, row in enumerate(self.rows, FIRST_DATA_ROW) if row)


def read_csv(data: bytes, operation: str, definition: Definition) -> Generator[None, None, CsvFile]:
    """Reads a file in chunks: a generator that yields after each chunk and returns the file.

    Accepts CRLF, LF and CR, and ignores a byte-order mark. Raises ZuoraError 71013620 for a file that is not UTF-8 or
    not CSV (RFC 4180), and 71013720, 71013721, 71013722, 71013730 for its header.
    """
    text = TextIOWrapper(BytesIO(data), encoding="utf-8-sig", newline="")
    reader = _ChunkReader(map(tuple, csv.reader(_checked_lines(text), strict=True)), len(data))
    header = reader.read(1)
    if not header or not header[0]:
        raise refusals.file_invalid(
            "The file is empty or begins with a blank line; expected a header row with the API names of the fields."
        )
    if len(header[0]) > MAX_COLUMNS:
        raise refusals.file_invalid(
            f"The header row has {len(header[0])} columns; expected at most {MAX_COLUMNS}: objects have at most 50."
        )
    check_header(header[0], operation, definition)
    rows: list[Row] = []
    while True:
        chunk = reader.read(ROWS_PER_CHUNK)
        rows += chunk
        if len(chunk) < ROWS_PER_CHUNK:
            return CsvFile(header[0], rows)
        yield


def _checked_lines(text: TextIOWrapper) -> Iterator[str]:
    """The lines of a file. A line of millions of cells would keep other requests waiting, so it is refused at once."""
    for number, line in enumerate(text, 1):
        if len(line) > _MAX_COMMAS and line.count(",") > _MAX_COMMAS:
            raise refusals.file_invalid(
                f"Line {number} has more than {_MAX_COMMAS} commas; expected at most 50 fields."
            )
        yield line


class _ChunkReader:
    """Reads the next rows of a file, and numbers them for error messages."""

    def __init__(self, rows: Iterator[Row], size: int) -> None:
        self._rows = rows
        self._size = size
        self._next_number = 1

    def read(self, count: int) -> list[Row]:
        chunk: list[Row] = []
        try:
            with _cells_of_any_length(self._size):
                # Extend the list row by row, so that it holds the rows before a broken one.
                chunk.extend(islice(self._rows, count))
        except csv.Error as error:
            raise refusals.file_invalid(
                f"Row {self._next_number + len(chunk)} is not CSV (RFC 4180): {error}."
            ) from None
        except UnicodeDecodeError:
            raise refusals.file_invalid(
                f"The file is not UTF-8, at or soon after row {self._next_number + len(chunk)}."
            ) from None
        self._next_number += len(chunk)
        return chunk


@contextmanager
def _cells_of_any_length(size: int) -> Iterator[None]:
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


def check_header(header: tuple[str, ...], operation: str, definition: Definition) -> None:
    """Checks that a header row fits the operation and the object of its job.

    Raises ZuoraError 71013720, 71013721, 71013722, 71013730.
    """
    seen: set[str] = set()
    for name in header:
        key = "id" if is_id_column(name) else name
        if key in seen:
            raise refusals.column_duplicate(name)
        seen.add(key)
        if key == "id":
            if operation != UPDATE:
                raise refusals.column_of_system(name, operation)
        elif name in SYSTEM_FIELDS:
            raise refusals.column_of_system(name, operation)
        elif definition.field(name) is None:
            raise refusals.column_unknown(_unknown_column_message(name, definition))
    if operation == UPDATE and "id" not in seen:
        raise refusals.id_column_missing()


def is_id_column(name: str) -> bool:
    """Whether the column holds record ids. The reference writes ``id``, the guide ``Id``: any letter case (D)."""
    return name.lower() == "id"


def _unknown_column_message(name: str, definition: Definition) -> str:
    if not name:
        return "A column of the header row has no name; expected the API name of a field."
    if definition.is_open:
        return f"Column {quote(name)} is not the API name of a custom field; expected a name that ends in __c."
    known = ", ".join(definition.fields)
    return (
        f"Column {quote(name)} is not a field of object '{definition.object}'; names are case-sensitive, "
        f"and its fields are {quote(known)}."
    )
