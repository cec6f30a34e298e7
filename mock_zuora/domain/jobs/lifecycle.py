"""When jobs change their status, and in which order due jobs run.

Nothing here waits. The status of a job follows from what happened to it and from its tenant's clock; ``apply_clock``
brings every job of a tenant up to date, and each request calls it first.
"""

from dataclasses import replace

from mock_zuora.domain.assumptions.catalogue.jobs import DELETE_FIRST_STATUS, PENDING_EXPIRY, PROCESSING_TIME
from mock_zuora.domain.clock import DAY, END_OF_TIME
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Cause, Job, Operation, Outcome, Status
from mock_zuora.domain.jobs.job_run import JobResult, JobRun
from mock_zuora.domain.jobs.planned_outcomes import JobProgress
from mock_zuora.domain.jobs.processing import RunningJob, process
from mock_zuora.domain.limits import warn_dropped
from mock_zuora.domain.tenants.settings import ExecutionOrder, TenantSettings, Transitions
from mock_zuora.domain.tenants.tenant import ObjectRecords, Tenant

PENDING_LIFETIME = DAY
"""How long a job waits for its file with the choice ``a-day`` of the assumption ``pending-expiry``."""
CHUNKS_PER_TOUCH = 8
"""How many chunks of due work one request processes itself: enough for files of 2,000 rows."""


# Timestamps of transitions


def accepted_until(settings: TenantSettings, operation: Operation, now: int) -> int | None:
    """When a job that is submitted now leaves ``accepted``; None if only a control request can move it."""
    if settings.transitions is Transitions.MANUAL:
        # With the default delay of 0, a job asks for its file at once in every mode (O).
        return now if operation.needs_file and settings.accept_milliseconds == 0 else None
    if settings.transitions is not Transitions.TIME:
        return now
    queued = 0 if operation.needs_file else settings.queue_milliseconds
    return min(END_OF_TIME, now + settings.accept_milliseconds + queued)


def processing_starts_at(settings: TenantSettings, uploaded_at: int) -> int:
    """When the processing of an uploaded file starts."""
    return uploaded_at + (settings.queue_milliseconds if settings.transitions is Transitions.TIME else 0)


def processing_end(tenant: Tenant, job: Job, starts_at: int) -> tuple[Job, int | None, int | None]:
    """The job, with the plan that holds it if there is one, and when its processing ends: a timestamp or a number of
    polls; both None if only a control request ends it."""
    if tenant.planned_outcomes.pop_hold(job):
        return replace(job, planned=(*job.planned, Outcome.HOLD)), None, None
    return job, _ends_at(tenant.settings, starts_at), _polls_before_end(tenant.settings)


def _ends_at(settings: TenantSettings, starts_at: int) -> int | None:
    if settings.transitions is Transitions.IMMEDIATE:
        return starts_at
    if settings.transitions is Transitions.TIME:
        return starts_at + settings.processing_milliseconds
    return None


def _polls_before_end(settings: TenantSettings) -> int | None:
    return settings.processing_polls if settings.transitions is Transitions.POLLS else None


def moves_at(tenant: Tenant, job: Job) -> int | None:
    """When the clock moves a job to its next status; None if it does not."""
    if job.status is Status.PENDING and tenant.choices(job.of_version).in_force(PENDING_EXPIRY).choice == "a-day":
        return min(END_OF_TIME, job.updated_at + PENDING_LIFETIME)
    return job.next_at


# Applying the clock


def apply_clock(tenant: Tenant, chunks: int = CHUNKS_PER_TOUCH) -> bool:
    """Moves every due job to its next status, in order of due times, and processes at most ``chunks`` chunks of rows.

    Returns whether due work is left.
    """
    unfinished = tenant.store.jobs.unfinished()
    if not unfinished:
        return False
    now = tenant.clock.now()
    for job in unfinished:
        if job.status is Status.ACCEPTED and job.next_at is not None and job.next_at <= now:
            job = leave_accepted(tenant, job, job.next_at, Cause.CLOCK)
        if job.status is Status.PENDING and job.updated_at + PENDING_LIFETIME <= now:
            _expire(tenant, job)
    while due := _due(tenant, now):
        # Before the next job is picked: a random number that nothing uses would make the order of shuffled jobs depend
        # on the number of requests.
        if chunks == 0:
            return True
        chunks = _run_chunks(tenant, _next_of(tenant, due), chunks)
    return False


