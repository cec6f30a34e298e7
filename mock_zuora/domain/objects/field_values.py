"""Converts text and JSON to the value of a field.

A converter raises FieldValidationError with the category of the mistake; its caller adds the resource. So one
converter serves the rows of files, request bodies and filters. Without ``choices``, a converter accepts what any choice
of an assumption accepts: seeds and saved states do not depend on choices.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue.files import BOOLEAN_TEXT
from mock_zuora.domain.assumptions.catalogue.records import UUID_FORMAT
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.ids import is_uuid
from mock_zuora.domain.objects.field import MAX_TEXT_LENGTH, Field, FieldType, FieldValidationError, Value
from mock_zuora.domain.objects.multiselect_cells import OPTION_SEPARATOR, multiselect_cell
from mock_zuora.domain.objects.value_hints import hint

TextConverter = Callable[[str], Value]
JsonConverter = Callable[[object], Value]
_TextConverterOf = Callable[[Field, Choices | None], TextConverter]
_JsonConverterOf = Callable[[Field, Choices | None], JsonConverter]

MIN_INTEGER: Final = -(2**63)
MAX_INTEGER: Final = 2**63 - 1
DIGITS_BEFORE_POINT: Final = 13
DIGITS_AFTER_POINT: Final = 9
MAX_NUMBER: Final = math.nextafter(10**DIGITS_BEFORE_POINT, 0)
"""The largest number that is stored. (A) Numbers with decimals are stored as IEEE doubles, as JSON parsers read them:
up to 15 significant digits are exact, longer numbers are rounded. Exact decimals would differ only for clients that
parse JSON numbers as decimals."""
MAX_NUMBER_LENGTH: Final = 40
"""Characters of a number's text. Longer text is refused before it is parsed."""

_HEXADECIMAL_ID = re.compile(r"[0-9a-fA-F]{32}")
"""An id of Zuora's own objects, such as accounts and users."""
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
"""The common form of a number, which needs no check of its digits."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def from_text(field: Field, choices: Choices | None = None) -> TextConverter:
    """Returns the function that converts a CSV cell to a value of the field; it raises FieldValidationError.

    Call this once per column: the returned function is what runs for each cell.
    """
    convert = _TEXT_CONVERTERS[field.type](field, choices)
    if field.type is FieldType.MULTISELECT and choices is not None:
        return multiselect_cell(field, convert, choices)
    return convert


def from_json(field: Field, value: object, choices: Choices | None = None) -> Value:
    """Converts one JSON value, see ``json_converter``. Raises FieldValidationError."""
    return json_converter(field, choices)(value)


def json_converter(field: Field, choices: Choices | None = None) -> JsonConverter:
    """Returns the function that converts a JSON value to a value of the field; it raises FieldValidationError.

    JSON types are strict: ``"4"`` is not an integer. Call this once per field of a request.
    """
    return _JSON_CONVERTERS[field.type](field, choices)


def empty_text_refused(field: Field, advice: str, assumption: Assumption | None = None) -> FieldValidationError:
    """The error of an empty string (D)."""
    return FieldValidationError(
        Category.INVALID_STRING, f"Field [{field.name}] cannot store an empty string; {advice}.", assumption
    )


def without_limits(field: Field) -> Field:
    """The field without its limits, for values that are compared but not stored.

    So a filter ``quantity__c:<100`` is valid on a field whose maximum is 20 (A).
    """
    if field.type in (FieldType.PICKLIST, FieldType.MULTISELECT, FieldType.URL):
        return Field(name=field.name, max_length=MAX_TEXT_LENGTH)
    return Field(name=field.name, type=field.type, max_length=MAX_TEXT_LENGTH, is_system=field.is_system)


def instant(text: str) -> int:
    """Microseconds from 1970 to a valid date-time. An integer, because a float would lose digits."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND


def uuid_of(text: str) -> str:
    """A UUID of 36 characters in lower case. Raises FieldValidationError with Zuora's own message (O)."""
    if not is_uuid(text):
        raise FieldValidationError(Category.INVALID, f'input string "{quote(text)[1:-1]}" is not a valid UUID')
    return text.lower()


