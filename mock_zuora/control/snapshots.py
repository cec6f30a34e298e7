"""Named snapshots of a tenant, and its state as one JSON document."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mock_zuora.core.clock import Clock
from mock_zuora.core.csv_upload import CsvFile
from mock_zuora.core.definition_document import definition_from, document_of
from mock_zuora.core.definitions import Definition, open_definition
from mock_zuora.core.errors import Problem, ZuoraError
from mock_zuora.core.filters import document_of_filter, filter_from
from mock_zuora.core.jobs import Job, Operation, Status
from mock_zuora.core.records import Record
from mock_zuora.core.store import RowError, TenantStore
from mock_zuora.core.tenants import Tenant, TenantSettings

SCHEMA_VERSION: Final = 1
"""The version of the document's schema; a document of another version is refused."""


class DocumentError(Exception):
    """A document that cannot be taken; says where and why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A tenant as it was: its objects, records and jobs, its settings and its clock. Tokens are not part of it."""

    store: TenantStore
    settings: TenantSettings
    now: int
    speed: float


def take(tenant: Tenant) -> Snapshot:
    """The tenant as it is. Work that is due must have been finished before."""
    return Snapshot(tenant.store.copy(), tenant.settings, tenant.clock.now(), tenant.clock.speed)


def restore(tenant: Tenant, snapshot: Snapshot, source: Callable[[], int]) -> Tenant:
    """The tenant as it was then, on a clock that goes on from then."""
    return replace(
        tenant,
        store=snapshot.store.copy(),
        settings=snapshot.settings,
        clock=Clock(source, start=snapshot.now, speed=snapshot.speed),
        recent={},
        work=None,
    )


# As a document


def export_state(tenant: Tenant) -> dict[str, Any]:
    """A tenant's objects, records and jobs as a JSON document with the version of its schema."""
    jobs = tenant.store.jobs
    return {
        "schema": SCHEMA_VERSION,
        "tenant": tenant.name,
        "now": tenant.clock.now(),
        "objects": [_object_document(tenant, each) for each in tenant.store.objects.definitions()],
        "jobs": [_job_document(tenant, job) for job in reversed(list(jobs.newest_first()))],
    }


def _object_document(tenant: Tenant, definition: Definition) -> dict[str, Any]:
    table = tenant.store.objects.table(definition.namespace, definition.object)
    made = (definition.id, definition.created_by, definition.created_at, definition.updated_by, definition.updated_at)
    return {
        "object": definition.object,
        "namespace": definition.namespace,
        "schema": None if definition.is_open else document_of(definition),
        "made": list(made),
        "records": [[*each[:6], dict(each.values)] for each in table.after(None)],
    }


_JOB_KEYS: Final = (
    "id", "namespace", "object", "created_by", "created_at", "updated_by", "updated_at", "next_at", "polls_left",
    "started_at", "processing_time", "records_processed",
)  # fmt: skip


def _job_document(tenant: Tenant, job: Job) -> dict[str, Any]:
    file = tenant.store.jobs.file(job.id)
    return {
        **{key: getattr(job, key) for key in _JOB_KEYS},
        "operation": job.operation.value,
        "status": job.status.value,
        "filter": None if job.filter is None else document_of_filter(job.filter),
        "error": None if job.error is None else [job.error.code, job.error.message],
        "file": None if file is None else {"header": list(file.header), "rows": file.rows},
        "row_errors": [
            [each.problem.code, each.problem.message, each.row, each.record]
            for each in tenant.store.jobs.row_errors(job.id)
        ],
    }


def import_state(tenant: Tenant, document: Any, store: TenantStore, source: Callable[[], int]) -> Tenant:
    """The tenant with the state of a document, in that store; the tenant itself is not changed.

    Raises DocumentError.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA_VERSION:
        said = document.get("schema") if isinstance(document, Mapping) else document
        raise DocumentError(f"schema: {said!r} is not {SCHEMA_VERSION}, the version of state that this server reads")
    try:
        for each in document["objects"]:
            _take_object(store, each)
        for each in document["jobs"]:
            _take_job(store, each)
        clock = Clock(source, start=int(document["now"]), speed=tenant.clock.speed)
    except ZuoraError as error:
        raise DocumentError(f"state: {error.message}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DocumentError(f"state: not a document that this server exported: {error!r}") from None
    return replace(tenant, store=store, clock=clock, recent={}, work=None)


def _take_object(store: TenantStore, document: Mapping[str, Any]) -> None:
    namespace, name = document["namespace"], document["object"]
    if document["schema"] is None:
        definition = open_definition(namespace, name)
    else:
        definition = definition_from({"schema": document["schema"]})
    made_id, created_by, created_at, updated_by, updated_at = document["made"]
    store.objects.define(
        replace(
            definition,
            id=made_id, created_by=created_by, created_at=created_at, updated_by=updated_by, updated_at=updated_at,
        )
    )  # fmt: skip
    table = store.objects.table(namespace, name)
    for record_id, by, at, changed_by, changed_at, version, values in document["records"]:
        table.put(Record(record_id, by, at, changed_by, changed_at, version, values))


def _take_job(store: TenantStore, document: Mapping[str, Any]) -> None:
    definition = store.objects.definition(document["namespace"], document["object"])
    asked, error, file = document["filter"], document["error"], document["file"]
    job = Job(
        **{key: document[key] for key in _JOB_KEYS},
        operation=Operation(document["operation"]),
        status=Status(document["status"]),
        filter=None if asked is None or definition is None else filter_from(asked, definition),
        error=None if error is None else Problem(*error),
    )
    store.jobs.add(job, limit=sys.maxsize)
    store.jobs.save(job)
    if file is not None:
        store.jobs.put_file(job.id, CsvFile(tuple(file["header"]), file["rows"]))
    for code, message, row, record in document["row_errors"]:
        store.jobs.add_row_error(job.id, RowError(Problem(code, message), row, record))
