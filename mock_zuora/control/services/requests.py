"""The recorded requests of a tenant, and its fidelity warnings."""

import asyncio
from asyncio import timeout
from dataclasses import dataclass

from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control
from mock_zuora.control.errors import TimedOut, Unknown
from mock_zuora.control.journal import Journal, RequestPage, RequestSearch
from mock_zuora.control.operations import operation
from mock_zuora.control.options import option, real_seconds
from mock_zuora.control.recorded_requests import (
    FidelityWarning,
    RecordedRequest,
    RecordedRequests,
    RequestCount,
    RequestSummaries,
)
from mock_zuora.domain.errors import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWait(RequestSearch):
    """Which requests to wait for, and for how long."""

    count: int = option(default=1, ge=1)
    timeout: float = real_seconds("real seconds", default=5.0)


@operation("requests.find", "GET", "/requests")
async def find_requests(control: Control, tenant: str, page: RequestPage) -> RecordedRequests:
    """Lists the matching requests, oldest first by default, all of them or a page of at most ``limit``.

    The next page is ``after`` the last request of this one. Requests whose tenant is not known belong to the default
    one.
    """
    return await run_in_chunks(_journal_with(page, control, tenant).find(page))


@operation("requests.summaries", "GET", "/requests/summaries")
async def summarize_requests(control: Control, tenant: str, page: RequestPage) -> RequestSummaries:
    """Lists the matching requests as ``GET /requests`` does, in one line each: without headers and bodies."""
    return await run_in_chunks(_journal_with(page, control, tenant).summaries(page))


@operation("requests.count", "GET", "/requests/count")
async def count_requests(control: Control, tenant: str, search: RequestSearch) -> RequestCount:
    """Counts the matching requests."""
    journal = control.instruments(tenant).journal
    return RequestCount(count=await run_in_chunks(journal.count(search)), dropped=journal.dropped)


@operation("requests.wait", "GET", "/requests/wait", waits=True)
async def wait_for_requests(control: Control, tenant: str, wait: RequestWait) -> RecordedRequests:
    """Responds when ``count`` matching requests have been recorded, within ``timeout`` real seconds."""
    journal, recorded = control.instruments(tenant).journal, asyncio.Event()
    unsubscribe = journal.subscribe(recorded.set)
    recorded.set()
    found = 0
    try:
        async with timeout(wait.timeout):
            while found < wait.count:
                await recorded.wait()
                # Cleared before the search, which lets other requests be recorded.
                recorded.clear()
                found = await run_in_chunks(control.instruments(tenant).journal.count(wait))
    except TimeoutError:
        sentence = f"{found} of {wait.count} requests were recorded in {wait.timeout:g} s"
        raise TimedOut(f"count: {sentence} [{wait}]") from None
    finally:
        unsubscribe()
    return await run_in_chunks(journal.find(wait))


@operation("requests.get", "GET", "/requests/{id}")
async def get_request(control: Control, tenant: str, *, id: str) -> RecordedRequest:
    """Returns a recorded request by its id, the ``Zuora-Request-Id`` of its response."""
    journal = control.instruments(tenant).journal
    found = journal.get(id)
    if found is None:
        raise _not_recorded("id", tenant, id, journal.dropped)
    return found


def _journal_with(page: RequestPage, control: Control, tenant: str) -> Journal:
    """The journal of a tenant. Raises Unknown if it does not have the request after which the page begins."""
    journal = control.instruments(tenant).journal
    if page.after is not None and page.after not in journal:
        raise _not_recorded("after", tenant, page.after, journal.dropped)
    return journal


def _not_recorded(name: str, tenant: str, request_id: str, dropped: int) -> Unknown:
    hint = f"; {dropped} older ones are no longer recorded" if dropped else ""
    return Unknown(f"{name}: tenant {quote(tenant)} has no recorded request {quote(request_id)}{hint}")


@operation("requests.clear", "DELETE", "/requests")
async def clear_requests(control: Control, tenant: str) -> None:
    """Removes the recorded requests and the warnings of a tenant."""
    control.instruments(tenant).journal.clear()


@operation("warnings", "GET", "/warnings")
async def list_warnings(control: Control, tenant: str) -> list[FidelityWarning]:
    """Lists the requests that were accepted although Zuora does not document them, oldest first."""
    return control.instruments(tenant).journal.warnings
