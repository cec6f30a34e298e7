"""The operations on bulk jobs. Each checks the whole request before it changes anything."""

from collections.abc import Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mock_zuora.domain import refusals
from mock_zuora.domain.access.permissions import require_permission, require_view_permission
from mock_zuora.domain.assumptions.catalogue.jobs import DELETE_WITHOUT_FILTER
from mock_zuora.domain.jobs import lifecycle
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.jobs.job import Cause, Job, Operation, Status, StatusChange
from mock_zuora.domain.objects.definition import (
    DEFAULT_NAMESPACE,
    ZUORA_NAMESPACE,
    ZUORA_OBJECTS,
    Definition,
    is_object_name,
    open_definition,
)
from mock_zuora.domain.ports import RowError, Table
from mock_zuora.domain.records.record import Record
from mock_zuora.domain.tenants.settings import DefinitionMode
from mock_zuora.domain.tenants.tenant import Caller, Tenant

DEFAULT_PAGE_SIZE: Final = 25
MAX_PAGE_SIZE: Final = 100
EVERY_STATUS: Final = frozenset(Status)


@dataclass(frozen=True, slots=True)
class Submission:
    """A submit request. ``filter`` is the unparsed filter of a delete job, or None."""

    operation: Operation
    namespace: str
    object: str
    filter: Any = None


def submit(caller: Caller, request: Submission) -> Job:
    """Submits a bulk job.

    Raises ZuoraError 71012513, 71012514, 71012515 (permission), 71000220, 71000040 (object), 71013230 (filter of
    another operation), 71013222 (no filter, by assumption), those of ``filter_from``, and 71013030 (concurrent bulk
    job limit).
    """
    require_permission(caller.permissions, request.operation)
    tenant, now = caller.tenant, caller.tenant.clock.now()
    definition = _definition(tenant, request)
    if request.filter is not None and request.operation is not Operation.DELETE:
        raise refusals.filter_not_allowed(request.operation)
    is_unfiltered = request.filter is None and request.operation is Operation.DELETE
    if is_unfiltered and caller.choices.of(DELETE_WITHOUT_FILTER) == "refused":
        raise refusals.filter_missing()
    job = Job(
        id=tenant.ids.unused_uuid(tenant.store.jobs.get),
        namespace=request.namespace,
        object=request.object,
        operation=request.operation,
        filter=None if request.filter is None else filter_from(request.filter, definition, caller.choices),
        created_by=caller.user.id,
        created_at=now,
        updated_by=caller.user.id,
        updated_at=now,
        of_version=caller.of_version,
        next_at=lifecycle.accepted_until(tenant.settings, request.operation, now),
        history=(StatusChange(Status.ACCEPTED, now, Cause.SUBMITTED),),
    )
    limit = tenant.settings.concurrent_job_limit
    if not tenant.store.jobs.add(job, limit):
        raise refusals.too_many_jobs(limit)
    if tenant.store.objects.definition(request.namespace, request.object) is None:
        tenant.store.objects.define(definition.stamped(tenant.ids.uuid(), caller.user.id, now))
    return lifecycle.first_state(tenant, job)


