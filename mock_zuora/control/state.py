"""The state of a tenant as one JSON document with a schema version, and its export; ``state_import`` reads it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    SkipValidation,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)

from mock_zuora.control.pieces import Pieces, object_of
from mock_zuora.control.results import RejectedRow
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.clock import END_OF_TIME
from mock_zuora.domain.errors import Problem, ZuoraError
from mock_zuora.domain.jobs.delete_filter import document_of_filter, filter_from
from mock_zuora.domain.jobs.job import Cause, Job, Operation, Outcome, Status, StatusChange
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.objects.definition_document import definition_from, document_of
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.records.record import Record
from mock_zuora.domain.tenants.tenant import Tenant

SCHEMA_VERSION: Final = 1
"""The version of the document's schema. Documents of other versions are refused."""

_MAX_INTEGER: Final = 10**4_300
"""Python does not convert larger integers to text."""
MAX_COUNT: Final = 10**15


def _printable(number: int) -> int:
    if abs(number) >= _MAX_INTEGER:
        raise ValueError("expected an integer of at most 4,300 digits")
    return number


Timestamp = Annotated[int, Field(ge=0, le=END_OF_TIME)]
"""Milliseconds since 1970, UTC."""
Scalar = StrictBool | Annotated[StrictInt, AfterValidator(_printable)] | StrictFloat | StrictStr
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]


Item = TypeVar("Item")
Long = SkipValidation[list[Item]]
"""A list whose items are validated with their turn, because a long list would keep other requests waiting."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, defer_build=True)


class UserState(_Part):
    """A user of the tenant. Records and jobs refer to its id."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    permissions: list[Permission]


class ClientState(_Part):
    """An OAuth client. Clients are in state files only, never in responses."""

    id: str = Field(min_length=1)
    secret: str = Field(min_length=1)
    user: str = Field(min_length=1)


class _Created(_Part):
    """What records, objects and jobs have in common."""

    id: str
    created_by: str
    created_at: Timestamp
    updated_by: str
    updated_at: Timestamp


class RecordState(_Created):
    """A record."""

    version: int = Field(ge=1, le=MAX_COUNT)
    values: dict[str, Scalar]


class ObjectState(_Created):
    """An object with its records in the order of their creation."""

    object: str
    namespace: Literal["default", "com_zuora"]
    definition: dict[str, Any] | None = Field(alias="schema", description="null if the object has no definition")
    is_open: bool = Field(default=False, alias="open", description="whether it accepts undefined fields")
    records: Long[RecordState]


class FileState(_Part):
    """A file that has not been processed yet."""

    header: list[str]
    rows: Long[list[str]]


class RowErrorState(_Part):
    """A rejected row. Row 1 is the header."""

    row: Count
    code: Count
    message: str
    record: dict[str, Scalar | list[Scalar] | None]
    reason: str = ""
    record_id: str = ""


class JobState(_Created):
    """A job."""

    namespace: Literal["default", "com_zuora"]
    object: str
    operation: Operation
    status: Status
    filter: dict[str, Any] | None
    next_at: Timestamp | None
    polls_left: Count | None
    started_at: Timestamp | None
    processing_time: Count
    records_processed: Count
    rejected_rows: Count = Field(default=0, description="all of them, also those that row_errors leaves out")
    error: Problem | None
    reason: str = Field(default="", description="assumption that the job's end rests on")
    of_version: dict[str, str] = Field(default_factory=dict, description="choices of assumptions of its version")
    history: tuple[StatusChange, ...] = Field(default=(), max_length=len(Status), description="oldest status first")
    due_by: Cause = Field(default=Cause.PROCESSED, description="what makes the job in progress end")
    rows: Count | None = Field(default=None, description="rows of its file below the header")
    planned: tuple[Outcome, ...] = Field(
        default=(), max_length=2 * len(Outcome), description="planned outcomes that apply to the job"
    )
    file: FileState | None
    row_errors: Long[RowErrorState]


CREATED: Final = tuple(_Created.model_fields)
OF_JOB: Final = tuple(JobState.model_fields.keys() - {"filter", "file", "row_errors"})
"""The fields that a job and its state have in common."""


