"""The calls of one tenant: bounded by count and by bytes, and it says how many it has dropped."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mock_zuora.control.patterns import fits
from mock_zuora.control.results import FidelityWarning, Request

MOST_REQUESTS: Final = 1_000
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_WARNINGS: Final = 1_000
LONGEST_BODY: Final = 16 * 1024
"""How much of a body is kept."""
LONGEST_HEADER: Final = 1_024
"""How much of a header's value, of a path and of a query is kept."""
_FRAME: Final = 500
"""What a call takes beside its texts, roughly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which calls are looked for; None stands for any. ``path`` is a pattern, see ``patterns``."""

    method: str | None = None
    path: str | None = None
    status: int | None = None

    def finds(self, request: Request) -> bool:
        if self.method is not None and self.method.upper() != request.method:
            return False
        if self.path is not None and not fits(self.path, request.path):
            return False
        return self.status is None or self.status == request.status

    def __str__(self) -> str:
        said = {"method": self.method, "path": self.path, "status": self.status}
        return " ".join(f"{name}={value}" for name, value in said.items() if value is not None) or "any"


class Journal:
    """The latest calls, oldest first. Whoever waits for one is told of each that comes in."""

    def __init__(self, most: int = MOST_REQUESTS, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._requests: deque[Request] = deque()
        self._sizes: deque[int] = deque()
        self._bytes = 0
        self._dropped = 0
        self._warnings: deque[FidelityWarning] = deque(maxlen=MOST_WARNINGS)
        self._listeners: list[Callable[[], None]] = []

    @property
    def dropped(self) -> int:
        """How many calls were dropped since the journal was last cleared: a search cannot find those."""
        return self._dropped

    @property
    def warnings(self) -> list[FidelityWarning]:
        """The latest fidelity warnings, oldest first; they outlive the calls that are dropped."""
        return list(self._warnings)

    def add(self, request: Request) -> None:
        """Keeps a call, and drops the oldest ones that no longer fit."""
        size = size_of(request)
        self._requests.append(request)
        self._sizes.append(size)
        self._bytes += size
        while len(self._requests) > self._most or (self._bytes > self._most_bytes and len(self._requests) > 1):
            self._requests.popleft()
            self._bytes -= self._sizes.popleft()
            self._dropped += 1
        if request.warnings:
            self._warnings.extend(_warnings_of(request))
        self.tell()

    def tell(self) -> None:
        """Lets whoever waits for a call look again."""
        for listener in list(self._listeners):
            listener()

    def find(self, search: Search) -> list[Request]:
        """The calls that a search finds, oldest first."""
        return [each for each in self._requests if search.finds(each)]

    def clear(self) -> None:
        """Forgets every call and warning, and how many were dropped."""
        self._requests.clear()
        self._sizes.clear()
        self._warnings.clear()
        self._bytes = self._dropped = 0

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls the listener after each call that comes in; gives the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def size_of(request: Request) -> int:
    """Roughly how many bytes a call takes in the journal."""
    headers = len("".join(request.headers)) + len("".join(request.headers.values()))
    texts = len(request.path) + len(request.query) + len(request.body) + len(request.response_body)
    return _FRAME + headers + texts + len("".join(request.warnings))


def _warnings_of(request: Request) -> list[FidelityWarning]:
    parted = (each.partition(": ") for each in request.warnings)
    return [
        FidelityWarning(
            kind=kind, message=message, at=request.at, method=request.method, path=request.path, request_id=request.id
        )
        for kind, _, message in parted
    ]
