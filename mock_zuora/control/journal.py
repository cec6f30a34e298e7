"""The journal: recent requests of one tenant. It is bounded by number and by bytes, and counts what it drops."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from typing import Final, Literal, Protocol, TypeVar

from mock_zuora.control.options import STRICT, option
from mock_zuora.control.paths import (
    MATCHED_PER_CHUNK,
    MAX_MATCHED_PATH,
    METHODS_SENTENCE,
    check_method,
    check_pattern,
    matcher_of,
)
from mock_zuora.control.recorded_requests import (
    FidelityWarning,
    RecordedRequest,
    RecordedRequests,
    RequestSummaries,
    RequestSummary,
)
from mock_zuora.domain.fidelity import Deviation

MAX_REQUESTS: Final = 1_000
MAX_BYTES: Final = 8 * 1024 * 1024
MAX_WARNINGS: Final = 1_000
MAX_RECORDED_BODY: Final = 16 * 1024
"""Bytes of a body that are kept."""
MAX_RECORDED_HEADER: Final = MAX_MATCHED_PATH
"""Characters of a header value, a path and a query that are kept."""
_REQUESTS_PER_CHUNK: Final = 20
"""Requests that are made of entries at once, at most 40,000 bytes each; also summaries, which cost a quarter."""
_COST_OF_TEXT: Final = MATCHED_PER_CHUNK // _REQUESTS_PER_CHUNK
"""What a search for a text in one entry counts as."""
ANY_FAULT: Final = "any"

_ADVICE: Final = {each.key: each.advice for each in Deviation}
_Made = TypeVar("_Made")


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

    @property
    def fault(self) -> str | None: ...

    @property
    def user(self) -> str | None: ...

    @property
    def is_error(self) -> bool: ...

    def contains(self, text: str) -> bool: ...


class Entry(Searchable, Protocol):
    """A recorded request as the journal keeps it: its size in bytes, and the whole and one line of it for reading."""

    id: str
    warnings: tuple[str, ...]
    size: int

    def request(self) -> RecordedRequest: ...

    def summary(self) -> RequestSummary: ...


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
    fault: str | None = option("id of the fault that hit the request; any for the requests that a fault hit")
    user: str | None = option("name of the user")
    errors_only: bool = option(
        "only requests with a status from 400, without a complete response, or with refused records", default=False
    )
    text: str | None = option(
        "text that the path, the query or a recorded body contains, in any letter case", min_length=1, max_length=1_000
    )

    def __post_init__(self) -> None:
        check_method(self.method)
        check_pattern(self.path)

    def matches(self, entry: Searchable) -> bool:
        """Whether a recorded request matches."""
        if self.method is not None and self.method.upper() != entry.method:
            return False
        if self.path is not None and not matcher_of(self.path)(entry.path):
            return False
        # Job and text come last, because finding them takes the longest.
        return (
            (self.status is None or self.status == entry.status)
            and (self.operation is None or self.operation == entry.operation)
            and (self.error_code is None or self.error_code == entry.error_code)
            and (self.user is None or self.user == entry.user)
            and (entry.is_error or not self.errors_only)
            and self._matches_fault(entry)
            and (self.job is None or self.job.lower() == (entry.job_id or "").lower())
            and (self.text is None or entry.contains(self.text))
        )

    def _matches_fault(self, entry: Searchable) -> bool:
        if self.fault is None:
            return True
        return entry.fault is not None and self.fault in (ANY_FAULT, entry.fault)

    @property
    def cost(self) -> int:
        """What the comparison with one entry costs, in characters of patterns."""
        return len(self.path or "") + (0 if self.text is None else _COST_OF_TEXT)

    def __str__(self) -> str:
        named = (f"{name}={value}" for name, value in asdict(self).items() if value is not None and value is not False)
        return " ".join(named) or "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage(RequestSearch):
    """Which of the matching requests to list: by default all, oldest first."""

    order: Literal["oldest", "newest"] = option("which come first", default="oldest")
    limit: int | None = option("maximum number of requests; all if omitted", ge=1, le=MAX_REQUESTS)
    after: str | None = option("id of a recorded request, after which the page begins; it need not match")


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

    def __len__(self) -> int:
        return len(self._entries)

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

    def __contains__(self, request_id: object) -> bool:
        return any(each.id == request_id for each in self._entries)

    def get(self, request_id: str) -> RecordedRequest | None:
        """The request with that id; None if it is not recorded."""
        return next((each.request() for each in self._entries if each.id == request_id), None)

    def find(self, search: RequestSearch) -> Generator[None, None, RecordedRequests]:
        """Finds the requests that match, oldest first unless a page has another order.

        Yields between chunks of the work, as the other searches do. Raises ValueError if the page begins after a
        request that is not recorded.
        """
        page = yield from self._page(search)
        requests = yield from _made([each.request for each in page.entries])
        return RecordedRequests(requests=requests, dropped=self._dropped, total=page.total, has_more=page.has_more)

    def summaries(self, search: RequestSearch) -> Generator[None, None, RequestSummaries]:
        """Finds the requests as ``find`` does, in one line each."""
        page = yield from self._page(search)
        requests = yield from _made([each.summary for each in page.entries])
        return RequestSummaries(requests=requests, dropped=self._dropped, total=page.total, has_more=page.has_more)

    def count(self, search: RequestSearch) -> Generator[None, None, int]:
        """Counts the requests that match."""
        return len((yield from _matching(search, list(self._entries))))

    def _page(self, search: RequestSearch) -> Generator[None, None, "_Page"]:
        page = search if isinstance(search, RequestPage) else RequestPage()
        entries = list(self._entries)
        if page.order == "newest":
            entries.reverse()
        start = 0 if page.after is None else 1 + [each.id for each in entries].index(page.after)
        found = yield from _matching(search, entries)
        listed = [entries[at] for at in found if at >= start]
        shown = listed[: page.limit]
        return _Page(shown, len(found), len(shown) < len(listed))

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


@dataclass(frozen=True, slots=True)
class _Page:
    entries: list[Entry]
    total: int
    has_more: bool


def _matching(search: RequestSearch, entries: list[Entry]) -> Generator[None, None, list[int]]:
    """The positions of the entries that match."""
    found: list[int] = []
    compared = 0
    for at, entry in enumerate(entries):
        if compared >= MATCHED_PER_CHUNK:
            compared = 0
            yield
        compared += search.cost
        if search.matches(entry):
            found.append(at)
    return found


def _made(makers: list[Callable[[], _Made]]) -> Generator[None, None, tuple[_Made, ...]]:
    """The results of the functions that make requests of entries."""
    made: list[_Made] = []
    for number, make in enumerate(makers, 1):
        made.append(make())
        if number % _REQUESTS_PER_CHUNK == 0:
            yield
    return tuple(made)


def _warnings_of(request: RecordedRequest) -> list[FidelityWarning]:
    parted = (each.partition(": ") for each in request.warnings)
    return [
        FidelityWarning(
            kind=kind,
            message=message,
            at=request.at,
            method=request.method,
            path=request.path,
            request_id=request.id,
            advice=_ADVICE.get(kind, ""),
        )  # fmt: skip
        for kind, _, message in parted
    ]