class TenantState(_Part):
    """A tenant's users, objects, records and jobs, and the time of its clock."""

    schema_version: Literal[1] = Field(alias="schema")
    tenant: str = Field(min_length=1)
    now: Timestamp
    users: Annotated[list[UserState], FailFast()] = Field(min_length=1)
    clients: Annotated[list[ClientState], FailFast()] = Field(default_factory=list)
    objects: Annotated[list[ObjectState], FailFast()]
    jobs: Annotated[list[JobState], FailFast()]


# Export


def export_state(tenant: Tenant) -> Pieces:
    """A tenant's state, as a document with the schema of ``TenantState`` and without secrets.

    Due jobs must have been finished before. It stays the state of this moment while it is read.
    """
    store, users = tenant.store.detached(), list(tenant.users.values())
    return object_of(
        {
            "schema": SCHEMA_VERSION,
            "tenant": tenant.name,
            "now": tenant.clock.now(),
            "users": [{"id": each.id, "name": each.name, "permissions": sorted(each.permissions)} for each in users],
            "objects": (_object_pieces(store, each) for each in store.objects.definitions()),
            "jobs": (_job_pieces(store, each) for each in reversed(list(store.jobs.newest_first()))),
        }
    )


def _object_pieces(store: TenantStore, definition: Definition) -> Pieces:
    table = store.objects.table(definition.namespace, definition.object)
    records = (_record_document(each) for each in table.after(None))
    return object_of({**definition_document(definition), "records": records})


def _record_document(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in RecordState.model_fields}


def _job_pieces(store: TenantStore, job: Job) -> Pieces:
    file = store.jobs.file(job.id)
    rows = None if file is None else object_of({"header": file.header, "rows": iter(file.rows)})
    errors = (asdict(each) for each in rejected_rows(store, job.id))
    return object_of({**job_document(job), "file": rows, "row_errors": errors})


def _is_bare(definition: Definition) -> bool:
    """Whether it has no definition: its first job created the object, and no migration changed it."""
    created = {name: getattr(definition, name) for name in CREATED}
    return definition == replace(open_definition(definition.namespace, definition.object), **created)


def job_document(job: Job) -> dict[str, Any]:
    """A job as JSON types, without its file and its rejected rows."""
    state = JobState.model_construct(
        **{name: getattr(job, name) for name in OF_JOB},
        filter=None if job.filter is None else document_of_filter(job.filter),
    )
    return state.model_dump(mode="json", exclude={"file", "row_errors"})


def job_from(document: dict[str, Any], store: TenantStore) -> Job:
    """The job of a document, whose object is in the store."""
    state = JobState.model_validate({**document, "file": None, "row_errors": []})
    job = Job(**{name: getattr(state, name) for name in OF_JOB})
    definition = store.objects.definition(job.namespace, job.object)
    if state.filter is None or definition is None:
        return job
    with suppress(ZuoraError):
        # The object may have changed since the job ended, which no longer needs its filter.
        job = replace(job, filter=filter_from(state.filter, definition))
    return job


def definition_document(definition: Definition) -> dict[str, Any]:
    """A definition as JSON types."""
    return {
        "object": definition.object,
        "namespace": definition.namespace,
        "schema": None if _is_bare(definition) else document_of(definition),
        "open": definition.is_open,
        **{name: getattr(definition, name) for name in CREATED},
    }


def definition_of_document(document: dict[str, Any]) -> Definition:
    """The definition of a document. Raises ZuoraError."""
    definition = open_definition(document["namespace"], document["object"])
    if document["schema"] is not None:
        definition = replace(definition_from({"schema": document["schema"]}), is_open=document["open"])
    return replace(definition, **{name: document[name] for name in CREATED})


def rejected_rows(store: TenantStore, job_id: str) -> Iterator[RejectedRow]:
    """The rejected rows of a job, in the order of its file."""
    for each in store.jobs.row_errors(job_id):
        problem = each.problem
        yield RejectedRow(
            row=each.row, code=problem.code, message=problem.message, record=each.record, reason=each.reason,
            record_id=each.record_id,
        )  # fmt: skip
