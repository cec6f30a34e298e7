"""Compiles a query tree to a predicate and a search, after checking its fields and values."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial, reduce
from operator import and_, or_
from typing import Final

from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.objects.definition import Definition, filterability_assumption, is_filterable
from mock_zuora.domain.objects.field import Field, FieldType, FieldValidationError, Value
from mock_zuora.domain.objects.field_values import from_text, without_limits
from mock_zuora.domain.ports import RecordSet, Table
from mock_zuora.domain.records.comparison import (
    Day,
    Instant,
    Operand,
    Operator,
    ValuePredicate,
    comparison,
    has_letter_case,
    keys_in_any_case,
    keys_of,
    operand_of,
    without_case,
)
from mock_zuora.domain.records.query.parser import parse
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.query.tree import And, Compare, Exists, Node, Not
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record

Predicate = Callable[[Record], bool]
Search = Callable[[Table], RecordSet]
TextComparison = Callable[[str], ValuePredicate]
"""Returns the predicate that compares text values with a text."""

_RANGED: Final = (FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME)
"""The types with range operators: dates and numbers (D)."""
_DATES: Final = (FieldType.DATE, FieldType.DATETIME)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_YEAR_AND_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_MILLISECONDS: Final = re.compile(r"-?\d{1,15}", re.ASCII)


@dataclass(slots=True)
class CaseNote:
    """Whether ``Query.matches`` compared a text that differs in case only. If it did not, both predicates agree."""

    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query of one object."""

    matches: Predicate
    """Compares text with regard to case."""
    matches_in_any_case: Predicate
    case_note: CaseNote
    terms: int
    fields: tuple[str, ...]
    """The fields whose indexes ``find`` reads."""
    find: Search
    """Finds the records that match with regard to case."""
    find_in_any_case: Search


def compile_query(text: str, definition: Definition, choices: Choices) -> Query:
    """Compiles a query.

    Raises QueryError with category 20 (syntax, value), 21 (unknown field) or 30 (not filterable, no ranges).
    """
    node, note = parse(text, choices), CaseNote()
    terms = list(_terms(node))
    for each in terms:
        _check_field(each, definition, choices)
    for each in terms:
        if isinstance(each, Compare):
            _check_value(each, definition, choices)
    search = _search(node, definition)
    has_case = any(isinstance(each, Compare) and has_letter_case(_field(definition, each)) for each in terms)
    return Query(
        _predicate(node, definition, partial(_equals, note)),
        _predicate(node, definition, _equals_in_any_case),
        note,
        len(terms),
        tuple(dict.fromkeys(each.field for each in terms)),
        search,
        _search(node, definition, in_any_case=True) if has_case else search,
    )


def _terms(node: Node) -> Iterator[Exists | Compare]:
    if isinstance(node, Exists | Compare):
        yield node
    else:
        for each in (node.operand,) if isinstance(node, Not) else node.operands:
            yield from _terms(each)


def _predicate(node: Node, definition: Definition, equals: TextComparison) -> Predicate:
    if isinstance(node, Exists):
        return _exists(_field(definition, node))
    if isinstance(node, Compare):
        return _compare(_field(definition, node), node, equals)
    if isinstance(node, Not):
        negated = _predicate(node.operand, definition, equals)
        return lambda record: not negated(record)
    predicates = tuple(_predicate(each, definition, equals) for each in node.operands)
    if isinstance(node, And):
        return lambda record: all(each(record) for each in predicates)
    return lambda record: any(each(record) for each in predicates)


def _search(node: Node, definition: Definition, *, in_any_case: bool = False) -> Search:
    """The same as ``_predicate``, for the indexes of a table."""
    if isinstance(node, Exists):
        return lambda table: table.find(node.field)
    if isinstance(node, Compare):
        field = _field(definition, node)
        operand = _operand(field, node)
        is_folded = in_any_case and has_letter_case(field)
        keys = keys_in_any_case(str(operand)) if is_folded else keys_of(field, node.operator, operand)
        return lambda table: table.find(node.field, keys)
    if isinstance(node, Not):
        negated = _search(node.operand, definition, in_any_case=in_any_case)
        return lambda table: table.all() ^ negated(table)
    searches = [_search(each, definition, in_any_case=in_any_case) for each in node.operands]
    combine = and_ if isinstance(node, And) else or_
    return lambda table: reduce(combine, (each(table) for each in searches))


