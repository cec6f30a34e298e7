"""A record and its system fields."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from mock_zuora.domain.clock import date_text
from mock_zuora.domain.objects.field import Value

Values = dict[str, Value]
Stamp = tuple[str, int, str, int, int, *tuple[str, ...]]
"""Who created a record and when, who changed it last and when, its version, and the names of its fields.

The records that a job creates share one stamp. It contains no other containers, so the garbage collector does not track
it."""
StoredRecord = tuple[str, Stamp, *tuple[Value | None, ...]]
"""A ``Record`` as a plain tuple: its id, its stamp, and its cells."""


class Record(tuple[str, Stamp, *tuple[Value | None, ...]]):
    """One record, immutable: its id, its stamp, and a cell for each field of the stamp. Timestamps are milliseconds.

    A field without a value has the cell None. Stored records are plain tuples, because they need a fraction of a
    dictionary's memory and the garbage collector does not track plain tuples of plain values. With 100,000
    dictionaries, every collection would delay the requests that are being served.
    """

    __slots__ = ()

    def __new__(
        cls, id: str, created_by: str, created_at: int, updated_by: str, updated_at: int, version: int, values: Values
    ) -> "Record":
        stamp = (created_by, created_at, updated_by, updated_at, version, *values)
        return tuple.__new__(cls, (id, stamp, *values.values()))

    @property
    def id(self) -> str:
        return self[0]

    @property
    def stamp(self) -> Stamp:
        return self[1]

    @property
    def created_by(self) -> str:
        return self.stamp[0]

    @property
    def created_at(self) -> int:
        return self.stamp[1]

    @property
    def updated_by(self) -> str:
        return self.stamp[2]

    @property
    def updated_at(self) -> int:
        return self.stamp[3]

    @property
    def version(self) -> int:
        return self.stamp[4]

    @property
    def cells(self) -> tuple[Value | None, ...]:
        """The values of the fields of the stamp, None for a field without a value."""
        return self[2:]

    @property
    def values(self) -> Values:
        """The values by field name, as a new dictionary."""
        names = names_of(self.stamp)
        return {name: cell for name, cell in zip(names, self.cells, strict=True) if cell is not None}

    def value(self, name: str) -> Value | None:
        """The value of a custom field, or None."""
        names = names_of(self.stamp)
        return self.cells[names.index(name)] if name in names else None

    def updated(self, user_id: str, timestamp: int, values: Values) -> "Record":
        """The next version of the record, with other values."""
        return Record(self.id, self.created_by, self.created_at, user_id, timestamp, self.version + 1, values)


as_record: Callable[[StoredRecord], Record] = partial(tuple.__new__, Record)
"""A stored record as a ``Record``."""


def new_stamp(user_id: str, timestamp: int, names: Iterable[str]) -> Stamp:
    """The stamp of new records."""
    return (user_id, timestamp, user_id, timestamp, 1, *names)


def names_of(stamp: Stamp) -> tuple[str, ...]:
    """The names of the fields of a record, in the order of its cells."""
    return stamp[5:]


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
