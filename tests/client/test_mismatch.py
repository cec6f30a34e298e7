"""What a failed ``assert_made`` shows."""

import time
from dataclasses import replace

import pytest

from mock_zuora.client.mismatch import Mismatch
from mock_zuora.control.errors import Invalid

JOBS = "/objects/jobs"
JOB = {"operation": "create", "object": "vehicle", "namespace": "default"}


def message_of(handle, *criteria, **options):
    with pytest.raises(AssertionError) as failed:
        handle.requests.assert_made(*criteria, **options)
    return str(failed.value).splitlines()


def test_matching_requests_pass(handle, submit):
    job = submit(handle, "brand__c\nSaab\n")
    handle.requests.assert_made()
    handle.requests.assert_made("post", f"{JOBS}/*/files", status=200, count=1)
    handle.requests.assert_made(operation="POST_CustomObjectBulkJob", job=handle.jobs.get(job))
    handle.requests.assert_made("DELETE", count=0)


def test_missing_request_shows_the_nearest_first(handle, call):
    call(handle, "GET", "/objects/records/default/vehicle")
    call(handle, "POST", JOBS, {**JOB, "operation": "upsert"})
    call(handle, "GET", f"{JOBS}?pageSize=1")
    assert message_of(handle, "POST", JOBS, status=200) == [
        "expected at least 1 request POST /objects/jobs with status=200, but 0 requests of 3 matched",
        "  POST /objects/jobs: 400 (other status)",
        "  GET /objects/jobs?pageSize=1: 200 (other method)",
        "  GET /objects/records/default/vehicle: 400 (other method, path, status)",
    ]


def test_similar_path_is_nearer(handle, call):
    for path in ("/x", f"{JOBS}/1/file"):
        call(handle, "GET", path)
    assert message_of(handle, path=f"{JOBS}/*/files")[1] == f"  GET {JOBS}/1/file: 404 (other path)"


def test_other_number_of_requests_shows_those_that_match(handle, call):
    call(handle, "GET", f"{JOBS}/1")
    call(handle, "GET", JOBS)
    assert message_of(handle, path=JOBS, count=2) == [
        "expected exactly 2 requests /objects/jobs, but 1 request of 2 matched",
        "  GET /objects/jobs: 200 (matches)",
        "  GET /objects/jobs/1: 404 (other path)",
    ]
    assert message_of(handle, "GET", JOBS, count=0)[0].startswith(
        "expected exactly 0 requests GET /objects/jobs, but 1"
    )


def test_values_that_a_line_does_not_show_are_named(handle, call):
    call(handle, "GET", f"{JOBS}/1")
    [_, line] = message_of(handle, operation="GET_AllCustomObjectBulkJobs", error_code=1, job="2")
    assert line == f"  GET {JOBS}/1: 404 (other operation GET_CustomObjectBulkJob, error_code 71013040, job 1)"


def test_no_request_at_all_is_one_line(handle):
    assert message_of(handle) == ["expected at least 1 request, but 0 requests of 0 matched"]


def test_long_journal_is_shortened(handle, call):
    for number in range(22):
        call(handle, "GET", f"{JOBS}?pageSize={number + 1}")
    lines = message_of(handle, "POST")
    assert (lines[1], lines[-1]) == (f"  GET {JOBS}?pageSize=1: 200 (other method)", "  … and 2 others")


def test_invalid_criterion_is_no_failed_assertion(handle):
    with pytest.raises(Invalid, match="method: 'PSOT' is not valid; expected one of GET, HEAD, POST"):
        handle.requests.assert_made("PSOT", JOBS)


def test_traceback_ends_at_the_line_of_the_test(handle):
    with pytest.raises(AssertionError) as failed:
        handle.requests.assert_made()
    assert failed.traceback.filter(failed)[-1].path.name == "test_mismatch.py"


@pytest.mark.parametrize("count", [-1, "1", 1.5, True])
def test_count_that_is_no_number_of_requests_is_refused(handle, call, count):
    call(handle, "GET", JOBS)
    with pytest.raises(Invalid, match="^count: .* is not valid; expected a whole number of at least 0"):
        handle.requests.assert_made("GET", JOBS, count=count)


def test_long_paths_of_a_full_journal_are_compared_in_time(call, running):
    with running.tenant() as zuora:
        call(zuora, "GET", f"{JOBS}/{'abcd/' * 40}")
        found = zuora.requests._recorded()
    criteria = {"path": "/objects/" + "abcde/" * 40, "status": 200}
    full = replace(found, requests=found.requests * 1_000)
    started = time.process_time()
    assert "(other path, status)" in Mismatch(criteria, None, (), full).text()
    assert time.process_time() - started < 2  # Each comparison with ``ratio`` takes ten milliseconds.
