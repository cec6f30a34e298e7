"""The requests of a handle, with both transports."""

import asyncio
import threading

import httpx
import pytest

from mock_zuora import MockZuora
from mock_zuora.control.errors import Invalid, Refused, TimedOut, Unknown

JOBS = "/objects/jobs"


def test_requests_are_a_sequence_oldest_first(paged, sizes):
    requests = paged.requests
    assert sizes([requests[0], requests[-1], requests.last]) == ["1", "3", "3"]
    assert (sizes(requests), sizes(requests[1:]), sizes(reversed(requests))) == (
        ["1", "2", "3"], ["2", "3"], ["3", "2", "1"],
    )  # fmt: skip
    assert (len(requests), requests[1] in requests, requests.index(requests[1])) == (3, True, 1)


@pytest.fixture
def received(paged, monkeypatch):
    """The results of the control requests that the handle sends from now on."""
    received, send = [], paged._transport.call

    def call(*values):
        received.append(send(*values))
        return received[-1]

    monkeypatch.setattr(paged._transport, "call", call)
    return received


def test_each_way_to_read_requests_sends_one_control_request(paged, received):
    for read in (iter, len, reversed, lambda requests: requests[-1], lambda requests: requests.last, repr):
        read(paged.requests)
        assert len(received) == 1
        received.clear()


@pytest.mark.parametrize("read", [lambda requests: requests[0], lambda requests: requests[-1], lambda each: each.last])
def test_one_request_is_read_without_the_others(paged, received, read):
    read(paged.requests)
    assert [len(each["requests"]) for each in received] == [1]


def test_repr_reads_only_what_it_shows(paged, call, received):
    for _ in range(4):
        call(paged, "GET", "/x")
    received.clear()
    repr(paged.requests)
    assert [len(each["requests"]) for each in received] == [5]


def test_missing_position_says_how_many_requests_there_are(paged):
    with pytest.raises(IndexError, match=r"requests\[3\]: the journal has 3 requests"):
        paged.requests[3]


def test_no_requests_are_empty_and_have_no_last_one(handle):
    assert not handle.requests and list(handle.requests) == handle.requests[:] == []
    with pytest.raises(Unknown, match=r"requests\.last: the tenant has received no requests"):
        _ = handle.requests.last


def test_repr_shows_the_latest_requests(paged, call):
    requests = [f"GET {JOBS}?pageSize={size}: 200" for size in (1, 2, 3)]
    assert repr(paged.requests) == f"<3 requests: {', '.join(requests)}>"
    for _ in range(4):
        call(paged, "GET", "/x")
    assert repr(paged.requests) == f"<7 requests: … {requests[2]}{', GET /x: 404' * 4}>"


def test_repr_after_the_end_of_the_server_says_so():
    with MockZuora() as zuora:
        pass
    assert repr(zuora.requests).startswith("<requests: ")


def test_requests_are_found_by_operation_error_and_job(handle, submit, call):
    first, second = submit(handle, "brand__c\nSaab\n"), submit(handle)
    call(handle, "GET", f"{JOBS}/{first}/nothing")
    call(handle, "GET", f"{JOBS}/nope")
    found = handle.requests.find(job=first)
    assert [request.path for request in found] == [JOBS, f"{JOBS}/{first}/files"]
    assert handle.requests.count(job=handle.jobs.get(second)) == 1
    assert handle.requests.count(operation="POST_CustomObjectBulkJob") == 2
    [refused] = handle.requests.find(error_code=71013040)
    assert (refused.path, refused.operation) == (f"{JOBS}/nope", "GET_CustomObjectBulkJob")
    assert handle.requests.wait(job=first, count=2, timeout=30) == found


@pytest.mark.parametrize("search", ["find", "count", "wait"])
def test_unknown_method_is_refused(handle, search):
    with pytest.raises(Invalid, match="method: 'PSOT' is not valid; expected one of GET, HEAD, POST, PUT"):
        getattr(handle.requests, search)(method="PSOT")


def test_body_of_a_request_can_be_read_as_json(handle, call):
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    call(handle, "POST", JOBS, job)
    request = handle.requests.last
    assert request.json() == job and request.content == request.body.encode()
    assert request.response_headers["content-type"].startswith("application/json")
    with pytest.raises(ValueError, match=f"POST {JOBS}: the body has the content type 'application/json'; expected"):
        _ = request.form


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(None, "the body is empty, so it is not JSON"), ("a,b", "the body is not JSON: Expecting value")],
)
def test_body_that_is_not_json_says_so(handle, call, body, sentence):
    call(handle, "POST", JOBS, body)
    with pytest.raises(ValueError, match=f"POST {JOBS}: {sentence}"):
        handle.requests.last.json()


def test_long_body_that_was_cut_is_not_parsed(handle, call):
    call(handle, "POST", "/objects/records/default/vehicle", {"records": [{"brand__c": "x" * 20_000}]})
    with pytest.raises(ValueError, match="cannot be parsed: only its first 16384 bytes were recorded"):
        handle.requests.last.json()


def test_tokens_have_aliases(handle, call):
    first, second = handle.token(), handle.token()
    for token in (first, second, first):
        call(handle, "GET", JOBS, token=token)
    assert [request.token for request in handle.requests] == ["token-1", "token-2", "token-1"]
    handle.requests.clear()
    call(handle, "GET", JOBS, token=first)
    assert handle.requests.last.token == "token-1"


def test_aliases_start_again_after_a_reset_of_everything(handle, call):
    call(handle, "GET", JOBS)
    handle.reset()
    call(handle, "GET", JOBS)
    assert [request.token for request in handle.requests] == ["token-1"]


def test_reset_of_the_tokens_alone_keeps_their_aliases(handle, call):
    call(handle, "GET", JOBS)
    handle.reset("tokens")
    call(handle, "GET", JOBS)
    assert [request.token for request in handle.requests] == ["token-1", "token-2"]


def test_repeated_request_with_an_idempotency_key_is_a_replay(handle, call):
    handle.configure(assume={"idempotency-key": "honoured"})
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    made = [call(handle, "POST", JOBS, job, **{"Idempotency-Key": "k"})[1]["Id"] for _ in range(2)]
    assert [request.is_replay for request in handle.requests] == [False, True]
    assert [request.job_id for request in handle.requests] == made


def test_job_of_a_submission_whose_response_was_lost_is_known(handle, call):
    handle.faults.add(path=JOBS, method="POST", reset=True)
    with pytest.raises(ConnectionResetError):
        call(handle, "POST", JOBS, {"operation": "create", "object": "vehicle", "namespace": "default"})
    request = handle.requests.last
    assert (request.job_id, request.status, request.response_headers) == (handle.jobs.all()[0].id, None, {})


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


def test_requests_equal_a_list_of_the_same(paged, running):
    assert paged.requests == paged.requests.find()
    assert paged.requests != []
    with running.tenant() as zuora:
        assert zuora.requests == [] and zuora.requests != paged.requests


def test_id_of_a_job_is_found_in_any_letter_case(handle, submit):
    job = submit(handle, "brand__c\nSaab\n")
    assert len(handle.requests.find(job=job.upper())) == len(handle.requests.find(job=job)) == 2
