"""The operations on several records at once: create, batch update and batch delete.

Each changes all records or none, unless the request allows partial success.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_zuora.domain import refusals
from mock_zuora.domain.access.permissions import require_record_permission
from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.errors import Category, ErrorDetail, quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects.field import FieldValidationError
from mock_zuora.domain.objects.field_values import uuid_of
from mock_zuora.domain.records.operations import records_of, values_after_patch
from mock_zuora.domain.records.record import Record, new_record
from mock_zuora.domain.records.validation import (
    JsonReader,
    UniqueHolders,
    check_relationships,
    complete,
    problem_of,
)
from mock_zuora.domain.tenants.tenant import Caller, ObjectRecords

MAX_RECORDS: Final = 1_000
"""The maximum number of records in one request (D)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The result of a request: the written records and the refused ones."""

    written: list[Record]
    refused: tuple[ErrorDetail, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    """Those that the refusals of records rest on."""


def create(caller: Caller, object_name: str, documents: Any, *, partial: bool) -> Batch:
    """Creates 1 to 1,000 records.

    Raises ZuoraError 71012515, 71000040, 71012520, 71012522, 71012530. Without ``partial``, one refused record refuses
    the request: 71012520 with a detail for each.
    """
    require_record_permission(caller.permissions, Operation.CREATE)
    records = records_of(caller, object_name)
    batch, reader = _PendingBatch(records), JsonReader(records.definition, caller.choices)
    user_id, now = caller.user.id, caller.tenant.clock.now()
    for document in _checked_records("records", documents, list):
        record_id = caller.tenant.ids.unused_uuid(records.table.get)
        if not isinstance(document, Mapping):
            batch.refuse(
                FieldValidationError(Category.INVALID, f"The record is {quote(document)}, not an object."),
                {"Id": record_id},
            )
            continue
        try:
            values, cleared = reader.values(document)
            batch.add(new_record(record_id, user_id, now, complete(values, records.definition, cleared)))
        except FieldValidationError as invalid:
            batch.refuse(invalid, {"Id": record_id, **document})
    return batch.write(partial=partial)


def update(caller: Caller, object_name: str, documents: Any, *, partial: bool) -> Batch:
    """Updates 1 to 1,000 records, given by id; each document updates the fields that it names (A).

    Raises ZuoraError as ``create``, with 71012513.
    """
    require_record_permission(caller.permissions, Operation.UPDATE)
    records = records_of(caller, object_name)
    batch, reader = _PendingBatch(records), JsonReader(records.definition, caller.choices)
    user_id, now = caller.user.id, caller.tenant.clock.now()
    for text, document in _checked_records("action.records", documents, dict).items():
        refused = {"Id": text, **document} if isinstance(document, Mapping) else {"Id": text}
        try:
            before = records.table.get(uuid_of(text))
            if before is None:
                raise FieldValidationError(Category.NOT_FOUND, refusals.record_not_found(text, object_name).message)
            if not isinstance(document, Mapping):
                raise FieldValidationError(Category.INVALID, f"The record is {quote(document)}, not an object.")
            values = values_after_patch(reader, before, document)
            batch.add(before.updated(user_id, now, values), before)
        except FieldValidationError as invalid:
            batch.refuse(invalid, refused)
    return batch.write(partial=partial)


def delete(caller: Caller, object_name: str, ids: Any) -> None:
    """Deletes 1 to 1,000 records. Ids of records that do not exist are no error, as in a single delete (A).

    Raises ZuoraError 71012514, 71000040, 71012520, 71012530, 71012920.
    """
    require_record_permission(caller.permissions, Operation.DELETE)
    records = records_of(caller, object_name)
    checked = _checked_ids(_checked_records("action.ids", ids, list))
    now = caller.tenant.clock.now()
    for record_id in checked:
        records.remove(record_id, now)


def check_ignored_fields(*, ids: Any = None, records: Any = None) -> None:
    """Refuses a field that the action ignores if it is malformed. Raises ZuoraError 71012520, 71012920."""
    if ids is not None:
        _checked_ids(_checked_records("action.ids", ids, list))
    if records is not None:
        _check_type("action.records", records, dict)
        for record_id, document in records.items():
            if not isinstance(document, Mapping):
                message = f"action.records: {quote(record_id)} is {quote(document)}, not an object."
                raise refusals.record_invalid(Category.INVALID, message)


def _checked_ids(ids: list[Any]) -> list[str]:
    try:
        return [uuid_of(each if isinstance(each, str) else quote(each)) for each in ids]
    except FieldValidationError as invalid:
        raise refusals.record_ids_invalid(f"action.ids: {invalid.message}.") from None


def _checked_records(name: str, documents: Any, expected_type: type[Any]) -> Any:
    if documents is None:
        raise refusals.record_invalid(Category.MISSING, f"{name} is missing; expected 1 to {MAX_RECORDS} records.")
    _check_type(name, documents, expected_type)
    if not 1 <= len(documents) <= MAX_RECORDS:
        raise refusals.record_invalid(
            Category.RULE, f"{name} has {len(documents)} records; expected 1 to {MAX_RECORDS}."
        )
    return documents


def _check_type(name: str, documents: Any, expected_type: type[Any]) -> None:
    if not isinstance(documents, expected_type):
        expected = "a list" if expected_type is list else "an object of records by their ids"
        raise refusals.record_invalid(Category.INVALID, f"{name}: {quote(documents)} is not {expected}.")


class _PendingBatch:
    """Collects the records of one request and writes them at the end, unless a refused record forbids it."""

    def __init__(self, records: ObjectRecords) -> None:
        self._records = records
        self._unique = UniqueHolders(records.definition, records.table.holders)
        self._ready: dict[str, Record] = {}
        self._refused: list[ErrorDetail] = []
        self._assumptions: dict[str, Assumption] = {}

    def add(self, record: Record, before: Record | None = None) -> None:
        """Adds a record. Raises FieldValidationError if it was added before, or if the record is not valid."""
        if record.id in self._ready:
            raise FieldValidationError(Category.INVALID, f"Record {quote(record.id)} is named more than once.")
        self._unique.check(record.values, record.id)
        check_relationships(record.values, self._records.definition, self._records.exists)
        self._unique.reserve(record.values, record.id, before.values if before else None)
        self._ready[record.id] = record

    def refuse(self, invalid: FieldValidationError, document: Mapping[str, Any]) -> None:
        self._refused.append(ErrorDetail(problem_of(invalid), document))
        if invalid.assumption is not None:
            self._assumptions[invalid.assumption.name] = invalid.assumption

    def write(self, *, partial: bool) -> Batch:
        refused = tuple(self._refused)
        if refused and not partial:
            raise refusals.records_invalid(refused, next(iter(self._assumptions.values()), None))
        written = list(self._ready.values())
        for record in written:
            self._records.put(record)
        return Batch(written, refused, tuple(self._assumptions.values()))
