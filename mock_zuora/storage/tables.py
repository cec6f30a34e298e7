"""Stores the records of one object in memory, with indexes of unique values, of fields and of the order of creation.

The indexes of fields and of the order are built on first use, so that loading a file does not pay for them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, repeat
from typing import Any

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, Value
from mock_zuora.domain.ports import RecordSet
from mock_zuora.domain.records.comparison import Key, KeyRange, key_of
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record, Stamp, StoredRecord, as_record, names_of
from mock_zuora.storage.change_log import Note, ignore
from mock_zuora.storage.creation_order import CreationOrder
from mock_zuora.storage.field_index import FieldIndex
from mock_zuora.storage.freeing import free_later
from mock_zuora.storage.unique_index import UniqueIndex

_ID = "Id"
_MAX_RUN = 5_000
"""Records of one run: a few milliseconds of work."""
_ORDERED_PER_CHUNK = 1_000
_SHARED_KEYS = 1_000


@lru_cache(1_000)
def _shared(stamp: Stamp) -> Stamp:
    """The same stamp as one object for many records, which saves memory."""
    return stamp


class MemoryTable:
    """Records by id and in order of creation."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._records: dict[str, StoredRecord] = {}
        self._unique = {name: UniqueIndex() for name in definition.unique_fields}
        self._indexes: dict[str, FieldIndex] = {}
        self._order: CreationOrder | None = None
        self._incomplete_order: CreationOrder | None = None
        """The order while it is being built, without the records that were added since."""
        self.note: Note = ignore

    def __del__(self) -> None:
        indexes = [each.by_value for each in self._unique.values()]
        order = [] if self._order is None else self._order.containers
        free_later(self._records, *indexes, *order, *(each.keys for each in self._indexes.values()))

    def __len__(self) -> int:
        return len(self._records)

    def get(self, record_id: str) -> Record | None:
        stored = self._records.get(record_id)
        return None if stored is None else as_record(stored)

    def put(self, record: Record) -> None:
        if self._unique or self._order is not None:
            self._index(self.get(record.id), record)
        self._records[record.id] = (record.id, _shared(record.stamp), *record.cells)
        self.note("record", self._definition.namespace, self._definition.object, record)

    def add(self, ids: Sequence[str], stamp: Stamp, columns: Sequence[Sequence[Value | None]]) -> None:
        stored: list[StoredRecord] = list(zip(ids, repeat(stamp), *columns))
        names = names_of(stamp)
        for name, index in self._unique.items():
            if name in names:
                index.add(columns[names.index(name)], ids)
        if self._order is not None:
            for each in ids:
                self._order.add(each)
        self._records.update(zip(ids, stored, strict=True))
        self.note("records", self._definition.namespace, self._definition.object, names, stored)

    def remove(self, record_id: str) -> bool:
        stored = self._records.pop(record_id, None)
        if stored is not None:
            # Its id can be used again, by a record at the end. The reader that is building the order stops.
            self._incomplete_order = None
            self._index(as_record(stored), None)
            self.note("removed", self._definition.namespace, self._definition.object, record_id)
        return stored is not None

    def ids(self) -> list[str]:
        return list(self._records)

    def after(self, record_id: str | None) -> Iterator[Record]:
        if record_id is None:
            return map(as_record, self._records.values())
        position = self.position(record_id)
        if position is None:
            raise LookupError(f"no record {record_id!r}")
        return (as_record(self._records[each]) for each in self._ordered().after(position) if each in self._records)

    def position(self, record_id: str) -> int | None:
        return self._ordered().position(record_id)

    def order(self) -> Iterator[None]:
        while self._incomplete_order is not None:
            yield
        if self._order is not None:
            return
        self._incomplete_order = order = CreationOrder(())
        try:
            for number, record_id in enumerate(self.ids(), 1):
                order.add(record_id)
                if number % _ORDERED_PER_CHUNK == 0:
                    yield
                    if self._incomplete_order is not order:
                        return  # A record was removed, or another reader has built the order.
            for record_id in list(islice(reversed(self._records), len(self._records) - len(order)))[::-1]:
                order.add(record_id)
            self._order = order
        finally:
            if self._incomplete_order is order:
                self._incomplete_order = None

    def index(self, *fields: str) -> Iterator[None]:
        yield from self.order()
        # Writes between two chunks can undo any of the work.
        while (late := next((each for each in self._indexes_of(fields) if each.is_far_behind), None)) is not None:
            late.advance()
            yield

    def all(self) -> RecordSet:
        return self._ordered().all()

    def find(self, field: str, keys: KeyRange | None = None) -> RecordSet:
        if field == _ID and keys is not None:
            place = self._ordered().place(str(keys.first))
            return 0 if place is None else 1 << place
        if field in SYSTEM_VALUES and keys is None:
            return self.all()
        return sum(each.find(keys) for each in self._indexes_of((field,)))

    def ids_of(self, records: RecordSet, after: str | None = None) -> Iterator[str]:
        order = self._ordered()
        place = None if after is None else order.place(after)
        return order.ids_of(records if place is None else records >> (place + 1) << (place + 1))

    def _indexes_of(self, fields: Iterable[str]) -> Iterator[FieldIndex]:
        for name in fields:
            field = self._definition.field(name)
            if field is None or name == _ID:
                continue
            if name not in self._indexes:
                self._indexes[name] = FieldIndex(self._ordered(), self._key_of_record(field))
            yield self._indexes[name]

    def _key_of_record(self, field: Field) -> Callable[[str], Key | None]:
        # Many fields have few values. Their records share the keys.
        name, key = field.name, lru_cache(_SHARED_KEYS)(key_of(field))
        system = SYSTEM_VALUES[name] if field.is_system else None
        # Without a reference to the table, which would be a cycle.
        records = self._records

        def read(record_id: str) -> Key | None:
            record = as_record(records[record_id])
            value = record.value(name) if system is None else system(record)
            return None if value is None else key(value)

        return read

    def holders(self, field: str, value: Value) -> tuple[str, ...]:
        return self._unique[field].holders(value)

    def has_holders(self, field: str, values: Collection[Value]) -> bool:
        return self._unique[field].has_any(values)

    def redefine(self, definition: Definition, renamed: tuple[str, str] | None) -> None:
        """Changes the definition in place, because running jobs hold a reference to the table."""
        self._definition = definition
        self._indexes = {}
        before = self._unique
        if renamed is not None:
            old, new = renamed
            self._rename(old, new)
            before = {new if name == old else name: index for name, index in before.items()}
        self._unique = {
            name: before[name] if name in before else self._indexed(name) for name in definition.unique_fields
        }

    def _rename(self, old: str, new: str) -> None:
        # Only the stamps differ afterwards, and consecutive records usually share one.
        before: Stamp | None = None
        for record_id, stored in self._records.items():
            if before is not stored[1]:
                before = stored[1]
                names = (new if name == old else name for name in names_of(before))
                after = _shared((*before[:5], *names))
            self._records[record_id] = (record_id, after, *stored[2:])

    def _indexed(self, name: str) -> UniqueIndex:
        index = UniqueIndex()
        for stored in self._records.values():
            index.move(None, as_record(stored), name)
        return index

    def runs_in(self, base: "MemoryTable | None") -> Iterator[Record | tuple[int, int]]:
        """The records in order of creation; those that are also in another table as runs: position there and number."""
        positions = {} if base is None else {id(stored): at for at, stored in enumerate(base._records.values())}
        start = count = 0
        for stored in self._records.values():
            at = positions.get(id(stored))
            if 0 < count < _MAX_RUN and at == start + count:
                count += 1
                continue
            if count:
                yield start, count
            if at is None:
                count = 0
                yield as_record(stored)
            else:
                start, count = at, 1
        if count:
            yield start, count

    def stored(self) -> list[StoredRecord]:
        """The records in order of creation, to be shared with another table."""
        return list(self._records.values())

    def share(self, records: Iterable[StoredRecord]) -> None:
        """Adds records of another table without copying them."""
        for each in records:
            self._index_unique(None, as_record(each))
            self._records[each[0]] = each

    def load(self, names: tuple[str, ...], rows: Iterable[list[Any]]) -> None:
        """Puts records with values for the same fields: rows of id, system fields, version and the values.

        Raises ValueError for a row of another length.
        """
        for record_id, created_by, created_at, updated_by, updated_at, version, *cells in rows:
            if len(cells) != len(names):
                raise ValueError(f"record {record_id!r} has {len(cells)} values for {len(names)} fields")
            stamp = _shared((created_by, created_at, updated_by, updated_at, version, *names))
            stored = (record_id, stamp, *cells)
            if self._unique or self._order is not None:
                self._index(self.get(record_id), as_record(stored))
            self._records[record_id] = stored

    def copy(self) -> "MemoryTable":
        copy = MemoryTable(self._definition)
        copy._records = dict(self._records)
        copy._unique = {name: index.copy() for name, index in self._unique.items()}
        return copy

    def _ordered(self) -> CreationOrder:
        if self._order is None:
            # Built at once, also if another reader is building it in chunks; that reader then stops.
            self._incomplete_order = None
            self._order = CreationOrder(self._records)
        return self._order

    def _index(self, before: Record | None, after: Record | None) -> None:
        self._index_unique(before, after)
        if self._order is None:
            return
        if before is None and after is not None:
            self._order.add(after.id)
        elif before is not None:
            if self._indexes and (place := self._order.place(before.id)) is not None:
                for index in self._indexes.values():
                    index.note_change(place)
            if after is None and self._order.drop(before.id):
                self._indexes = {}

    def _index_unique(self, before: Record | None, after: Record | None) -> None:
        for name, index in self._unique.items():
            index.move(before, after, name)
