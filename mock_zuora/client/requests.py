"""The recorded requests of a handle's tenant."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final, Literal, TypedDict, Unpack, overload

from mock_zuora.client.calls import Call, Identified, id_of, in_thread, is_on_event_loop
from mock_zuora.client.mismatch import Mismatch
from mock_zuora.client.options import HttpMethod
from mock_zuora.control.errors import ControlError, Invalid, Refused, Unknown, is_control_error
from mock_zuora.control.journal import MAX_REQUESTS
from mock_zuora.control.json_types import from_json
from mock_zuora.control.recorded_requests import (
    RecordedRequest,
    RecordedRequests,
    RequestCount,
    RequestSummaries,
    RequestSummary,
)
from mock_zuora.control.results import Explanation, JobError, JobInfo, RejectedRow
from mock_zuora.domain.errors import counted, quote

__tracebackhide__ = is_control_error

_SHOWN: Final = 5
"""Requests that ``repr`` shows."""


class RequestCriteria(TypedDict, total=False):
    """Further criteria of a search."""

    operation: str | None
    """An operation id of the API's document."""
    error_code: int | None
    """The code of the error with which the request was refused."""
    job: Identified | None
    """The job that the request created, or that its path names."""
    fault: Identified | Literal["any"] | None
    """The fault that hit the request; ``"any"`` finds those that a fault hit."""
    user: str | None
    """The name of the user."""
    errors_only: bool
    """Only requests with a status from 400, without a complete response, or with refused records."""
    text: str | None
    """A text that the path, the query or a recorded body contains, in any letter case."""


class PageCriteria(RequestCriteria, total=False):
    """Which of the matching requests to list."""

    order: Literal["oldest", "newest"]
    """Which come first; by default the oldest."""
    limit: int | None
    """The maximum number of requests."""
    after: Identified | None
    """A request after which the list begins, in its order: the last one of the previous page."""


