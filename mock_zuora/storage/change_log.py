"""The changes of the stored state, in order, until they are written to the state file."""

from collections.abc import Callable
from typing import Any

Owner = tuple[str, ...]
"""Whose state changed: a tenant, or a tenant and one of its snapshots."""
Change = tuple[Any, ...]
"""What happened, such as ``record`` or ``job``, its owner, and what it concerns. See ``server/state_entries.py``."""
Note = Callable[..., None]
"""Notes a change: what happened, and what it concerns."""


def ignore(*change: Any) -> None:
    """Discards a change. Stores use it while there is no state file."""


class ChangeLog:
    """The changes that have not been written yet."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    def add(self, *change: Any) -> None:
        """Adds a change."""
        self._changes.append(change)

    def of(self, owner: Owner) -> Note:
        """The function that notes changes of one owner."""
        # Read the list each time: ``take`` replaces it.
        return lambda what, *details: self._changes.append((what, owner, *details))

    def take(self) -> list[Change]:
        """Returns the changes and empties the log."""
        changes, self._changes = self._changes, []
        return changes
