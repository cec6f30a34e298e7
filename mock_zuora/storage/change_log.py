"""The changes of the stored state, in order, until they are written to the state file."""

from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary, finalize

Owner = tuple[str, ...]
"""The name of a tenant, or the names of a tenant and one of its snapshots."""
Change = tuple[Any, ...]
"""What happened, such as ``record`` or ``job``, the key of the store, and the details. See
``server/state_entries.py``."""
Note = Callable[..., None]
"""Notes a change: what happened, and what it concerns."""


def ignore(*change: Any) -> None:
    """Discards a change. Stores use it while there is no state file."""


class Counter:
    """Counts the changes of a store, and passes them on to the log, if there is one."""

    __slots__ = ("count", "log")

    def __init__(self) -> None:
        self.count = 0
        self.log: Note = ignore

    def __call__(self, *change: Any) -> None:
        self.count += 1
        self.log(*change)


class ChangeLog:
    """The changes that have not been written yet, and the stores that they belong to."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._stores: WeakValueDictionary[int, Any] = WeakValueDictionary()
        self._last_key = 0

    def add(self, *change: Any) -> None:
        """Adds a change."""
        self._changes.append(change)

    def of(self, key: int) -> Note:
        """The function that notes changes of one store."""
        # Read the list each time: ``take`` replaces it.
        return lambda what, *details: self._changes.append((what, key, *details))

    def take(self) -> list[Change]:
        """Returns the changes and empties the log."""
        changes, self._changes = self._changes, []
        return changes

    # Stores

    def new_key(self) -> int:
        """A key that no store has had."""
        self._last_key += 1
        return self._last_key

    def register(self, store: Any, key: int) -> None:
        """Tracks a store, and adds the change ``gone`` when nothing refers to it any more."""
        self._last_key = max(self._last_key, key)
        self._stores[key] = store
        finalize(store, self.add, "gone", key).atexit = False

    def stores(self) -> list[tuple[int, Any]]:
        """The stores that something refers to, with their keys."""
        return list(self._stores.items())
