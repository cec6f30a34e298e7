"""The jobs of a tenant."""

import asyncio
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Final, Literal

from pydantic import Field

from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control, caller_of
from mock_zuora.control.errors import Refused, TimedOut, Unknown
from mock_zuora.control.job_info import job_info
from mock_zuora.control.job_results import JobCounts, JobFile
from mock_zuora.control.operations import Timeout, operation
from mock_zuora.control.options import option
from mock_zuora.control.pauses import sleep
from mock_zuora.control.results import JobInfo, RejectedRow
from mock_zuora.control.state import rejected_rows
from mock_zuora.domain import limits
from mock_zuora.domain.errors import Problem, quote
from mock_zuora.domain.jobs import lifecycle, operations
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.planned_outcomes import CODE_BOUNDS, MESSAGE_BOUNDS, JobMatcher, PlannedFailure
from mock_zuora.domain.objects.definition import ZUORA_NAMESPACE, ZUORA_OBJECTS
from mock_zuora.domain.ports import JobRepository
from mock_zuora.domain.tenants.tenant import Caller, Tenant

_POLL_INTERVAL: Final = 0.005
"""Real seconds between two reads of a job in a wait."""
_MAX_FILL: Final = 1_000
"""Jobs that one request creates to fill the limit."""
_FILLED_PER_CHUNK: Final = 50
MAX_LIMIT: Final = 10_000
"""Jobs that one request lists with a limit."""
_LISTED_PER_CHUNK: Final = 50
_COUNTED_PER_CHUNK: Final = 1_000
_FAILURE: Final = PlannedFailure()
"""The default error of a job that fails."""
ErrorCode = Annotated[int, Field(**CODE_BOUNDS)]
ErrorMessage = Annotated[str, Field(**MESSAGE_BOUNDS)]


# Fixed paths first: /jobs/counts has to come before /jobs/{id}.


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSearch(JobMatcher):
    """Which jobs to list, and in which order."""

    status: Status | None = option("any if omitted")
    limit: int | None = option("the most jobs; all if omitted", ge=1, le=MAX_LIMIT)
    after: str | None = option("id of the last job of the previous page, which is not repeated")
    order: Literal["oldest", "newest"] = option("which job comes first", default="oldest")


@operation("jobs.all", "GET", "/jobs")
async def list_jobs(control: Control, tenant: str, search: JobSearch) -> list[JobInfo]:
    """Lists the matching jobs of a tenant in the order of their creation, by default the oldest first."""
    found = control.tenant(tenant)
    after = None if search.after is None else find_job(control, tenant, search.after, "after").id
    jobs = found.store.jobs
    in_order = jobs.oldest_first(after) if search.order == "oldest" else jobs.newest_first(after)
    return await run_in_chunks(_listing(found, search, in_order))


def _listing(tenant: Tenant, search: JobSearch, jobs: Iterator[Job]) -> Generator[None, None, list[JobInfo]]:
    listed: list[JobInfo] = []
    for count, job in enumerate(jobs, 1):
        if search.matches(job) and search.status in (None, job.status):
            listed.append(job_info(tenant, job))
            if len(listed) == search.limit:
                break
        if count % _LISTED_PER_CHUNK == 0:
            yield
    return listed


@operation("jobs.counts", "GET", "/jobs/counts")
async def count_jobs(control: Control, tenant: str, matcher: JobMatcher) -> JobCounts:
    """Counts the jobs, or those of an object and operation."""
    return await run_in_chunks(_counting(control.tenant(tenant).store.jobs, matcher))


def _counting(jobs: JobRepository, matcher: JobMatcher) -> Generator[None, None, JobCounts]:
    by_status, by_object, by_operation = Counter[str](), Counter[str](), Counter[str]()
    for count, job in enumerate(jobs.oldest_first(), 1):
        if matcher.matches(job):
            by_status[job.status] += 1
            by_object[job.object] += 1
            by_operation[job.operation] += 1
        if count % _COUNTED_PER_CHUNK == 0:
            yield
    return JobCounts(
        total=by_status.total(),
        by_status={each.value: by_status[each] for each in Status},
        by_object=dict(sorted(by_object.items())),
        by_operation={each.value: by_operation[each] for each in Operation},
    )


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
        filled.append(job_info(caller.tenant, operations.submit(caller, filler)))
        if len(filled) % _FILLED_PER_CHUNK == 0:
            yield
    return filled


@operation("jobs.get", "GET", "/jobs/{id}")
async def get_job(control: Control, tenant: str, *, id: str) -> JobInfo:
    """Returns a job. This does not count as a poll."""
    return _found(control, tenant, id)


@operation("jobs.errors", "GET", "/jobs/{id}/errors")
async def list_rejected_rows(
    control: Control,
    tenant: str,
    *,
    id: str,
    limit: Annotated[int | None, Field(ge=1, le=MAX_LIMIT, description="the most rows; all if omitted")] = None,
    after: Annotated[int, Field(ge=0, description="number of the last row of the previous page")] = 0,
) -> list[RejectedRow]:
    """Lists the rejected rows of a job, in the order of its file, of the first 10,000.

    The job's ``rejected_rows`` is the number of all.
    """
    job = find_job(control, tenant, id)
    rows = (each for each in rejected_rows(control.tenant(tenant).store, job.id) if each.row > after)
    return list(islice(rows, limit))


@operation("jobs.file", "GET", "/jobs/{id}/file")
async def get_file(control: Control, tenant: str, *, id: str) -> JobFile:
    """Returns the beginning of a job's file: at most 200 rows of its first 64 KiB, with its size and checksum.

    It is kept after the job has ended, for the latest 1,000 files of a tenant and at most 8 MiB of them, until the
    server stops.
    """
    job = find_job(control, tenant, id)
    file = control.instrumentation.of(tenant).files.of(job.id)
    if file is None:
        raise Unknown(f"id: {_why_no_file(job)}")
    header, *rows = file.first_rows() or [()]
    return JobFile(
        job_id=job.id,
        size=file.size,
        sha256=file.sha256,
        encoding=file.encoding,
        sent_as=file.sent_as,
        row_count=len(rows) if job.rows is None else job.rows,
        header=header,
        rows=tuple(rows),
    )


def _why_no_file(job: Job) -> str:
    if not job.operation.needs_file:
        return f"job {job.id} has no file, because it deletes records"
    if job.rows is None:
        return f"job {job.id} is {job.status} and has no file"
    return (
        f"the file of job {job.id} is no longer kept; until it stops, the server keeps the beginnings of the latest "
        f"{limits.MAX_RECEIVED_FILES:,} files of a tenant, at most {limits.MAX_RECEIVED_FILE_BYTES:,} bytes"
    )


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


def find_job(control: Control, tenant: str, job_id: str, name: str = "id") -> Job:
    """A job of a tenant. Raises Unknown, with the name of the field that has its id."""
    found = control.tenant(tenant).store.jobs.get(job_id.lower())
    if found is None:
        owners = (each for each in control.registry.tenants.values() if each.store.jobs.get(job_id.lower()))
        elsewhere = next((f"; tenant {quote(each.name)} has it" for each in owners), "")
        raise Unknown(f"{name}: tenant {quote(tenant)} has no job {quote(job_id)}{elsewhere}")
    return found


def _found(control: Control, tenant: str, job_id: str) -> JobInfo:
    job = find_job(control, tenant, job_id)
    return job_info(control.tenant(tenant), job)
