"""Each verb of the handle's parts, through both doors."""

import threading
from datetime import timedelta
from http.client import IncompleteRead

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.errors import Invalid, Refused, TimedOut, Unknown

JOBS = "/objects/jobs"


# Clock


def test_a_frozen_clock_stands(hand):
    stopped = hand.clock.freeze()
    assert (hand.clock.now(), hand.clock.speed) == (stopped, 0)


def test_a_resumed_clock_goes_on_from_where_it_stood(hand):
    hand.clock.freeze()
    ahead = hand.clock.advance(3_600)
    resumed = hand.clock.resume()
    assert ahead <= resumed < ahead + timedelta(minutes=1)
    assert hand.clock.speed == 1


def test_a_frozen_clock_is_advanced_to_the_millisecond(hand):
    before = hand.clock.freeze()
    assert hand.clock.advance(61.5) == before + timedelta(seconds=61.5)


def test_a_clock_can_run_fast(hand):
    hand.clock.run_at(1_000_000)
    assert hand.clock.speed == 1_000_000


@pytest.mark.parametrize("seconds", [-1, 1e12, float("nan"), "soon"], ids=str)
def test_a_clock_goes_ahead_within_reason_only(hand, seconds):
    with pytest.raises(Invalid, match="seconds|advance"):
        hand.clock.advance(seconds)


def test_a_clock_cannot_run_at_a_negative_speed(hand):
    with pytest.raises(Invalid, match="speed: -1"):
        hand.clock.run_at(-1)


@pytest.mark.fidelity("mock-02")
def test_an_advance_returns_when_everything_that_is_due_is_done(hand, submit):
    hand.configure(transitions="time", processing_time=60)
    hand.clock.freeze()
    job = submit(hand, "brand__c\n" + "Saab\n" * 5_000)
    assert hand.jobs.get(job).status == "in_progress"
    hand.clock.advance(61)
    assert hand.jobs.get(job).records_processed == 5_000


@pytest.mark.fidelity("mock-02")
def test_a_token_ends_on_the_tenant_s_clock(hand, call):
    token = hand.token()
    assert call(hand, "GET", JOBS, token=token)[0] == 200
    hand.clock.advance(3_601)
    assert call(hand, "GET", JOBS, token=token)[0] == 401


# Jobs


def test_jobs_are_listed_newest_first(hand, submit):
    first, second = submit(hand), submit(hand)
    assert [each.id for each in hand.jobs.all()] == [second, first]


def test_looking_at_a_job_here_is_no_poll(hand, submit):
    hand.configure(transitions="polls", processing_polls=1)
    job = submit(hand, "brand__c\nSaab\n")
    assert {hand.jobs.get(job).status for _ in range(3)} == {"in_progress"}


def test_a_job_that_is_not_there_is_unknown(hand):
    with pytest.raises(Unknown, match="id: .*'nope'"):
        hand.jobs.get("nope")


def test_the_job_of_another_tenant_is_unknown_and_the_message_says_whose_it_is(hand, running, submit):
    with running.tenant() as other:
        job = submit(other)
        with pytest.raises(Unknown, match=f"tenant '{other.name}' has"):
            hand.jobs.get(job)


def test_a_step_moves_a_manual_job_on(hand, submit):
    hand.configure(transitions="manual")
    job = submit(hand, "brand__c\nSaab\n")
    assert hand.jobs.get(job).status == "in_progress"
    assert hand.jobs.step(job).status == "completed"


def test_a_step_of_a_job_that_waits_for_its_file_is_refused(hand, submit):
    job = submit(hand)
    with pytest.raises(Refused, match="pending"):
        hand.jobs.step(hand.jobs.get(job))


def test_a_wait_returns_when_the_job_has_the_status(hand, submit):
    hand.configure(transitions="time", processing_time=0.05, queue_delay=0)
    job = submit(hand, "brand__c\nSaab\n")
    assert hand.jobs.wait(job, status="completed").records_processed == 1


