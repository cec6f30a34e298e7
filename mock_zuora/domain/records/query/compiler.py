"""Tree → what decides for each record, with every field and value checked against the object's definition."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError, Value, from_text, without_limits
from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.comparison import Bound, Day, Moment, Operator, bound_of, comparison
from mock_zuora.domain.records.query.parser import parse
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.query.tree import And, Compare, Exists, Node, Not
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record

Predicate = Callable[[Record], bool]

_RANGED: Final = (FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME)
"""The types that ranges can be asked of: dates and numbers (D)."""
_DATES: Final = (FieldType.DATE, FieldType.DATETIME)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_YEAR_AND_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_MILLISECONDS: Final = re.compile(r"-?\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one object: which records it finds, and the ids that an index can narrow it down to."""

    finds: Predicate
    candidates: Callable[[Table], list[str] | None]
    """The ids of the only records that can be found, if the indexes of the table know; None: any."""


def compile_query(text: str, definition: Definition) -> Query:
    """The query that a text says. Raises QueryError: category 20 (syntax, value), 21 (no such field), 30 (not
    filterable, or a range where there is none)."""
    node = parse(text)
    return Query(_predicate(node, definition), lambda table: _candidates(node, definition, table))


def _predicate(node: Node, definition: Definition) -> Predicate:
    if isinstance(node, Exists):
        return _exists(_field(definition, node.field, node.at))
    if isinstance(node, Compare):
        return _compare(_field(definition, node.field, node.at), node)
    if isinstance(node, Not):
        part = _predicate(node.part, definition)
        return lambda record: not part(record)
    parts = tuple(_predicate(each, definition) for each in node.parts)
    if isinstance(node, And):
        return lambda record: all(part(record) for part in parts)
    return lambda record: any(part(record) for part in parts)


def _field(definition: Definition, name: str, at: int) -> Field:
    field = definition.field(name)
    if field is None:
        raise QueryError(
            f"object '{definition.object}' has no field {quote(name)}; names are case-sensitive",
            at,
            Category.UNKNOWN_FIELD,
        )
    if not field.filterable:
        raise QueryError(
            f"field [{name}] of object '{definition.object}' is not filterable; a query takes filterable fields only",
            at,
            Category.RULE,
        )
    return field


def _exists(field: Field) -> Predicate:
    if field.is_system:
        return lambda record: True
    name = field.name
    return lambda record: record.value(name) is not None


def _compare(field: Field, node: Compare) -> Predicate:
    if node.operator is not Operator.EQ and field.type not in _RANGED:
        raise QueryError(
            f"field [{field.name}] is of type {field.type}; ranges are for dates and numbers", node.at, Category.RULE
        )
    holds = comparison(field, node.operator, _bound(field, node))
    if field.is_system:
        read = SYSTEM_VALUES[field.name]
        return lambda record: holds(read(record))
    name = field.name
    return lambda record: holds(record.value(name))


def _bound(field: Field, node: Compare) -> Bound:
    try:
        if field.type in _DATES:
            return _date_bound(field, node.said)
        return bound_of(field, from_text(without_limits(field))(node.said))
    except FieldValidationError as invalid:
        raise QueryError(invalid.message, node.said_at) from None


def _date_bound(field: Field, said: str) -> Bound:
    """What a date is compared with (D): a year or a month stands for its first day, four digits are a year, any other
    number is milliseconds since 1970, a date has no time, and a date-time is a moment."""
    if _YEAR.fullmatch(said):
        return _day(field, said, f"{said}-01-01")
    if _YEAR_AND_MONTH.fullmatch(said):
        return _day(field, said, f"{said}-01")
    if _MILLISECONDS.fullmatch(said):
        return Moment(int(said) * 1000)
    is_day = "T" not in said
    like = Field(name=field.name, type=FieldType.DATE if is_day else FieldType.DATETIME)
    return bound_of(like, from_text(like)(said))


def _day(field: Field, said: str, text: str) -> Day:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise FieldValidationError(
            Category.INVALID, f"Field [{field.name}] expects a date, but the value is {quote(said)}."
        ) from None
    return Day(text)


# What an index can answer


def _candidates(node: Node, definition: Definition, table: Table) -> list[str] | None:
    if isinstance(node, Compare):
        value = _indexed_value(node, definition)
        return None if value is None else table.ids_with(node.field, value)
    if isinstance(node, Exists | Not):
        return None
    known = [_candidates(each, definition, table) for each in node.parts]
    if isinstance(node, And):
        return min((each for each in known if each is not None), key=len, default=None)
    if any(each is None for each in known):
        return None
    return _in_order((record_id for each in known for record_id in each or ()), table)


def _in_order(ids: Iterable[str], table: Table) -> list[str]:
    return sorted(set(ids), key=lambda record_id: table.place(record_id) or 0)


def _indexed_value(node: Compare, definition: Definition) -> Value | None:
    """The value that an index of equal values can look up: of an equality with a whole value of the field."""
    field = definition.field(node.field)
    if field is None or node.operator is not Operator.EQ:
        return None
    bound = _bound(field, node)
    if isinstance(bound, Day):
        return bound.text if field.type is FieldType.DATE else None
    if isinstance(bound, Moment):
        return node.said if field.type is FieldType.DATETIME and "T" in node.said else None
    return bound
