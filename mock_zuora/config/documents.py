"""Decodes and parses the files that people write: seeds, settings, and state files of earlier versions."""

import datetime
import json
from typing import Any, Final

from mock_zuora.domain.encodings import format_of, wrong_byte
from mock_zuora.domain.json_keys import unique_keys
from mock_zuora.domain.text import invalid_text, may_have_surrogates

_UTC: Final = "+00:00"


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark. Raises ValueError with the line."""
    if (format := format_of(data)) is not None:
        raise ValueError(f"line 1: the file is {format}; expected text in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        position, description = wrong_byte(data)
        line = _with_line_feeds(data[:position].decode()).count("\n") + 1
        raise ValueError(f"line {line}: {description}; expected text in UTF-8") from None
    return _with_line_feeds(text)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_json_object(text: str) -> bool:
    """Whether a text can only be a JSON object, if it is valid at all."""
    return text.lstrip().startswith("{")


def json_document(text: str) -> Any:
    """Parses JSON. Raises ValueError with the line, also for duplicate keys and text that is not valid Unicode."""
    try:
        document = json.loads(text, object_pairs_hook=unique_keys)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: expected valid JSON ({error.msg})") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if may_have_surrogates(text):
        check_unicode(document)
    return document


def toml_document(text: str) -> dict[str, Any]:
    """Parses TOML, with dates and times as text. Raises ValueError."""
    # Imported here, because it would slow the startup of servers without a seed.
    import tomllib

    try:
        return {key: _with_text_dates(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"expected valid TOML: {error}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def check_unicode(document: Any) -> None:
    """Raises ValueError, with the key, for text that is not valid Unicode. TOML cannot have such text."""
    if (sentence := invalid_text(document)) is not None:
        raise ValueError(sentence)


def _with_text_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_text_dates(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_text_dates(each) for each in value]
    return date_as_text(value)


def date_as_text(value: object) -> object:
    """A date or time as the API writes it, ``2021-03-10T00:05:54.207Z``; any other value as it is."""
    if isinstance(value, datetime.datetime):
        precision = "microseconds" if value.microsecond % 1_000 else "milliseconds"
        text = value.isoformat(timespec=precision)
        return f"{text.removesuffix(_UTC)}Z" if text.endswith(_UTC) else text
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value
