"""A record, and the rules that rows of files and JSON documents share before they become one."""

from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple

from mock_zuora.domain.clock import date_text
from mock_zuora.domain.errors import Category, Problem, Resource, quote
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, Relationship
from mock_zuora.domain.objects.field import Field, FieldValidationError, Reader, Value, json_reader

Values = dict[str, Value]


class _Parts(NamedTuple):
    id: str
    created_by: str
    created_at: int
    updated_by: str
    updated_at: int
    version: int
    names: tuple[str, ...]
    cells: tuple[Value, ...]


class Record(_Parts):
    """One record; a value, never changed in place. It holds the custom fields that have a value.

    All of it is tuples of plain values: they take a third of the memory of a dictionary, and the garbage collector
    leaves them alone. It would look at each of 100,000 dictionaries again and again, and every call would wait for it.
    """

    __slots__ = ()

    def __new__(
        cls, id: str, created_by: str, created_at: int, updated_by: str, updated_at: int, version: int, values: Values
    ) -> "Record":
        names, cells = tuple(values), tuple(values.values())
        return tuple.__new__(cls, (id, created_by, created_at, updated_by, updated_at, version, names, cells))

    @property
    def values(self) -> Values:
        """The values by field name, in a new dictionary."""
        return dict(zip(self.names, self.cells, strict=True))

    def value(self, name: str) -> Value | None:
        """The value of one custom field; None if it has none."""
        return self.cells[self.names.index(name)] if name in self.names else None

    def updated(self, by: str, at: int, values: Values) -> "Record":
        """The record with other values; its version counts up."""
        return Record(self.id, self.created_by, self.created_at, by, at, self.version + 1, values)


def new_record(record_id: str, by: str, at: int, values: Values) -> Record:
    """A record in its first version."""
    return Record(record_id, by, at, by, at, 1, values)


SYSTEM_VALUES: Mapping[str, Callable[[Record], Value]] = {
    "Id": lambda record: record.id,
    "CreatedById": lambda record: record.created_by,
    "CreatedDate": lambda record: date_text(record.created_at),
    "UpdatedById": lambda record: record.updated_by,
    "UpdatedDate": lambda record: date_text(record.updated_at),
}


def lookup(record: Record) -> Callable[[str], Value | None]:
    """A reader of the record's values by field name, custom and system alike."""

    def read(name: str) -> Value | None:
        system = SYSTEM_VALUES.get(name)
        return system(record) if system else record.value(name)

    return read


def problem_of(invalid: FieldValidationError) -> Problem:
    """A record's mistake with its number, 710125xx."""
    return Problem(Resource.RECORD * 100 + invalid.category, invalid.message)


def missing(field: Field) -> FieldValidationError:
    return FieldValidationError(Category.MISSING, f"Field [{field.name}] is required, but has no value.")


class JsonReader:
    """Turns the JSON records of one call into values, by the rules of one object. Made once for each call.

    What it makes of a value is what the reader of a file's rows makes of the value's text.
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._readers: dict[str, Reader] = {}

    def values(self, document: Mapping[str, Any]) -> tuple[Values, frozenset[str]]:
        """The values of a JSON record, and the names of the fields that it sets to null. Raises Mismatch."""
        values: Values = {}
        cleared: set[str] = set()
        for name, said in document.items():
            read = self._readers.get(name) or self._reader(name)
            if said is None:
                cleared.add(name)
            else:
                values[name] = read(said)
        return values, frozenset(cleared)

    def _reader(self, name: str) -> Reader:
        field = self.definition.field(name)
        if field is None or field.is_system:
            raise unknown_field(name, self.definition)
        self._readers[name] = json_reader(field)
        return self._readers[name]


def unknown_field(name: str, definition: Definition) -> FieldValidationError:
    return FieldValidationError(
        Category.UNKNOWN_FIELD, f"Field [{quote(name)[1:-1]}] is not a custom field of '{definition.object}'."
    )


def complete(values: Values, definition: Definition, cleared: Set[str] = frozenset()) -> Values:
    """The values of a whole record: a field that is left out takes its default (D), one that is set to null has none.

    Raises Mismatch for a required field without a value.
    """
    for field in definition.fields.values():
        if field.name not in values:
            if field.default is not None and field.name not in cleared:
                values[field.name] = field.default
            elif field.required:
                raise missing(field)
    return values


def merged(before: Record, values: Values, cleared: Set[str], definition: Definition) -> Values:
    """The values of a record after some of its fields changed. Raises Mismatch if a required one was set to null."""
    for name in cleared:
        field = definition.field(name)
        if field is not None and field.required:
            raise missing(field)
    return {name: value for name, value in before.values.items() if name not in cleared} | values


class UniqueHolders:
    """Who has which unique value: the records that are there, and those that are about to be written with this one."""

    def __init__(self, definition: Definition, holder: Callable[[str, Value], str | None]) -> None:
        self._fields = definition.unique_fields
        self._holder = holder
        self._taken: dict[tuple[str, Value], str | None] = {}

    def check(self, values: Mapping[str, Value], record_id: str) -> None:
        """Refuses a value that another record has: the first one in was taken (D). Raises Mismatch."""
        for name in self._fields:
            value = values.get(name)
            if value is None:
                continue
            # A row of a file is written before the next one is checked, so there nothing is taken here.
            if self._taken and (name, value) in self._taken:
                holder = self._taken[name, value]
            else:
                holder = self._holder(name, value)
            if holder is not None and holder != record_id:
                raise FieldValidationError(
                    Category.RULE,
                    f"Field [{name}] is unique, and its value {quote(value)} is taken by record '{holder}'.",
                )

    def take(self, values: Mapping[str, Value], record_id: str, before: Mapping[str, Value] | None = None) -> None:
        """Counts the values of a record that is about to be written; those that it had ``before`` are free then."""
        for name in self._fields:
            if before is not None and name in before:
                self._taken[name, before[name]] = None
            if name in values:
                self._taken[name, values[name]] = record_id


def check_relationships(
    values: Mapping[str, Value], definition: Definition, exists: Callable[[Relationship, str], bool]
) -> None:
    """Refuses a value that names no record of the related object, where that is enforced (D). Raises Mismatch.

    Objects of Zuora itself are not held here: their ids are taken as valid (M).
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


def row_values(header: tuple[str, ...], row: tuple[str, ...]) -> dict[str, Any]:
    """What a row of a file said: its cells by column, without the empty ones."""
    return {name: cell for name, cell in zip(header, row, strict=False) if cell}
