"""Delays what lists and queries of records show, for tenants with a read delay.

The reference promises eventual consistency only (D), so clients should be tested against it.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.record import Record


@dataclass(frozen=True, slots=True)
class PreviousVersion:
    """A record before a change (None if it did not exist), and its position in order of creation."""

    record: Record | None
    position: int


NO_PREVIOUS_VERSIONS: Final[Mapping[str, PreviousVersion]] = MappingProxyType({})


class WriteLog:
    """The recent changes of one object's records, each with the previous version."""

    def __init__(self) -> None:
        self._changes: deque[tuple[int, str, PreviousVersion]] = deque()

    def __len__(self) -> int:
        return len(self._changes)

    def add(self, timestamp: int, record_id: str, previous: PreviousVersion) -> None:
        """Logs a change of a record."""
        self._changes.append((timestamp, record_id, previous))

    def forget_until(self, timestamp: int) -> None:
        """Removes the changes up to and including this timestamp."""
        while self._changes and self._changes[0][0] <= timestamp:
            self._changes.popleft()

    def versions_at(self, timestamp: int) -> Mapping[str, PreviousVersion]:
        """The versions, at this timestamp, of the records that have changed since, by record id."""
        # From newest to oldest, so that the oldest change after the timestamp wins. The log is not always sorted:
        # changes of a job carry the time at which the job was due.
        return {record_id: previous for at, record_id, previous in reversed(self._changes) if at > timestamp}


def position_of(record_id: str, table: Table, previous: Mapping[str, PreviousVersion]) -> int | None:
    """The position of a record that exists or existed in its previous version; None otherwise."""
    position = table.position(record_id)
    if position is None and record_id in previous and previous[record_id].record is not None:
        return previous[record_id].position
    return position


def ids_as_of(table: Table, candidates: Sequence[str] | None, previous: Mapping[str, PreviousVersion]) -> list[str]:
    """The ids of the records in their previous versions, in order of creation; ``version_as_of`` reads the records.

    ``candidates``, in that order too, limits the records; None means all. Records that have changed since are always
    included, because an index knows them by their current values only.
    """
    ids = table.ids() if candidates is None else list(candidates)
    if not previous:
        return ids
    known = set(candidates or ())
    missing = [
        record_id
        for record_id, version in previous.items()
        if version.record is not None
        and (table.get(record_id) is None if candidates is None else record_id not in known)
    ]
    if not missing:
        return ids
    return sorted({*ids, *missing}, key=lambda each: position_of(each, table, previous) or 0)


def version_as_of(table: Table, record_id: str, previous: Mapping[str, PreviousVersion]) -> Record | None:
    """A record in its previous version; None if it did not exist."""
    return previous[record_id].record if record_id in previous else table.get(record_id)
