"""Reads an uploaded file: UTF-8, CSV, and a header row that fits the job.

A mistake here refuses the whole file, and the job stays pending. ``file_rows`` handles mistakes in single rows.
"""

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Final

from mock_zuora.domain import refusals
from mock_zuora.domain.assumptions.catalogue.files import BLANK_LINES, HEADER_CHECK, HEADER_ONLY_FILE
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.csv_cells import cells_of_any_length
from mock_zuora.domain.jobs.csv_diagnosis import (
    check_format,
    first_row_with,
    has_nul,
    is_undecodable,
    row_not_csv,
    row_not_utf_8,
    row_with_nul,
)
from mock_zuora.domain.jobs.csv_header import check_header
from mock_zuora.domain.jobs.header_diagnosis import line_break_hint
from mock_zuora.domain.objects.definition import Definition

MAX_COLUMNS: Final = 1_000
"""Many more than any object has fields."""
_MAX_COMMAS: Final = 200_000
FIRST_DATA_ROW: Final = 2
"""Row 1 is the header (D)."""
ROWS_PER_CHUNK: Final = 500

Row = tuple[str, ...]
"""The cells of a row. A tuple, because the garbage collector does not track tuples of text."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was read. A blank line is an empty row, so that a row's number is its index plus 2 (A)."""

    header: tuple[str, ...]
    rows: list[Row]

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """The rows with their numbers."""
        return enumerate(self.rows, FIRST_DATA_ROW)


def read_csv(data: bytes, operation: str, definition: Definition, choices: Choices) -> Generator[None, None, CsvFile]:
    """Reads a file in chunks: a generator that yields after each chunk and returns the file.

    Accepts CRLF, LF and CR. Raises ZuoraError 71013620 for a file that is not UTF-8 or not CSV (RFC 4180), and
    71013720, 71013721, 71013722, 71013730 for its header.
    """
    check_format(data, choices)
    if b"\0" in data:
        raise row_with_nul((yield from first_row_with(has_nul, data))[0])
    try:
        return (yield from _read(data, operation, definition, choices))
    except UnicodeDecodeError:
        number, line = yield from first_row_with(is_undecodable, data)
    raise row_not_utf_8(number, line)


def _read(data: bytes, operation: str, definition: Definition, choices: Choices) -> Generator[None, None, CsvFile]:
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
            + line_break_hint(header[0], definition)
        )
    _check_header_now(header[0], operation, definition, choices)
    rows: list[Row] = []
    has_rows = False
    while True:
        chunk = reader.read(ROWS_PER_CHUNK)
        has_rows = has_rows or any(chunk)
        rows += chunk
        if len(chunk) < ROWS_PER_CHUNK:
            if not has_rows:
                _check_header_only(rows, choices)
            return CsvFile(header[0], rows)
        yield


def _check_header_now(header: Row, operation: str, definition: Definition, choices: Choices) -> None:
    """Checks the header at the upload, unless a refused header fails the job when it is processed."""
    try:
        check_header(header, operation, definition)
    except ZuoraError as refused:
        refused.assumption = HEADER_CHECK
        if choices.of(HEADER_CHECK) == "upload":
            raise


def _check_header_only(blank_lines: list[Row], choices: Choices) -> None:
    """Refuses a file with a header row and no other row. A blank line is a row if it is rejected."""
    if blank_lines and choices.of(BLANK_LINES) == "rejected":
        return
    if choices.of(HEADER_ONLY_FILE) == "refused":
        raise refusals.file_invalid(
            "The file has a header row only; expected at least one row below it.", HEADER_ONLY_FILE
        )


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
            with cells_of_any_length(self._size):
                # Extend the list row by row, so that it holds the rows before a broken one.
                chunk.extend(islice(self._rows, count))
        except csv.Error as error:
            raise row_not_csv(self._next_number + len(chunk), str(error)) from None
        self._next_number += len(chunk)
        return chunk
