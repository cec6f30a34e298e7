"""Explains why a file is not CSV in UTF-8, from its bytes."""

import csv
import re
from collections.abc import Callable, Generator, Iterator
from functools import partial
from io import BytesIO, TextIOWrapper
from typing import Final

from mock_zuora.domain.assumptions.catalogue.files import BYTE_ORDER_MARK
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.encodings import format_of, wrong_byte
from mock_zuora.domain.errors import CUT, ZuoraError, quote, shortened
from mock_zuora.domain.jobs.csv_cells import CHUNK, MAX_ROW, PER_LINE, cells_of_any_length
from mock_zuora.domain.jobs.header_diagnosis import SEPARATORS
from mock_zuora.domain.refusals import file_invalid
from mock_zuora.domain.text import half_of

_UTF_8_MARK: Final = b"\xef\xbb\xbf"
_MAX_BEGINNING: Final = 200
"""Bytes that tell JSON or HTML from CSV."""
_JSON: Final = re.compile(rb"""\s*(?:\{\s*["}]|\[\s*[\[\]{"\d-])""")
_MARKUP: Final = re.compile(rb"\s*<[!?A-Za-z]")
_ADVICE: Final = {
    "compressed with gzip": "CSV in UTF-8, or the header Content-Encoding: gzip",
    "an Excel workbook (.xlsx)": "a sheet that is saved as CSV UTF-8",
    "an Excel workbook (.xls)": "a sheet that is saved as CSV UTF-8",
    "an OpenDocument spreadsheet (.ods)": "a sheet that is saved as CSV in UTF-8",
}
_QUOTED_CELL: Final = re.compile(r'"[^"]*+(?:""[^"]*+)*+"(.)')
"""A quoted cell at the beginning of a line, and the character behind it."""
_TEXT_AFTER_QUOTE: Final = "',' expected after '\"'"
_CSV_ERRORS: Final = {
    "unexpected end of data": "a cell begins with a quote, and no quote ends it",
    _TEXT_AFTER_QUOTE: 'text follows the quote that ends a cell; a quote inside a cell is written as ""',
}


def check_format(data: bytes, choices: Choices) -> None:
    """Refuses a file that is not CSV in UTF-8 by its first bytes. Raises ZuoraError 71013620."""
    if data.startswith(_UTF_8_MARK) and choices.of(BYTE_ORDER_MARK) == "refused":
        raise file_invalid(
            "The file starts with a byte-order mark (EF BB BF); expected UTF-8 without one.", BYTE_ORDER_MARK
        )
    if (format := format_of(data)) is not None:
        raise file_invalid(f"The file is {format}; expected {_ADVICE.get(format, 'CSV in UTF-8')}.")
    beginning = data[: _MAX_BEGINNING + len(_UTF_8_MARK)].removeprefix(_UTF_8_MARK)
    for name, pattern in (("JSON", _JSON), ("HTML or XML", _MARKUP)):
        if pattern.match(beginning):
            text = beginning.decode("utf-8", "replace") + (CUT if len(data) > _MAX_BEGINNING else "")
            line = shortened(text.strip().splitlines()[0], 40)
            raise file_invalid(f"The file is {name}: it begins with {quote(line)}; expected CSV with a header row.")


def first_row_with(is_wrong: Callable[[str], bool], data: bytes) -> Generator[None, None, tuple[int, str]]:
    """The number of the first row with a wrong line, and this line. The file has one. Reads in chunks.

    Raises ZuoraError 71013620 if a row before it is too long to be read at once.
    """
    text = TextIOWrapper(BytesIO(data), encoding="utf-8-sig", errors="surrogateescape", newline="")
    number = of_chunk = of_row = 0
    found: str | None = None

    def lines() -> Iterator[str]:
        nonlocal of_chunk, of_row, found
        for line in iter(partial(text.readline, MAX_ROW + 1), ""):
            of_chunk += len(line) + PER_LINE
            of_row += len(line) + PER_LINE
            if of_row > MAX_ROW:
                raise row_not_csv(number + 1, f"it has more than {MAX_ROW:,} characters or too many line breaks")
            yield line
            if is_wrong(line):
                found = line
                return

    rows = csv.reader(lines())
    while True:
        with cells_of_any_length(len(data)):
            for _ in rows:
                number, of_row = number + 1, 0
                if of_chunk > CHUNK:
                    break
        if found is not None:
            return number, found
        of_chunk = 0
        yield


def is_undecodable(line: str) -> bool:
    """Whether a line that was decoded with ``surrogateescape`` has bytes that are not UTF-8."""
    return half_of(line) is not None


def has_nul(line: str) -> bool:
    return "\0" in line


def row_not_utf_8(number: int, line: str) -> ZuoraError:
    """The refusal of a file because of a line that was decoded with ``surrogateescape``."""
    _, description = wrong_byte(line.encode("utf-8", "surrogateescape"))
    return file_invalid(f"The file is not UTF-8: in row {number}, {description}; expected CSV in UTF-8.")


def row_with_nul(number: int) -> ZuoraError:
    """The refusal of a file because of a zero byte."""
    return file_invalid(f"Row {number} is not CSV (RFC 4180): it contains a zero byte (NUL); expected text only.")


def row_not_csv(number: int, error: str, line: str = "") -> ZuoraError:
    """The refusal of a file because of an error of the csv module in a line of a row."""
    what = f"Row {number} is not CSV (RFC 4180)"
    if error == _TEXT_AFTER_QUOTE and (found := _QUOTED_CELL.match(line)) and found[1] in SEPARATORS:
        whole = "file" if number == 1 else "row"
        return file_invalid(
            f"{what}: {quote(found[1])} follows the quote that ends a cell; expected a comma. "
            f"Is the {whole} separated by {SEPARATORS[found[1]]}?"
        )
    return file_invalid(f"{what}: {_CSV_ERRORS.get(error, error)}.")
