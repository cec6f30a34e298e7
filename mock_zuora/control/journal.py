"""The journal: recent requests of one tenant. It is bounded by number and by bytes, and counts what it drops."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from mock_zuora.control.options import STRICT, option
from mock_zuora.control.paths import (
    MATCHED_PER_CHUNK,
    MAX_MATCHED_PATH,
    METHODS_SENTENCE,
    check_method,
    check_pattern,
    matcher_of,
)
from mock_zuora.control.results import FidelityWarning, RecordedRequest, RecordedRequests

MAX_REQUESTS: Final = 1_000
MAX_BYTES: Final = 8 * 1024 * 1024
MAX_WARNINGS: Final = 1_000
MAX_RECORDED_BODY: Final = 16 * 1024
"""Bytes of a body that are kept."""
MAX_RECORDED_HEADER: Final = MAX_MATCHED_PATH
"""Characters of a header value, a path and a query that are kept."""
_REQUESTS_PER_CHUNK: Final = 20
"""Requests that are made of entries at once: at most 40,000 bytes each."""


class Searchable(Protocol):
    """What a search needs of a recorded request."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def status(self) -> int | None: ...

    @property
    def operation(self) -> str | None: ...

    @property
    def error_code(self) -> int | None: ...

    @property
    def job_id(self) -> str | None: ...


class Entry(Searchable, Protocol):
    """A recorded request as the journal keeps it: its size in bytes, and the whole for reading."""

    warnings: tuple[str, ...]
    size: int

    def request(self) -> RecordedRequest: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSearch:
    """Which requests to find; None matches any. Raises ValueError for an unknown method or an impossible pattern."""

    __pydantic_config__ = STRICT
    method: str | None = option(f"{METHODS_SENTENCE}; any if omitted")
    path: str | None = option("a pattern: * within one segment, ** across segments", max_length=1_000)
    status: int | None = option("status of the response")
    operation: str | None = option("an operation id of the API's document")
    error_code: int | None = option("code of the error with which the request was refused")
    job: str | None = option("id of the job that the request created or that its path names")

    def __post_init__(self) -> None:
        check_method(self.method)
        check_pattern(self.path)

    def matches(self, entry: Searchable) -> bool:
        """Whether a recorded request matches."""
        if self.method is not None and self.method.upper() != entry.method:
            return False
        if self.path is not None and not matcher_of(self.path)(entry.path):
            return False
        # The job comes last, because finding it takes the longest.
        return (
            (self.status is None or self.status == entry.status)
            and (self.operation is None or self.operation == entry.operation)
            and (self.error_code is None or self.error_code == entry.error_code)
            and (self.job is None or self.job.lower() == (entry.job_id or "").lower())
        )

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in asdict(self).items() if value is not None) or "any"


class Journal:
    """The latest requests, oldest first. Subscribers are called after each new one."""

    def __init__(self, max_requests: int = MAX_REQUESTS, max_bytes: int = MAX_BYTES) -> None:
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._dropped = 0
        self.revision = 0
        """A number that grows with every change."""
        self._warnings: deque[FidelityWarning] = deque(maxlen=MAX_WARNINGS)
        self._listeners: list[Callable[[], None]] = []

    @property
    def dropped(self) -> int:
        """How many requests were dropped since the journal was last cleared; searches no longer find them."""
        return self._dropped

    @property
    def warnings(self) -> list[FidelityWarning]:
        """The latest fidelity warnings, oldest first, including those of dropped requests."""
        return list(self._warnings)

    def add(self, entry: Entry) -> None:
        """Records a request, and drops the oldest ones that no longer fit."""
        self._entries.append(entry)
        self.revision += 1
        self._bytes += entry.size
        while len(self._entries) > self._max_requests or (self._bytes > self._max_bytes and len(self._entries) > 1):
            self._bytes -= self._entries.popleft().size
            self._dropped += 1
        if entry.warnings:
            self._warnings.extend(_warnings_of(entry.request()))
        self.notify()

    def notify(self) -> None:
        """Calls every subscriber."""
        for listener in list(self._listeners):
            listener()

    def find(self, search: RequestSearch) -> Generator[None, None, RecordedRequests]:
        """Finds the requests that match, oldest first. Yields between chunks of the work, as ``count`` does."""
        found: list[RecordedRequest] = []
        for number, entry in enumerate((yield from self._matching(search)), 1):
            found.append(entry.request())
            if number % _REQUESTS_PER_CHUNK == 0:
                yield
        return RecordedRequests(requests=tuple(found), dropped=self._dropped)

    def count(self, search: RequestSearch) -> Generator[None, None, int]:
        """Counts the requests that match."""
        return len((yield from self._matching(search)))

    def _matching(self, search: RequestSearch) -> Generator[None, None, list[Entry]]:
        found: list[Entry] = []
        compared = 0
        for entry in list(self._entries):
            if compared > MATCHED_PER_CHUNK:
                compared = 0
                yield
            compared += len(search.path or "")
            if search.matches(entry):
                found.append(entry)
        return found

    def clear(self) -> None:
        """Removes every request and warning, and resets the number of dropped ones."""
        self._entries.clear()
        self._warnings.clear()
        self._bytes = self._dropped = 0
        self.revision += 1

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls the listener after each new request; returns the function that ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def _warnings_of(request: RecordedRequest) -> list[FidelityWarning]:
    parted = (each.partition(": ") for each in request.warnings)
    return [
        FidelityWarning(
            kind=kind, message=message, at=request.at, method=request.method, path=request.path, request_id=request.id
        )
        for kind, _, message in parted
    ]
