"""Compares the values of a field, for delete filters and queries alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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


Key = int | float | str | tuple[str, ...]
"""What orders the values of a field. All values of a field have keys that are comparable with each other."""

_IS_MET: Final[Mapping[Operator, Callable[[Any, Any, Any], bool]]] = {
    Operator.EQ: lambda key, first, last: first <= key <= last,
    Operator.GT: lambda key, first, last: key > last,
    Operator.LT: lambda key, first, last: key < first,
    Operator.GE: lambda key, first, last: key >= first,
    Operator.LE: lambda key, first, last: key <= last,
}


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The keys that meet a comparison with an operand, which is itself all keys from ``first`` to ``last``."""

    operator: Operator
    first: Key
    last: Key


def key_of(field: Field) -> Callable[[Any], Key]:
    """Returns the function from value to key: microseconds since 1970 for dates, both forms of a text with case."""
    if field.type is FieldType.DATE:
        return _midnight
    if field.type is FieldType.DATETIME:
        return instant
    if has_letter_case(field):
        return _text_key
    return lambda value: value


def _text_key(text: str) -> Key:
    folded = without_case(text)
    # Equal strings need the memory of one.
    return (text if folded == text else folded, text)


def keys_of(field: Field, operator: Operator, operand: Operand) -> KeyRange:
    """The keys that meet a comparison with an operand."""
    if isinstance(operand, Day):
        midnight = _midnight(operand.text)
        return KeyRange(operator, midnight, midnight + _DAY - 1)
    if isinstance(operand, Instant):
        return KeyRange(operator, operand.microseconds, operand.microseconds)
    key = key_of(field)(operand)
    return KeyRange(operator, key, key)


def keys_in_any_case(text: str) -> KeyRange:
    """The keys of the texts that equal a text without regard to case."""
    folded = without_case(text)
    return KeyRange(Operator.EQ, (folded,), (folded + "\0",))


def comparison(field: Field, operator: Operator, operand: Operand) -> ValuePredicate:
    """Returns the predicate that compares values of the field with the operand."""
    key, keys, is_met = key_of(field), keys_of(field, operator, operand), _IS_MET[operator]
    first, last = keys.first, keys.last
    return lambda value: value is not None and is_met(key(value), first, last)


def _midnight(text: str) -> int:
    return (date.fromisoformat(text).toordinal() - _EPOCH) * _DAY
