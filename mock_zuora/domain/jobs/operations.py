"""The six operations on bulk jobs. Each checks everything first and writes last: a refused call leaves no trace."""

from collections.abc import Generator, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mock_zuora.domain import errors
from mock_zuora.domain.access.permissions import require_for, require_view
from mock_zuora.domain.jobs import lifecycle as schedule
from mock_zuora.domain.jobs.csv_file import CsvFile, read_csv
from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.objects.definition import (
    DEFAULT_NAMESPACE,
    ZUORA_NAMESPACE,
    ZUORA_OBJECTS,
    Definition,
    is_object_name,
    open_definition,
)
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.tenants.tenant import Caller, DefinitionMode, Tenant

DEFAULT_PAGE_SIZE: Final = 25
MAX_PAGE_SIZE: Final = 100
EVERY_STATUS: Final = frozenset(Status)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a submit asks for. ``filter`` is the filter of a delete job as the body says it; None if there is none."""

    operation: Operation
    namespace: str
    object: str
    filter: Any = None


def submit(caller: Caller, wanted: Submission) -> Job:
    """Submits a bulk job.

    Raises ZuoraError: 71012513, 71012514, 71012515 (permission), 71000220 and 71000040 (object), 71013230 and those of
    the filter, 71013030 (the concurrent bulk job limit).
    """
    require_for(caller.permissions, wanted.operation)
    tenant, now = caller.tenant, caller.tenant.clock.now()
    definition = _definition(tenant, wanted)
    if wanted.filter is not None and wanted.operation is not Operation.DELETE:
        raise errors.filter_not_allowed(wanted.operation)
    job = Job(
        id=tenant.ids.uuid(),
        namespace=wanted.namespace,
        object=wanted.object,
        operation=wanted.operation,
        filter=None if wanted.filter is None else filter_from(wanted.filter, definition),
        created_by=caller.user.id,
        created_at=now,
        updated_by=caller.user.id,
        updated_at=now,
        next_at=schedule.accepted_until(tenant.settings, wanted.operation, now),
    )
    limit = tenant.settings.concurrent_job_limit
    if not tenant.store.jobs.add(job, limit):
        raise errors.too_many_jobs(limit)
    if tenant.store.objects.definition(wanted.namespace, wanted.object) is None:
        tenant.store.objects.define(definition.made(tenant.ids.uuid(), caller.user.id, now))
    if wanted.operation.takes_file and job.next_at == now:
        # The first answer already says ``pending`` (O); a delete job's says ``accepted``, whatever comes next (A).
        return schedule.leave_accepted(tenant, job, now)
    return job


def _definition(tenant: Tenant, wanted: Submission) -> Definition:
    if wanted.namespace == ZUORA_NAMESPACE and wanted.object not in ZUORA_OBJECTS:
        expected = f"one of {', '.join(ZUORA_OBJECTS)} in namespace {ZUORA_NAMESPACE}"
        raise errors.object_invalid(wanted.object, expected)
    if not is_object_name(wanted.object):
        raise errors.object_invalid(wanted.object, "an API name of 1 to 64 printable characters without spaces")
    found = tenant.store.objects.definition(wanted.namespace, wanted.object)
    if found is not None:
        return found
    if wanted.namespace == DEFAULT_NAMESPACE and tenant.settings.definitions is DefinitionMode.STRICT:
        raise errors.object_not_found(wanted.object)
    return open_definition(wanted.namespace, wanted.object)


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs. ``cursor`` is the id of its last job; None if the page is empty (A)."""

    jobs: list[Job]
    cursor: str | None


def list_jobs(
    caller: Caller,
    *,
    page_size: int = DEFAULT_PAGE_SIZE,
    cursor: str | None = None,
    statuses: Set[Status] = EVERY_STATUS,
) -> JobPage:
    """The tenant's jobs in those statuses, newest first (O). No permission is needed (D).

    ``cursor`` is the last job of the page before and is not repeated (D): jobs that are submitted meanwhile come before
    it, so a client that pages skips and repeats none. Raises ZuoraError 71013120 for an unknown cursor.
    """
    jobs = caller.tenant.store.jobs
    if cursor is not None and jobs.get(cursor.lower()) is None:
        raise errors.cursor_unknown(cursor)
    newest = jobs.newest_first(None if cursor is None else cursor.lower())
    listed = (job for job in newest if job.status in statuses)
    page = list(islice(listed, page_size))
    return JobPage(page, page[-1].id if page else None)


def retrieve(caller: Caller, job_id: str) -> Job:
    """One job. Where polls move jobs, this look counts; it is the only read that changes anything (M).

    Raises ZuoraError 71012512, 71013040.
    """
    require_view(caller.permissions)
    job = _find(caller.tenant, job_id)
    if job.status is not Status.IN_PROGRESS or job.polls_left is None:
        return job
    schedule.count_poll(caller.tenant, job)
    return _find(caller.tenant, job_id)


def find_for_upload(caller: Caller, job_id: str) -> Job:
    """The job that a file is about to be uploaded to, if it would take one now.

    Raises ZuoraError 71013040, 71012513, 71012515, 71013530, 71013430.
    """
    job = _find(caller.tenant, job_id)
    if not job.operation.takes_file:
        raise errors.delete_takes_no_file()
    require_for(caller.permissions, job.operation)
    if job.status is not Status.PENDING:
        raise errors.wrong_status("uploading a file", job.status, "'pending'")
    return job


def read_file(caller: Caller, job: Job, data: bytes) -> Generator[None, None, CsvFile]:
    """Reads the file of a job in slices, see ``csv_upload.read_csv``; nothing is kept yet."""
    return read_csv(data, job.operation, definition_of(caller.tenant, job))


def definition_of(tenant: Tenant, job: Job) -> Definition:
    """The definition of a job's object. Raises ZuoraError 71000040 if it is gone."""
    definition = tenant.store.objects.definition(job.namespace, job.object)
    if definition is None:
        raise errors.object_not_found(job.object)
    return definition


def upload(caller: Caller, job_id: str, file: CsvFile) -> Job:
    """Gives a pending job its file; it is in progress from then on (O).

    Checks the job once more, as another file may have come first: one file a job (D). Raises as ``find_for_upload``.
    """
    tenant = caller.tenant
    job = find_for_upload(caller, job_id)
    now = tenant.clock.now()
    starts_at = schedule.processing_starts(tenant.settings, now)
    ends_at, polls = schedule.when_it_ends(tenant, job, starts_at)
    moved = job.uploaded(now, caller.user.id, starts_at=starts_at, ends_at=ends_at, polls=polls)
    tenant.store.jobs.put_file(job_id, file)
    tenant.store.jobs.save(moved)
    return moved


def list_errors(caller: Caller, job_id: str) -> list[RowError]:
    """The rejected rows of a job, in the order of its file. No permission is needed (D). Raises ZuoraError 71013040."""
    _find(caller.tenant, job_id)
    return caller.tenant.store.jobs.row_errors(job_id)


def cancel(caller: Caller, job_id: str) -> Job:
    """Cancels a job that is accepted or pending. No permission is needed (D). Raises ZuoraError 71013040, 71013430."""
    tenant = caller.tenant
    cancelled = _find(tenant, job_id).cancelled(tenant.clock.now(), caller.user.id)
    tenant.store.jobs.save(cancelled)
    return cancelled


def _find(tenant: Tenant, job_id: str) -> Job:
    job = tenant.store.jobs.get(job_id.lower())
    if job is None:
        raise errors.job_not_found(job_id)
    return job
