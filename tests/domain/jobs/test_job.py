from dataclasses import replace

import pytest

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation, Status

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
    return job.uploaded(2000, "ben", starts_at=2050, ends_at=2250, polls=None)


@pytest.mark.fidelity("jobs-08")
@pytest.mark.parametrize(("operation", "status", "then"), EVERY_STEP)
def test_a_job_takes_exactly_the_steps_of_the_table(operation, status, then):
    before = job(operation, status)
    if (operation.value, status.value, then.value) in ALLOWED:
        assert before.moved(then, 2000).status is then
    else:
        with pytest.raises(ValueError, match=f"{operation} job cannot go from {status} to {then}"):
            before.moved(then, 2000)


def test_a_step_says_when_and_keeps_everything_else():
    before = job(next_at=1500)
    assert before.moved(Status.PENDING, 2000) == replace(before, status=Status.PENDING, updated_at=2000, next_at=None)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("accepted", True),
        ("pending", True),
        ("in_progress", True),
        ("completed", False),
        ("failed", False),
        ("cancelled", False),
    ],
)
def test_unfinished_jobs_are_those_of_the_limit(status, counts):
    assert job(status=status).has_ended is not counts


@pytest.mark.parametrize(("operation", "takes"), [("create", True), ("update", True), ("delete", False)])
def test_only_delete_jobs_take_no_file(operation, takes):
    assert Operation(operation).needs_file is takes


@pytest.mark.fidelity("jobs-13")
def test_an_uploaded_job_is_in_progress_with_both_counters_0():
    after = uploaded(job(status="pending"))
    assert (after.status, after.processing_time, after.records_processed) == (Status.IN_PROGRESS, 0, 0)
    assert (after.updated_by, after.updated_at, after.created_by) == ("ben", 2000, "ann")
    assert (after.started_at, after.next_at) == (2050, 2250)


@pytest.mark.parametrize("status", ["accepted", "in_progress", "completed", "failed", "cancelled"])
@pytest.mark.parametrize("operation", ["create", "update"])
def test_only_a_pending_job_takes_a_file(refused, operation, status):
    refused(71013430, lambda: uploaded(job(operation, status)), "uploading a file", f"'{status}'", "'pending'")


@pytest.mark.fidelity("jobs-11")
@pytest.mark.parametrize("status", ["accepted", "in_progress", "completed", "failed", "cancelled"])
def test_a_delete_job_takes_no_file_whatever_its_status(refused, status):
    refused(71013530, lambda: uploaded(job("delete", status)), "operation", "'delete'", "create or update")


@pytest.mark.fidelity("jobs-14")
@pytest.mark.parametrize(
    ("operation", "status"),
    [("create", "accepted"), ("create", "pending"), ("update", "pending"), ("delete", "accepted")],
)
def test_a_job_can_be_cancelled_before_its_processing(operation, status):
    after = job(operation, status).cancelled(2000, "ben")
    assert (after.status, after.updated_by, after.updated_at) == (Status.CANCELLED, "ben", 2000)
    assert (after.processing_time, after.records_processed, after.error) == (0, 0, None)


@pytest.mark.fidelity("jobs-14")
@pytest.mark.parametrize("status", ["in_progress", "completed", "failed", "cancelled"])
def test_a_job_cannot_be_cancelled_from_its_processing_on(refused, status):
    refused(
        71013430,
        lambda: job(status=status).cancelled(2000, "ben"),
        "cancelling",
        f"'{status}'",
        "'accepted' or 'pending'",
    )


@pytest.mark.fidelity("jobs-15")
def test_the_processing_time_of_the_references_sample():
    started = job(status="pending").uploaded(141_332, "ann", starts_at=141_345, ends_at=141_407, polls=None)
    ended = started.ended(141_407, records_processed=3)
    assert (ended.status, ended.processing_time, ended.records_processed) == (Status.COMPLETED, 62, 3)


def test_a_job_with_an_error_has_failed():
    started = job("delete").started(2000, ends_at=2300, polls=None)
    ended = started.ended(2300, records_processed=500, error=PROBLEM)
    assert (ended.status, ended.processing_time, ended.records_processed) == (Status.FAILED, 300, 500)
    assert ended.error == PROBLEM


def test_a_job_that_ends_before_its_queue_was_over_took_no_time():
    started = job(status="pending").uploaded(2000, "ann", starts_at=2050, ends_at=2250, polls=2)
    ended = started.ended(2010, records_processed=0)
    assert (ended.processing_time, ended.polls_left, ended.next_at) == (0, None, None)


def test_a_job_whose_start_nobody_noted_took_no_time():
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
def test_a_job_is_due_once_the_clock_has_passed_its_end(status, next_at, is_due):
    assert job(status=status, next_at=next_at).is_due(2000) is is_due
