"""How a field's values compare with a bound: the one comparison that delete filters and queries share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import eq, ge, gt, le, lt
from typing import Any, Final

from mock_zuora.domain.objects.field import Field, FieldType, Value, instant

_DAY: Final = 86_400_000_000
_EPOCH: Final = date(1970, 1, 1).toordinal()

Holds = Callable[[Value | None], bool]
"""Whether a value of the field compares as wanted. A record without a value (None) never does."""


class Operator(StrEnum):
    """How a field is compared with a bound; the names are those of a delete filter (D)."""

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
    """A date without a time, ``2018-01-01``: whatever is compared with it counts with its date in UTC only (D)."""

    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A date with a time, in microseconds since 1970. A date field compares with it as its midnight in UTC (D)."""

    microseconds: int


Bound = Value | Day | Moment
"""What a field is compared with: dates as a day or a moment, every other type as its values are kept."""


def bound_of(field: Field, value: Value) -> Bound:
    """A value of the field's own type as a bound."""
    if field.type is FieldType.DATE:
        return Day(str(value))
    if field.type is FieldType.DATETIME:
        return Moment(instant(str(value)))
    return value


def comparison(field: Field, operator: Operator, bound: Bound) -> Holds:
    """The comparison of a field's values, made once so that each value costs little."""
    compare = _COMPARE[operator]
    key, limit = _key_and_limit(field, bound)
    if key is None:
        return lambda value: value is not None and compare(value, limit)
    return lambda value: value is not None and compare(key(value), limit)


def _key_and_limit(field: Field, bound: Bound) -> tuple[Callable[[Any], int] | None, Value]:
    """What makes a value of the field comparable with the limit (None: it is already), and the limit."""
    if isinstance(bound, Day):
        if field.type is FieldType.DATE:
            return None, bound.text
        return _day_of_datetime, _day_number(bound.text)
    if isinstance(bound, Moment):
        return (_midnight if field.type is FieldType.DATE else instant), bound.microseconds
    return None, bound


def _day_number(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _EPOCH


def _day_of_datetime(text: str) -> int:
    return instant(text) // _DAY


def _midnight(text: str) -> int:
    return _day_number(text) * _DAY
