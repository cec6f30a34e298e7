"""Stores the records of one object in memory, with indexes of unique values, of fields and of the order of creation.

The indexes of fields and of the order are built on first use, so that loading a file does not pay for them.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, Value
from mock_zuora.domain.ports import RecordSet
from mock_zuora.domain.records.comparison import Key, KeyRange, key_of
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record
from mock_zuora.storage.change_log import Note, ignore
from mock_zuora.storage.creation_order import CreationOrder
from mock_zuora.storage.field_index import FieldIndex

_ID = "Id"
_MAX_RUN = 5_000
"""Records of one run: a few milliseconds of work."""
_ORDERED_PER_CHUNK = 1_000
_SHARED_KEYS = 1_000


class UniqueIndex:
    """The ids of the records with each value of a unique field: one, or several that were written regardless."""

    def __init__(self) -> None:
        self._holders: dict[Value, str | tuple[str, ...]] = {}
        """A single id needs less memory than a tuple of it."""

    def holders(self, value: Value) -> tuple[str, ...]:
        found = self._holders.get(value)
        if found is None:
            return ()
        return (found,) if isinstance(found, str) else found

    def move(self, before: Record | None, after: Record | None, name: str) -> None:
        """Updates the index for a changed record: ``before`` is None for a new one, ``after`` for a deleted one."""
        if before is not None and (old := before.value(name)) is not None:
            self._discard(old, before.id)
        if after is not None and (new := after.value(name)) is not None:
            others = self._holders.setdefault(new, after.id)
            if others != after.id:
                self._holders[new] = (*self.holders(new), after.id)

    def _discard(self, value: Value, record_id: str) -> None:
        left = tuple(each for each in self.holders(value) if each != record_id)
        if left:
            self._holders[value] = left[0] if len(left) == 1 else left
        else:
            self._holders.pop(value, None)

    def copy(self) -> "UniqueIndex":
        copy = UniqueIndex()
        copy._holders = dict(self._holders)
        return copy


StoredRecord = tuple[Any, ...]
"""The fields of a ``Record`` as a plain tuple, because the garbage collector does not track plain tuples."""
_record: Callable[[StoredRecord], Record] = partial(tuple.__new__, Record)


class MemoryTable:
    """Records by id and in order of creation."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._records: dict[str, StoredRecord] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._unique = {name: UniqueIndex() for name in definition.unique_fields}
        self._indexes: dict[str, FieldIndex] = {}
        self._order: CreationOrder | None = None
        self._incomplete_order: CreationOrder | None = None
        """The order while it is being built, without the records that were added since."""
        self.note: Note = ignore

    def __len__(self) -> int:
        return len(self._records)

    def get(self, record_id: str) -> Record | None:
        stored = self._records.get(record_id)
        return None if stored is None else _record(stored)

    def put(self, record: Record) -> None:
        if self._unique or self._order is not None:
            self._index(self.get(record.id), record)
        self._store(record)
        self.note("record", self._definition.namespace, self._definition.object, record)

    def remove(self, record_id: str) -> bool:
        stored = self._records.pop(record_id, None)
        if stored is not None:
            # Its id can be used again, by a record at the end. The reader that is building the order stops.
            self._incomplete_order = None
            self._index(_record(stored), None)
            self.note("removed", self._definition.namespace, self._definition.object, record_id)
        return stored is not None

    def ids(self) -> list[str]:
        return list(self._records)

    def after(self, record_id: str | None) -> Iterator[Record]:
        if record_id is None:
            return map(_record, self._records.values())
        position = self.position(record_id)
        if position is None:
            raise LookupError(f"no record {record_id!r}")
        return (_record(self._records[each]) for each in self._ordered().after(position) if each in self._records)

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

        def read(record_id: str) -> Key | None:
            record = _record(self._records[record_id])
            value = record.value(name) if system is None else system(record)
            return None if value is None else key(value)

        return read

    def holders(self, field: str, value: Value) -> tuple[str, ...]:
        return self._unique[field].holders(value)

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
        # Only the shared tuples of names differ afterwards. Making records of all would take several times as long.
        after = {names: tuple(new if name == old else name for name in names) for names in self._names}
        self._names = {names: names for names in after.values()}
        for record_id, stored in self._records.items():
            self._records[record_id] = (*stored[:6], after[stored[6]], stored[7])

    def _indexed(self, name: str) -> UniqueIndex:
        index = UniqueIndex()
        for stored in self._records.values():
            index.move(None, _record(stored), name)
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
                yield _record(stored)
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
            self._index_unique(None, _record(each))
            self._records[each[0]] = each

    def load(self, names: tuple[str, ...], rows: Iterable[list[Any]]) -> None:
        """Puts records with values for the same fields: rows of id, system fields, version and the values.

        Raises ValueError for a row of another length.
        """
        names = self._names.setdefault(names, names)
        users: dict[str, str] = {}
        for row in rows:
            record_id, created_by, created_at, updated_by, updated_at, version, *cells = row
            if len(cells) != len(names):
                raise ValueError(f"record {record_id!r} has {len(cells)} values for {len(names)} fields")
            # Most records have the same users.
            created_by = users.setdefault(created_by, created_by)
            updated_by = users.setdefault(updated_by, updated_by)
            stored = (record_id, created_by, created_at, updated_by, updated_at, version, names, tuple(cells))
            if self._unique or self._order is not None:
                self._index(self.get(row[0]), _record(stored))
            self._records[row[0]] = stored

    def copy(self) -> "MemoryTable":
        copy = MemoryTable(self._definition)
        copy._records = dict(self._records)
        copy._unique = {name: index.copy() for name, index in self._unique.items()}
        return copy

    def _store(self, record: Record) -> None:
        # Records with values for the same fields share one tuple of field names.
        names = record.names
        self._records[record.id] = (*record[:6], self._names.setdefault(names, names), record.cells)

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
