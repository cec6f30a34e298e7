"""The jobs of a tenant, and planned outcomes for later jobs."""

import asyncio
from collections.abc import Callable, Generator
from typing import Annotated, Final

from pydantic import Field

from mock_zuora.control.bounds import require_room_for_outcome
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control, caller_of
from mock_zuora.control.errors import Refused, TimedOut, Unknown
from mock_zuora.control.operations import Timeout, operation
from mock_zuora.control.pauses import sleep
from mock_zuora.control.results import JobError, JobInfo, PendingOutcomes, RejectedRow, timestamp
from mock_zuora.control.state import rejected_rows
from mock_zuora.domain.errors import Problem, quote
from mock_zuora.domain.jobs import lifecycle, operations
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.planned_outcomes import (
    CODE_BOUNDS,
    MESSAGE_BOUNDS,
    JobMatcher,
    PlannedFailure,
    PlannedOutcomes,
    PlannedRejection,
)
from mock_zuora.domain.objects.definition import ZUORA_NAMESPACE, ZUORA_OBJECTS
from mock_zuora.domain.ports import JobRepository
from mock_zuora.domain.tenants.tenant import Caller, Tenant

_POLL_INTERVAL: Final = 0.005
"""Real seconds between two reads of a job in a wait."""
_MAX_FILL: Final = 1_000
"""Jobs that one request creates to fill the limit."""
_FILLED_PER_CHUNK: Final = 50
_FAILURE: Final = PlannedFailure()
"""The default error of a job that fails."""
ErrorCode = Annotated[int, Field(**CODE_BOUNDS)]
ErrorMessage = Annotated[str, Field(**MESSAGE_BOUNDS)]


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
    """Lists the jobs of a tenant in the order of their creation, so that the last one is the latest."""
    jobs = control.tenant(tenant).store.jobs
    return [_info(each, jobs) for each in jobs.newest_first()][::-1]


@operation("jobs.fill", "POST", "/jobs/fill")
async def fill_job_limit(
    control: Control,
    tenant: str,
    *,
    count: Annotated[int, Field(ge=1, le=_MAX_FILL, description="all that the limit allows if omitted")] | None = None,
) -> list[JobInfo]:
    """Creates unfinished jobs, which take up the limit of concurrent jobs. They wait for a file that never comes."""
    found = control.tenant(tenant)
    limit, unfinished = found.settings.concurrent_job_limit, len(found.store.jobs.unfinished())
    room = max(0, limit - unfinished)
    where = f"count: {unfinished:,} jobs of tenant {quote(tenant)} are unfinished, of at most {limit:,}"
    if room < (count or 1):
        raise Refused(f"{where}: there is no room for {count or 'any'} more")
    if count is None and room > _MAX_FILL:
        raise Refused(f"{where}; expected room for at most {_MAX_FILL:,} more, or a count")
    return await run_in_chunks(_filling(caller_of(control, found), count or room))


def _filling(caller: Caller, count: int) -> Generator[None, None, list[JobInfo]]:
    filler = operations.Submission(Operation.CREATE, ZUORA_NAMESPACE, ZUORA_OBJECTS[0])
    jobs = caller.tenant.store.jobs
    filled: list[JobInfo] = []
    # Clients can submit jobs between two chunks: then the limit is reached with fewer jobs.
    while len(filled) < count and len(jobs.unfinished()) < caller.tenant.settings.concurrent_job_limit:
        filled.append(_info(operations.submit(caller, filler), jobs))
        if len(filled) % _FILLED_PER_CHUNK == 0:
            yield
    return filled


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
    return await _moved(control, tenant, id, lifecycle.step)


@operation("jobs.complete", "POST", "/jobs/{id}/complete")
async def complete_job(control: Control, tenant: str, *, id: str) -> JobInfo:
    """Runs a job to its end whatever the clock says, and responds when its rows are processed."""
    return await _moved(control, tenant, id, lifecycle.complete)


@operation("jobs.fail", "POST", "/jobs/{id}/fail")
async def fail_job(
    control: Control, tenant: str, *, id: str, code: ErrorCode = _FAILURE.code, message: ErrorMessage = _FAILURE.message
) -> JobInfo:
    """Ends an unfinished job as failed at once. The records that it has written so far stay."""
    try:
        lifecycle.fail(control.tenant(tenant), find_job(control, tenant, id), Problem(code, message))
    except ValueError as error:
        raise Refused(f"id: {error}") from None
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


async def _moved(control: Control, tenant: str, job_id: str, move: Callable[[Tenant, Job], None]) -> JobInfo:
    """A job after a move, when its rows are processed. Raises Refused if it cannot make the move."""
    try:
        move(control.tenant(tenant), find_job(control, tenant, job_id))
    except ValueError as error:
        raise Refused(f"id: {error}") from None
    await control.runner.finish(control.tenant(tenant))
    return _found(control, tenant, job_id)


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
