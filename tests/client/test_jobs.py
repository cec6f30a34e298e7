"""The jobs of a handle, with both transports."""

import pytest

from mock_zuora.control.errors import Invalid, Refused, TimedOut, Unknown

JOBS = "/objects/jobs"


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


@pytest.mark.anyio
async def test_job_can_be_awaited(handle, submit):
    job = submit(handle, "brand__c\nVolvo\n")
    assert (await handle.jobs.wait_async(job, status="completed", timeout=30)).id == job


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
