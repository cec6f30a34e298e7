"""The requests of a handle, with both transports."""

import asyncio
import threading

import httpx
import pytest

from mock_zuora.control.errors import Invalid, Refused, TimedOut

JOBS = "/objects/jobs"


def test_requests_of_the_tenant_are_found(handle, submit):
    job = submit(handle, "brand__c\nSaab\n")
    (upload,) = handle.requests.find(method="POST", path=f"{JOBS}/*/files")
    assert (upload.path, upload.status, upload.user) == (f"{JOBS}/{job}/files", 200, "admin")
    assert (upload.body, upload.body_bytes, upload.tenant) == ("brand__c\nSaab\n", 14, handle.name)
    assert upload.headers["content-type"] == "text/csv" and upload.headers["authorization"] == "Bearer redacted"


@pytest.mark.parametrize("path", ["objects/jobs", "http://127.0.0.1/objects/jobs", f"{JOBS}?pageSize=1", ""])
def test_pattern_that_matches_no_path_is_refused(handle, path):
    with pytest.raises(Invalid, match="path: .* begins with /"):
        handle.requests.count(path=path)


def test_requests_are_counted_and_cleared(handle, submit):
    submit(handle)
    assert (handle.requests.count(path=JOBS), handle.requests.count(status=404), handle.requests.dropped) == (1, 0, 0)
    handle.requests.clear()
    assert handle.requests.find() == []


@pytest.mark.fidelity("mock-06")
def test_wait_for_request_returns_when_it_is_recorded(handle, call):
    later = threading.Timer(0.05, lambda: call(handle, "GET", f"{JOBS}?pageSize=1"))
    later.start()
    (found,) = handle.requests.wait(count=1, path=JOBS, timeout=30)
    later.join()
    assert found.query == "pageSize=1"


@pytest.mark.anyio
async def test_blocking_wait_is_refused_on_an_event_loop(handle):
    with pytest.raises(Refused, match=r"use 'await zuora.requests.wait_async\(...\)'"):
        handle.requests.wait()


@pytest.mark.anyio
async def test_request_of_a_client_on_the_same_event_loop_can_be_awaited(handle):
    async def send() -> None:
        async with httpx.AsyncClient(base_url=handle.url, headers=handle.headers()) as client:
            await client.get(JOBS)

    sending = asyncio.create_task(send())
    [found] = await handle.requests.wait_async(method="GET", timeout=30)
    assert found.path == JOBS
    await sending
    with pytest.raises(TimedOut):
        await handle.requests.wait_async(count=9, timeout=0)


def test_timeout_of_request_wait_counts_the_requests(handle, call):
    call(handle, "GET", JOBS)
    with pytest.raises(TimedOut, match="1 of 2 requests were recorded in 0.01 s .path=/objects/jobs"):
        handle.requests.wait(count=2, path=JOBS, timeout=0.01)


def test_request_has_the_id_of_its_fault(handle, call):
    fault = handle.faults.add(status=503)
    call(handle, "GET", JOBS)
    assert handle.requests.find(status=503)[0].fault == fault.id


def test_request_with_expired_token_belongs_to_the_tenant_of_the_token(handle, call):
    token = handle.token()
    handle.clock.advance(3_601)
    call(handle, "GET", JOBS, token=token)
    assert handle.requests.count(status=401) == 1
