"""ZuoraError and its error codes: six digits for the resource, two for the category (D).

Nothing here knows a status code or a response format; ``api/errors.py`` renders errors. ``refusals`` holds a named
constructor for each documented error.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from mock_zuora.domain.assumptions.assumption import Assumption

MAX_QUOTED_LENGTH = 100
"""Characters."""
CUT = "…"
"""Marks where a text was cut."""


class Category(IntEnum):
    """The kind of error. It alone determines the HTTP status (D)."""

    AUTHENTICATION = 11
    READ_DENIED = 12
    UPDATE_DENIED = 13
    DELETE_DENIED = 14
    CREATE_DENIED = 15
    INVALID = 20
    UNKNOWN_FIELD = 21
    MISSING = 22
    INVALID_INTEGER = 23
    INVALID_NUMBER = 24
    INVALID_BOOLEAN = 25
    INVALID_STRING = 26
    RULE = 30
    NOT_FOUND = 40
    INTERNAL = 60
    RETRYABLE = 61


class Resource(IntEnum):
    """The resource, or the part of one, that an error is about (D)."""

    DEFINITION = 710000
    DEFINITION_NAMESPACE = 710001
    DEFINITION_OBJECT = 710002
    DEFINITION_FILTERABLE = 710005
    MIGRATION_TARGET_NAME = 710025
    MIGRATION_ACTIONS = 710028
    RECORD = 710125
    RECORD_QUERY = 710127
    RECORD_IDS = 710129
    JOB = 710130
    JOB_ID = 710131
    JOB_FILTER = 710132
    JOB_CONDITIONS = 710133
    JOB_STATUS = 710134
    JOB_OPERATION = 710135
    JOB_FILE = 710136
    JOB_HEADERS = 710137
    # Not a custom-object resource: the API uses this code when it cannot authenticate a request (D).
    CREDENTIALS = 900000


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as data: its 8-digit code and a message."""

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """A problem with a request about several records, and the record that has it, if it is about one."""

    problem: Problem
    record: Mapping[str, Any] | None = None


class ZuoraError(Exception):
    """A refused request. Code that raises it has changed no state.

    ``assumption`` is the assumption that the refusal rests on, if it rests on one.
    """

    def __init__(
        self,
        resource: Resource,
        category: Category,
        message: str,
        details: tuple[ErrorDetail, ...] = (),
        assumption: Assumption | None = None,
    ) -> None:
        super().__init__(message)
        self.resource = resource
        self.category = category
        self.message = message
        self.details = details
        self.assumption = assumption

    @property
    def code(self) -> int:
        """The 8-digit code, for example 71013040."""
        return self.resource * 100 + self.category

    @property
    def problem(self) -> Problem:
        """Code and message as data."""
        return Problem(self.code, self.message)


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 cell``, ``2 cells``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def expected(names: Sequence[str]) -> str:
    """The end of a message: ``expected PATCH``, ``expected one of GET, PATCH``."""
    return f"expected {'one of ' if len(names) > 1 else ''}{', '.join(names)}"


def _beginning_of_json(value: object) -> str:
    """A value as JSON, or the beginning of it: a body can be a list of millions of numbers."""
    text = ""
    try:
        for part in json.JSONEncoder(default=repr).iterencode(value):
            text += part
            if len(text) > MAX_QUOTED_LENGTH:
                break
    except (ValueError, RecursionError):
        # Python does not convert an integer of more than 4,300 digits to text, nor what is nested too deeply.
        text += CUT
    return text


def one_line(text: str) -> str:
    """Escapes invisible characters, and what would break a line of a log or could not be encoded."""
    return text if text.isprintable() else "".join([each if each.isprintable() else repr(each)[1:-1] for each in text])


def shortened(text: str, length: int) -> str:
    """A text of at most so many characters. A cut is marked with ``…``: redaction looks there for a cut secret."""
    return text if len(text) <= length else text[:length] + CUT


def quote(value: object) -> str:
    """Formats a value for a message: text in single quotes, anything else as JSON: ``'red'``, ``4``, ``null``.

    Shortens the value to 100 characters, so that no message echoes a whole file, and escapes invisible characters. Text
    that begins or ends with a single quote is in double quotes: ``"'red'"``.
    """
    text = value if isinstance(value, str) else _beginning_of_json(value)
    text = shortened(text, MAX_QUOTED_LENGTH)
    if not isinstance(value, str):
        return text
    mark = '"' if '"' not in text and (text[:1] == "'" or text[-1:] == "'") else "'"
    return f"{mark}{one_line(text)}{mark}"
