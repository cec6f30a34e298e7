"""Recognises what a file is instead of text in UTF-8, from its bytes, to explain why it is refused."""

import re
from typing import Final

_BEGINNINGS: Final = (
    (re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff"), "UTF-32, by its byte-order mark"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16, by its byte-order mark"),
    (re.compile(rb"[^\0]\0\0\0|\0\0\0[^\0]"), "UTF-32: three of four bytes are zero"),
    (re.compile(rb"[^\0]\0[^\0]\0|\0[^\0]\0[^\0]"), "UTF-16: every second byte is zero"),
    (re.compile(rb"\x1f\x8b"), "compressed with gzip"),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), "compressed with bzip2"),
    (re.compile(rb"\xfd7zXZ\0"), "compressed with xz"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "compressed with zstd"),
    (re.compile(rb"x[\x01\x9c\xda]"), "compressed with zlib"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
    (re.compile(rb"(?=[^\0]{1,256}\0).{257}ustar", re.DOTALL), "a tar archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Excel workbook (.xls)"),
    (re.compile(rb"%PDF-\d\.\d\s+(%|\d+ \d+ obj)"), "a PDF document"),
    (re.compile(rb"PAR1[\x01-\x08\x0e-\x1f]"), "a Parquet file"),
    (re.compile(rb"SQLite format 3\0"), "a SQLite database"),
)
"""More of each format than the letters that it begins with: a column can be called ``PAR1__c``."""
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""The beginnings of an archive with files, and of one without."""
_IN_ZIP: Final = (
    (b"[Content_Types].xml", "an Excel workbook (.xlsx)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
)
_FIRST_BYTES: Final = 4_096
_USUAL_FIRST_BYTES: Final = b"\xc2\xc3\xe2\xf0"
"""Most characters of UTF-8 begin with these. Few texts in Windows-1252 end with them."""
_USUAL_SIGNS: Final = "€‚„…‘’“”•–—™£§©«®°±²³´·»¿¡½"


def format_of(data: bytes) -> str | None:
    """What the data are, by their first bytes, if they are not text in UTF-8: ``UTF-16, by its byte-order mark``."""
    for beginning, name in _BEGINNINGS:
        if beginning.match(data):
            return name
    if data.startswith(_ZIP):
        return next((name for part, name in _IN_ZIP if part in data[:_FIRST_BYTES]), "a zip archive")
    return None


def wrong_byte(data: bytes) -> tuple[int, str]:
    """The position of the first byte that is not UTF-8, and a description; the data have such a byte."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start, f"byte {data[error.start]:02X} {_meaning(data, error)}"
    raise ValueError("the data are UTF-8")


def _meaning(data: bytes, error: UnicodeDecodeError) -> str:
    is_utf_8 = data[error.start] in _USUAL_FIRST_BYTES or not data[: error.start].isascii()
    if error.reason == "unexpected end of data" and is_utf_8:
        return "begins a character that is cut off"
    character = data[error.start : error.start + 1].decode("cp1252", "replace")
    following = data[error.start + 1 : error.start + 2].decode("cp1252", "replace")
    if _is_usual(character) and (following.isascii() or _is_usual(following)):
        return f"is '{character}' in Windows-1252"
    return "is not valid there"


def _is_usual(character: str) -> bool:
    """Whether texts of Western Europe often have this character."""
    return character.isalpha() or character in _USUAL_SIGNS
