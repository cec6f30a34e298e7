"""The order in which the records of a table were created, and sets of these records."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mock_zuora.domain.ports import RecordSet

_MAX_UNUSED: Final = 64
_BYTE: Final = re.compile(rb"[^\0]")
_BITS: Final = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def set_of(places: Sequence[int]) -> RecordSet:
    """The set of the records at some places."""
    if not places:
        return 0
    start = min(places) & ~7
    flags = bytearray((max(places) - start) // 8 + 1)
    for each in places:
        flags[(each - start) >> 3] |= 1 << (each & 7)
    return int.from_bytes(flags, "little") << start


def places_of(records: RecordSet) -> Iterator[int]:
    """The places of the records in a set, in ascending order."""
    start = (records & -records).bit_length() - 1 & ~7 if records else 0
    records >>= start
    for byte in _BYTE.finditer(records.to_bytes(records.bit_length() // 8 + 1, "little")):
        place = start + byte.start() * 8
        for bit in _BITS[byte[0][0]]:
            yield place + bit


class CreationOrder:
    """Positions of ids in the order in which they were added, and their places in a list.

    Positions only grow. Places are dense, but start anew when many ids have been dropped.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = list(ids)
        self._positions = list(range(len(self._ids)))
        self._position = dict(zip(self._ids, self._positions, strict=True))
        self._next = len(self._ids)
        self._unused: RecordSet = 0
        self._dropped: list[int] = []
        """Dropped places that are not in ``_unused`` yet, so that dropping an id takes constant time."""

    def __len__(self) -> int:
        return len(self._position)

    @property
    def size(self) -> int:
        """The number of places, some of which are unused."""
        return len(self._ids)

    @property
    def containers(self) -> tuple[list[str], list[int], dict[str, int]]:
        """What has an item for each id."""
        return self._ids, self._positions, self._position

    def add(self, record_id: str) -> None:
        self._position[record_id] = self._next
        self._ids.append(record_id)
        self._positions.append(self._next)
        self._next += 1

    def drop(self, record_id: str) -> bool:
        """Removes an id. Its place stays unused until half of all places are; then all change, and it returns True."""
        self._dropped.append(bisect_left(self._positions, self._position.pop(record_id)))
        if len(self._ids) <= 2 * len(self._position) + _MAX_UNUSED:
            return False
        # The dictionary has the ids in order, because each is added at the end.
        self._ids, self._positions = list(self._position), list(self._position.values())
        self._unused, self._dropped = 0, []
        return True

    def position(self, record_id: str) -> int | None:
        return self._position.get(record_id)

    def place(self, record_id: str) -> int | None:
        position = self._position.get(record_id)
        return None if position is None else bisect_left(self._positions, position)

    def id_at(self, place: int) -> str | None:
        """The id at a place, or None if it was dropped."""
        record_id = self._ids[place]
        return record_id if self._position.get(record_id) == self._positions[place] else None

    def all(self) -> RecordSet:
        if self._dropped:
            self._unused |= set_of(self._dropped)
            self._dropped = []
        return (1 << self.size) - 1 & ~self._unused

    def ids_of(self, records: RecordSet) -> Iterator[str]:
        """The ids of the records in a set, which are read from it later, but as they are now."""
        return map(self._ids.__getitem__, places_of(records))

    def after(self, position: int) -> Iterator[str]:
        """The ids after a position. Ids that are added while the iterator is read are not included."""
        ids, positions = self._ids, self._positions
        places = range(bisect_right(positions, position), len(ids))
        return (ids[each] for each in places if self._position.get(ids[each]) == positions[each])