def _expects(field: Field, expected: str, value: object) -> str:
    reason = hint(field, value) if isinstance(value, str) else ""
    return f"Field [{field.name}] expects {expected}, but the value is {quote(value)}.{reason}"


# Text, url, picklist, multiselect


def _text(field: Field, choices: Choices | None = None) -> TextConverter:
    max_length = field.max_length

    def check_length(text: str) -> Value:
        if len(text) > max_length:
            raise FieldValidationError(
                Category.INVALID_STRING,
                f"Field [{field.name}] takes at most {max_length} characters, but this has {len(text)}: {quote(text)}.",
            )
        return text

    return check_length


def _options(field: Field, choices: Choices | None = None) -> TextConverter:
    check_length = _text(field)
    allowed = frozenset(field.options)
    if not allowed:
        return check_length

    def check_options(text: str) -> Value:
        chosen = text.split(OPTION_SEPARATOR) if field.type is FieldType.MULTISELECT else [text]
        for option in chosen:
            if option not in allowed:
                raise FieldValidationError(
                    Category.INVALID_STRING, _expects(field, f"one of {quote(', '.join(field.options))}", option)
                )
        return check_length(text)

    return check_options


# Integer, number, boolean


def _integer(field: Field, text: str) -> Value:
    if len(text) > MAX_NUMBER_LENGTH or not _INTEGER.fullmatch(text):
        raise FieldValidationError(Category.INVALID_INTEGER, _expects(field, "an integer", text))
    return _check_integer(field, int(text), text)


def _check_integer(field: Field, value: int, source: object) -> int:
    if not MIN_INTEGER <= value <= MAX_INTEGER:
        raise FieldValidationError(Category.INVALID_INTEGER, _expects(field, "an integer of at most 64 bits", source))
    return value


def _number(field: Field, text: str) -> Value:
    if _PLAIN_NUMBER.fullmatch(text):
        whole, _, fraction = text.partition(".")
        return float(text) if fraction.strip("0") else int(whole)
    if len(text) > MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(text):
        raise FieldValidationError(Category.INVALID_NUMBER, _expects(field, "a number", text))
    exact = Decimal(text)
    before, after = _digits_of(exact)
    if before > DIGITS_BEFORE_POINT or after > DIGITS_AFTER_POINT:
        expected = f"at most {DIGITS_BEFORE_POINT} digits before and {DIGITS_AFTER_POINT} after the point"
        raise FieldValidationError(Category.INVALID_NUMBER, _expects(field, expected, text))
    if after <= 0:
        return int(exact)
    return max(-MAX_NUMBER, min(float(exact), MAX_NUMBER))


def _digits_of(exact: Decimal) -> tuple[int, int]:
    """The digits of a number before and after the point, without leading and trailing zeros."""
    _, digits, exponent = exact.as_tuple()
    # Decimal.normalize is no alternative: it rounds to 28 digits first.
    written = "".join(map(str, digits)).lstrip("0")
    needed = written.rstrip("0")
    last = int(exponent) + len(written) - len(needed)
    return (len(needed) + last, -last) if needed else (0, 0)


def _boolean(field: Field, choices: Choices | None) -> TextConverter:
    def read(text: str) -> Value:
        if text == "true":
            return True
        if text == "false":
            return False
        lowered = text.lower()
        if lowered not in ("true", "false"):
            raise FieldValidationError(Category.INVALID_BOOLEAN, _expects(field, "true or false", text))
        # Spreadsheets write TRUE.
        if choices is not None and choices.of(BOOLEAN_TEXT) == "lower-case":
            expected = "true or false in lower case"
            raise FieldValidationError(Category.INVALID_BOOLEAN, _expects(field, expected, text), BOOLEAN_TEXT)
        return lowered == "true"

    return read


def _with_range(parse: Callable[[Field, str], Value], category: Category) -> _TextConverterOf:
    def converter(field: Field, choices: Choices | None) -> TextConverter:
        if not _has_range(field):
            return partial(parse, field)
        return lambda text: _check_range(field, parse(field, text), text, category)

    return converter


def _has_range(field: Field) -> bool:
    limits = (field.minimum, field.maximum, field.exclusive_minimum, field.exclusive_maximum)
    return any(limit is not None for limit in limits)


