"""The history of jobs: every status with its time and cause, and the planned outcomes that applied."""

import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs import lifecycle
from mock_zuora.domain.jobs.job import Cause, Outcome, Status
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from mock_zuora.domain.tenants.settings import Transitions

FILE = "brand__c\nvw\n"
SLOW = {"accept_delay": 1.0, "queue_delay": 2.0, "processing_time": 4.0}


def history(actor, job):
    """The job's statuses with milliseconds since the submit, and causes."""
    return [(each.status.value, each.at - job.created_at, each.cause.value) for each in actor.job(job).history]


def test_history_of_a_create_job_that_the_clock_moves(make_actor, time):
    actor = make_actor(**SLOW)
    job = actor.submit()
    time.pass_seconds(60)
    actor.ended(actor.upload(job, FILE))
    assert history(actor, job) == [
        ("accepted", 0, "submitted"),
        ("pending", 1_000, "clock"),
        ("in_progress", 60_000, "uploaded"),
        ("completed", 66_000, "processed"),
    ]


def test_history_of_a_delete_job_that_the_clock_moves(make_actor):
    actor = make_actor(**SLOW)
    job = actor.submit("delete")
    actor.ended(job)
    assert history(actor, job) == [
        ("accepted", 0, "submitted"),
        ("in_progress", 3_000, "clock"),
        ("completed", 7_000, "processed"),
    ]


def test_last_poll_ends_a_job(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=1)
    job = actor.started(FILE)
    for _ in range(2):
        actor.retrieve(job)
    assert history(actor, job)[1:] == [("pending", 0, "submitted"), ("in_progress", 0, "uploaded"),
                                       ("completed", 0, "poll")]  # fmt: skip


@pytest.mark.parametrize("move", [lifecycle.step, lifecycle.complete])
def test_control_request_ends_a_job(make_actor, move):
    actor = make_actor(transitions=Transitions.MANUAL)
    job = actor.started(FILE)
    move(actor.tenant, job)
    assert history(actor, job)[-1] == ("completed", 0, "control request")


def test_job_that_a_control_request_fails_has_been_in_every_status_before(make_actor):
    actor = make_actor(accept_delay=1.0)
    job = actor.submit()
    lifecycle.fail(actor.tenant, job, Problem(71012560, "Out of order."))
    assert history(actor, job) == [("accepted", 0, "submitted")] + [
        (status, 0, "control request") for status in ("pending", "in_progress", "failed")
    ]


def test_cancelled_and_expired_jobs_say_so(make_actor, time):
    actor = make_actor(assume=assumed({"pending-expiry": "a-day"}, Origin.TEST))
    cancelled, expired = actor.submit(), actor.submit()
    actor.cancel(cancelled)
    time.pass_seconds(90_000)
    assert history(actor, cancelled)[-1] == ("cancelled", 0, "cancelled")
    assert history(actor, expired)[-1] == ("cancelled", 86_400_000, "expired")


def test_planned_outcomes_that_applied_are_part_of_the_job(actor):
    planned = actor.tenant.planned_outcomes
    planned.hold_next(JobMatcher())
    planned.fail_next(PlannedFailure(after_records=1))
    planned.reject_rows(PlannedRejection(rows={2: (71012520, "boom")}))
    job = actor.started("brand__c\nvw\nbmw\nopel\n")
    assert actor.job(job).planned == (Outcome.HOLD,)
    lifecycle.step(actor.tenant, job)
    assert actor.job(job).planned == (Outcome.HOLD, Outcome.FAILURE, Outcome.REJECTION)
    assert history(actor, job)[-1] == ("failed", 0, "planned failure")


def test_failure_that_was_not_planned_is_processed(actor):
    job = actor.started('vin__c,id__c\n"a"\n')
    assert (actor.status(job), actor.job(job).history[-1].cause) == (Status.FAILED, Cause.PROCESSED)


@pytest.mark.parametrize(("choice", "seconds"), [("never", None), ("a-day", 86_400)])
def test_pending_job_moves_when_it_expires(make_actor, choice, seconds):
    actor = make_actor(assume=assumed({"pending-expiry": choice}, Origin.TEST))
    job = actor.submit()
    at = lifecycle.moves_at(actor.tenant, job)
    assert at == (None if seconds is None else job.created_at + seconds * 1_000)
    assert not actor.tenant.consulted


def test_rows_of_the_file_are_counted_and_the_count_stays(make_actor):
    actor = make_actor(processing_time=60)
    job = actor.submit()
    assert job.rows is None
    assert actor.upload(job, "brand__c\nvw\n\nbmw\n").rows == 3
    assert actor.ended(job).rows == 3
