"""The calls of one tenant: bounded by count and by bytes, and it says how many it has dropped."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

MOST_EXCHANGES: Final = 1_000
MOST_BYTES: Final = 8 * 1024 * 1024
LONGEST_BODY: Final = 16 * 1024
"""How much of a body is kept."""
_FRAME: Final = 500
"""What an exchange takes beside its bodies, roughly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call and its answer. Secrets are redacted before they come here."""

    id: str
    at: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str
    body_bytes: int
    user: str | None
    status: int | None
    """None if there was no answer: the connection was reset, or the client left."""
    response_body: str
    duration: float
    """Real seconds."""
    fault: str | None
    warnings: tuple[str, ...]

    @property
    def size(self) -> int:
        return _FRAME + len(self.body) + len(self.response_body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which calls are looked for; None stands for any. ``path`` is a pattern with ``*``."""

    method: str | None = None
    path: str | None = None
    status: int | None = None

    def finds(self, exchange: Exchange) -> bool:
        if self.method is not None and self.method.upper() != exchange.method:
            return False
        if self.path is not None and not fnmatchcase(exchange.path, self.path):
            return False
        return self.status is None or self.status == exchange.status


class Journal:
    """The latest calls, oldest first. Whoever waits for one is told of each that comes in."""

    def __init__(self, most: int = MOST_EXCHANGES, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._exchanges: deque[Exchange] = deque()
        self._bytes = 0
        self._dropped = 0
        self._listeners: list[Callable[[], None]] = []

    @property
    def dropped(self) -> int:
        """How many calls were dropped since the journal was last cleared: a search cannot find those."""
        return self._dropped

    def add(self, exchange: Exchange) -> None:
        """Keeps a call, and drops the oldest ones that no longer fit."""
        self._exchanges.append(exchange)
        self._bytes += exchange.size
        while len(self._exchanges) > self._most or (self._bytes > self._most_bytes and len(self._exchanges) > 1):
            self._bytes -= self._exchanges.popleft().size
            self._dropped += 1
        for listener in list(self._listeners):
            listener()

    def find(self, search: Search) -> list[Exchange]:
        """The calls that a search finds, oldest first."""
        return [each for each in self._exchanges if search.finds(each)]

    def clear(self) -> None:
        """Forgets every call, and how many were dropped."""
        self._exchanges.clear()
        self._bytes = self._dropped = 0

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls the listener after each call that comes in; gives the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
