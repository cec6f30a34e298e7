"""The recorded requests of a handle's tenant."""

from functools import partial

from mock_zuora.client.calls import Call, in_thread, is_on_event_loop
from mock_zuora.control.errors import Refused, is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import RecordedRequest, RecordedRequests, RequestCount

__tracebackhide__ = is_control_error


class RequestsResource:
    """The requests of the tenant's clients: the latest 1,000, at most 8 MiB of them, with secrets redacted.

    ``path`` is a pattern: ``*`` matches within one segment, ``**`` across segments.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def find(
        self, method: str | None = None, path: str | None = None, status: int | None = None
    ) -> list[RecordedRequest]:
        """Lists the matching requests, oldest first. Raises Invalid."""
        found = self._call("GET", "/requests", method=method, path=path, status=status)
        return list(from_json(RecordedRequests, found).requests)

    def count(self, method: str | None = None, path: str | None = None, status: int | None = None) -> int:
        """Counts the matching requests. Raises Invalid."""
        found = self._call("GET", "/requests/count", method=method, path=path, status=status)
        return from_json(RequestCount, found).count

    def wait(
        self,
        count: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        timeout: float = 5.0,
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
        options = {"count": count, "method": method, "path": path, "status": status, "timeout": timeout}
        return list(from_json(RecordedRequests, self._call("GET", "/requests/wait", **options)).requests)

    async def wait_async(
        self,
        count: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        timeout: float = 5.0,
    ) -> list[RecordedRequest]:
        """As ``wait``, without blocking the event loop."""
        return await in_thread(partial(self.wait, count, method, path, status, timeout))

    def clear(self) -> None:
        """Removes the recorded requests and the fidelity warnings."""
        self._call("DELETE", "/requests")

    @property
    def dropped(self) -> int:
        """How many requests the journal has dropped since the last ``clear``. Searches do not find them."""
        return from_json(RequestCount, self._call("GET", "/requests/count")).dropped
