"""Stores the records of one object in memory, with indexes of unique values, equal values and order of creation.

The indexes of equal values and of the order are built on first use, so that loading a file does not pay for them. From
then on, every write maintains them.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType, Value
from mock_zuora.domain.objects.field_values import sort_key
from mock_zuora.domain.records.comparison import has_letter_case, without_case
from mock_zuora.domain.records.record import Record, lookup
from mock_zuora.storage.change_log import Note, ignore

Key = str | int | float | bool
_ID = "Id"
_MAX_UNUSED = 64
_MAX_RUN = 5_000
"""Records of one run: a few milliseconds of work."""
_INDEXED_PER_CHUNK = 2_000


class CreationOrder:
    """Positions of ids in the order in which they were added. Positions only grow."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = list(ids)
        self._positions = list(range(len(self._ids)))
        self._position = dict(zip(self._ids, self._positions, strict=True))
        self._next = len(self._ids)

    def __len__(self) -> int:
        return len(self._position)

    def add(self, record_id: str) -> None:
        self._position[record_id] = self._next
        self._ids.append(record_id)
        self._positions.append(self._next)
        self._next += 1

    def drop(self, record_id: str) -> None:
        """Removes an id. Its entry in the lists stays until half of the entries are unused."""
        del self._position[record_id]
        if len(self._ids) > 2 * len(self._position) + _MAX_UNUSED:
            self._ids = list(self.after(-1))
            self._positions = [self._position[each] for each in self._ids]

    def position(self, record_id: str) -> int | None:
        return self._position.get(record_id)

    def after(self, position: int) -> Iterator[str]:
        """The ids after a position. Ids that are added while the iterator is read are not included."""
        ids, positions = self._ids, self._positions
        places = range(bisect_right(positions, position), len(ids))
        return (ids[each] for each in places if self._position.get(ids[each]) == positions[each])


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


class EqualValues:
    """The ids of the records with each value of one field, in order of creation.

    Texts that differ in case only count as equal.
    """

    def __init__(self, field: Field) -> None:
        self._field = field
        self._ignores_case = has_letter_case(field)
        self._buckets: dict[Key, dict[str, None]] = {}
        self._unordered: set[Key] = set()

    def move(self, before: Record | None, after: Record | None, *, is_complete: bool = True) -> None:
        """Updates the index for a changed record: ``before`` is None for a new one, ``after`` for a deleted one.

        An index that is not complete may not know ``before``, and will know records that are older than ``after``.
        """
        old, new = self._key(before), self._key(after)
        if old == new:
            return
        if old is not None and before is not None:
            self._discard(old, before.id)
        if new is not None and after is not None:
            bucket = self._buckets.setdefault(new, {})
            if (before is not None and bucket) or not is_complete:
                self._unordered.add(new)
            bucket[after.id] = None

    def ids(self, value: Value, position: Callable[[str], int | None]) -> list[str]:
        key = self._key_of(value)
        if key in self._unordered:
            self._buckets[key] = dict.fromkeys(sorted(self._buckets[key], key=lambda each: position(each) or 0))
            self._unordered.discard(key)
        return list(self._buckets.get(key, ()))

    def count(self, value: Value) -> int:
        return len(self._buckets.get(self._key_of(value), ()))

    def _discard(self, key: Key, record_id: str) -> None:
        bucket = self._buckets.get(key, {})
        bucket.pop(record_id, None)
        if not bucket:
            self._buckets.pop(key, None)
            self._unordered.discard(key)

    def _key(self, record: Record | None) -> Key | None:
        value = None if record is None else lookup(record)(self._field.name)
        return None if value is None else self._key_of(value)

    def _key_of(self, value: Value) -> Key:
        if self._ignores_case and isinstance(value, str):
            return without_case(value)
        return sort_key(self._field, value)


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
        self._equal: dict[str, EqualValues] = {}
        self._incomplete: dict[str, EqualValues] = {}
        """The indexes that are being built."""
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
        if self._unique or self._equal or self._incomplete or self._order is not None:
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
                if number % _INDEXED_PER_CHUNK == 0:
                    yield
                    if self._incomplete_order is not order:
                        return  # A record was removed, or another reader has built the order.
            for record_id in list(islice(reversed(self._records), len(self._records) - len(order)))[::-1]:
                order.add(record_id)
            self._order = order
        finally:
            if self._incomplete_order is order:
                self._incomplete_order = None

    def index(self, field: str) -> Iterator[None]:
        while field in self._incomplete:
            yield
        definition = self._definition.field(field)
        if definition is None or field == _ID or field in self._equal or self._is_unique(definition):
            return
        self._incomplete[field] = index = EqualValues(definition)
        try:
            for number, record_id in enumerate(self.ids(), 1):
                # The record as it is by now: every change since the start has moved it in the index, too.
                index.move(None, self.get(record_id))
                if number % _INDEXED_PER_CHUNK == 0:
                    yield
                    if self._incomplete.get(field) is not index:
                        return  # The object was redefined, or another reader has built the index.
            self._equal[field] = index
        finally:
            if self._incomplete.get(field) is index:
                del self._incomplete[field]

    def count_with(self, field: str, value: Value) -> int:
        definition = self._definition.field(field)
        if field == _ID or definition is None or self._is_unique(definition):
            return len(self.ids_with(field, value))
        return self._equal_values(definition).count(value)

    def ids_with(self, field: str, value: Value) -> list[str]:
        if field == _ID:
            return [str(value)] if value in self._records else []
        definition = self._definition.field(field)
        if definition is None:
            return []
        if self._is_unique(definition):
            holders = self.holders(field, value)
            return list(holders) if len(holders) < 2 else sorted(holders, key=lambda each: self.position(each) or 0)
        return self._equal_values(definition).ids(value, self.position)

    def _is_unique(self, field: Field) -> bool:
        """Whether the index of unique values finds what is equal in a comparison."""
        return field.name in self._unique and field.type is not FieldType.DATETIME and not has_letter_case(field)

    def _equal_values(self, field: Field) -> EqualValues:
        if field.name not in self._equal:
            # Built at once, also if another reader is building it in chunks; that reader then stops.
            self._incomplete.pop(field.name, None)
            for _ in self.index(field.name):
                pass
        return self._equal[field.name]

    def holders(self, field: str, value: Value) -> tuple[str, ...]:
        return self._unique[field].holders(value)

    def redefine(self, definition: Definition, renamed: tuple[str, str] | None) -> None:
        """Changes the definition in place, because running jobs hold a reference to the table."""
        self._definition = definition
        self._equal, self._incomplete = {}, {}
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
            if self._unique or self._equal or self._incomplete or self._order is not None:
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
        for equal in self._equal.values():
            equal.move(before, after)
        for equal in self._incomplete.values():
            equal.move(before, after, is_complete=False)
        if self._order is not None:
            if before is None and after is not None:
                self._order.add(after.id)
            elif after is None and before is not None:
                self._order.drop(before.id)

    def _index_unique(self, before: Record | None, after: Record | None) -> None:
        for name, index in self._unique.items():
            index.move(before, after, name)
