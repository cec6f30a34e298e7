"""What was written a moment ago: lists and queries of a tenant with a read delay do not show it yet.

The reference promises eventual consistency only (D), so a client can be tested against it.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.record import Record


@dataclass(frozen=True, slots=True)
class PreviousVersion:
    """How a record was before a change (None: not there), and its place in the order of creation."""

    record: Record | None
    place: int


class WriteLog:
    """The latest changes of one object's records, each with what was there before."""

    def __init__(self) -> None:
        self._changes: deque[tuple[int, str, PreviousVersion]] = deque()

    def __len__(self) -> int:
        return len(self._changes)

    def note(self, at: int, record_id: str, before: PreviousVersion) -> None:
        """Remembers a change that happened at a moment."""
        self._changes.append((at, record_id, before))

    def forget(self, moment: int) -> None:
        """Forgets the changes up to a moment."""
        while self._changes and self._changes[0][0] <= moment:
            self._changes.popleft()

    def before(self, moment: int) -> Mapping[str, PreviousVersion]:
        """How the records that were changed since a moment looked then."""
        # From the newest to the oldest, so that the oldest change after the moment says how it was then. A job's
        # changes carry its due time, so they are not always in order.
        return {record_id: former for at, record_id, former in reversed(self._changes) if at > moment}


def place_of(record_id: str, table: Table, before: Mapping[str, PreviousVersion]) -> int | None:
    """The place of a record that is there, or was there then; None if it is neither."""
    place = table.place(record_id)
    if place is None and record_id in before and before[record_id].record is not None:
        return before[record_id].place
    return place


def as_of(table: Table, candidates: Sequence[str] | None, before: Mapping[str, PreviousVersion]) -> Iterator[Record]:
    """The records of a table as they looked then, in the order of their creation.

    ``candidates`` are the only ones that are asked for, in that order too; None: all. Those that changed since come as
    well, as an index knows them by what they are now.
    """
    if candidates is None and not before:
        yield from table.after(None)
    elif not before:
        yield from _standing(table, candidates or ())
    else:
        wanted = table.ids() if candidates is None else candidates
        changed = [each for each, former in before.items() if former.record is not None]
        for record_id in sorted({*wanted, *changed}, key=lambda each: place_of(each, table, before) or 0):
            seen = before[record_id].record if record_id in before else table.get(record_id)
            if seen is not None:
                yield seen


def _standing(table: Table, ids: Sequence[str]) -> Iterator[Record]:
    for record_id in ids:
        record = table.get(record_id)
        if record is not None:
            yield record
