"""Every method of the resources, with both transports."""

import threading
from datetime import timedelta
from http.client import IncompleteRead

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.errors import Invalid, Refused, TimedOut, Unknown

JOBS = "/objects/jobs"


# Clock


def test_frozen_clock_does_not_move(handle):
    stopped = handle.clock.freeze()
    assert (handle.clock.now(), handle.clock.speed) == (stopped, 0)


def test_resumed_clock_continues_from_its_time(handle):
    handle.clock.freeze()
    ahead = handle.clock.advance(3_600)
    resumed = handle.clock.resume()
    assert ahead <= resumed < ahead + timedelta(minutes=1)
    assert handle.clock.speed == 1


def test_frozen_clock_advances_exactly(handle):
    before = handle.clock.freeze()
    assert handle.clock.advance(61.5) == before + timedelta(seconds=61.5)


def test_clock_can_run_fast(handle):
    handle.clock.run_at(1_000_000)
    assert handle.clock.speed == 1_000_000


@pytest.mark.parametrize("seconds", [-1, 1e12, float("nan"), "soon"], ids=str)
def test_invalid_advance_is_refused(handle, seconds):
    with pytest.raises(Invalid, match="seconds|advance"):
        handle.clock.advance(seconds)


def test_negative_speed_is_refused(handle):
    with pytest.raises(Invalid, match="speed: -1"):
        handle.clock.run_at(-1)


@pytest.mark.fidelity("mock-02")
def test_advance_returns_when_due_work_is_done(handle, submit):
    handle.configure(transitions="time", processing_time=60)
    handle.clock.freeze()
    job = submit(handle, "brand__c\n" + "Saab\n" * 5_000)
    assert handle.jobs.get(job).status == "in_progress"
    handle.clock.advance(61)
    assert handle.jobs.get(job).records_processed == 5_000


@pytest.mark.fidelity("mock-02")
def test_token_expires_on_the_clock_of_its_tenant(handle, call):
    token = handle.token()
    assert call(handle, "GET", JOBS, token=token)[0] == 200
    handle.clock.advance(3_601)
    assert call(handle, "GET", JOBS, token=token)[0] == 401


# Jobs


def test_jobs_are_listed_newest_first(handle, submit):
    first, second = submit(handle), submit(handle)
    assert [each.id for each in handle.jobs.all()] == [second, first]


def test_reading_a_job_does_not_count_as_a_poll(handle, submit):
    handle.configure(transitions="polls", processing_polls=1)
    job = submit(handle, "brand__c\nSaab\n")
    assert {handle.jobs.get(job).status for _ in range(3)} == {"in_progress"}


def test_missing_job_is_unknown(handle):
    with pytest.raises(Unknown, match="id: .*'nope'"):
        handle.jobs.get("nope")


def test_message_about_missing_job_names_the_tenant_that_has_it(handle, running, submit):
    with running.tenant() as other:
        job = submit(other)
        with pytest.raises(Unknown, match=f"tenant '{other.name}' has"):
            handle.jobs.get(job)


def test_step_moves_manual_job(handle, submit):
    handle.configure(transitions="manual")
    job = submit(handle, "brand__c\nSaab\n")
    assert handle.jobs.get(job).status == "in_progress"
    assert handle.jobs.step(job).status == "completed"


def test_step_of_job_without_file_is_refused(handle, submit):
    job = submit(handle)
    with pytest.raises(Refused, match="pending"):
        handle.jobs.step(handle.jobs.get(job))


def test_wait_returns_when_job_has_the_status(handle, submit):
    handle.configure(transitions="time", processing_time=0.05, queue_delay=0)
    job = submit(handle, "brand__c\nSaab\n")
    assert handle.jobs.wait(job, status="completed").records_processed == 1


def test_wait_without_status_is_for_any_final_status(handle, submit, call):
    job = submit(handle)
    call(handle, "PATCH", f"{JOBS}/{job}/cancel")
    assert handle.jobs.wait(job).status == "cancelled"


def test_timeout_of_job_wait_names_the_current_status(handle, submit):
    job = submit(handle)
    with pytest.raises(TimedOut, match="pending after 0.01 s, not completed"):
        handle.jobs.wait(job, status="completed", timeout=0.01)


def test_wait_for_impossible_status_ends_at_once(handle, submit):
    handle.jobs.fail_next()
    job = submit(handle, "brand__c\nSaab\n")
    with pytest.raises(Refused, match="failed .71012560 Service limit reached.* can no longer be completed"):
        handle.jobs.wait(job, status="completed", timeout=60)


@pytest.mark.parametrize("options", [{"status": "done"}, {"timeout": -1}, {"timeout": 601}], ids=str)
def test_invalid_wait_is_refused(handle, submit, options):
    job = submit(handle)
    with pytest.raises(Invalid, match=next(iter(options))):
        handle.jobs.wait(job, **options)


@pytest.mark.fidelity("mock-04")
def test_next_job_fails_as_planned(handle, submit):
    handle.jobs.fail_next(code=71012561, message="Try later.", after_records=2)
    failed = handle.jobs.get(submit(handle, "brand__c\nA\nB\nC\n"))
    assert (failed.status, failed.error.code, failed.error.message) == ("failed", 71012561, "Try later.")
    assert [each["brand__c"] for each in handle.records("vehicle")] == ["A", "B"]


