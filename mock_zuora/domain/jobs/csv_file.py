"""The rules of an uploaded file: UTF-8, CSV, and a header row that fits the job. Bytes in, header and rows out.

Whatever is wrong with the file as a whole refuses it here, and the job stays pending; what is wrong with a row is the
business of ``processing``.
"""

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Final

from mock_zuora.domain import errors
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS, Definition

MAX_FILE_BYTES: Final = 15 * 1024 * 1024
"""15 MB (D), read as binary megabytes (A), counted after gunzip."""
FIRST_DATA_ROW: Final = 2
"""Row 1 is the header (D)."""
ROWS_PER_CHUNK: Final = 500

UPDATE: Final = "update"
"""The operation whose files name existing records; the others' must not."""

Row = tuple[str, ...]
"""The cells of a row. A tuple, not a list: the garbage collector leaves a tuple of texts alone."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was taken. A blank line is an empty row, so that a row's number is its place plus 2 (A)."""

    header: tuple[str, ...]
    rows: list[Row]

    def numbered(self) -> Iterator[tuple[int, Row]]:
        """The rows that hold something, with their numbers."""
        return ((number, row) for number, row in enumerate(self.rows, FIRST_DATA_ROW) if row)


def read_csv(data: bytes, operation: str, definition: Definition) -> Generator[None, None, CsvFile]:
    """Reads a file in slices: a generator that yields after each, and returns the file.

    Raises ZuoraError 71013620 for what is not UTF-8 or not CSV (RFC 4180; CRLF, LF or CR; a byte-order mark is
    ignored), 71013720, 71013721, 71013722, 71013730 for its header.
    """
    # A cell may be as long as the file: that it is too long for its field is the business of its row. The module's own
    # limit of 131,072 holds for the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_FILE_BYTES))
    text = TextIOWrapper(BytesIO(data), encoding="utf-8-sig", newline="")
    reader = map(tuple, csv.reader(text, strict=True))
    header = tuple(_take(reader, 1, 1)[0] if data else ())
    if not header:
        raise errors.file_invalid(
            "The file is empty or begins with a blank line; expected a header row with the API names of the fields."
        )
    check_header(header, operation, definition)
    rows: list[Row] = []
    while True:
        taken = _take(reader, ROWS_PER_CHUNK, len(rows) + FIRST_DATA_ROW)
        rows += taken
        if len(taken) < ROWS_PER_CHUNK:
            return CsvFile(header, rows)
        yield


def _take(reader: Iterator[Row], count: int, number: int) -> list[Row]:
    taken: list[Row] = []
    try:
        # Extending row by row keeps those before the broken one, so that the message can say which it is.
        taken.extend(islice(reader, count))
    except csv.Error as error:
        raise errors.file_invalid(f"Row {number + len(taken)} is not CSV (RFC 4180): {error}.") from None
    except UnicodeDecodeError:
        raise errors.file_invalid(f"The file is not UTF-8, at or soon after row {number + len(taken)}.") from None
    if number == 1 and not taken:
        return [()]
    return taken


def check_header(header: tuple[str, ...], operation: str, definition: Definition) -> None:
    """Refuses a header row that does not fit the job's operation and object.

    Raises ZuoraError 71013720, 71013721, 71013722, 71013730.
    """
    seen: set[str] = set()
    for name in header:
        key = "id" if is_id_column(name) else name
        if key in seen:
            raise errors.column_duplicate(name)
        seen.add(key)
        if key == "id":
            if operation != UPDATE:
                raise errors.column_of_system(name, operation)
        elif name in SYSTEM_FIELDS:
            raise errors.column_of_system(name, operation)
        elif definition.field(name) is None:
            raise errors.column_unknown(_why_unknown(name, definition))
    if operation == UPDATE and "id" not in seen:
        raise errors.id_column_missing()


def is_id_column(name: str) -> bool:
    """Whether the column names the record: ``id`` in the reference, ``Id`` in the guide, so any letter case (D)."""
    return name.lower() == "id"


def _why_unknown(name: str, definition: Definition) -> str:
    if not name:
        return "A column of the header row has no name; expected the API name of a field."
    if definition.is_open:
        return f"Column {errors.quote(name)} is not the API name of a custom field; expected a name that ends in __c."
    known = ", ".join(definition.fields)
    return (
        f"Column {errors.quote(name)} is not a field of object '{definition.object}'; names are case-sensitive, "
        f"and its fields are {errors.quote(known)}."
    )
