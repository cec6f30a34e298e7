"""The one rule about text from outside: it is valid Unicode, so that every response, log and file can contain it.

JSON can escape half of a surrogate pair, which is what some programs make of an emoji that they cut in two.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from mock_zuora.domain.errors import one_line, quote

_EXPECTED: Final = "expected valid Unicode text"
_ESCAPES: Final = ("\\ud", "\\uD")


def may_have_surrogates(json_text: str) -> bool:
    """Whether a JSON text has an escape that could be half of a surrogate pair. Most have none, and need no check."""
    # Looking for one character takes a tenth of the time, and most texts have no escape at all.
    return "\\" in json_text and any([escape in json_text for escape in _ESCAPES])


def invalid_text(document: object, name: str = "") -> str | None:
    """A sentence about the first text or key, at any depth, that is not valid Unicode; None if there is none.

    ``name`` is what the document is called. A text is named by its place: ``records[0].name__c: 'x\\ud83d' contains``.
    """
    for where, text in _texts(document, name):
        half = half_of(text)
        if half is not None:
            prefix = f"{one_line(where)}: " if where else ""
            return f"{prefix}{one_line(quote(text))} contains {half}, half of a surrogate pair; {_EXPECTED}"
    return None


def half_of(text: str) -> str | None:
    """The first half of a surrogate pair in a text, escaped; None if there is none."""
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return repr(text[error.start])[1:-1]
    return None


def _texts(document: object, name: str) -> Iterator[tuple[str, str]]:
    """Every text and key with its place. A list, not recursion: a document can be nested as deeply as JSON allows."""
    left: list[tuple[str, object]] = [(name, document)]
    while left:
        where, value = left.pop()
        if isinstance(value, str):
            yield where, value
        elif isinstance(value, dict):
            for key, each in value.items():
                inner = f"{where}.{key}" if where else str(key)
                if isinstance(key, str):
                    yield where, key
                left.append((inner, each))
        elif isinstance(value, list | tuple):
            left.extend((f"{where}[{at}]", each) for at, each in enumerate(value))


def undecodable(query: bytes) -> str | None:
    """The name of the first parameter of a query whose name or value is not UTF-8; None if there is none."""
    if b"%" not in query:
        return None
    for parameter in query.split(b"&"):
        if not is_utf8(parameter):
            return unquote_to_bytes(parameter.partition(b"=")[0]).decode("utf-8", "replace")
    return None


def is_utf8(escaped: bytes) -> bool:
    """Whether a part of a URL, with its escapes, is UTF-8."""
    if b"%" not in escaped:
        return escaped.isascii()
    try:
        unquote_to_bytes(escaped).decode()
    except UnicodeDecodeError:
        return False
    return True
