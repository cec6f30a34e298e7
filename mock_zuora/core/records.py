"""A record, and what a row of values needs to become one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mock_zuora.core.clock import date_text
from mock_zuora.core.definitions import Definition
from mock_zuora.core.errors import Category
from mock_zuora.core.fields import Field, Mismatch, Value

Values = dict[str, Value]


class Record(NamedTuple):
    """One record; a value, never changed in place. ``values`` holds the custom fields that have one."""

    id: str
    created_by: str
    created_at: int
    updated_by: str
    updated_at: int
    version: int
    values: Mapping[str, Value]


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
        return system(record) if system else record.values.get(name)

    return read


def complete(values: Values, definition: Definition) -> Values:
    """The values of a whole record: a field that is left out takes its default (D), and required ones must be there.

    Raises Mismatch.
    """
    for field in definition.fields.values():
        if field.name not in values:
            if field.default is not None:
                values[field.name] = field.default
            elif field.required:
                raise missing(field)
    return values


def missing(field: Field) -> Mismatch:
    return Mismatch(Category.MISSING, f"Field [{field.name}] is required, but has no value.")


def as_said(header: tuple[str, ...], row: list[str]) -> dict[str, Any]:
    """What a row of a file said: its cells by column, without the empty ones."""
    return {name: cell for name, cell in zip(header, row, strict=False) if cell}