def test_a_wait_without_a_status_is_for_any_final_one(hand, submit, call):
    job = submit(hand)
    call(hand, "PATCH", f"{JOBS}/{job}/cancel")
    assert hand.jobs.wait(job).status == "cancelled"


def test_a_wait_in_vain_says_what_is_there_instead(hand, submit):
    job = submit(hand)
    with pytest.raises(TimedOut, match="pending after 0.01 s, not completed"):
        hand.jobs.wait(job, status="completed", timeout=0.01)


def test_a_wait_for_what_can_no_longer_come_ends_at_once(hand, submit):
    hand.jobs.fail_next()
    job = submit(hand, "brand__c\nSaab\n")
    with pytest.raises(Refused, match="failed .71012560 Service limit reached.* can no longer be completed"):
        hand.jobs.wait(job, status="completed", timeout=60)


@pytest.mark.parametrize("said", [{"status": "done"}, {"timeout": -1}, {"timeout": 601}], ids=str)
def test_a_wait_for_what_cannot_be_is_refused(hand, submit, said):
    job = submit(hand)
    with pytest.raises(Invalid, match=next(iter(said))):
        hand.jobs.wait(job, **said)


@pytest.mark.fidelity("mock-04")
def test_the_next_job_fails_as_it_was_planned(hand, submit):
    hand.jobs.fail_next(code=71012561, message="Try later.", after_records=2)
    failed = hand.jobs.get(submit(hand, "brand__c\nA\nB\nC\n"))
    assert (failed.status, failed.error.code, failed.error.message) == ("failed", 71012561, "Try later.")
    assert [each["brand__c"] for each in hand.records("vehicle")] == ["A", "B"]


def test_a_failure_is_for_one_job_only(hand, submit):
    hand.jobs.fail_next()
    submit(hand, "brand__c\nA\n")
    assert hand.jobs.get(submit(hand, "brand__c\nA\n")).status == "completed"


def test_a_failure_can_be_for_one_object_only(hand, submit):
    hand.jobs.fail_next(object="boat", operation="create")
    assert hand.jobs.get(submit(hand, "brand__c\nA\n")).status == "completed"
    assert hand.jobs.get(submit(hand, "brand__c\nA\n", object="boat")).status == "failed"


@pytest.mark.fidelity("mock-04")
def test_rows_are_rejected_by_their_numbers(hand, submit):
    hand.jobs.reject_rows({3: (71012520, "boom")}, object="vehicle")
    job = submit(hand, "brand__c\nA\nB\nC\n")
    (rejected,) = hand.jobs.errors(job)
    assert (rejected.row, rejected.code, rejected.message) == (3, 71012520, "boom")
    assert rejected.record == {"brand__c": "B"}
    assert hand.jobs.get(job).records_processed == 2


def test_rows_are_rejected_by_what_they_say(hand, submit):
    hand.jobs.reject_rows(where={"brand__c": "B"}, code=71012530, message="No B.")
    job = submit(hand, "brand__c\nA\nB\nB\n")
    assert [(each.row, each.message) for each in hand.jobs.errors(job)] == [(3, "No B."), (4, "No B.")]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({}, "rows"),
        ({"rows": {1: (71012520, "the header")}}, "rows.1"),
        ({"rows": {2: (4, "no number")}}, "rows.2"),
        ({"rows": {2: "boom"}}, "rows.2: 'boom' is not valid: expected an error number and a message"),
        ({"rows": {2: (71012520, "boom")}, "code": 71012520}, "where"),
        ({"where": {"brand__c": 5}}, "where.brand__c"),
        ({"where": {"brand__c": "B"}, "operation": "upsert"}, "operation"),
    ],
    ids=str,
)
def test_a_rejection_that_cannot_be_is_refused_and_plans_nothing(hand, said, named):
    with pytest.raises(Invalid, match=named):
        hand.jobs.reject_rows(**said)
    assert hand.jobs.outcomes().rejections == 0


