"""Jobs as the control API shows them."""

from mock_zuora.control.job_results import JobStatusChange
from mock_zuora.control.results import JobError, JobInfo
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.jobs.job import Job, Outcome, Status
from mock_zuora.domain.jobs.lifecycle import moves_at
from mock_zuora.domain.ports import JobRepository
from mock_zuora.domain.tenants.tenant import Tenant


def job_info(tenant: Tenant, job: Job) -> JobInfo:
    """A job with what moves it next and the planned outcomes that apply to it."""
    due_at, progress = moves_at(tenant, job), tenant.store.jobs.progress(job.id)
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
        rejected_rows=_rejected_rows(job, tenant.store.jobs),
        error=None if job.error is None else JobError(code=job.error.code, message=job.error.message),
        rows=job.rows,
        records_so_far=job.records_processed if progress is None else progress.written,
        history=tuple(
            [JobStatusChange(status=each.status, at=timestamp(each.at), cause=each.cause) for each in job.history]
        ),
        due_at=None if due_at is None else timestamp(due_at),
        polls_left=job.polls_left,
        next_by=_next_by(job),
        planned=_planned(tenant, job),
    )


def _rejected_rows(job: Job, jobs: JobRepository) -> int:
    progress = jobs.progress(job.id)
    counted = job.rejected_rows if progress is None else progress.rejected
    # Between two chunks, and in states of earlier versions, more are kept than were counted.
    return max(counted, len(jobs.row_errors(job.id)))


def _next_by(job: Job) -> str | None:
    if job.has_ended:
        return None
    if job.status is Status.PENDING:
        return "upload"
    if job.polls_left is not None:
        return "poll"
    return "control request" if job.next_at is None else "clock"


def _planned(tenant: Tenant, job: Job) -> tuple[str, ...]:
    """The kinds of the plans that the job has used up, and of those that it will use up if it is next."""
    waiting: tuple[Outcome, ...] = ()
    if not job.has_ended and tenant.store.jobs.progress(job.id) is None:
        waiting = tenant.planned_outcomes.waiting_for(job)
        if job.status is Status.IN_PROGRESS:
            waiting = tuple([each for each in waiting if each is not Outcome.HOLD])
    return tuple([each.value for each in (*job.planned, *waiting)])
