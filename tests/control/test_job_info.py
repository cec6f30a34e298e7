"""What a job tells about its next step, in every status and mode."""

from dataclasses import replace

import pytest

from mock_zuora.control.job_info import job_info
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.jobs.lifecycle import touch
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from tests.storage.builders import job

JOB = job("a-job")


@pytest.mark.parametrize(
    ("job", "next_by"),
    [
        (replace(JOB, next_at=1_000), "clock"),
        (JOB, "control request"),
        (replace(JOB, status=Status.PENDING), "upload"),
        (replace(JOB, status=Status.IN_PROGRESS, next_at=1_000), "clock"),
        (replace(JOB, status=Status.IN_PROGRESS, polls_left=0), "poll"),
        (replace(JOB, status=Status.IN_PROGRESS), "control request"),
        *[(replace(JOB, status=each), None) for each in Status if each.is_final],
    ],
    ids=str,
)
def test_job_says_what_moves_it_next(tenant, job, next_by):
    info = job_info(tenant, job)
    assert info.next_by == next_by
    assert info.due_at == (timestamp(1_000) if next_by == "clock" else None)


@pytest.mark.parametrize(
    ("status", "planned"),
    [
        (Status.PENDING, ("failure", "rejection", "hold")),
        (Status.IN_PROGRESS, ("failure", "rejection")),
        (Status.COMPLETED, ()),
    ],
)
def test_waiting_plans_belong_to_jobs_that_can_use_them(tenant, status, planned):
    tenant.planned_outcomes.hold_next(JobMatcher())
    tenant.planned_outcomes.fail_next(PlannedFailure(object="vehicle"))
    tenant.planned_outcomes.reject_rows(PlannedRejection(rows={2: (71012520, "boom")}))
    assert job_info(tenant, replace(JOB, status=status)).planned == planned
    assert job_info(tenant, replace(JOB, object="car", status=status)).planned == planned[1:]


def test_job_that_is_processed_shows_its_progress_and_leaves_later_plans(tenant, submit_file):
    job = submit_file(5_000)
    tenant.clock.advance(60_000)
    tenant.planned_outcomes.fail_next(PlannedFailure(after_records=4_000))
    assert job_info(tenant, tenant.store.jobs.get(job.id)).planned == ("failure",)
    touch(tenant)
    info = job_info(tenant, tenant.store.jobs.get(job.id))
    assert 0 < info.records_so_far < 5_000 and info.records_processed == 0
    tenant.planned_outcomes.fail_next(PlannedFailure())
    assert job_info(tenant, tenant.store.jobs.get(job.id)).planned == ("failure",)
    assert tenant.planned_outcomes.describe()["failures"] == 1
