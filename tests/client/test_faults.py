"""The faults of a handle, with both transports."""

from http.client import IncompleteRead

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
        ({"method": "G E T", "status": 503}, "method"),
        ({"path": "objects/jobs", "status": 503}, "path: 'objects/jobs' .* begins with /"),
        ({"path": "/objects/jobs?pageSize=1", "status": 503}, "path: .* without host and query"),
    ],
    ids=str,
)
def test_invalid_fault_is_not_added(handle, options, named):
    with pytest.raises(Invalid, match=named):
        handle.faults.add(**options)
    assert handle.faults.all() == []
