"""The jobs of a tenant, and planned outcomes for later jobs."""

import asyncio
from typing import Final

from mock_zuora.control.bounds import require_room_for_outcome
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Refused, TimedOut, Unknown
from mock_zuora.control.operations import Timeout, operation
from mock_zuora.control.pauses import sleep
from mock_zuora.control.results import JobError, JobInfo, PendingOutcomes, RejectedRow, timestamp
from mock_zuora.control.state import rejected_rows
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs import lifecycle
from mock_zuora.domain.jobs.job import Job, Status
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedOutcomes, PlannedRejection
from mock_zuora.domain.ports import JobRepository

_POLL_INTERVAL: Final = 0.005
"""Real seconds between two reads of a job in a wait."""


# Planned outcomes first: /jobs/outcomes has to come before /jobs/{id}.


@operation("jobs.outcomes", "GET", "/jobs/outcomes")
async def count_outcomes(control: Control, tenant: str) -> PendingOutcomes:
    """Counts the planned outcomes that are still waiting for a job."""
    return PendingOutcomes(**control.tenant(tenant).planned_outcomes.describe())


@operation("jobs.fail_next", "POST", "/jobs/outcomes/failure")
async def fail_next(control: Control, tenant: str, failure: PlannedFailure) -> None:
    """Makes the next job fail after a number of records."""
    require_room_for_outcome(control.tenant(tenant))
    control.tenant(tenant).planned_outcomes.fail_next(failure)


@operation("jobs.reject_rows", "POST", "/jobs/outcomes/rejection")
async def reject_rows(control: Control, tenant: str, rejection: PlannedRejection) -> None:
    """Rejects rows of the next file, by number or by value."""
    require_room_for_outcome(control.tenant(tenant))
    control.tenant(tenant).planned_outcomes.reject_rows(rejection)


@operation("jobs.hold_next", "POST", "/jobs/outcomes/hold")
async def hold_next(control: Control, tenant: str, matcher: JobMatcher) -> None:
    """Keeps the next job in progress until it is stepped."""
    require_room_for_outcome(control.tenant(tenant))
    control.tenant(tenant).planned_outcomes.hold_next(matcher)


@operation("jobs.clear_outcomes", "DELETE", "/jobs/outcomes")
async def clear_outcomes(control: Control, tenant: str) -> None:
    """Removes the planned outcomes."""
    control.tenant(tenant).planned_outcomes = PlannedOutcomes()


@operation("jobs.all", "GET", "/jobs")
async def list_jobs(control: Control, tenant: str) -> list[JobInfo]:
    """Lists the jobs of a tenant, newest first."""
    jobs = control.tenant(tenant).store.jobs
    return [_info(each, jobs) for each in jobs.newest_first()]


@operation("jobs.get", "GET", "/jobs/{id}")
async def get_job(control: Control, tenant: str, *, id: str) -> JobInfo:
    """Returns a job. This does not count as a poll."""
    return _found(control, tenant, id)


@operation("jobs.errors", "GET", "/jobs/{id}/errors")
async def list_rejected_rows(control: Control, tenant: str, *, id: str) -> list[RejectedRow]:
    """Lists the rejected rows of a job, in the order of its file: the first 10,000.

    The job's ``rejected_rows`` is the number of all.
    """
    return list(rejected_rows(control.tenant(tenant).store, find_job(control, tenant, id).id))


@operation("jobs.step", "POST", "/jobs/{id}/step")
async def step_job(control: Control, tenant: str, *, id: str) -> JobInfo:
    """Moves a job to its next status whatever the clock says, and responds when its rows are processed."""
    try:
        lifecycle.step(control.tenant(tenant), find_job(control, tenant, id))
    except ValueError as error:
        raise Refused(f"id: {error}") from None
    await control.runner.finish(control.tenant(tenant))
    return _found(control, tenant, id)


@operation("jobs.wait", "GET", "/jobs/{id}/wait", waits=True)
async def wait_for_job(
    control: Control, tenant: str, *, id: str, status: Status | None = None, timeout: Timeout = 5.0
) -> JobInfo:
    """Responds when a job has a status, within ``timeout`` real seconds, or at once if that is no longer possible.

    Without a status, any final one.
    """
    now = asyncio.get_running_loop().time
    deadline, wanted = now() + timeout, "ended" if status is None else status.value
    while True:
        await control.runner.finish(control.tenant(tenant))
        job = find_job(control, tenant, id)
        if job.status is status or (status is None and job.has_ended):
            return _found(control, tenant, id)
        if job.has_ended:
            why = "" if job.error is None else f" ({job.error.code} {job.error.message})"
            raise Refused(f"status: job {job.id} is {job.status}{why}, and can no longer be {wanted}")
        if now() >= deadline:
            raise TimedOut(f"status: job {job.id} is {job.status} after {timeout:g} s, not {wanted}")
        await sleep(_POLL_INTERVAL)


def find_job(control: Control, tenant: str, job_id: str) -> Job:
    """A job of a tenant. Raises Unknown."""
    found = control.tenant(tenant).store.jobs.get(job_id.lower())
    if found is None:
        owners = (each for each in control.registry.tenants.values() if each.store.jobs.get(job_id.lower()))
        elsewhere = next((f"; tenant {quote(each.name)} has it" for each in owners), "")
        raise Unknown(f"id: tenant {quote(tenant)} has no job {quote(job_id)}{elsewhere}")
    return found


def _found(control: Control, tenant: str, job_id: str) -> JobInfo:
    return _info(find_job(control, tenant, job_id), control.tenant(tenant).store.jobs)


def _rejected_rows(job: Job, jobs: JobRepository) -> int:
    progress = jobs.progress(job.id)
    counted = job.rejected_rows if progress is None else progress.rejected
    # Between two chunks, and in states of earlier versions, more are kept than were counted.
    return max(counted, len(jobs.row_errors(job.id)))


def _info(job: Job, jobs: JobRepository) -> JobInfo:
    return JobInfo(
        id=job.id,
        namespace=job.namespace,
        object=job.object,
        operation=job.operation.value,
        status=job.status.value,
        created_by=job.created_by,
        created_at=timestamp(job.created_at),
        updated_by=job.updated_by,
        updated_at=timestamp(job.updated_at),
        processing_time=job.processing_time,
        records_processed=job.records_processed,
        rejected_rows=_rejected_rows(job, jobs),
        error=None if job.error is None else JobError(code=job.error.code, message=job.error.message),
    )
