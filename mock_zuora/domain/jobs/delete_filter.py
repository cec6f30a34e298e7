"""The filter of a delete job: one or two conditions on filterable fields, joined by AND (D)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from mock_zuora.domain import errors
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldValidationError, Value, from_json, without_limits
from mock_zuora.domain.records.comparison import Holds, Operator, bound_of, comparison

MAX_CONDITIONS: Final = 2

Lookup = Callable[[str], Value | None]
"""Gives a record's value of the named field; None if it has none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. A record without a value for the field never matches."""

    field: Field
    operator: Operator
    value: Value
    _holds: Holds = dataclass_field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_holds", comparison(self.field, self.operator, bound_of(self.field, self.value)))

    def matches(self, value: Value | None) -> bool:
        """Whether a value of the field compares as the condition says."""
        return self._holds(value)


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions of a delete job."""

    conditions: tuple[Condition, ...]

    def matches(self, lookup: Lookup) -> bool:
        """Whether every condition holds for the record behind the lookup."""
        return all(each.matches(lookup(each.field.name)) for each in self.conditions)

    def equalities(self) -> list[tuple[str, Value]]:
        """The field and the value of each condition that an index of equal values can answer."""
        return [(each.field.name, each.value) for each in self.conditions if each.operator is Operator.EQ]


def filter_from(document: object, definition: Definition) -> Filter:
    """The filter that a submit's body asks for, with every field, operator and value checked.

    Raises ZuoraError: 71013021, 71013220, 71013320, 71013321, 71013322, 71013330.
    """
    if not isinstance(document, Mapping):
        raise errors.filter_invalid(f"filter: {errors.quote(document)} is not an object with 'conditions'.")
    for key in document:
        if key != "conditions":
            raise errors.field_unknown(f"filter.{key}", "filter.conditions")
    conditions = document.get("conditions")
    if conditions is None:
        raise errors.conditions_missing()
    if not isinstance(conditions, list):
        raise errors.condition_invalid(f"filter.conditions: {errors.quote(conditions)} is not a list of conditions.")
    if not 1 <= len(conditions) <= MAX_CONDITIONS:
        raise errors.conditions_count(len(conditions))
    return Filter(tuple(_condition_from(at, each, definition) for at, each in enumerate(conditions)))


def document_of_filter(filter: Filter) -> dict[str, Any]:
    """The document that a filter was read from."""
    return {
        "conditions": [
            {"field": each.field.name, "operator": each.operator.value, "value": each.value}
            for each in filter.conditions
        ]
    }


def _condition_from(at: int, document: object, definition: Definition) -> Condition:
    where = f"filter.conditions[{at}]"
    if not isinstance(document, Mapping):
        raise errors.condition_invalid(f"{where}: {errors.quote(document)} is not an object of field, operator, value.")
    for key in document:
        if key not in ("field", "operator", "value"):
            raise errors.field_unknown(f"{where}.{key}", "field, operator and value in a condition")
    field = _field_from(where, document.get("field"), definition)
    operator = document.get("operator")
    if operator not in tuple(Operator):
        raise errors.condition_invalid(
            f"{where}.operator: {errors.quote(operator)} is not valid; expected one of EQ, GT, LT, GE, LE."
        )
    value = document.get("value")
    if value is None:
        raise errors.condition_invalid(f"{where}.value is missing; expected a value of field [{field.name}].")
    try:
        return Condition(field, Operator(operator), from_json(without_limits(field), value))
    except FieldValidationError as invalid:
        raise errors.condition_invalid(f"{where}.value: {invalid.message}") from None


def _field_from(where: str, name: object, definition: Definition) -> Field:
    if not isinstance(name, str):
        raise errors.condition_invalid(f"{where}.field: {errors.quote(name)} is not the API name of a field.")
    field = definition.field(name)
    if field is None:
        raise errors.condition_field_unknown(
            f"{where}.field: object '{definition.object}' has no field {errors.quote(name)}; names are case-sensitive."
        )
    if not field.filterable:
        raise errors.condition_not_filterable(name, definition.object)
    return field
