"""The calls of one tenant: bounded by count and by bytes, and it says how many it has dropped."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from mock_zuora.control.path_patterns import fits
from mock_zuora.control.results import FidelityWarning, Request

MAX_REQUESTS: Final = 1_000
MAX_BYTES: Final = 8 * 1024 * 1024
MAX_WARNINGS: Final = 1_000
MAX_RECORDED_BODY: Final = 16 * 1024
"""How much of a body is kept."""
MAX_RECORDED_HEADER: Final = 1_024
"""How much of a header's value, of a path and of a query is kept."""


class Entry(Protocol):
    """A call as it is kept: what a search looks at, how many bytes it takes, and all of it to be read."""

    method: str
    path: str
    status: int | None
    warnings: tuple[str, ...]
    size: int

    def request(self) -> Request: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which calls are looked for; None stands for any. ``path`` is a pattern, see ``patterns``."""

    method: str | None = None
    path: str | None = None
    status: int | None = None

    def finds(self, entry: Entry) -> bool:
        if self.method is not None and self.method.upper() != entry.method:
            return False
        if self.path is not None and not fits(self.path, entry.path):
            return False
        return self.status is None or self.status == entry.status

    def __str__(self) -> str:
        said = {"method": self.method, "path": self.path, "status": self.status}
        return " ".join(f"{name}={value}" for name, value in said.items() if value is not None) or "any"


class Journal:
    """The latest calls, oldest first. Whoever waits for one is told of each that comes in."""

    def __init__(self, most: int = MAX_REQUESTS, most_bytes: int = MAX_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._dropped = 0
        self._warnings: deque[FidelityWarning] = deque(maxlen=MAX_WARNINGS)
        self._listeners: list[Callable[[], None]] = []

    @property
    def dropped(self) -> int:
        """How many calls were dropped since the journal was last cleared: a search cannot find those."""
        return self._dropped

    @property
    def warnings(self) -> list[FidelityWarning]:
        """The latest fidelity warnings, oldest first; they outlive the calls that are dropped."""
        return list(self._warnings)

    def add(self, entry: Entry) -> None:
        """Keeps a call, and drops the oldest ones that no longer fit."""
        self._entries.append(entry)
        self._bytes += entry.size
        while len(self._entries) > self._most or (self._bytes > self._most_bytes and len(self._entries) > 1):
            self._bytes -= self._entries.popleft().size
            self._dropped += 1
        if entry.warnings:
            self._warnings.extend(_warnings_of(entry.request()))
        self.tell()

    def tell(self) -> None:
        """Lets whoever waits for a call look again."""
        for listener in list(self._listeners):
            listener()

    def find(self, search: Search) -> list[Request]:
        """The calls that a search finds, oldest first."""
        return [each.request() for each in self._entries if search.finds(each)]

    def count(self, search: Search) -> int:
        """How many calls a search finds."""
        return sum(search.finds(each) for each in self._entries)

    def clear(self) -> None:
        """Forgets every call and warning, and how many were dropped."""
        self._entries.clear()
        self._warnings.clear()
        self._bytes = self._dropped = 0

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls the listener after each call that comes in; gives the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def _warnings_of(request: Request) -> list[FidelityWarning]:
    parted = (each.partition(": ") for each in request.warnings)
    return [
        FidelityWarning(
            kind=kind, message=message, at=request.at, method=request.method, path=request.path, request_id=request.id
        )
        for kind, _, message in parted
    ]