def test_planned_failure_applies_to_one_job(handle, submit):
    handle.jobs.fail_next()
    submit(handle, "brand__c\nA\n")
    assert handle.jobs.get(submit(handle, "brand__c\nA\n")).status == "completed"


def test_planned_failure_can_be_limited_to_an_object(handle, submit):
    handle.jobs.fail_next(object="boat", operation="create")
    assert handle.jobs.get(submit(handle, "brand__c\nA\n")).status == "completed"
    assert handle.jobs.get(submit(handle, "brand__c\nA\n", object="boat")).status == "failed"


@pytest.mark.fidelity("mock-04")
def test_rows_are_rejected_by_number(handle, submit):
    handle.jobs.reject_rows({3: (71012520, "boom")}, object="vehicle")
    job = submit(handle, "brand__c\nA\nB\nC\n")
    (rejected,) = handle.jobs.errors(job)
    assert (rejected.row, rejected.code, rejected.message) == (3, 71012520, "boom")
    assert rejected.record == {"brand__c": "B"}
    assert handle.jobs.get(job).records_processed == 2


def test_rows_are_rejected_by_value(handle, submit):
    handle.jobs.reject_rows(where={"brand__c": "B"}, code=71012530, message="No B.")
    job = submit(handle, "brand__c\nA\nB\nB\n")
    assert [(each.row, each.message) for each in handle.jobs.errors(job)] == [(3, "No B."), (4, "No B.")]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "rows"),
        ({"rows": {1: (71012520, "the header")}}, "rows.1"),
        ({"rows": {2: (4, "not an error code")}}, "rows.2: expected .* error code of 8 digits"),
        ({"rows": {2: "boom"}}, "rows.2: 'boom' is not valid; expected a list"),
        ({"rows": {2: (71012520, "boom")}, "code": 71012520}, "where"),
        ({"where": {"brand__c": 5}}, "where.brand__c"),
        ({"where": {"brand__c": "B"}, "operation": "upsert"}, "operation"),
    ],
    ids=str,
)
def test_invalid_rejection_plans_nothing(handle, options, named):
    with pytest.raises(Invalid, match=named):
        handle.jobs.reject_rows(**options)
    assert handle.jobs.outcomes().rejections == 0


@pytest.mark.fidelity("mock-04")
def test_held_job_stays_in_progress_until_step(handle, submit):
    handle.jobs.hold_next()
    job = submit(handle, "brand__c\nA\n")
    handle.clock.advance(86_400)
    assert handle.jobs.get(job).status == "in_progress"
    assert handle.jobs.step(job).status == "completed"


def test_pending_outcomes_are_counted_and_cleared(handle):
    handle.jobs.fail_next()
    handle.jobs.reject_rows({2: (71012520, "boom")})
    handle.jobs.hold_next(operation="delete")
    waiting = handle.jobs.outcomes()
    assert (waiting.failures, waiting.rejections, waiting.holds) == (1, 1, 1)
    handle.jobs.clear_outcomes()
    assert handle.jobs.outcomes().failures == 0


# Faults


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


def test_value_without_id_is_refused(handle):
    with pytest.raises(Invalid, match="id: 7 is not valid"):
        handle.faults.get(7)


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


# Requests


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


# Snapshots


@pytest.mark.fidelity("mock-07")
def test_snapshot_restores_records_jobs_settings_and_clock(handle, submit):
    job, now = submit(handle, "brand__c\nA\n"), handle.clock.freeze()
    handle.snapshots.save("one")
    submit(handle, "brand__c\nB\n")
    handle.configure(strict=True)
    handle.clock.advance(3_600)
    handle.snapshots.restore("one")
    assert [each["brand__c"] for each in handle.records("vehicle")] == ["A"]
    assert [each.id for each in handle.jobs.all()] == [job]
    assert (handle.settings()["strict"], handle.clock.now(), handle.clock.speed) == (False, now, 0)


def test_restored_snapshot_is_kept(handle, submit):
    handle.snapshots.save("empty")
    for _ in range(2):
        submit(handle)
        handle.snapshots.restore("empty")
        assert handle.jobs.all() == []
    assert handle.snapshots.all() == ["empty"]


@pytest.mark.parametrize("name", ["a b", "ä?#%", "."])
def test_snapshot_name_can_be_any_text_without_slashes(handle, name):
    handle.snapshots.save(name)
    assert handle.snapshots.all() == [name]
    handle.snapshots.drop(name)
    assert handle.snapshots.all() == []


@pytest.mark.parametrize("name", ["", "a/b"])
def test_empty_snapshot_name_and_slash_are_refused(handle, name):
    with pytest.raises(Invalid, match="name"):
        handle.snapshots.save(name)


def test_missing_snapshot_is_unknown(handle):
    handle.snapshots.save("one")
    with pytest.raises(Unknown, match="'two'; existing snapshots: one"):
        handle.snapshots.restore("two")
    with pytest.raises(Unknown, match="'two'; existing snapshots: one"):
        handle.snapshots.drop("two")