@pytest.mark.fidelity("mock-04")
def test_a_held_job_stays_in_progress_until_it_is_stepped(hand, submit):
    hand.jobs.hold_next()
    job = submit(hand, "brand__c\nA\n")
    hand.clock.advance(86_400)
    assert hand.jobs.get(job).status == "in_progress"
    assert hand.jobs.step(job).status == "completed"


def test_outcomes_that_wait_are_counted_and_can_be_forgotten(hand):
    hand.jobs.fail_next()
    hand.jobs.reject_rows({2: (71012520, "boom")})
    hand.jobs.hold_next(operation="delete")
    waiting = hand.jobs.outcomes()
    assert (waiting.failures, waiting.rejections, waiting.holds) == (1, 1, 1)
    hand.jobs.clear_outcomes()
    assert hand.jobs.outcomes().failures == 0


# Faults


@pytest.mark.fidelity("mock-05")
def test_a_fault_answers_with_a_status_in_the_api_s_own_shape(hand, call):
    fault = hand.faults.add(path=JOBS, method="GET", status=503, times=1, code=71013061, message="Down for a while.")
    assert call(hand, "GET", JOBS) == (503, {"code": 71013061, "message": "Down for a while."})
    assert call(hand, "GET", JOBS)[0] == 200
    assert (hand.faults.get(fault).hits, hand.faults.get(fault.id).used_up) == (1, True)


@pytest.mark.fidelity("mock-05")
@pytest.mark.parametrize(("effect", "seen"), [("reset", ConnectionResetError), ("truncate", IncompleteRead)])
def test_a_fault_breaks_the_answer_off(hand, call, effect, seen):
    hand.faults.add(path=JOBS, **{effect: True}, times=1)
    with pytest.raises(seen):
        call(hand, "GET", JOBS)
    assert hand.requests.find(path=JOBS)[0].status is None


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_an_answer_that_a_fault_broke_off_is_not_logged_as_a_mistake(call, caplog, effect):
    with MockZuora() as zuora:
        zuora.faults.add(path=JOBS, **{effect: True})
        with pytest.raises((ConnectionResetError, IncompleteRead)):
            call(zuora, "GET", JOBS)
    assert [each.getMessage() for each in caplog.records if each.levelname in ("WARNING", "ERROR")] == []


def test_a_fault_that_was_removed_hits_no_more(hand, call):
    fault = hand.faults.add(status=500)
    hand.faults.remove(fault)
    assert call(hand, "GET", JOBS)[0] == 200
    with pytest.raises(Unknown, match=fault.id):
        hand.faults.get(fault)


def test_what_has_no_id_is_refused(hand):
    with pytest.raises(Invalid, match="id: 7 is not valid"):
        hand.faults.get(7)


def test_faults_are_listed_in_their_order_until_they_are_cleared(hand):
    first, second = hand.faults.add(status=500), hand.faults.add(delay=0.5)
    assert hand.faults.all() == [first, second]
    hand.faults.clear()
    assert hand.faults.all() == []


def test_a_fault_can_be_for_one_operation(hand, call):
    hand.faults.add(operation="GET_AllCustomObjectBulkJobs", status=429, retry_after=7, headers={"X-Why": "a test"})
    assert call(hand, "GET", JOBS)[0] == 429
    assert call(hand, "GET", f"{JOBS}/nope")[0] == 404


