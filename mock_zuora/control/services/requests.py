"""The recorded requests of a tenant, and its fidelity warnings."""

import asyncio
from asyncio import timeout
from dataclasses import dataclass

from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control
from mock_zuora.control.errors import TimedOut
from mock_zuora.control.journal import RequestSearch
from mock_zuora.control.operations import operation
from mock_zuora.control.options import option, real_seconds
from mock_zuora.control.results import FidelityWarning, RecordedRequests, RequestCount


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWait(RequestSearch):
    """Which requests to wait for, and for how long."""

    count: int = option(default=1, ge=1)
    timeout: float = real_seconds("real seconds", default=5.0)


@operation("requests.find", "GET", "/requests")
async def find_requests(control: Control, tenant: str, search: RequestSearch) -> RecordedRequests:
    """Lists the matching requests, oldest first. Requests whose tenant is not known belong to the default one."""
    return await run_in_chunks(control.instruments(tenant).journal.find(search))


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


@operation("requests.clear", "DELETE", "/requests")
async def clear_requests(control: Control, tenant: str) -> None:
    """Removes the recorded requests and the warnings of a tenant."""
    control.instruments(tenant).journal.clear()


@operation("warnings", "GET", "/warnings")
async def list_warnings(control: Control, tenant: str) -> list[FidelityWarning]:
    """Lists the requests that were accepted although Zuora does not document them, oldest first."""
    return control.instruments(tenant).journal.warnings
