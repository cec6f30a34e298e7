"""What was written a moment ago: lists and queries of a tenant with a read delay do not show it yet.

The reference promises eventual consistency only (D), so a client can be tested against it.
"""

from collections import deque
from collections.abc import Iterator, Mapping

from mock_zuora.core.records import Record


class RecentWrites:
    """The latest changes of one object's records, each with what was there before."""

    def __init__(self) -> None:
        self._changes: deque[tuple[int, str, Record | None]] = deque()

    def note(self, at: int, record_id: str, before: Record | None) -> None:
        """Remembers that a record was changed; ``before`` is None if it was created."""
        self._changes.append((at, record_id, before))

    def before(self, moment: int) -> Mapping[str, Record | None]:
        """How the records that were changed since a moment looked then; None: not there. Older changes are dropped."""
        while self._changes and self._changes[0][0] <= moment:
            self._changes.popleft()
        # From the newest to the oldest, so that the oldest change after the moment says how it was then.
        return {record_id: before for _, record_id, before in reversed(self._changes)}


def as_of(records: Iterator[Record], before: Mapping[str, Record | None]) -> Iterator[Record]:
    """The records as they looked then. Those deleted since come last, as their place is gone."""
    shown: set[str] = set()
    for record in records:
        shown.add(record.id)
        old = before.get(record.id, record)
        if old is not None:
            yield old
    for record_id, old in before.items():
        if old is not None and record_id not in shown:
            yield old