def touch(tenant: Tenant) -> bool:
    """What every request does first: ``apply_clock``, but a job whose processing has begun is left to its runner.

    Returns whether due work is left.
    """
    return apply_clock(tenant, CHUNKS_PER_TOUCH if tenant.running_job is None else 0)


def first_state(tenant: Tenant, job: Job) -> Job:
    """A submitted job as the response shows it: a job that needs a file is ``pending`` already (O)."""
    now = job.created_at
    if job.operation.needs_file:
        return leave_accepted(tenant, job, now, Cause.SUBMITTED) if job.next_at == now else job
    settings = tenant.settings
    is_delayed = settings.transitions in (Transitions.TIME, Transitions.MANUAL) and settings.accept_milliseconds > 0
    if is_delayed or tenant.choices(job.of_version).of(DELETE_FIRST_STATUS) == "accepted":
        return job
    return leave_accepted(tenant, job, now, Cause.SUBMITTED, processing_starts_at(settings, now))


def leave_accepted(tenant: Tenant, job: Job, timestamp: int, cause: Cause, starts_at: int | None = None) -> Job:
    """Moves a job out of ``accepted``: to ``pending`` if it needs a file, else to ``in_progress``.

    Its processing starts at once or at ``starts_at``.
    """
    if job.operation.needs_file:
        moved = job.moved(Status.PENDING, timestamp, cause)
    else:
        starts_at = timestamp if starts_at is None else starts_at
        job, ends_at, polls = processing_end(tenant, job, starts_at)
        moved = job.started(timestamp, cause, starts_at=starts_at, ends_at=ends_at, polls=polls)
    tenant.store.jobs.save(moved)
    return moved


def _expire(tenant: Tenant, job: Job) -> None:
    """Cancels a job that has waited too long for its file, unless such jobs wait for ever (A)."""
    if tenant.choices(job.of_version).of(PENDING_EXPIRY) == "a-day":
        save_ended(tenant, job.cancelled(job.updated_at + PENDING_LIFETIME, job.updated_by, Cause.EXPIRED))


def save_ended(tenant: Tenant, job: Job) -> None:
    """Saves a job that has ended, and warns once of each kind of item that was dropped to keep within its bound."""
    tenant.store.jobs.save(job)
    for drop in tenant.store.jobs.dropped - tenant.reported_drops:
        tenant.reported_drops.add(drop)
        warn_dropped(tenant.name, drop)


def count_poll(tenant: Tenant, job: Job) -> None:
    """Counts a retrieval of a job that polls move. After the last that returns ``in_progress``, the job ends (M)."""
    if job.polls_left:
        tenant.store.jobs.save(replace(job, polls_left=job.polls_left - 1))
    else:
        make_due(tenant, job, Cause.POLL)
        apply_clock(tenant)


def make_due(tenant: Tenant, job: Job, cause: Cause) -> None:
    """Makes a job in progress due now; the next ``apply_clock`` ends it."""
    tenant.store.jobs.save(replace(job, next_at=tenant.clock.now(), polls_left=None, due_by=cause))


def step(tenant: Tenant, job: Job) -> None:
    """Moves a job to its next status, whatever the clock says (M).

    Raises ValueError if the job has ended or waits for its file.
    """
    if job.status is Status.ACCEPTED:
        leave_accepted(tenant, job, tenant.clock.now(), Cause.CONTROL_REQUEST)
    elif job.status is Status.IN_PROGRESS:
        make_due(tenant, job, Cause.CONTROL_REQUEST)
    elif job.has_ended:
        raise ValueError(f"job {job.id} is {job.status}, which is a final status")
    else:
        raise ValueError(f"job {job.id} is {job.status}: it waits for its file, and only an upload moves it on")


def complete(tenant: Tenant, job: Job) -> None:
    """Makes a job due, whatever the clock says; the next ``apply_clock`` runs it to its end (M).

    Raises ValueError if the job has ended or waits for its file.
    """
    if job.status is Status.ACCEPTED and not job.operation.needs_file:
        job = leave_accepted(tenant, job, tenant.clock.now(), Cause.CONTROL_REQUEST)
    if job.status is Status.ACCEPTED:
        raise ValueError(f"job {job.id} is {job.status}: it has no file yet, and cannot complete without one")
    step(tenant, job)