@pytest.mark.parametrize(
    ("said", "named"),
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
def test_a_fault_that_cannot_be_is_refused_and_is_not_there(hand, said, named):
    with pytest.raises(Invalid, match=named):
        hand.faults.add(**said)
    assert hand.faults.all() == []


# Requests


def test_the_calls_of_the_tenant_are_found(hand, submit):
    job = submit(hand, "brand__c\nSaab\n")
    (upload,) = hand.requests.find(method="POST", path=f"{JOBS}/*/files")
    assert (upload.path, upload.status, upload.user) == (f"{JOBS}/{job}/files", 200, "admin")
    assert (upload.body, upload.body_bytes, upload.tenant) == ("brand__c\nSaab\n", 14, hand.name)
    assert upload.headers["content-type"] == "text/csv" and upload.headers["authorization"] == "Bearer redacted"


@pytest.mark.parametrize("path", ["objects/jobs", "http://127.0.0.1/objects/jobs", f"{JOBS}?pageSize=1", ""])
def test_a_pattern_that_no_path_could_fit_is_refused(hand, path):
    with pytest.raises(Invalid, match="path: .* begins with /"):
        hand.requests.count(path=path)


def test_the_calls_are_counted_and_cleared(hand, submit):
    submit(hand)
    assert (hand.requests.count(path=JOBS), hand.requests.count(status=404), hand.requests.dropped) == (1, 0, 0)
    hand.requests.clear()
    assert hand.requests.find() == []


@pytest.mark.fidelity("mock-06")
def test_a_wait_for_a_call_returns_when_it_comes(hand, call):
    later = threading.Timer(0.05, lambda: call(hand, "GET", f"{JOBS}?pageSize=1"))
    later.start()
    (found,) = hand.requests.wait(count=1, path=JOBS, timeout=30)
    later.join()
    assert found.query == "pageSize=1"


def test_a_wait_for_calls_in_vain_says_how_many_came(hand, call):
    call(hand, "GET", JOBS)
    with pytest.raises(TimedOut, match="1 of 2 calls came in 0.01 s .path=/objects/jobs"):
        hand.requests.wait(count=2, path=JOBS, timeout=0.01)


def test_a_call_that_a_fault_hit_names_it(hand, call):
    fault = hand.faults.add(status=503)
    call(hand, "GET", JOBS)
    assert hand.requests.find(status=503)[0].fault == fault.id


def test_a_call_with_an_expired_token_is_its_tenant_s(hand, call):
    token = hand.token()
    hand.clock.advance(3_601)
    call(hand, "GET", JOBS, token=token)
    assert hand.requests.count(status=401) == 1


# Snapshots


@pytest.mark.fidelity("mock-07")
def test_a_snapshot_brings_records_jobs_settings_and_clock_back(hand, submit):
    job, now = submit(hand, "brand__c\nA\n"), hand.clock.freeze()
    hand.snapshots.save("one")
    submit(hand, "brand__c\nB\n")
    hand.configure(strict=True)
    hand.clock.advance(3_600)
    hand.snapshots.restore("one")
    assert [each["brand__c"] for each in hand.records("vehicle")] == ["A"]
    assert [each.id for each in hand.jobs.all()] == [job]
    assert (hand.settings()["strict"], hand.clock.now(), hand.clock.speed) == (False, now, 0)


def test_a_snapshot_stays_when_it_has_been_restored(hand, submit):
    hand.snapshots.save("empty")
    for _ in range(2):
        submit(hand)
        hand.snapshots.restore("empty")
        assert hand.jobs.all() == []
    assert hand.snapshots.all() == ["empty"]


@pytest.mark.parametrize("name", ["a b", "ä?#%", "."])
def test_a_snapshot_can_have_any_name_without_slashes(hand, name):
    hand.snapshots.save(name)
    assert hand.snapshots.all() == [name]
    hand.snapshots.drop(name)
    assert hand.snapshots.all() == []


@pytest.mark.parametrize("name", ["", "a/b"])
def test_a_snapshot_without_a_name_or_with_a_slash_is_refused(hand, name):
    with pytest.raises(Invalid, match="name"):
        hand.snapshots.save(name)


def test_a_snapshot_that_is_not_there_is_unknown(hand):
    hand.snapshots.save("one")
    with pytest.raises(Unknown, match="'two'; it has one"):
        hand.snapshots.restore("two")
    with pytest.raises(Unknown, match="'two'; it has one"):
        hand.snapshots.drop("two")
