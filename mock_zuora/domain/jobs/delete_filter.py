"""The filter of a delete job: one or two conditions on filterable fields, combined with AND (D)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from mock_zuora.domain import refusals
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import quote
from mock_zuora.domain.objects.definition import Definition, filterability_assumption, is_filterable
from mock_zuora.domain.objects.field import Field, FieldValidationError, Value
from mock_zuora.domain.objects.field_values import from_json, without_limits
from mock_zuora.domain.records.comparison import KeyRange, Operator, ValuePredicate, comparison, keys_of, operand_of

MAX_CONDITIONS: Final = 2

Lookup = Callable[[str], Value | None]
"""A function from field name to a record's value, or None."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. A record without a value for the field does not match."""

    field: Field
    operator: Operator
    value: Value
    keys: KeyRange = dataclass_field(init=False, repr=False, compare=False)
    """The keys of the values that meet the condition."""
    _predicate: ValuePredicate = dataclass_field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        operand = operand_of(self.field, self.value)
        object.__setattr__(self, "keys", keys_of(self.field, self.operator, operand))
        object.__setattr__(self, "_predicate", comparison(self.field, self.operator, operand))

    def matches(self, value: Value | None) -> bool:
        """Whether a value of the field meets the condition."""
        return self._predicate(value)


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions of a delete job."""

    conditions: tuple[Condition, ...]

    def matches(self, lookup: Lookup) -> bool:
        """Whether a record, given by its lookup function, meets every condition."""
        return all(each.matches(lookup(each.field.name)) for each in self.conditions)


def filter_from(document: object, definition: Definition, choices: Choices | None = None) -> Filter:
    """Parses the filter of a submit request and checks every field, operator and value.

    Without choices, the filter is one that was accepted before, so that no choice of an assumption refuses it.
    Raises ZuoraError: 71013021, 71013220, 71013320, 71013321, 71013322, 71013330.
    """
    if not isinstance(document, Mapping):
        raise refusals.filter_invalid(f"filter: {quote(document)} is not an object with 'conditions'.")
    for key in document:
        if key != "conditions":
            raise refusals.field_unknown(f"filter.{key}", ("filter.conditions",))
    conditions = document.get("conditions")
    if conditions is None:
        raise refusals.conditions_missing()
    if not isinstance(conditions, list):
        raise refusals.condition_invalid(f"filter.conditions: {quote(conditions)} is not a list of conditions.")
    if not 1 <= len(conditions) <= MAX_CONDITIONS:
        raise refusals.conditions_count(len(conditions))
    return Filter(tuple(_condition_from(index, each, definition, choices) for index, each in enumerate(conditions)))


def document_of_filter(filter: Filter) -> dict[str, Any]:
    """The document that ``filter_from`` parses to this filter."""
    return {
        "conditions": [
            {"field": each.field.name, "operator": each.operator.value, "value": each.value}
            for each in filter.conditions
        ]
    }


def _condition_from(index: int, document: object, definition: Definition, choices: Choices | None) -> Condition:
    where = f"filter.conditions[{index}]"
    if not isinstance(document, Mapping):
        raise refusals.condition_invalid(f"{where}: {quote(document)} is not an object of field, operator, value.")
    for key in document:
        if key not in ("field", "operator", "value"):
            raise refusals.field_unknown(f"{where}.{key}", ("field", "operator", "value"))
    field = _field_from(where, document.get("field"), definition, choices)
    operator = document.get("operator")
    if operator not in tuple(Operator):
        raise refusals.condition_invalid(
            f"{where}.operator: {quote(operator)} is not valid; expected one of EQ, GT, LT, GE, LE."
        )
    value = document.get("value")
    if value is None:
        raise refusals.condition_invalid(f"{where}.value is missing; expected a value of field [{field.name}].")
    try:
        return Condition(field, Operator(operator), from_json(without_limits(field), value, choices))
    except FieldValidationError as invalid:
        raise refusals.condition_invalid(f"{where}.value: {invalid.message}", invalid.assumption) from None


def _field_from(where: str, name: object, definition: Definition, choices: Choices | None) -> Field:
    if not isinstance(name, str):
        raise refusals.condition_invalid(f"{where}.field: {quote(name)} is not the API name of a field.")
    field = definition.field(name)
    if field is None:
        raise refusals.condition_field_unknown(
            f"{where}.field: object '{definition.object}' has no field {quote(name)}; names are case-sensitive."
        )
    accepted = field.filterable or field.is_system if choices is None else is_filterable(field, choices)
    if not accepted:
        raise refusals.condition_not_filterable(name, definition.object, filterability_assumption(field))
    return field
