"""Compares the values of a field, for delete filters and queries alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import eq, ge, gt, le, lt
from typing import Any, Final

from mock_zuora.domain.objects.field import Field, FieldType, Value
from mock_zuora.domain.objects.field_values import instant

_DAY: Final = 86_400_000_000
_EPOCH: Final = date(1970, 1, 1).toordinal()

_WITH_LETTER_CASE: Final = (FieldType.TEXT, FieldType.URL, FieldType.PICKLIST, FieldType.MULTISELECT)

ValuePredicate = Callable[[Value | None], bool]
"""Whether a value of a field meets a comparison. None, a missing value, never does."""


class Operator(StrEnum):
    """The comparison operators, with the names of delete filters (D)."""

    EQ = "EQ"
    GT = "GT"
    LT = "LT"
    GE = "GE"
    LE = "LE"


_COMPARE: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: eq,
    Operator.GT: gt,
    Operator.LT: lt,
    Operator.GE: ge,
    Operator.LE: le,
}


@dataclass(frozen=True, slots=True)
class Day:
    """A date without a time, ``2018-01-01``. A date-time compares with it by its date in UTC (D)."""

    text: str


@dataclass(frozen=True, slots=True)
class Instant:
    """A date with a time, in microseconds since 1970. A date compares with it as midnight in UTC (D)."""

    microseconds: int


Operand = Value | Day | Instant
"""What a field is compared with: a Day or an Instant for dates and date-times, a plain value for every other type."""


def has_letter_case(field: Field) -> bool:
    """Whether values of the field can differ in case only. The ids in system fields cannot."""
    return field.type in _WITH_LETTER_CASE and not field.is_system


def without_case(text: str) -> str:
    """The text as comparisons without regard to case see it."""
    return text.casefold()


def operand_of(field: Field, value: Value) -> Operand:
    """A value of the field's own type as an operand."""
    if field.type is FieldType.DATE:
        return Day(str(value))
    if field.type is FieldType.DATETIME:
        return Instant(instant(str(value)))
    return value


def comparison(field: Field, operator: Operator, operand: Operand) -> ValuePredicate:
    """Returns the predicate that compares values of the field with the operand."""
    compare = _COMPARE[operator]
    key, limit = _key_and_limit(field, operand)
    if key is None:
        return lambda value: value is not None and compare(value, limit)
    return lambda value: value is not None and compare(key(value), limit)


def _key_and_limit(field: Field, operand: Operand) -> tuple[Callable[[Any], int] | None, Value]:
    """The function that makes values comparable with the limit (None if they already are), and the limit."""
    if isinstance(operand, Day):
        if field.type is FieldType.DATE:
            return None, operand.text
        return _day_of_datetime, _day_number(operand.text)
    if isinstance(operand, Instant):
        return (_midnight if field.type is FieldType.DATE else instant), operand.microseconds
    return None, operand


def _day_number(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _EPOCH


def _day_of_datetime(text: str) -> int:
    return instant(text) // _DAY


def _midnight(text: str) -> int:
    return _day_number(text) * _DAY