def _field(definition: Definition, node: Exists | Compare) -> Field:
    field = definition.field(node.field)
    if field is None:
        raise QueryError(
            f"object '{definition.object}' has no field {quote(node.field)}; names are case-sensitive",
            node.position,
            Category.UNKNOWN_FIELD,
        )
    return field


def _check_field(node: Exists | Compare, definition: Definition, choices: Choices) -> None:
    field = _field(definition, node)
    if not is_filterable(field, choices):
        raise QueryError(
            f"field [{field.name}] of object '{definition.object}' is not filterable; queries accept filterable "
            "fields only",
            node.position,
            Category.RULE,
            filterability_assumption(field),
        )
    if isinstance(node, Compare) and node.operator is not Operator.EQ and field.type not in _RANGED:
        raise QueryError(
            f"field [{field.name}] is of type {field.type}; ranges are for dates and numbers",
            node.position,
            Category.RULE,
        )


def _exists(field: Field) -> Predicate:
    if field.is_system:
        return lambda record: True
    name = field.name
    return lambda record: record.value(name) is not None


def _equals(note: CaseNote, text: str) -> ValuePredicate:
    """The comparison with regard to case. It notes the values that only this regard keeps from being equal."""
    key = without_case(text)

    def equals(value: Value | None) -> bool:
        if value == text:
            return True
        if isinstance(value, str) and without_case(value) == key:
            note.is_set = True
        return False

    return equals


def _equals_in_any_case(text: str) -> ValuePredicate:
    key = without_case(text)
    return lambda value: isinstance(value, str) and without_case(value) == key


def _compare(field: Field, node: Compare, equals: TextComparison) -> Predicate:
    operand = _operand(field, node)
    predicate = equals(str(operand)) if has_letter_case(field) else comparison(field, node.operator, operand)
    if field.is_system:
        read = SYSTEM_VALUES[field.name]
        return lambda record: predicate(read(record))
    name = field.name
    return lambda record: predicate(record.value(name))


def _operand(field: Field, node: Compare) -> Operand:
    try:
        if field.type in _DATES:
            return _date_operand(field, node.value)
        return operand_of(field, from_text(without_limits(field))(node.value))
    except FieldValidationError as invalid:
        raise QueryError(invalid.message, node.value_position) from None


def _check_value(node: Compare, definition: Definition, choices: Choices | None) -> None:
    """Checks the value of a term against the choices of assumptions, on which nothing else of it rests."""
    field = definition.field(node.field)
    if field is not None and field.type not in _DATES:
        try:
            from_text(without_limits(field), choices)(node.value)
        except FieldValidationError as invalid:
            raise QueryError(invalid.message, node.value_position, assumption=invalid.assumption) from None


def _date_operand(field: Field, text: str) -> Operand:
    """Parses the operand of a date or date-time field (D).

    Four digits are a year and any other number is milliseconds since 1970. A year or month stands for its first day.
    """
    if _YEAR.fullmatch(text):
        return _day(field, text, f"{text}-01-01")
    if _YEAR_AND_MONTH.fullmatch(text):
        return _day(field, text, f"{text}-01")
    if _MILLISECONDS.fullmatch(text):
        return Instant(int(text) * 1000)
    is_day = "T" not in text
    operand_field = Field(name=field.name, type=FieldType.DATE if is_day else FieldType.DATETIME)
    return operand_of(operand_field, from_text(operand_field)(text))


def _day(field: Field, text: str, day: str) -> Day:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise FieldValidationError(
            Category.INVALID, f"Field [{field.name}] expects a date, but the value is {quote(text)}."
        ) from None
    return Day(day)
