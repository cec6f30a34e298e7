"""Import of the state of a tenant: reads a document into an empty store, in steps."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from pydantic import ConfigDict, StrictStr, TypeAdapter, ValidationError

from mock_zuora.config.sentences import sentence_of
from mock_zuora.control.state import (
    OF_JOB,
    JobState,
    ObjectState,
    RecordState,
    RowErrorState,
    TenantState,
    definition_of_document,
)
from mock_zuora.domain.assumptions.choices import check_choices_of_version
from mock_zuora.domain.clock import Clock
from mock_zuora.domain.errors import Problem, ZuoraError, quote
from mock_zuora.domain.ids import is_uuid
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.jobs.job import Job, Status
from mock_zuora.domain.objects.definition import Definition, is_object_name
from mock_zuora.domain.objects.definition_rules import MAX_FIELDS
from mock_zuora.domain.objects.field import FieldValidationError, Value
from mock_zuora.domain.objects.field_values import JsonConverter, json_converter, uuid_of
from mock_zuora.domain.ports import RowError, Table, TenantStore
from mock_zuora.domain.records.record import Record
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant, User

_PER_STEP: Final = 100
"""Items of a long list that an import takes at once."""
_ROW: Final = TypeAdapter(list[StrictStr], config=ConfigDict(defer_build=True))


class DocumentError(Exception):
    """The document is not valid. The message names the place and the reason. Nothing was changed."""


def read_state(state: TenantState, store: TenantStore) -> TenantStore:
    """Fills an empty store with the state, and returns it. Raises DocumentError."""
    for _ in reading(state, store):
        pass
    return store


def reading(state: TenantState, store: TenantStore) -> Iterator[None]:
    """Fills an empty store with the state, in steps of about a millisecond. Raises DocumentError."""
    for at, each in enumerate(state.objects):
        yield from _take_object(store, each, f"objects[{at}]")
    for at, job in enumerate(state.jobs):
        yield from _take_job(store, job, f"jobs[{at}]")
        yield


def adopt(tenant: Tenant, state: TenantState, store: TenantStore, source: Callable[[], int]) -> Tenant:
    """The tenant with a state that was read into a store. Its clock continues from the time of the state.

    Existing users get the ids that records and jobs refer to; the others are added.
    """
    users = dict(tenant.users)
    for each in state.users:
        known = users.get(each.name)
        users[each.name] = User(each.id, each.name, known.permissions if known else frozenset(each.permissions))
    clients = {each.id: OAuthClient(each.id, each.secret, each.user) for each in state.clients if each.user in users}
    clock = Clock(source, start=state.now, speed=tenant.clock.speed)
    return replace(
        tenant,
        users=users,
        clients={**clients, **tenant.clients},
        store=store,
        clock=clock,
        write_logs={},
        running_job=None,
    )


def _take_object(store: TenantStore, state: ObjectState, where: str) -> Iterator[None]:
    where = f"{where} {quote(state.object)}"
    if store.objects.definition(state.namespace, state.object) is not None:
        raise DocumentError(f"{where}: is not unique")
    definition = _definition_of(state, where)
    store.objects.define(definition)
    table = store.objects.table(definition.namespace, definition.object)

    @lru_cache(MAX_FIELDS)
    def converter_of(name: str) -> JsonConverter:
        field = definition.field(name)
        # Values of a field that a migration removed are kept.
        return _unchanged if field is None else json_converter(field)

    def take(each: object) -> None:
        _take_record(table, converter_of, RecordState.model_validate(each))

    yield from _take_each(state.records, take, f"{where}: records")


def _take_each(items: object, take: Callable[[Any], None], where: str) -> Iterator[None]:
    """Takes the items of a long list, in steps. Raises DocumentError."""
    if not isinstance(items, list):
        raise DocumentError(f"{where}: expected a list")
    for at, each in enumerate(items):
        try:
            take(each)
        except FieldValidationError as invalid:
            raise DocumentError(f"{where}[{at}]: {invalid.message}") from None
        except ValidationError as error:
            raise DocumentError(f"{where}[{at}]: {_sentence(error)}") from None
        if at % _PER_STEP == 0:
            yield


def _definition_of(state: ObjectState, where: str) -> Definition:
    if not is_object_name(state.object):
        raise DocumentError(f"{where}: object: expected the API name of an object")
    _check_json(state.definition, f"{where}: schema")
    try:
        definition = definition_of_document(state.model_dump(by_alias=True, exclude={"records"}))
    except ZuoraError as error:
        raise DocumentError(f"{where}: {error.message}") from None
    if definition.object != state.object:
        raise DocumentError(f"{where}: schema: belongs to object {quote(definition.object)}")
    if definition.namespace != state.namespace:
        raise DocumentError(f"{where}: namespace: {quote(state.namespace)} has no objects with a schema")
    return definition


def _sentence(error: ValidationError) -> str:
    errors = error.errors(include_url=False)
    # A mistake in a value of the right type explains more than a list of other types.
    first = next((each for each in errors if each["type"] in ("value_error", "finite_number")), errors[0])
    return sentence_of({**first, "loc": ("", *first["loc"])})


def _take_record(table: Table, converter_of: Callable[[str], JsonConverter], state: RecordState) -> None:
    record_id = uuid_of(state.id)
    if table.get(record_id) is not None:
        raise DocumentError(f"records: id {quote(record_id)} is not unique")
    values: dict[str, Value] = {name: converter_of(name)(value) for name, value in state.values.items()}
    created = (state.created_by, state.created_at, state.updated_by, state.updated_at)
    table.put(Record(record_id, *created, state.version, values))


def _unchanged(value: Any) -> Any:
    return value


def _take_job(store: TenantStore, state: JobState, where: str) -> Iterator[None]:
    where = f"{where} {quote(state.id)}"
    if not is_uuid(state.id):
        raise DocumentError(f"{where}: id: expected a UUID")
    # Documents of earlier versions do not have the number of rejected rows.
    count = max(state.rejected_rows, len(state.row_errors) if isinstance(state.row_errors, list) else 0)
    state = state.model_copy(update={"id": state.id.lower(), "rejected_rows": count})
    _check_json(state.filter, f"{where}: filter")
    if store.jobs.get(state.id) is not None:
        raise DocumentError(f"{where}: is not unique")
    job = _job_of(store, state, where)
    store.jobs.add(job, limit=sys.maxsize)
    store.jobs.save(job)
    if state.file is not None:
        rows: list[tuple[str, ...]] = []
        yield from _take_each(
            state.file.rows, lambda each: rows.append(tuple(_ROW.validate_python(each))), f"{where}: file: rows"
        )
        store.jobs.put_file(job.id, CsvFile(tuple(state.file.header), rows))
    yield from _take_each(state.row_errors, lambda each: _take_row_error(store, job, each), f"{where}: row_errors")


def _take_row_error(store: TenantStore, job: Job, document: object) -> None:
    state = RowErrorState.model_validate(document)
    problem = Problem(state.code, state.message)
    store.jobs.add_row_error(job.id, RowError(problem, state.row, dict(state.record), state.reason, state.record_id))


def _check_json(document: object, where: str) -> None:
    """Refuses NaN, infinite numbers, and what is nested too deeply: their rules do not look into every value."""
    try:
        json.dumps(document, allow_nan=False)
    except (ValueError, RecursionError):
        raise DocumentError(f"{where}: expected JSON without NaN, Infinity and too many levels") from None


def _job_of(store: TenantStore, state: JobState, where: str) -> Job:
    job = Job(**{name: getattr(state, name) for name in OF_JOB})
    try:
        check_choices_of_version(job.of_version)
    except ValueError as invalid:
        raise DocumentError(f"{where}: of_version: {invalid}") from None
    definition = store.objects.definition(state.namespace, state.object)
    if not job.has_ended:
        _check_unfinished(job, definition, state.file is not None, where)
    if state.filter is None or definition is None:
        return job
    try:
        return replace(job, filter=filter_from(state.filter, definition))
    except ZuoraError as error_of_filter:
        if not job.has_ended:
            raise DocumentError(f"{where}: {error_of_filter.message}") from None
        # The object may have changed since the job ended, which no longer needs its filter.
        return job


def _check_unfinished(job: Job, definition: Definition | None, has_file: bool, where: str) -> None:
    if definition is None:
        raise DocumentError(f"{where}: object: {quote(job.object)} is not one of the objects; the job needs it")
    waits_for_rows = job.operation.needs_file and job.status is Status.IN_PROGRESS
    if waits_for_rows != has_file:
        raise DocumentError(f"{where}: file: expected {'one' if waits_for_rows else 'none'} in status {job.status}")
