"""Reads an uploaded file: UTF-8, CSV, and a header row that fits the job.

A mistake here refuses the whole file, and the job stays pending. ``file_rows`` handles mistakes in single rows.
"""

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import Final

from mock_zuora.domain import refusals
from mock_zuora.domain.assumptions.catalogue.files import BLANK_LINES, HEADER_CHECK, HEADER_ONLY_FILE
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.csv_cells import CHUNK, MAX_ROW, PER_LINE, cells_of_any_length
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
from mock_zuora.domain.objects.definition_rules import MAX_FIELDS
from mock_zuora.domain.objects.field import MAX_TEXT_LENGTH

_MAX_CELLS: Final = 1_000
"""Cells of a row, many more than an object has fields. A row with fewer, but too many, is rejected by itself."""
_MAX_SHARED_TEXTS: Final = 10_000
_MAX_COMMAS: Final = 200_000
"""Commas of a line."""
MAX_ROWS: Final = 1_000_000
"""Rows below the header (M). Collecting garbage, and freeing the rows, takes longer the more there are."""
FIRST_DATA_ROW: Final = 2
"""Row 1 is the header (D)."""

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
    reader = _ChunkReader(data)
    header = reader.read_header()
    if not header:
        raise refusals.file_invalid(
            "The file is empty or begins with a blank line; expected a header row with the API names of the fields."
        )
    is_one_line = b"\n" not in data and b"\r" not in data
    max_fields = max(MAX_FIELDS, len(definition.fields))
    if len(header) > max_fields + 1:
        raise refusals.file_invalid(
            f"The header row has {len(header)} columns; expected at most {max_fields} fields and id."
            + line_break_hint(header, definition, operation, is_one_line=is_one_line)
        )
    try:
        check_header(header, operation, definition, is_one_line=is_one_line)
    except ZuoraError as refused:
        # Under the other choice, a refused header fails the job when it is processed.
        refused.assumption = HEADER_CHECK
        if choices.of(HEADER_CHECK) == "upload":
            raise
    rows: list[Row] = []
    has_rows = False
    while True:
        chunk = reader.read()
        has_rows = has_rows or any(chunk)
        rows += chunk
        if len(rows) > MAX_ROWS:
            raise refusals.file_invalid(
                f"The file has more than {MAX_ROWS:,} rows below its header row, the most that this server reads; "
                "expected fewer rows, in several jobs."
            )
        if reader.is_at_end:
            if not has_rows:
                _check_header_only(rows, choices)
            return CsvFile(header, rows)
        yield


def _check_header_only(blank_lines: list[Row], choices: Choices) -> None:
    """Refuses a file with a header row and no other row. A blank line is a row if it is rejected."""
    if blank_lines and choices.of(BLANK_LINES) == "rejected":
        return
    if choices.of(HEADER_ONLY_FILE) == "refused":
        raise refusals.file_invalid(
            "The file has a header row only; expected at least one row below it.", HEADER_ONLY_FILE
        )


class _ChunkReader:
    """Reads the next rows of a file, and numbers them for error messages."""

    def __init__(self, data: bytes) -> None:
        self._text = TextIOWrapper(BytesIO(data), encoding="utf-8-sig", newline="")
        self._size = len(data)
        self._texts: dict[str, str] = {}
        """Equal cells become one text, which saves a quarter of the memory of a usual file."""
        self._next_number = 1
        self._last_line = ""
        self.is_at_end = False

    def read_header(self) -> Row:
        """The first row; empty if the file is."""
        rows = self.read(0)
        return rows[0] if rows else ()

    def read(self, size: int = CHUNK) -> list[Row]:
        """The next rows, with about so many characters, but at least one; none at the end of the file."""
        chunk: list[Row] = []
        lines = self._lines(chunk, size)
        if len(self._texts) > _MAX_SHARED_TEXTS:
            self._texts.clear()
        share = self._texts.setdefault
        try:
            with cells_of_any_length(self._size):
                # Extend the list row by row, so that it holds the rows before a broken one.
                chunk.extend(tuple(map(share, row, row)) for row in csv.reader(lines, strict=True))
        except csv.Error as error:
            lines.close()
            raise row_not_csv(self._next_number + len(chunk), str(error), self._last_line) from None
        if self._next_number > 1 and max(map(len, chunk), default=0) > _MAX_CELLS:
            number, cells = next((number, len(row)) for number, row in enumerate(chunk) if len(row) > _MAX_CELLS)
            raise refusals.file_invalid(
                f"Row {self._next_number + number} has {cells} cells; expected at most {MAX_FIELDS} fields."
            )
        self._next_number += len(chunk)
        return chunk

    def _lines(self, chunk: list[Row], size: int) -> Generator[str, None, None]:
        """Yields lines until the chunk, to which the csv module adds a row when it is complete, is large enough.

        A row that is too long, of one line or of many, would keep other requests waiting, so it is refused at once.
        """
        read = 0
        line = ""
        try:
            for line in self._text:
                read += len(line) + PER_LINE
                if read <= size:
                    yield line
                    continue
                rows = len(chunk)
                if read > size + MAX_ROW or line.count(",") > _MAX_COMMAS:
                    raise _row_too_long(self._next_number + rows)
                yield line
                if len(chunk) > rows:
                    return
            self.is_at_end = True
        finally:
            # After an error, the last line explains it.
            self._last_line = line


def _row_too_long(number: int) -> ZuoraError:
    return refusals.file_invalid(
        f"Row {number} has more than {MAX_ROW:,} characters or {_MAX_COMMAS:,} commas, or too many line breaks; "
        f"expected at most {MAX_FIELDS} fields with at most {MAX_TEXT_LENGTH:,} characters each."
    )
