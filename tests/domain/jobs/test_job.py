from dataclasses import replace

import pytest

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import TRANSITIONS, Cause, Job, Operation, Status, StatusChange

ALLOWED = {
    ("create", "accepted", "pending"),
    ("create", "accepted", "cancelled"),
    ("create", "pending", "in_progress"),
    ("create", "pending", "cancelled"),
    ("create", "in_progress", "completed"),
    ("create", "in_progress", "failed"),
    ("update", "accepted", "pending"),
    ("update", "accepted", "cancelled"),
    ("update", "pending", "in_progress"),
    ("update", "pending", "cancelled"),
    ("update", "in_progress", "completed"),
    ("update", "in_progress", "failed"),
    ("delete", "accepted", "in_progress"),
    ("delete", "accepted", "cancelled"),
    ("delete", "in_progress", "completed"),
    ("delete", "in_progress", "failed"),
}
FINAL = {"completed", "failed", "cancelled"}
EVERY_STEP = [(operation, status, then) for operation in Operation for status in Status for then in Status]
PROBLEM = Problem(71012560, "Service limit reached, please retry later.")


def job(operation="create", status="accepted", **more):
    whole = {
        "id": "5112347a-f7a1-4373-99df-c082984de7be",
        "namespace": "default",
        "object": "vehicle",
        "created_by": "ann",
        "created_at": 1000,
        "updated_by": "ann",
        "updated_at": 1000,
    }
    return Job(operation=Operation(operation), status=Status(status), **(whole | more))


def uploaded(job):
    return job.uploaded(2000, "ben", rows=1, starts_at=2050, ends_at=2250, polls=None)


@pytest.mark.fidelity("jobs-08")
@pytest.mark.parametrize(("operation", "status", "then"), EVERY_STEP)
def test_job_makes_exactly_the_documented_transitions(operation, status, then):
    before = job(operation, status)
    if (operation.value, status.value, then.value) in ALLOWED:
        assert before.moved(then, 2000, Cause.CLOCK).status is then
    else:
        with pytest.raises(ValueError, match=f"{operation} job cannot go from {status} to {then}"):
            before.moved(then, 2000, Cause.CLOCK)


def test_transition_changes_status_timestamps_and_history_only():
    first = StatusChange(Status.ACCEPTED, 1000, Cause.SUBMITTED)
    before = job(next_at=1500, history=(first,))
    assert before.moved(Status.PENDING, 2000, Cause.CLOCK) == replace(
        before,
        status=Status.PENDING,
        updated_at=2000,
        next_at=None,
        history=(first, StatusChange(Status.PENDING, 2000, Cause.CLOCK)),
    )


def test_statuses_and_final_statuses_are_the_documented_ones():
    assert {each.value for each in Status} == {"accepted", "pending", "in_progress", *FINAL}
    assert {each.value for each in Status if each.is_final} == FINAL


@pytest.mark.parametrize("status", Status)
def test_jobs_in_final_status_have_ended(status):
    assert job(status=status).has_ended is (status in FINAL)


def test_every_status_is_reached_by_a_transition():
    reached = {status for _, _, status in ALLOWED}
    assert {each.value for each in Status} == {"accepted", *reached}


def test_every_operation_has_a_transition_table():
    assert TRANSITIONS.keys() == set(Operation) == {"create", "update", "delete"}


@pytest.mark.parametrize(("operation", "needs_file"), [("create", True), ("update", True), ("delete", False)])
def test_only_delete_jobs_need_no_file(operation, needs_file):
    assert Operation(operation).needs_file is needs_file


@pytest.mark.fidelity("jobs-13")
def test_uploaded_job_is_in_progress_with_both_counters_0():
    after = uploaded(job(status="pending"))
    assert (after.status, after.processing_time, after.records_processed) == (Status.IN_PROGRESS, 0, 0)
    assert (after.updated_by, after.updated_at, after.created_by) == ("ben", 2000, "ann")
    assert (after.started_at, after.next_at) == (2050, 2250)


@pytest.mark.parametrize("status", ["accepted", "in_progress", "completed", "failed", "cancelled"])
@pytest.mark.parametrize("operation", ["create", "update"])
def test_only_pending_job_accepts_a_file(assert_refused, operation, status):
    assert_refused(
        71013620, lambda: uploaded(job(operation, status)), "a file can be uploaded", f"'{status}'", "pending"
    )


@pytest.mark.fidelity("jobs-11")
@pytest.mark.parametrize("status", ["accepted", "in_progress", "completed", "failed", "cancelled"])
def test_delete_job_refuses_a_file_in_every_status(assert_refused, status):
    assert_refused(71013530, lambda: uploaded(job("delete", status)), "operation", "'delete'", "create or update")


@pytest.mark.fidelity("jobs-14")
@pytest.mark.parametrize(
    ("operation", "status"),
    [("create", "accepted"), ("create", "pending"), ("update", "pending"), ("delete", "accepted")],
)
def test_job_can_be_cancelled_before_processing(operation, status):
    after = job(operation, status).cancelled(2000, "ben")
    assert (after.status, after.updated_by, after.updated_at) == (Status.CANCELLED, "ben", 2000)
    assert (after.processing_time, after.records_processed, after.error) == (0, 0, None)


@pytest.mark.fidelity("jobs-14")
@pytest.mark.parametrize("status", ["in_progress", "completed", "failed", "cancelled"])
def test_job_cannot_be_cancelled_once_processing_starts(assert_refused, status):
    assert_refused(
        71013620,
        lambda: job(status=status).cancelled(2000, "ben"),
        "it can be cancelled",
        f"'{status}'",
        "accepted or pending",
    )


@pytest.mark.fidelity("jobs-15")
def test_processing_time_matches_the_reference_sample():
    started = job(status="pending").uploaded(141_332, "ann", rows=1, starts_at=141_345, ends_at=141_407, polls=None)
    ended = started.ended(141_407, records_processed=3)
    assert (ended.status, ended.processing_time, ended.records_processed) == (Status.COMPLETED, 62, 3)


def test_job_with_error_has_failed():
    started = job("delete").started(1900, Cause.CLOCK, starts_at=2000, ends_at=2300, polls=None)
    ended = started.ended(2300, records_processed=500, error=PROBLEM)
    assert (ended.status, ended.processing_time, ended.records_processed) == (Status.FAILED, 300, 500)
    assert ended.error == PROBLEM


def test_job_that_ends_before_its_start_has_processing_time_0():
    started = job(status="pending").uploaded(2000, "ann", rows=1, starts_at=2050, ends_at=2250, polls=2)
    ended = started.ended(2010, records_processed=0)
    assert (ended.processing_time, ended.polls_left, ended.next_at) == (0, None, None)


def test_job_without_start_time_has_processing_time_0():
    assert job(status="in_progress").ended(9000, records_processed=1).processing_time == 0


@pytest.mark.parametrize(
    ("status", "next_at", "is_due"),
    [
        ("in_progress", 2000, True),
        ("in_progress", 2001, False),
        ("in_progress", None, False),
        ("accepted", 1000, False),
    ],
)
def test_job_is_due_once_its_end_has_passed(status, next_at, is_due):
    assert job(status=status, next_at=next_at).is_due(2000) is is_due