def fail(tenant: Tenant, job: Job, error: Problem) -> None:
    """Ends an unfinished job as failed at once, with the records that it has written so far (M).

    Raises ValueError if the job has ended.
    """
    if job.has_ended:
        raise ValueError(f"job {job.id} is {job.status}, which is a final status")
    now, cause = tenant.clock.now(), Cause.CONTROL_REQUEST
    progress = tenant.store.jobs.progress(job.id) or JobProgress()
    # Through the statuses before it, because only a job in progress can fail (D).
    if job.may_become(Status.PENDING):
        job = job.moved(Status.PENDING, now, cause)
    if job.may_become(Status.IN_PROGRESS):
        job = job.moved(Status.IN_PROGRESS, now, cause)
    if tenant.running_job is not None and tenant.running_job.job_id == job.id:
        tenant.running_job.chunks.close()
        tenant.running_job = None
    ended = job.ended(
        now,
        records_processed=progress.written,
        rejected_rows=progress.rejected,
        error=error,
        since=_processing_since(tenant, job),
        cause=cause,
    )
    save_ended(tenant, ended)


def next_move(tenant: Tenant) -> int | None:
    """When the clock moves a job of the tenant next; None if only requests can."""
    times = (moves_at(tenant, job) for job in tenant.store.jobs.unfinished())
    return min((each for each in times if each is not None), default=None)


def _due(tenant: Tenant, now: int) -> list[Job]:
    """The jobs that are due; the one whose processing has begun alone."""
    running = tenant.running_job
    return [
        job
        for job in tenant.store.jobs.unfinished()
        if job.is_due(now) and (running is None or job.id == running.job_id)
    ]


def _next_of(tenant: Tenant, due: list[Job]) -> Job:
    """The due job to process next."""
    if tenant.running_job is None and tenant.settings.execution_order is ExecutionOrder.SHUFFLED:
        return tenant.ids.pick(due)
    return min(due, key=lambda job: job.next_at or 0)


def _run_chunks(tenant: Tenant, job: Job, chunks: int) -> int:
    """Processes chunks of a due job, and ends the job after the last. Returns the number of chunks left."""
    now = tenant.clock.now()
    timestamp = now if job.next_at is None else job.next_at
    if tenant.running_job is None:
        job, tenant.running_job = _begun(tenant, job, timestamp)
    else:
        # Processing takes as long as it takes on the tenant's clock, however many requests did a part of it.
        timestamp += now - tenant.running_job.began_at
    while chunks > 0:
        chunks -= 1
        try:
            next(tenant.running_job.chunks)
        except StopIteration as stop:
            tenant.running_job = None
            _end(tenant, job, timestamp, stop.value)
            break
    return chunks


def _begun(tenant: Tenant, job: Job, timestamp: int) -> tuple[Job, RunningJob]:
    """The job with the plans that apply to it, and its processing."""
    jobs = tenant.store.jobs
    progress = jobs.progress(job.id)
    if progress is None:
        progress = JobProgress(tenant.planned_outcomes.pop_plan(job))
        jobs.save_progress(job.id, progress)
        if kinds := progress.plan.kinds:
            job = replace(job, planned=(*job.planned, *kinds))
            jobs.save(job)
    run = JobRun(
        job=job,
        jobs=jobs,
        records=_records_of(tenant, job),
        ids=tenant.ids,
        timestamp=timestamp,
        choices=tenant.choices(job.of_version),
        progress=progress,
    )
    return job, RunningJob(job.id, process(run), tenant.clock.now())


def _end(tenant: Tenant, job: Job, timestamp: int, result: JobResult) -> None:
    progress, assumption = tenant.store.jobs.progress(job.id), result.assumption
    failure = None if progress is None else progress.plan.failure
    is_planned = failure is not None and result.error == failure.error
    ended = job.ended(
        timestamp,
        records_processed=result.records_processed,
        rejected_rows=result.rejected_rows,
        error=result.error,
        reason="" if assumption is None else tenant.choices(job.of_version).reason(assumption),
        since=_processing_since(tenant, job),
        cause=Cause.PLANNED_FAILURE if is_planned else None,
    )
    save_ended(tenant, ended)


def _processing_since(tenant: Tenant, job: Job) -> int | None:
    """When the ``processing_time`` of a job that ends began."""
    if job.started_at in (None, job.created_at) or tenant.choices(job.of_version).of(PROCESSING_TIME) == "processing":
        return job.started_at
    return job.created_at


def _records_of(tenant: Tenant, job: Job) -> ObjectRecords:
    definition = tenant.store.objects.definition(job.namespace, job.object)
    if definition is None:
        raise LookupError(
            f"object {job.object} of job {job.id} does not exist; objects with unfinished jobs are never removed"
        )
    return tenant.records(definition)