def _definition(tenant: Tenant, request: Submission) -> Definition:
    if request.namespace == ZUORA_NAMESPACE and request.object not in ZUORA_OBJECTS:
        expected = f"one of {', '.join(ZUORA_OBJECTS)} in namespace {ZUORA_NAMESPACE}"
        raise refusals.object_invalid(request.object, expected)
    if not is_object_name(request.object):
        raise refusals.object_invalid(request.object, "an API name of 1 to 64 printable characters without spaces")
    definition = tenant.store.objects.definition(request.namespace, request.object)
    if definition is not None:
        return definition
    if request.namespace == DEFAULT_NAMESPACE and tenant.settings.definitions is DefinitionMode.STRICT:
        raise refusals.object_not_found(request.object)
    return open_definition(request.namespace, request.object)


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs."""

    jobs: list[Job]
    is_last: bool


def list_jobs(
    caller: Caller,
    *,
    page_size: int = DEFAULT_PAGE_SIZE,
    cursor: str | None = None,
    statuses: Set[Status] = EVERY_STATUS,
) -> JobPage:
    """Lists the tenant's jobs in these statuses, newest first (O). Needs no permission (D).

    ``cursor`` is the last job of the previous page and is not repeated (D). New jobs come before it, so a client that
    pages skips and repeats none. Raises ZuoraError 71013120 for an unknown cursor.
    """
    jobs = caller.tenant.store.jobs
    if cursor is not None and jobs.get(cursor.lower()) is None:
        raise refusals.cursor_unknown(cursor)
    newest = jobs.newest_first(None if cursor is None else cursor.lower())
    found = list(islice((job for job in newest if job.status in statuses), page_size + 1))
    return JobPage(found[:page_size], is_last=len(found) <= page_size)


def retrieve(caller: Caller, job_id: str) -> Job:
    """Returns one job. With ``transitions=polls`` it counts as a poll, and is the only read that changes state (M).

    Raises ZuoraError 71012512, 71013040.
    """
    require_view_permission(caller.permissions)
    job = _find(caller.tenant, job_id)
    if job.status is not Status.IN_PROGRESS or job.polls_left is None:
        return job
    lifecycle.count_poll(caller.tenant, job)
    return _find(caller.tenant, job_id)


def find_for_upload(caller: Caller, job_id: str) -> Job:
    """Returns the job for an upload, after checking that it accepts a file now.

    Raises ZuoraError 71013040, 71012513, 71012515, 71013530, 71013620.
    """
    job = _find(caller.tenant, job_id)
    require_permission(caller.permissions, job.operation if job.operation.needs_file else Operation.UPDATE)
    if not job.operation.needs_file:
        raise refusals.delete_takes_no_file()
    if job.status is not Status.PENDING:
        raise refusals.wrong_status(job.status, "a file can be uploaded", "pending")
    return job


def definition_of(tenant: Tenant, job: Job) -> Definition:
    """The definition of a job's object. Raises ZuoraError 71000040 if it was deleted."""
    definition = tenant.store.objects.definition(job.namespace, job.object)
    if definition is None:
        raise refusals.object_not_found(job.object)
    return definition


def upload(caller: Caller, job_id: str, file: CsvFile) -> Job:
    """Stores the file of a pending job and moves the job to ``in_progress`` (O).

    Checks the job again, because another file may have arrived first: a job accepts one file (D). Raises the errors of
    ``find_for_upload``.
    """
    tenant = caller.tenant
    job = find_for_upload(caller, job_id)
    now = tenant.clock.now()
    starts_at = lifecycle.processing_starts_at(tenant.settings, now)
    job, ends_at, polls = lifecycle.processing_end(tenant, job, starts_at)
    moved = job.uploaded(now, caller.user.id, rows=len(file.rows), starts_at=starts_at, ends_at=ends_at, polls=polls)
    tenant.store.jobs.put_file(job_id, file)
    tenant.store.jobs.save(moved)
    return moved


@dataclass(frozen=True, slots=True)
class RejectedRows:
    """The rejected rows of a job, and its object's records, if the object still exists."""

    job: Job
    row_errors: list[RowError]
    table: Table | None

    def record(self, row_error: RowError) -> Record | None:
        """The stored record that a rejected row of an update names; None if there is none."""
        is_update = self.job.operation is Operation.UPDATE
        return self.table.get(row_error.record_id.lower()) if is_update and self.table is not None else None


def list_errors(caller: Caller, job_id: str) -> RejectedRows:
    """Lists the rejected rows of a job in file order. Needs no permission (D). Raises ZuoraError 71013040."""
    job, store = _find(caller.tenant, job_id), caller.tenant.store
    is_defined = store.objects.definition(job.namespace, job.object) is not None
    table = store.objects.table(job.namespace, job.object) if is_defined else None
    return RejectedRows(job, store.jobs.row_errors(job.id), table)


def cancel(caller: Caller, job_id: str) -> Job:
    """Cancels an accepted or pending job. Needs no permission (D). Raises ZuoraError 71013040, 71013620."""
    tenant = caller.tenant
    cancelled = _find(tenant, job_id).cancelled(tenant.clock.now(), caller.user.id)
    lifecycle.save_ended(tenant, cancelled)
    return cancelled


def _find(tenant: Tenant, job_id: str) -> Job:
    job = tenant.store.jobs.get(job_id.lower())
    if job is None:
        raise refusals.job_not_found(job_id)
    return job
