"""A record and its system fields."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from mock_zuora.domain.clock import date_text
from mock_zuora.domain.objects.field import Value

Values = dict[str, Value]


class _RecordTuple(NamedTuple):
    id: str
    created_by: str
    created_at: int
    updated_by: str
    updated_at: int
    version: int
    names: tuple[str, ...]
    cells: tuple[Value, ...]


class Record(_RecordTuple):
    """One record, immutable, with the values of its custom fields that have one. Timestamps are milliseconds.

    It consists of tuples because they need a third of a dictionary's memory and the garbage collector does not track
    them. With 100,000 dictionaries, every collection would delay the requests that are being served.
    """

    __slots__ = ()

    def __new__(
        cls, id: str, created_by: str, created_at: int, updated_by: str, updated_at: int, version: int, values: Values
    ) -> "Record":
        names, cells = tuple(values), tuple(values.values())
        return tuple.__new__(cls, (id, created_by, created_at, updated_by, updated_at, version, names, cells))

    @property
    def values(self) -> Values:
        """The values by field name, as a new dictionary."""
        return dict(zip(self.names, self.cells, strict=True))

    def value(self, name: str) -> Value | None:
        """The value of a custom field, or None."""
        return self.cells[self.names.index(name)] if name in self.names else None

    def updated(self, user_id: str, timestamp: int, values: Values) -> "Record":
        """The next version of the record, with other values."""
        return Record(self.id, self.created_by, self.created_at, user_id, timestamp, self.version + 1, values)


def new_record(record_id: str, user_id: str, timestamp: int, values: Values) -> Record:
    """A record in version 1."""
    return Record(record_id, user_id, timestamp, user_id, timestamp, 1, values)


SYSTEM_VALUES: Mapping[str, Callable[[Record], Value]] = {
    "Id": lambda record: record.id,
    "CreatedById": lambda record: record.created_by,
    "CreatedDate": lambda record: date_text(record.created_at),
    "UpdatedById": lambda record: record.updated_by,
    "UpdatedDate": lambda record: date_text(record.updated_at),
}
"""Reads a system field of a record, by field name."""


def lookup(record: Record) -> Callable[[str], Value | None]:
    """Returns a function from field name, custom or system, to the record's value or None."""

    def read(name: str) -> Value | None:
        system = SYSTEM_VALUES.get(name)
        return system(record) if system else record.value(name)

    return read


def row_values(header: tuple[str, ...], row: tuple[str, ...]) -> dict[str, str]:
    """The cells of a CSV row by column name, without empty cells."""
    return {name: cell for name, cell in zip(header, row, strict=False) if cell}
