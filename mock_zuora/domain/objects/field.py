"""The field types: what a value may be, how text and JSON become a value, and how two values compare.

A converter knows the kind of a mistake (its ``Category``); its caller knows what the mistake is in. So the same
converter serves the row of a file, the body of a call and the value of a filter.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any, Final

from mock_zuora.domain.errors import Category, quote

Value = str | int | float | bool
Converter = Callable[[str], Value]
Reader = Callable[[object], Value]

MAX_TEXT_LENGTH: Final = 8_192
"""The most characters that any text field can be configured for (D)."""
DEFAULT_MAX_LENGTH: Final = 512
"""A text field's maxLength unless it sets one (D)."""
MIN_INTEGER: Final = -(2**63)
MAX_INTEGER: Final = 2**63 - 1
DIGITS_BEFORE_POINT: Final = 13
DIGITS_AFTER_POINT: Final = 9
MAX_NUMBER: Final = math.nextafter(10**DIGITS_BEFORE_POINT, 0)
"""The largest number that is kept. (A) Numbers with digits after the point are kept as JSON readers see them, as the
nearest IEEE double: what has at most 15 digits comes back as it was said, longer ones are rounded in their last digits.
The other reading, exact decimals, would show only to clients that read JSON numbers as decimals."""
OPTION_SEPARATOR: Final = ";"
"""What stands between the options of a multiselect value (A: the reference only says that the value is a string)."""

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
"""A number that is within all bounds by the count of its digits alone: as nearly every one is written."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})", re.ASCII)


class FieldType(StrEnum):
    """The types of custom fields (D)."""

    TEXT = "text"
    URL = "url"
    PICKLIST = "picklist"
    MULTISELECT = "multiselect"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    UUID = "uuid"


class FieldValidationError(Exception):
    """A value that its field does not take: the category of the mistake, and a sentence that names field and value."""

    def __init__(self, category: Category, message: str) -> None:
        super().__init__(message)
        self.category = category
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an object, custom or system, with every limit that its definition sets."""

    name: str
    type: FieldType = FieldType.TEXT
    label: str | None = None
    description: str | None = None
    format: str | None = None
    max_length: int = DEFAULT_MAX_LENGTH
    options: tuple[str, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    default: Value | None = None
    required: bool = False
    filterable: bool = False
    unique: bool = False
    is_auditable: bool = False
    is_system: bool = False
    document: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The part of a definition's document that the field was read from."""


def _wrong(field: Field, expected: str, value: object) -> str:
    return f"Field [{field.name}] expects {expected}, but the value is {quote(value)}."


def from_text(field: Field) -> Converter:
    """The function that turns the text of a CSV cell into a value of the field; it raises Mismatch.

    Made once for each column, so that a row costs one call a cell.
    """
    parse = _PARSERS.get(field.type)
    if parse is None:
        return _text_checker(field)
    category = _RANGE_CATEGORIES.get(field.type)
    if category is None or not _has_range(field):
        return partial(parse, field)

    def convert(text: str) -> Value:
        return _check_range(field, parse(field, text), text, category)

    return convert


def from_json(field: Field, value: object) -> Value:
    """A JSON value as a value of the field, see ``json_reader``. Raises Mismatch."""
    return json_reader(field)(value)


def json_reader(field: Field) -> Reader:
    """The function that turns a JSON value into a value of the field; it raises Mismatch.

    JSON is strict about types: ``"4"`` is no integer. Made once for each field of a call.
    """
    if field.type is FieldType.INTEGER:
        return partial(_integer_from_json, field)
    if field.type is FieldType.NUMBER:
        return partial(_number_from_json, field)
    if field.type is FieldType.BOOLEAN:
        return partial(_boolean_from_json, field)
    convert = from_text(field)

    def read(value: object) -> Value:
        if not isinstance(value, str):
            raise FieldValidationError(Category.INVALID_STRING, _wrong(field, "a string", value))
        if value == "":
            raise FieldValidationError(
                Category.INVALID_STRING, f"Field [{field.name}] cannot store an empty string; use null instead."
            )
        return convert(value)

    return read


def _integer_from_json(field: Field, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldValidationError(Category.INVALID_INTEGER, _wrong(field, "an integer", value))
    return _check_range(field, _check_integer(field, value, value), value, Category.INVALID_INTEGER)


def _number_from_json(field: Field, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldValidationError(Category.INVALID_NUMBER, _wrong(field, "a number", value))
    return _check_range(field, _number(field, str(value)), value, Category.INVALID_NUMBER)


def _boolean_from_json(field: Field, value: object) -> Value:
    if not isinstance(value, bool):
        raise FieldValidationError(Category.INVALID_BOOLEAN, _wrong(field, "true or false", value))
    return value


def without_limits(field: Field) -> Field:
    """The same field without the limits of its definition: a bound must be of the field's type, but it is not stored.

    So ``quantity__c:<100`` may be asked of a field that holds at most 20 (A).
    """
    if field.type in (FieldType.PICKLIST, FieldType.MULTISELECT, FieldType.URL):
        return Field(name=field.name, max_length=MAX_TEXT_LENGTH)
    return Field(name=field.name, type=field.type, max_length=MAX_TEXT_LENGTH)


def sort_key(field: Field, value: Value) -> str | int | float | bool:
    """What two values of the field are compared by: the instant of a date-time, else the value itself."""
    if field.type is FieldType.DATETIME and isinstance(value, str):
        return instant(value)
    return value


# Text, url, picklist, multiselect


def _text_checker(field: Field) -> Converter:
    longest = field.max_length

    def check_text(text: str) -> Value:
        if len(text) > longest:
            raise FieldValidationError(
                Category.INVALID_STRING,
                f"Field [{field.name}] takes at most {longest} characters, but this has {len(text)}: {quote(text)}.",
            )
        return text

    if not field.options:
        return check_text
    allowed = frozenset(field.options)

    def check_options(text: str) -> Value:
        chosen = text.split(OPTION_SEPARATOR) if field.type is FieldType.MULTISELECT else [text]
        for option in chosen:
            if option not in allowed:
                raise FieldValidationError(
                    Category.INVALID_STRING, _wrong(field, f"one of {quote(', '.join(field.options))}", option)
                )
        return check_text(text)

    return check_options


# Integer, number, boolean


def _integer(field: Field, text: str) -> Value:
    # The length bound keeps a megabyte of digits from being parsed only to be refused.
    if len(text) > 40 or not _INTEGER.fullmatch(text):
        raise FieldValidationError(Category.INVALID_INTEGER, _wrong(field, "an integer", text))
    return _check_integer(field, int(text), text)


def _check_integer(field: Field, value: int, said: object) -> int:
    if not MIN_INTEGER <= value <= MAX_INTEGER:
        raise FieldValidationError(Category.INVALID_INTEGER, _wrong(field, "an integer of at most 64 bits", said))
    return value


def _number(field: Field, text: str) -> Value:
    if _PLAIN_NUMBER.fullmatch(text):
        whole, _, fraction = text.partition(".")
        return float(text) if fraction.strip("0") else int(whole)
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        raise FieldValidationError(Category.INVALID_NUMBER, _wrong(field, "a number", text))
    exact = Decimal(text)
    before, after = _digits_of(exact)
    if before > DIGITS_BEFORE_POINT or after > DIGITS_AFTER_POINT:
        raise FieldValidationError(
            Category.INVALID_NUMBER,
            _wrong(
                field, f"at most {DIGITS_BEFORE_POINT} digits before and {DIGITS_AFTER_POINT} after the point", text
            ),
        )
    if after <= 0:
        return int(exact)
    return max(-MAX_NUMBER, min(float(exact), MAX_NUMBER))


def _digits_of(exact: Decimal) -> tuple[int, int]:
    """How many digits a number has before and after its point, zeros at its end left out."""
    _, digits, exponent = exact.as_tuple()
    # Decimal.normalize would do it, but rounds to 28 digits first.
    written = "".join(map(str, digits)).lstrip("0")
    needed = written.rstrip("0")
    last = int(exponent) + len(written) - len(needed)
    return (len(needed) + last, -last) if needed else (0, 0)


def _has_range(field: Field) -> bool:
    limits = (field.minimum, field.maximum, field.exclusive_minimum, field.exclusive_maximum)
    return any(limit is not None for limit in limits)


def _check_range(field: Field, value: Value, said: object, category: Category) -> Value:
    number = value if isinstance(value, int | float) else 0
    if field.minimum is not None and number < field.minimum:
        raise FieldValidationError(category, _wrong(field, f"at least {field.minimum}", said))
    if field.maximum is not None and number > field.maximum:
        raise FieldValidationError(category, _wrong(field, f"at most {field.maximum}", said))
    if field.exclusive_minimum is not None and number <= field.exclusive_minimum:
        raise FieldValidationError(category, _wrong(field, f"more than {field.exclusive_minimum}", said))
    if field.exclusive_maximum is not None and number >= field.exclusive_maximum:
        raise FieldValidationError(category, _wrong(field, f"less than {field.exclusive_maximum}", said))
    return value


def _boolean(field: Field, text: str) -> Value:
    # (A) Any letter case, as spreadsheets write TRUE; nothing else stands for a boolean.
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise FieldValidationError(Category.INVALID_BOOLEAN, _wrong(field, "true or false", text))
    return lowered == "true"


# Date, date-time, UUID


def _date(field: Field, text: str) -> Value:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise FieldValidationError(Category.INVALID, _wrong(field, "a date such as 2021-03-10", text)) from None
    return text


def _datetime(field: Field, text: str) -> Value:
    try:
        if not _DATETIME.fullmatch(text):
            raise ValueError
        # In UTC as well: the first hours of the year 1 are in no year there.
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FieldValidationError(
            Category.INVALID, _wrong(field, "a date-time with its zone, such as 2021-03-10T00:05:54.207Z", text)
        ) from None
    return text


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def instant(text: str) -> int:
    """The moment that a date-time says, in microseconds since 1970; exact, as a float of so many would not be."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND


def _uuid(field: Field, text: str) -> Value:
    try:
        return uuid_of(text)
    except FieldValidationError as invalid:
        raise FieldValidationError(invalid.category, f"Field [{field.name}]: {invalid.message}.") from None


def uuid_of(text: str) -> str:
    """The UUID that the text says, in lower case. Raises Mismatch with the service's own sentence (O)."""
    if not _UUID.fullmatch(text):
        raise FieldValidationError(Category.INVALID, f'input string "{quote(text)[1:-1]}" is not a valid UUID')
    return text.lower()


_PARSERS: Final[dict[FieldType, Callable[[Field, str], Value]]] = {
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.UUID: _uuid,
}
_RANGE_CATEGORIES: Final = {FieldType.INTEGER: Category.INVALID_INTEGER, FieldType.NUMBER: Category.INVALID_NUMBER}
"""What kind of mistake a value out of its field's range is, for the types that have ranges."""
