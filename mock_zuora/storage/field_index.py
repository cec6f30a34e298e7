"""An index of the values of one field, in their order."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

from mock_zuora.domain.ports import RecordSet
from mock_zuora.domain.records.comparison import Key, KeyRange, Operator
from mock_zuora.storage.creation_order import CreationOrder, set_of

_RECORDS_PER_CHUNK: Final = 500
"""Records whose values are read at once: a few milliseconds of work."""
_MIN_BLOCK: Final = 512
_BLOCKS: Final = 64
"""The number of blocks of a large table, at most twice as many. The more there are, the more memory their sets need,
and the fewer places a query reads of the two blocks in which its range begins and ends."""


class _Block:
    """Adjacent places in the order of an index, with the set of them. They are sorted when a query needs it."""

    __slots__ = ("_is_sorted", "_places", "_records", "_removed")

    def __init__(self, places: "array[int]") -> None:
        self._places = places
        self._removed: set[int] = set()
        """Places that are still in ``_places``."""
        self._is_sorted = True
        self._records: RecordSet | None = None
        """None until a query needs it."""

    def __len__(self) -> int:
        return len(self._places)

    @property
    def has_set(self) -> bool:
        return self._records is not None

    def add(self, place: int) -> None:
        if place in self._removed:
            self._removed.remove(place)
        else:
            self._places.append(place)
        self._is_sorted = False
        if self._records is not None:
            self._records |= 1 << place

    def remove(self, place: int) -> None:
        self._removed.add(place)
        if self._records is not None:
            self._records ^= 1 << place

    def in_order(self, keys: Sequence[Key | None]) -> "array[int]":
        """The places in the order of their keys, and in their own order if these are equal."""
        if self._removed:
            self._places = array("I", [each for each in self._places if each not in self._removed])
            self._removed = set()
        if not self._is_sorted:
            key: Any = keys.__getitem__
            self._places = array("I", sorted(sorted(self._places), key=key))
            self._is_sorted = True
        return self._places

    def all(self) -> RecordSet:
        if self._records is None:
            self._records = set_of(self._places) & ~set_of(tuple(self._removed))
        return self._records


class FieldIndex:
    """The places of records in the order of the keys of one field.

    Writes only note what has changed, so that they are fast. A query first reads the changes, see ``advance``. In the
    beginning, every record is new.
    """

    def __init__(self, order: CreationOrder, key: Callable[[str], Key | None]) -> None:
        """``key`` returns the key of the record with an id, or None."""
        self._order = order
        self._key = key
        self.keys: list[Key | None] = []
        """By place, as they are in the blocks. Places at the end, which it does not have yet, are those of new
        records."""
        self._changed: set[int] = set()
        self._blocks = [_Block(array("I"))]
        self._bounds: list[tuple[Key, int]] = []
        """The first key and place of each block but the first, when the block was made."""

    def note_change(self, place: int) -> None:
        if place < len(self.keys):
            self._changed.add(place)

    @property
    def is_far_behind(self) -> bool:
        """Whether a query would have to wait for more than one chunk of work."""
        return self._behind > _RECORDS_PER_CHUNK or not all(each.has_set for each in self._blocks)

    def advance(self) -> None:
        """Does one chunk of the work that a query needs."""
        if self._behind > _RECORDS_PER_CHUNK:
            self._read_chunk()
        else:
            block = next((each for each in self._blocks if not each.has_set), None)
            if block is not None:
                block.all()

    def find(self, keys: KeyRange | None) -> RecordSet:
        """The records with a key in a range; None is the range of all keys."""
        while self._behind:
            self._read_chunk()
        start, end = (0, 0), (len(self._blocks), 0)
        if keys is None:
            return self._between(start, end)
        first, last = self._begin(keys.first), self._end(keys.last)
        ranges = {
            Operator.EQ: (first, last),
            Operator.GT: (last, end),
            Operator.LT: (start, first),
            Operator.GE: (first, end),
            Operator.LE: (start, last),
        }
        return self._between(*ranges[keys.operator])

    @property
    def _behind(self) -> int:
        return len(self._changed) + self._order.size - len(self.keys)

    def _read_chunk(self) -> None:
        changed = [self._changed.pop() for _ in range(min(len(self._changed), _RECORDS_PER_CHUNK))]
        known = len(self.keys)
        new = range(known, min(self._order.size, known + _RECORDS_PER_CHUNK - len(changed)))
        self.keys.extend([None] * len(new))
        for place in chain(changed, new):
            record_id = self._order.id_at(place)
            self._move(place, None if record_id is None else self._key(record_id))

    def _move(self, place: int, new: Key | None) -> None:
        old = self.keys[place]
        if old == new:
            return
        if old is not None:
            self._blocks[bisect_right(self._bounds, (old, place))].remove(place)
        self.keys[place] = new
        if new is not None:
            number = bisect_right(self._bounds, (new, place))
            self._blocks[number].add(place)
            if len(self._blocks[number]) > max(_MIN_BLOCK, self._order.size // _BLOCKS):
                self._split(number)

    def _split(self, number: int) -> None:
        places = self._blocks[number].in_order(self.keys)
        half = len(places) // 2
        key = self.keys[places[half]]
        if half and key is not None:
            self._blocks[number : number + 1] = _Block(places[:half]), _Block(places[half:])
            self._bounds.insert(number, (key, places[half]))

    def _begin(self, key: Key) -> tuple[int, int]:
        """The position of the first key that is not below a key: the number of a block, and of a place in it."""
        number = bisect_right(self._bounds, (key, -1))
        key_at: Any = self.keys.__getitem__
        return number, bisect_left(self._blocks[number].in_order(self.keys), key, key=key_at)

    def _end(self, key: Key) -> tuple[int, int]:
        """The position of the first key above a key."""
        number = bisect_right(self._bounds, (key, self._order.size))
        key_at: Any = self.keys.__getitem__
        return number, bisect_right(self._blocks[number].in_order(self.keys), key, key=key_at)

    def _between(self, start: tuple[int, int], end: tuple[int, int]) -> RecordSet:
        (first, skipped), (last, included) = start, end
        if start >= end:
            return 0
        if first == last:
            return set_of(self._blocks[first].in_order(self.keys)[skipped:included])
        found = 0
        if skipped:
            found = set_of(self._blocks[first].in_order(self.keys)[skipped:])
            first += 1
        for block in self._blocks[first:last]:
            found |= block.all()
        return found | set_of(self._blocks[last].in_order(self.keys)[:included]) if included else found
