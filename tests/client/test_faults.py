"""The faults of a handle, with both transports."""

import gzip
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.errors import Invalid, Unknown

JOBS = "/objects/jobs"


@pytest.mark.fidelity("mock-05")
def test_fault_responds_with_status_in_the_format_of_the_api(handle, call):
    fault = handle.faults.add(path=JOBS, method="GET", status=503, times=1, code=71013061, message="Down for a while.")
    assert call(handle, "GET", JOBS) == (503, {"code": 71013061, "message": "Down for a while."})
    assert call(handle, "GET", JOBS)[0] == 200
    assert (handle.faults.get(fault).hits, handle.faults.get(fault.id).used_up) == (1, True)


@pytest.mark.fidelity("mock-05")
@pytest.mark.parametrize(("effect", "seen"), [("reset", ConnectionResetError), ("truncate", IncompleteRead)])
def test_fault_cuts_off_the_response(handle, call, effect, seen):
    handle.faults.add(path=JOBS, **{effect: True}, times=1)
    with pytest.raises(seen):
        call(handle, "GET", JOBS)
    assert handle.requests.find(path=JOBS)[0].status is None


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_response_cut_off_by_fault_logs_no_warning(call, caplog, effect):
    with MockZuora() as zuora:
        zuora.faults.add(path=JOBS, **{effect: True})
        with pytest.raises((ConnectionResetError, IncompleteRead)):
            call(zuora, "GET", JOBS)
    assert [each.getMessage() for each in caplog.records if each.levelname in ("WARNING", "ERROR")] == []


def test_removed_fault_does_not_hit(handle, call):
    fault = handle.faults.add(status=500)
    handle.faults.remove(fault)
    assert call(handle, "GET", JOBS)[0] == 200
    with pytest.raises(Unknown, match=fault.id):
        handle.faults.get(fault)


def test_faults_are_listed_in_order_and_cleared(handle):
    first, second = handle.faults.add(status=500), handle.faults.add(delay=0.5)
    assert handle.faults.all() == [first, second]
    handle.faults.clear()
    assert handle.faults.all() == []


def test_fault_can_be_limited_to_an_operation(handle, call):
    handle.faults.add(operation="GET_AllCustomObjectBulkJobs", status=429, retry_after=7, headers={"X-Why": "a test"})
    assert call(handle, "GET", JOBS)[0] == 429
    assert call(handle, "GET", f"{JOBS}/nope")[0] == 404


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "status"),
        ({"status": 200}, "status: 200"),
        ({"status": 503, "reset": True}, "status and reset"),
        ({"truncate": True, "stall": True}, "truncate and stall"),
        ({"reset": True, "message": "Why?"}, "message"),
        ({"status": 503, "headers": {"X-A": "b\r\nX-C: d"}}, "headers"),
        ({"status": 503, "headers": {"X A": "b"}}, "headers"),
        ({"status": 503, "times": 0}, "times: 0"),
        ({"status": 503, "nth": 0}, "nth: 0"),
        ({"status": 503, "probability": 1.5}, "probability: 1.5"),
        ({"delay": 601}, "delay: 601"),
        ({"operation": "listJobs", "status": 503}, "operation: 'listJobs'"),
        ({"method": "PSOT", "status": 503}, "method: 'PSOT' is not valid; expected one of GET, HEAD, POST"),
        ({"status": 302, "message": "moved"}, "status: 302 is not valid without body"),
        ({"status": 502, "body": "<html>", "message": "bad"}, "body excludes code and message"),
        ({"body": "<html>"}, "body, headers and retry_after require status"),
        ({"status": 503, "match_body": ""}, "match_body"),
        ({"status": 503, "match_headers": {"X A": "b"}}, "match_headers: 'X A'"),
        ({"path": "objects/jobs", "status": 503}, "path: 'objects/jobs' .* begins with /"),
        ({"path": "/objects/jobs?pageSize=1", "status": 503}, "path: .* without host and query"),
    ],
    ids=str,
)
def test_invalid_fault_is_not_added(handle, options, named):
    with pytest.raises(Invalid, match=named):
        handle.faults.add(**options)
    assert handle.faults.all() == []


def ask(handle, method="GET", path=JOBS, body=None, **headers):
    """The status, the content type and the body of a response that need not be JSON."""
    sent = {**handle.headers(), "Content-Type": "application/json", **headers}
    connection = HTTPConnection(urlsplit(handle.url).netloc, timeout=30)
    with closing(connection):
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read()


