"""Checks that file rows and JSON documents share before they become records.

All functions here raise FieldValidationError; ``problem_of`` turns one into an error code of records.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue.files import UNIQUE_SCOPE
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, Problem, Resource, quote
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, Relationship
from mock_zuora.domain.objects.field import Field, FieldValidationError, Value
from mock_zuora.domain.objects.field_values import JsonConverter, json_converter
from mock_zuora.domain.records.record import Record, Values


def problem_of(invalid: FieldValidationError) -> Problem:
    """The error as a problem of a record, 710125xx."""
    return Problem(Resource.RECORD * 100 + invalid.category, invalid.message)


def missing_value(field: Field, assumption: Assumption | None = None) -> FieldValidationError:
    message = f"Field [{field.name}] is required, but has no value."
    return FieldValidationError(Category.MISSING, message, assumption)


def value_taken(name: str, value: Value, holder: str, assumption: Assumption | None = None) -> FieldValidationError:
    message = f"Field [{name}] is unique, and its value {quote(value)} is taken by record '{holder}'."
    return FieldValidationError(Category.RULE, message, assumption)


def unknown_field(name: str, definition: Definition) -> FieldValidationError:
    return FieldValidationError(
        Category.UNKNOWN_FIELD, f"Field [{quote(name)[1:-1]}] is not a custom field of '{definition.object}'."
    )


class JsonReader:
    """Converts the JSON records of one request to values. Create one per request.

    A JSON value and the same value in a CSV cell convert to the same result.
    """

    def __init__(self, definition: Definition, choices: Choices) -> None:
        self.definition = definition
        self._choices = choices
        self._converters: dict[str, JsonConverter] = {}

    def values(self, document: Mapping[str, Any]) -> tuple[Values, frozenset[str]]:
        """The values of a JSON record, and the names of the fields that it sets to null."""
        values: Values = {}
        cleared: set[str] = set()
        for name, value in document.items():
            convert = self._converters.get(name) or self._converter(name)
            if value is None:
                cleared.add(name)
            else:
                values[name] = convert(value)
        return values, frozenset(cleared)

    def _converter(self, name: str) -> JsonConverter:
        field = self.definition.field(name)
        if field is None or field.is_system:
            raise unknown_field(name, self.definition)
        self._converters[name] = json_converter(field, self._choices)
        return self._converters[name]


def complete(values: Values, definition: Definition, cleared: Set[str] = frozenset()) -> Values:
    """Adds the defaults of omitted fields (D), except those that were set to null. Changes ``values`` in place.

    Raises FieldValidationError for a required field without a value.
    """
    for field in definition.fields.values():
        if field.name not in values:
            if field.default is not None and field.name not in cleared:
                values[field.name] = field.default
            elif field.required:
                raise missing_value(field)
    return values


def merged(before: Record, values: Values, cleared: Set[str], definition: Definition) -> Values:
    """The values of a record after some of its fields changed.

    Raises FieldValidationError if a required field was set to null.
    """
    for name in cleared:
        field = definition.field(name)
        if field is not None and field.required:
            raise missing_value(field)
    return {name: value for name, value in before.values.items() if name not in cleared} | values


class UniqueHolders:
    """Which record holds which unique value: stored records, and those that the same request is about to write."""

    def __init__(self, definition: Definition, holders: Callable[[str, Value], tuple[str, ...]]) -> None:
        self._fields = definition.unique_fields
        self._holders = holders
        self._reserved: dict[tuple[str, Value], str | None] = {}

    def check(self, values: Mapping[str, Value], record_id: str) -> None:
        """Refuses a value that another record holds: the first record to use a value keeps it (D)."""
        for name in self._fields:
            value = values.get(name)
            if value is None:
                continue
            if (name, value) in self._reserved:
                holder = self._reserved[name, value]
            else:
                holders = self._holders(name, value)
                holder = record_id if record_id in holders else next(iter(holders), None)
            if holder is not None and holder != record_id:
                raise value_taken(name, value, holder)

    def reserve(self, values: Mapping[str, Value], record_id: str, before: Mapping[str, Value] | None = None) -> None:
        """Reserves the values of a record that is about to be written, and frees those that it had ``before``."""
        for name in self._fields:
            if before is not None and name in before:
                self._reserved[name, before[name]] = None
            if name in values:
                self._reserved[name, values[name]] = record_id


class UniqueRows:
    """Which record holds which unique value, for the rows of one file."""

    def __init__(
        self, definition: Definition, holders: Callable[[str, Value], tuple[str, ...]], choices: Choices
    ) -> None:
        self._fields = definition.unique_fields
        self._holders = holders
        self._choices = choices
        self._written: set[str] = set()

    def check(self, values: Mapping[str, Value], record_id: str) -> None:
        """Refuses a value of a record that an earlier row wrote (D), or that is stored (A)."""
        for name in self._fields:
            value = values.get(name)
            if value is None:
                continue
            holders = self._holders(name, value)
            if holders and holders != (record_id,):
                self._check_holders(name, value, record_id, holders)

    def _check_holders(self, name: str, value: Value, record_id: str, holders: tuple[str, ...]) -> None:
        for each in holders:
            if each != record_id and each in self._written:
                raise value_taken(name, value, each)
        # A record that shares its value with another one can keep it.
        if record_id not in holders and self._choices.of(UNIQUE_SCOPE) == "stored":
            raise value_taken(name, value, holders[0], UNIQUE_SCOPE)

    def add(self, *record_ids: str) -> None:
        """Notes records that rows have written."""
        self._written.update(record_ids)


def check_relationships(
    values: Mapping[str, Value], definition: Definition, exists: Callable[[Relationship, str], bool]
) -> None:
    """Refuses a value that is not the id of a record of the related object, where the relationship enforces it (D).

    Relationships with Zuora's own objects are not checked (M), because this server does not store those objects.
    """
    for relationship in definition.relationships:
        if not relationship.enforces_mapping or relationship.namespace != DEFAULT_NAMESPACE:
            continue
        for name in relationship.fields:
            value = values.get(name)
            if value is not None and not exists(relationship, str(value)):
                raise FieldValidationError(
                    Category.INVALID,
                    f"Field [{name}] names record {quote(value)}, which object '{relationship.object}' does not have.",
                )
