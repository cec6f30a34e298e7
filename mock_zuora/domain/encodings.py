"""Recognises what a file is instead of text in UTF-8, from its bytes, to explain why it is refused."""

from typing import Final

_BEGINNINGS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32, by its byte-order mark"),
    (b"\x00\x00\xfe\xff", "UTF-32, by its byte-order mark"),
    (b"\xff\xfe", "UTF-16, by its byte-order mark"),
    (b"\xfe\xff", "UTF-16, by its byte-order mark"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls)"),
    (b"%PDF-", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "a SQLite database"),
)
_ZIP: Final = b"PK\x03\x04"
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
        if data.startswith(beginning):
            return name
    if data.startswith(_ZIP):
        return next((name for part, name in _IN_ZIP if part in data[:_FIRST_BYTES]), "a zip archive")
    # In UTF-16, every second byte of ASCII text is zero.
    if len(data) >= 4 and (data[0:4:2] == b"\0\0") != (data[1:4:2] == b"\0\0"):
        return "UTF-16: every second byte is zero"
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