@pytest.mark.fidelity("mock-05")
@pytest.mark.parametrize(
    ("options", "seen"),
    [
        (
            {"status": 502, "body": "<html>Bad gateway", "content_type": "text/html"},
            (502, "text/html", b"<html>Bad gateway"),
        ),
        ({"status": 200, "body": '{"Id": "'}, (200, "application/json", b'{"Id": "')),
        ({"status": 503, "body": ""}, (503, None, b"")),
        ({"status": 204, "body": ""}, (204, None, b"")),
        ({"status": 200, "body": "ü", "headers": {"content-type": "a/b"}}, (200, "a/b", "ü".encode())),
    ],
    ids=["a gateway", "cut JSON", "nothing", "no content", "own header"],
)
def test_fault_responds_with_a_body_of_its_own(handle, options, seen):
    handle.faults.add(path=JOBS, **options)
    assert ask(handle) == seen
    assert (handle.requests.last.status, handle.requests.last.response_body) == (seen[0], seen[2].decode())


@pytest.mark.fidelity("mock-05")
def test_sequence_gives_each_request_its_effect(handle, call):
    own = {"status": 502, "body": "<html>"}
    faults = handle.faults.sequence([503, "reset", None, own], path=JOBS, method="GET")
    call(handle, "POST", JOBS, {})
    assert call(handle, "GET", JOBS)[0] == 503
    with pytest.raises(ConnectionResetError):
        call(handle, "GET", JOBS)
    assert [ask(handle)[0] for _ in range(3)] == [200, 502, 200]
    assert [each.hits for each in handle.faults.all()] == [1, 1, 1]
    assert [(each.nth, each.id) for each in handle.faults.all()] == [
        (1, faults[0].id), (2, faults[1].id), (4, faults[2].id),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("effects", "message"),
    [
        ([503, 42], "effects.1: status: 42 is not valid"),
        ([503, "rest"], "effects.1: 'rest' is not valid; expected a status, reset, truncate, stall or null"),
        ([503, {"status": 503, "times": 2}], "effects.1: 'times' is not valid here; expected one of status, code"),
        ([503, {}], "effects.1: status, delay, reset, truncate or stall is required"),
        ([503, 1.5], "effects"),
        ([], "effects"),
        ("reset", "effects"),
        ([503] * 1_001, "effects"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_sequence_with_an_invalid_effect_adds_nothing(handle, effects, message):
    with pytest.raises(Invalid, match=message):
        handle.faults.sequence(effects)
    assert handle.faults.all() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [({"method": "PSOT"}, "method: 'PSOT'"), ({"path": "x"}, "path: 'x'"), ({"operation": "x"}, "operation: 'x'")],
    ids=str,
)
def test_sequence_for_impossible_requests_adds_nothing(handle, options, message):
    with pytest.raises(Invalid, match=message):
        handle.faults.sequence([503], **options)
    assert handle.faults.all() == []


def test_fault_can_be_limited_to_a_header(handle):
    handle.faults.add(status=503, match_headers={"zuora-version": "2025-*", "X-Client": "mine"})
    assert ask(handle, **{"Zuora-Version": "2025-08-12", "X-Client": "mine"})[0] == 503
    assert ask(handle, **{"Zuora-Version": "186.0", "X-Client": "mine"})[0] == 200
    assert ask(handle, **{"Zuora-Version": "2025-08-12"})[0] == 200


def test_fault_can_be_limited_to_a_text_in_the_body(handle, submit, call):
    handle.faults.add(status=503, method="POST", match_body="Saab")
    job = submit(handle)
    path = f"{JOBS}/{job}/files"
    for body, encoding in (
        (b"brand__c\nSaab\n", {}),
        (gzip.compress(b"brand__c\nSaab\n"), {"Content-Encoding": "gzip"}),
    ):
        assert ask(handle, "POST", path, body, **{"Content-Type": "text/csv", **encoding})[0] == 503
    assert call(handle, "POST", path, "brand__c\nVolvo\n")[0] == 200
    assert [record["brand__c"] for record in handle.records("vehicle")] == ["Volvo"]


def test_token_request_is_matched_by_its_form(handle):
    client = handle.client()
    handle.faults.add(status=503, match_body=f"client_id={client.client_id}")
    form = f"client_id={client.client_id}&client_secret={client.client_secret}&grant_type=client_credentials"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(handle, "POST", "/oauth/token", form, **kind)[0] == 503


@pytest.mark.parametrize("size", [100_000, 17_000_000])
def test_large_upload_reaches_the_operation_after_a_search_in_it(handle, submit, size):
    handle.faults.add(status=503, match_body="nowhere")
    file = b"brand__c\n" + b"x" * 99 + b"\n" + b"Saab\n" * (size // 5)
    status, _, body = ask(handle, "POST", f"{JOBS}/{submit(handle)}/files", file, **{"Content-Type": "text/csv"})
    assert (status, b"larger than 15 MB" in body) == ((200, False) if size < 15_000_000 else (400, True))


def test_id_in_the_body_of_a_fault_is_not_that_of_a_job(handle, call):
    handle.faults.add("/objects/jobs", "POST", status=200, body='{"Id": "made-up"}')
    call(handle, "POST", "/objects/jobs", {"operation": "create"})
    assert handle.requests.last.job_id is None