def _check_range(field: Field, value: Value, source: object, category: Category) -> Value:
    number = value if isinstance(value, int | float) else 0
    if field.minimum is not None and number < field.minimum:
        raise FieldValidationError(category, _expects(field, f"at least {field.minimum}", source))
    if field.maximum is not None and number > field.maximum:
        raise FieldValidationError(category, _expects(field, f"at most {field.maximum}", source))
    if field.exclusive_minimum is not None and number <= field.exclusive_minimum:
        raise FieldValidationError(category, _expects(field, f"more than {field.exclusive_minimum}", source))
    if field.exclusive_maximum is not None and number >= field.exclusive_maximum:
        raise FieldValidationError(category, _expects(field, f"less than {field.exclusive_maximum}", source))
    return value


# Date, date-time, UUID


def _date(field: Field, text: str) -> Value:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise FieldValidationError(Category.INVALID, _expects(field, "a date such as 2021-03-10", text)) from None
    return text


def _datetime(field: Field, text: str) -> Value:
    try:
        if not _DATETIME.fullmatch(text):
            raise ValueError
        # The conversion to UTC fails for the first hours of the year 1 with a positive offset.
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        expected = "a date-time such as 2021-03-10T00:05:54.207Z"
        raise FieldValidationError(Category.INVALID, _expects(field, expected, text)) from None
    return text


def _uuid(field: Field, choices: Choices | None) -> TextConverter:
    def read(text: str) -> Value:
        assumption = None
        if not field.is_system and _HEXADECIMAL_ID.fullmatch(text):
            if choices is None or choices.of(UUID_FORMAT) == "36-or-32":
                return text.lower()
            assumption = UUID_FORMAT
        try:
            return uuid_of(text)
        except FieldValidationError as invalid:
            message = f"Field [{field.name}]: {invalid.message}."
            raise FieldValidationError(invalid.category, message, assumption) from None

    return read


# JSON


def _text_from_json(field: Field, choices: Choices | None) -> JsonConverter:
    convert = _TEXT_CONVERTERS[field.type](field, choices)

    def read(value: object) -> Value:
        if not isinstance(value, str):
            raise FieldValidationError(Category.INVALID_STRING, _expects(field, "a string", value))
        if value == "":
            raise empty_text_refused(field, "use null instead")
        return convert(value)

    return read


def _integer_from_json(field: Field, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldValidationError(Category.INVALID_INTEGER, _expects(field, "an integer", value))
    return _check_range(field, _check_integer(field, value, value), value, Category.INVALID_INTEGER)


def _number_from_json(field: Field, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldValidationError(Category.INVALID_NUMBER, _expects(field, "a number", value))
    return _check_range(field, _number(field, str(value)), value, Category.INVALID_NUMBER)


def _boolean_from_json(field: Field, value: object) -> Value:
    if not isinstance(value, bool):
        raise FieldValidationError(Category.INVALID_BOOLEAN, _expects(field, "true or false", value))
    return value


# Both tables list every field type, so that a new type without a converter fails at once.

_TEXT_CONVERTERS: Final[Mapping[FieldType, _TextConverterOf]] = {
    FieldType.TEXT: _text,
    FieldType.URL: _text,
    FieldType.PICKLIST: _options,
    FieldType.MULTISELECT: _options,
    FieldType.INTEGER: _with_range(_integer, Category.INVALID_INTEGER),
    FieldType.NUMBER: _with_range(_number, Category.INVALID_NUMBER),
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: lambda field, _: partial(_date, field),
    FieldType.DATETIME: lambda field, _: partial(_datetime, field),
    FieldType.UUID: _uuid,
}
_JSON_CONVERTERS: Final[Mapping[FieldType, _JsonConverterOf]] = {
    FieldType.TEXT: _text_from_json,
    FieldType.URL: _text_from_json,
    FieldType.PICKLIST: _text_from_json,
    FieldType.MULTISELECT: _text_from_json,
    FieldType.INTEGER: lambda field, _: partial(_integer_from_json, field),
    FieldType.NUMBER: lambda field, _: partial(_number_from_json, field),
    FieldType.BOOLEAN: lambda field, _: partial(_boolean_from_json, field),
    FieldType.DATE: _text_from_json,
    FieldType.DATETIME: _text_from_json,
    FieldType.UUID: _text_from_json,
}
