"""Jobs as they are, what is planned for those to come, and the records that they wrote."""

from typing import Any

from mock_zuora.control import results
from mock_zuora.control.operations.table import operation
from mock_zuora.control.requests import FailureWanted, JobWait, RejectionWanted, Said, WhichJobs
from mock_zuora.control.verbs import Control
from mock_zuora.domain.clock import date_text
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record


@operation("jobs.all", Said, list[results.Job])
async def jobs(control: Control, tenant: str, said: Said) -> list[results.Job]:
    """Lists a tenant's jobs, newest first."""
    return [_job(each) for each in control.jobs(tenant)]


@operation("jobs.get", Said, results.Job)
async def job(control: Control, tenant: str, said: Said, id: str) -> results.Job:
    """Gives one job; this look does not count as a poll."""
    return _job(control.job(tenant, id))


@operation("jobs.errors", Said, list[results.RowError])
async def errors(control: Control, tenant: str, said: Said, id: str) -> list[results.RowError]:
    """Lists the rejected rows of a job, in the order of its file."""
    return [
        results.RowError(row=each.row, code=each.problem.code, message=each.problem.message, record=each.record)
        for each in control.row_errors(tenant, id)
    ]


@operation("jobs.step", Said, results.Job)
async def step(control: Control, tenant: str, said: Said, id: str) -> results.Job:
    """Moves a job one status on, whatever the clock says, and answers when its rows are done."""
    return _job(await control.step(tenant, id))


@operation("jobs.wait", JobWait, results.Job)
async def wait(control: Control, tenant: str, said: JobWait, id: str) -> results.Job:
    """Answers when a job has that status: at most ``timeout`` real seconds later, and at once if it no longer can."""
    return _job(await control.wait_for_job(tenant, id, said.status, said.timeout))


@operation("jobs.fail_next", FailureWanted, None)
async def fail_next(control: Control, tenant: str, said: FailureWanted) -> None:
    """Lets the next job fail, once it has written or deleted so many records."""
    failure = PlannedFailure(
        which=_which(said), error=Problem(said.code, said.message), after_records=said.after_records
    )
    control.outcomes(tenant).fail_next(failure)


@operation("jobs.reject_rows", RejectionWanted, None)
async def reject_rows(control: Control, tenant: str, said: RejectionWanted) -> None:
    """Lets rows of the next file be rejected: by their numbers, or all that say something."""
    rejection = PlannedRejection(
        which=_which(said),
        rows={row: Problem(*error) for row, error in said.rows.items()},
        where=said.where,
        error=Problem(said.code, said.message),
    )
    control.outcomes(tenant).reject_rows(rejection)


@operation("jobs.hold_next", WhichJobs, None)
async def hold_next(control: Control, tenant: str, said: WhichJobs) -> None:
    """Lets the next job stay in progress until it is stepped."""
    control.outcomes(tenant).hold_next(_which(said))


@operation("jobs.outcomes", Said, results.PendingOutcomes)
async def outcomes(control: Control, tenant: str, said: Said) -> results.PendingOutcomes:
    """Says how many planned outcomes still wait for a job."""
    return results.PendingOutcomes(**control.outcomes(tenant).describe())


@operation("jobs.clear_outcomes", Said, None)
async def clear_outcomes(control: Control, tenant: str, said: Said) -> None:
    """Forgets the planned outcomes."""
    control.clear_outcomes(tenant)


@operation("records", Said, list[dict[str, Any]])
async def records(control: Control, tenant: str, said: Said, object: str) -> list[dict[str, Any]]:
    """Lists the records of an object as they are now, in the order of their creation."""
    return [_record(each, object) for each in control.records(tenant, object)]


def _which(said: WhichJobs) -> JobMatcher:
    return JobMatcher(object=said.object, operation=said.operation)


def _job(job: Job) -> results.Job:
    return results.Job(
        id=job.id,
        namespace=job.namespace,
        object=job.object,
        operation=job.operation.value,
        status=job.status.value,
        created_by=job.created_by,
        created_at=date_text(job.created_at),
        updated_by=job.updated_by,
        updated_at=date_text(job.updated_at),
        processing_time=job.processing_time,
        records_processed=job.records_processed,
        error=None if job.error is None else results.JobError(code=job.error.code, message=job.error.message),
    )


def _record(record: Record, object_name: str) -> dict[str, Any]:
    system = {name: read(record) for name, read in SYSTEM_VALUES.items()}
    return {**system, "type": object_name, "version": record.version, **record.values}
