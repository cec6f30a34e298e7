"""The operations on several records at once: create, and the batch update and delete.

All or nothing, unless the call says that partial success will do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_zuora.domain import errors
from mock_zuora.domain.access.permissions import require_for
from mock_zuora.domain.errors import Category, ErrorDetail, quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects.field import FieldValidationError, uuid_of
from mock_zuora.domain.records.operations import changed_values, records_of
from mock_zuora.domain.records.record import (
    JsonReader,
    Record,
    UniqueHolders,
    check_relationships,
    complete,
    new_record,
    problem_of,
)
from mock_zuora.domain.tenants.tenant import Caller, ObjectRecords

MAX_RECORDS: Final = 1_000
"""The most records of one call (D)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a call: the records that were written, and those that were refused."""

    written: list[Record]
    refused: tuple[ErrorDetail, ...] = ()


def create(caller: Caller, object_name: str, documents: Any, *, partial: bool) -> Batch:
    """Creates 1 to 1,000 records.

    Raises ZuoraError 71012515, 71000040, 71012520, 71012522, 71012530, and without ``partial`` 71012520 with a detail
    for each record that is refused.
    """
    require_for(caller.permissions, Operation.CREATE)
    records = records_of(caller, object_name)
    writing, reader = _Writing(records), JsonReader(records.definition)
    by, now = caller.user.id, caller.tenant.clock.now()
    for document in _several("records", documents, list):
        record_id = caller.tenant.ids.uuid()
        if not isinstance(document, Mapping):
            writing.refuse(
                FieldValidationError(Category.INVALID, f"The record is {quote(document)}, not an object."),
                {"Id": record_id},
            )
            continue
        try:
            values, cleared = reader.values(document)
            writing.add(new_record(record_id, by, now, complete(values, records.definition, cleared)))
        except FieldValidationError as invalid:
            writing.refuse(invalid, {"Id": record_id, **document})
    return writing.write(partial=partial)


def update(caller: Caller, object_name: str, documents: Any, *, partial: bool) -> Batch:
    """Updates up to 1,000 records, given by their ids; of each, the fields that its document names (A).

    Raises ZuoraError as ``create``, with 71012513.
    """
    require_for(caller.permissions, Operation.UPDATE)
    records = records_of(caller, object_name)
    writing, reader = _Writing(records), JsonReader(records.definition)
    by, now = caller.user.id, caller.tenant.clock.now()
    for text, document in _several("action.records", documents, dict).items():
        said = {"Id": text, **document} if isinstance(document, Mapping) else {"Id": text}
        try:
            before = records.table.get(uuid_of(text))
            if before is None:
                raise FieldValidationError(Category.NOT_FOUND, errors.record_not_found(text, object_name).message)
            if not isinstance(document, Mapping):
                raise FieldValidationError(Category.INVALID, f"The record is {quote(document)}, not an object.")
            values = changed_values(reader, before, document, is_whole=False)
            writing.add(before.updated(by, now, values), before)
        except FieldValidationError as invalid:
            writing.refuse(invalid, said)
    return writing.write(partial=partial)


def delete(caller: Caller, object_name: str, ids: Any) -> None:
    """Deletes up to 1,000 records; ids of records that are not there do not matter, as in the delete of one (A).

    Raises ZuoraError 71012514, 71000040, 71012520, 71012530, 71012920.
    """
    require_for(caller.permissions, Operation.DELETE)
    records = records_of(caller, object_name)
    texts = _several("action.ids", ids, list)
    try:
        checked = [uuid_of(text if isinstance(text, str) else quote(text)) for text in texts]
    except FieldValidationError as invalid:
        raise errors.record_ids_invalid(f"action.ids: {invalid.message}.") from None
    now = caller.tenant.clock.now()
    for record_id in checked:
        records.remove(record_id, now)


def _several(name: str, documents: Any, form: type[Any]) -> Any:
    if documents is None:
        raise errors.record_invalid(Category.MISSING, f"{name} is missing; expected 1 to {MAX_RECORDS} records.")
    if not isinstance(documents, form):
        expected = "a list" if form is list else "an object of records by their ids"
        raise errors.record_invalid(Category.INVALID, f"{name}: {quote(documents)} is not {expected}.")
    if not 1 <= len(documents) <= MAX_RECORDS:
        raise errors.record_invalid(Category.RULE, f"{name} has {len(documents)} records; expected 1 to {MAX_RECORDS}.")
    return documents


class _Writing:
    """Collects what one call is about to write, and writes it at the end, if it may."""

    def __init__(self, records: ObjectRecords) -> None:
        self._records = records
        self._unique = UniqueHolders(records.definition, records.table.holder)
        self._ready: dict[str, Record] = {}
        self._refused: list[ErrorDetail] = []

    def add(self, record: Record, before: Record | None = None) -> None:
        """Raises Mismatch for a record that is changed twice, a unique value taken, a related record missing."""
        if record.id in self._ready:
            raise FieldValidationError(Category.INVALID, f"Record {quote(record.id)} is named more than once.")
        self._unique.check(record.values, record.id)
        check_relationships(record.values, self._records.definition, self._records.exists)
        self._unique.take(record.values, record.id, before.values if before else None)
        self._ready[record.id] = record

    def refuse(self, invalid: FieldValidationError, said: Mapping[str, Any]) -> None:
        self._refused.append(ErrorDetail(problem_of(invalid), said))

    def write(self, *, partial: bool) -> Batch:
        refused = tuple(self._refused)
        if refused and not partial:
            raise errors.records_invalid(refused)
        written = list(self._ready.values())
        for record in written:
            self._records.put(record)
        return Batch(written, refused)
