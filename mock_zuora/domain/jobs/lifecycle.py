"""What is due in a tenant, and in which order. Nothing here waits: whoever looks at a tenant settles it first.

The status of a job follows from what happened to it and from its tenant's clock; ``settle`` applies the clock.
"""

from dataclasses import replace

from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.processing import RunningJob, process
from mock_zuora.domain.tenants.tenant import ExecutionOrder, ObjectRecords, Tenant, TenantSettings, Transitions

CHUNKS_PER_TOUCH = 8
"""How much of the due work a look takes itself: files of up to 2,000 rows have ended by the next look."""


# When things happen


def accepted_until(settings: TenantSettings, operation: Operation, now: int) -> int | None:
    """When a job that is submitted now leaves ``accepted``; None: when a control call says so."""
    if settings.transitions is Transitions.MANUAL:
        # With the default delay of 0 a job asks for its file at once in every mode (O).
        return now if operation.takes_file and settings.accept_milliseconds == 0 else None
    if settings.transitions is not Transitions.TIME:
        return now
    queued = 0 if operation.takes_file else settings.queue_milliseconds
    return now + settings.accept_milliseconds + queued


def processing_starts(settings: TenantSettings, uploaded_at: int) -> int:
    """When the processing of a file that is uploaded now begins."""
    return uploaded_at + (settings.queue_milliseconds if settings.transitions is Transitions.TIME else 0)


def when_it_ends(tenant: Tenant, job: Job, starts_at: int) -> tuple[int | None, int | None]:
    """When a job that begins to be processed ends: by the clock, by polls, or (None, None) by a control call only."""
    if tenant.planned_outcomes.take_hold(job):
        return None, None
    return processing_ends(tenant.settings, starts_at), polls_before_end(tenant.settings)


def processing_ends(settings: TenantSettings, starts_at: int) -> int | None:
    """When processing ends by the clock; None: when polls or a control call say so."""
    if settings.transitions is Transitions.IMMEDIATE:
        return starts_at
    if settings.transitions is Transitions.TIME:
        return starts_at + settings.processing_milliseconds
    return None


def polls_before_end(settings: TenantSettings) -> int | None:
    """How many retrievals see ``in_progress`` before one sees the end; None where polls do not count."""
    return settings.processing_polls if settings.transitions is Transitions.POLLS else None


# Applying the clock


def apply_clock(tenant: Tenant, chunks: int = CHUNKS_PER_TOUCH) -> bool:
    """Moves on whatever is due, in the order of the due times, taking at most that many slices of work.

    True if work that is due is left.
    """
    unfinished = tenant.store.jobs.unfinished()
    if not unfinished:
        return False
    now = tenant.clock.now()
    for job in unfinished:
        if job.status is Status.ACCEPTED and job.next_at is not None and job.next_at <= now:
            leave_accepted(tenant, job, job.next_at)
    while (due := _next_due(tenant, now)) is not None:
        if chunks == 0:
            return True
        chunks = _drive(tenant, due, chunks)
    return False


def touch(tenant: Tenant) -> bool:
    """What every call does to its tenant first: ``settle``, except that half-done work is left to whoever has it.

    True if work that is due is left.
    """
    return apply_clock(tenant, CHUNKS_PER_TOUCH if tenant.running_job is None else 0)


def leave_accepted(tenant: Tenant, job: Job, at: int) -> Job:
    """A job's step out of ``accepted``: to ``pending`` if it takes a file, else to ``in_progress``."""
    if job.operation.takes_file:
        moved = job.moved(Status.PENDING, at)
    else:
        ends_at, polls = when_it_ends(tenant, job, at)
        moved = job.started(at, ends_at=ends_at, polls=polls)
    tenant.store.jobs.save(moved)
    return moved


def count_poll(tenant: Tenant, job: Job) -> None:
    """Counts a retrieval of a job that polls move on; after the last that sees ``in_progress``, the job ends (M)."""
    if job.polls_left:
        tenant.store.jobs.save(replace(job, polls_left=job.polls_left - 1))
    else:
        make_due(tenant, job)
        apply_clock(tenant)


def make_due(tenant: Tenant, job: Job) -> None:
    """Lets a job in progress end now; the next ``settle`` does it."""
    tenant.store.jobs.save(replace(job, next_at=tenant.clock.now(), polls_left=None))


def step(tenant: Tenant, job: Job) -> None:
    """Moves a job one status on, whatever the clock says (M): the control call of manual transitions.

    Raises ValueError if the job has ended or waits for its file.
    """
    if job.status is Status.ACCEPTED:
        leave_accepted(tenant, job, tenant.clock.now())
    elif job.status is Status.IN_PROGRESS:
        make_due(tenant, job)
    elif job.status is Status.PENDING:
        raise ValueError(f"job {job.id} is pending: it waits for its file, and only an upload moves it on")
    else:
        raise ValueError(f"job {job.id} is {job.status}, and nothing leaves that status")


def _next_due(tenant: Tenant, now: int) -> Job | None:
    due = [job for job in tenant.store.jobs.unfinished() if job.is_due(now)]
    if not due:
        return None
    if tenant.running_job is not None:
        return next((job for job in due if job.id == tenant.running_job.job_id), None)
    if tenant.settings.execution_order is ExecutionOrder.SHUFFLED:
        return tenant.ids.pick(due)
    return min(due, key=lambda job: job.next_at or 0)


def _drive(tenant: Tenant, job: Job, chunks: int) -> int:
    """Takes slices of a due job's work, and ends the job with the last; gives the number of slices that are left."""
    at = job.next_at if tenant.running_job is None and job.next_at is not None else tenant.clock.now()
    if tenant.running_job is None:
        plan = tenant.planned_outcomes.take_plan(job)
        tenant.running_job = RunningJob(
            job.id, process(job, tenant.store.jobs, _records_of(tenant, job), tenant.ids, at, plan)
        )
    while chunks > 0:
        chunks -= 1
        try:
            next(tenant.running_job.chunks)
        except StopIteration as stop:
            tenant.running_job = None
            outcome = stop.value
            tenant.store.jobs.save(job.ended(at, records_processed=outcome.records_processed, error=outcome.error))
            break
    return chunks


def _records_of(tenant: Tenant, job: Job) -> ObjectRecords:
    definition = tenant.store.objects.definition(job.namespace, job.object)
    if definition is None:
        raise LookupError(
            f"object {job.object} of job {job.id} is gone: an object with unfinished jobs is never removed"
        )
    return tenant.records(definition)