class RequestsResource(Sequence[RecordedRequest]):
    """The requests of the tenant's clients: the latest 1,000, at most 8 MiB of them, with secrets redacted.

    It is a sequence of the requests, oldest first: ``requests[0]``, ``requests[-1]``, slices, ``len(requests)`` and
    ``for request in requests`` read them as they are now, each in one control request.

    Searches combine their criteria. ``method`` is in upper or lower case. ``path`` is a pattern: ``*`` matches within
    one segment, ``**`` across segments. The further criteria are ``operation``, ``error_code``, ``job``, ``fault``,
    ``user``, ``errors_only`` and ``text``, see ``RequestCriteria``.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> list[RecordedRequest]: ...

    def __getitem__(self, index: int | slice) -> RecordedRequest | list[RecordedRequest]:
        if isinstance(index, slice):
            return self.find()[index]
        # Only what precedes it, from the nearer end.
        position = index if index >= 0 else -index - 1
        found = self._recorded(order="oldest" if index >= 0 else "newest", limit=min(position + 1, MAX_REQUESTS))
        if position >= len(found.requests):
            number = counted(found.total, "request")
            raise IndexError(f"requests[{index}]: the journal has {number}{_and_dropped(found)}")
        return found.requests[position]

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self.find())

    def __reversed__(self) -> Iterator[RecordedRequest]:
        return reversed(self.find())

    def __eq__(self, other: object) -> bool:
        """Whether a list has the same requests, so that ``zuora.requests == []`` says what it seems to say."""
        return self.find() == other if isinstance(other, list) else self is other

    __hash__ = object.__hash__

    def index(self, request: RecordedRequest, *bounds: int) -> int:
        """Returns the position of a request. Raises ValueError if it is not recorded."""
        return self.find().index(request, *bounds)

    def __repr__(self) -> str:
        try:
            found = self._recorded(order="newest", limit=_SHOWN)
        except ControlError as error:
            return f"<requests: {error}>"
        latest = [str(each) for each in reversed(found.requests)]
        omitted = "… " if found.has_more else ""
        listed = f": {omitted}{', '.join(latest)}" if latest else ""
        return f"<{counted(found.total, 'request')}{_and_dropped(found)}{listed}>"

    @property
    def last(self) -> RecordedRequest:
        """The latest request. Raises Unknown if there is none."""
        found = self._recorded(order="newest", limit=1)
        if not found.requests:
            raise Unknown(f"requests.last: the tenant has received no requests{_and_dropped(found)}")
        return found.requests[0]

    def get(self, request: Identified) -> RecordedRequest:
        """Returns a request by its id, the ``Zuora-Request-Id`` of its response. Raises Unknown."""
        return from_json(RecordedRequest, self._call("GET", "/requests/{id}", id=id_of(request)))

    def find(
        self,
        method: HttpMethod | None = None,
        path: str | None = None,
        status: int | None = None,
        **criteria: Unpack[PageCriteria],
    ) -> list[RecordedRequest]:
        """Lists the matching requests, oldest first by default, all of them or at most ``limit``.

        Raises Invalid, and Unknown if ``after`` is no longer recorded.
        """
        return list(self._recorded(method=method, path=path, status=status, **criteria).requests)

    def summaries(
        self,
        method: HttpMethod | None = None,
        path: str | None = None,
        status: int | None = None,
        **criteria: Unpack[PageCriteria],
    ) -> list[RequestSummary]:
        """Lists the matching requests as ``find`` does, in one line each: without headers and bodies."""
        options = _with_ids(method=method, path=path, status=status, **criteria)
        return list(from_json(RequestSummaries, self._call("GET", "/requests/summaries", **options)).requests)

    def explain(
        self, refused: RecordedRequest | RequestSummary | RejectedRow | JobInfo | JobError | int
    ) -> Explanation:
        """Returns the rules of the fidelity ledger, and the assumptions, with which something was refused.

        That is a request, a row of a job's file, a failed job or its error, or an error code. Raises Invalid for a
        request that was not refused with an error code: a fault that hit it is its ``fault``.
        """
        if isinstance(refused, int):
            return from_json(Explanation, self._call("GET", "/errors/{code}", code=str(refused)))
        cause = refused.error if isinstance(refused, JobInfo) else refused
        code = getattr(cause, "error_code", None) or getattr(cause, "code", None)
        if cause is None or code is None:
            sentence = "expected a refused request or row, or a failed job"
            raise Invalid(f"refused: {refused!s:.100} has no error code; {sentence}")
        options = {"code": str(code), "message": cause.message or None, "reason": getattr(cause, "reason", "") or None}
        return from_json(Explanation, self._call("GET", "/errors/{code}", **options))

    # A search, other than ``count`` of a list: whole requests are hardly ever equal.
    def count(
        self,
        method: HttpMethod | None = None,
        path: str | None = None,
        status: int | None = None,
        **criteria: Unpack[RequestCriteria],
    ) -> int:
        """Counts the matching requests. Raises Invalid."""
        return self._counted(method=method, path=path, status=status, **criteria).count

    def assert_made(
        self,
        method: HttpMethod | None = None,
        path: str | None = None,
        *,
        status: int | None = None,
        count: int | None = None,
        **criteria: Unpack[RequestCriteria],
    ) -> None:
        """Checks that at least one request matches, or exactly ``count``; ``count=0`` checks that none was made.

        Raises AssertionError with the recorded requests, the nearest first, and Invalid.
        """
        __tracebackhide__ = True
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
            raise Invalid(f"count: {quote(count)} is not valid; expected a whole number of at least 0")
        options = _with_ids(method=method, path=path, status=status, **criteria)
        matching = self._recorded(**options).requests
        if len(matching) != count if count is not None else not matching:
            recorded = self._recorded()
            raise AssertionError(Mismatch(options, count, matching, recorded).text())

    def wait(
        self,
        count: int = 1,
        method: HttpMethod | None = None,
        path: str | None = None,
        status: int | None = None,
        timeout: float = 5.0,
        **criteria: Unpack[RequestCriteria],
    ) -> list[RecordedRequest]:
        """Returns the matching requests once there are ``count`` of them. ``timeout`` is real seconds, at most 600.

        Blocks the thread, and so is refused on an event loop, which may be that of the client: ``wait_async`` is for
        event loops. Raises Invalid, TimedOut, Refused.
        """
        if is_on_event_loop():
            raise Refused(
                "requests.wait would block the event loop of this test, and no client on it could send a request; "
                "use 'await zuora.requests.wait_async(...)'"
            )
        options = _with_ids(method=method, path=path, status=status, **criteria)
        found = self._call("GET", "/requests/wait", count=count, timeout=timeout, **options)
        return list(from_json(RecordedRequests, found).requests)

    async def wait_async(
        self,
        count: int = 1,
        method: HttpMethod | None = None,
        path: str | None = None,
        status: int | None = None,
        timeout: float = 5.0,
        **criteria: Unpack[RequestCriteria],
    ) -> list[RecordedRequest]:
        """As ``wait``, without blocking the event loop."""
        return await in_thread(partial(self.wait, count, method, path, status, timeout, **criteria))

    def clear(self) -> None:
        """Removes the recorded requests and the fidelity warnings."""
        self._call("DELETE", "/requests")

    @property
    def dropped(self) -> int:
        """How many requests the journal has dropped since the last ``clear``. Searches do not find them."""
        return self._counted().dropped

    @property
    def received(self) -> int:
        """How many requests the tenant has received since the last ``clear``, those included that were dropped."""
        counted = self._counted()
        return counted.count + counted.dropped

    def _counted(self, **criteria: Any) -> RequestCount:
        return from_json(RequestCount, self._call("GET", "/requests/count", **_with_ids(**criteria)))

    def _recorded(self, **criteria: Any) -> RecordedRequests:
        return from_json(RecordedRequests, self._call("GET", "/requests", **_with_ids(**criteria)))


def _with_ids(**criteria: Any) -> dict[str, Any]:
    """The criteria of a search as options of the control API."""
    named = {name: id_of(criteria[name], name) for name in ("job", "fault", "after") if criteria.get(name) is not None}
    return {**criteria, **named}


def _and_dropped(found: RecordedRequests) -> str:
    return f", and has dropped {found.dropped} older ones" if found.dropped else ""
