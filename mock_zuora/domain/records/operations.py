"""The operations on single records, and on those of a list. Changes of several are in ``record_batches``."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mock_zuora.domain import errors
from mock_zuora.domain.access.permissions import require_for, require_view
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE
from mock_zuora.domain.objects.field import FieldValidationError, uuid_of
from mock_zuora.domain.records.query.compiler import compile_query
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.read_delay import PreviousVersion, as_of, place_of
from mock_zuora.domain.records.record import (
    JsonReader,
    Record,
    UniqueHolders,
    Values,
    check_relationships,
    complete,
    merged,
)
from mock_zuora.domain.tenants.tenant import Caller, ObjectRecords

DEFAULT_PAGE_SIZE: Final = 25
"""(A) The reference gives the range of ``pageSize`` for records, but no default; that of jobs is taken."""
MAX_PAGE_SIZE: Final = 1_000


class VersionMismatch(Exception):
    """The record is not in the version that the caller changed: nothing was written."""


Precondition = Callable[[Record | None], bool]
"""Whether a record (None: there is none) is as the caller expects it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuery:
    """What a list asks for: ``q`` and ``ids`` as the call said them, None or empty if it did not."""

    page_size: int = DEFAULT_PAGE_SIZE
    cursor: str | None = None
    q: str | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of records. ``count`` counts all that the query finds, whatever the page (A: the reference calls it the
    record count of the object type, which it is where there is no query)."""

    records: list[Record]
    count: int


def list_records(caller: Caller, object_name: str, query: RecordQuery) -> RecordPage:
    """The records of an object that a query finds, in the order of their creation (A).

    A tenant with a read delay sees them as they were that long ago. Raises ZuoraError 71012512, 71000040, 71012720 (q,
    cursor), 71012721 and 71012730 (a field of q), 71012920 (ids).
    """
    require_view(caller.permissions)
    records = records_of(caller, object_name)
    table, before = records.table, _before(caller, records)
    place = -1 if query.cursor is None else _place_behind(query.cursor, records, before)
    finds, candidates = _compiled(records, query)
    if finds is None and not before:
        # The whole object as it is: the page is cut out of it without a look at the rest.
        page = table.after(None if query.cursor is None else query.cursor.lower())
        return RecordPage(list(islice(page, query.page_size)), len(table))
    seen = as_of(table, candidates, before)
    found = [record for record in seen if finds is None or finds(record)]
    first = bisect_right(found, place, key=lambda record: place_of(record.id, table, before) or 0)
    return RecordPage(found[first : first + query.page_size], len(found))


def _before(caller: Caller, records: ObjectRecords) -> Mapping[str, PreviousVersion]:
    if records.recent is None:
        return {}
    return records.recent.before(caller.tenant.clock.now() - caller.tenant.settings.read_milliseconds)


def _place_behind(cursor: str, records: ObjectRecords, before: Mapping[str, PreviousVersion]) -> int:
    place = place_of(cursor.lower(), records.table, before)
    if place is None:
        raise errors.record_query_invalid(
            f"cursor: {quote(cursor)} is not the id of a record of '{records.definition.object}'; expected the id of "
            "the last record of the page before."
        )
    return place


def _compiled(
    records: ObjectRecords, query: RecordQuery
) -> tuple[Callable[[Record], bool] | None, Sequence[str] | None]:
    """What decides, and the ids of the only records that can be found; None: every record, and any."""
    wanted = {_listed_id(text) for text in query.ids}
    if query.q is None:
        finds = None
        candidates = None
    else:
        try:
            compiled = compile_query(query.q, records.definition)
        except QueryError as error:
            raise errors.record_query_invalid(f"q: {error.message}.", error.category) from None
        finds, candidates = compiled.finds, compiled.candidates(records.table)
    if not wanted:
        return finds, candidates
    listed = sorted(wanted, key=lambda each: records.table.place(each) or 0)
    return (lambda record: record.id in wanted and (finds is None or finds(record))), listed


def _listed_id(text: str) -> str:
    try:
        return uuid_of(text)
    except FieldValidationError as invalid:
        raise errors.record_ids_invalid(f"ids: {invalid.message}.") from None


def retrieve(caller: Caller, object_name: str, record_id: str) -> Record:
    """One record, as it is now whatever the read delay. Raises ZuoraError 71012512, 71000040, 71012520, 71012540."""
    require_view(caller.permissions)
    return find(records_of(caller, object_name), record_id)


def replace_record(
    caller: Caller, object_name: str, record_id: str, document: Any, expected: Precondition | None = None
) -> Record:
    """Updates a record as a whole: what is left out takes its default or is cleared, as in a file (A).

    Raises ZuoraError 71012513, 71000040, 71012540 and those of a record; VersionMismatch.
    """
    return _change(caller, object_name, record_id, document, expected, is_whole=True)


def patch(
    caller: Caller, object_name: str, record_id: str, document: Any, expected: Precondition | None = None
) -> Record:
    """Updates the fields that the document names; null clears one (D: JSON merge patch).

    Raises as ``replace_record``.
    """
    return _change(caller, object_name, record_id, document, expected, is_whole=False)


def _change(
    caller: Caller, object_name: str, record_id: str, document: Any, expected: Precondition | None, *, is_whole: bool
) -> Record:
    require_for(caller.permissions, Operation.UPDATE)
    records = records_of(caller, object_name)
    before = find(records, record_id)
    if expected is not None and not expected(before):
        raise VersionMismatch
    if not isinstance(document, Mapping):
        raise errors.record_invalid(errors.Category.INVALID, f"The body is {quote(document)}; expected a JSON object.")
    try:
        values = changed_values(JsonReader(records.definition), before, document, is_whole=is_whole)
        UniqueHolders(records.definition, records.table.holder).check(values, before.id)
        check_relationships(values, records.definition, records.exists)
    except FieldValidationError as invalid:
        raise errors.record_invalid(invalid.category, invalid.message) from None
    after = before.updated(caller.user.id, caller.tenant.clock.now(), values)
    records.put(after)
    return after


def changed_values(reader: JsonReader, before: Record, document: Mapping[str, Any], *, is_whole: bool) -> Values:
    """The values of a record after a change. Raises Mismatch."""
    values, cleared = reader.values(document)
    if is_whole:
        return complete(values, reader.definition, cleared)
    return merged(before, values, cleared, reader.definition)


def delete(caller: Caller, object_name: str, record_id: str, expected: Precondition | None = None) -> None:
    """Deletes a record; nothing happens if it is not there (D).

    Raises ZuoraError 71012514, 71000040, 71012520; VersionMismatch.
    """
    require_for(caller.permissions, Operation.DELETE)
    records = records_of(caller, object_name)
    known = records.table.get(_checked_id(record_id))
    if expected is not None and not expected(known):
        raise VersionMismatch
    if known is not None:
        records.remove(known.id, caller.tenant.clock.now())


def records_of(caller: Caller, object_name: str) -> ObjectRecords:
    """The records of a custom object. Raises ZuoraError 71000040."""
    definition = caller.tenant.store.objects.definition(DEFAULT_NAMESPACE, object_name)
    if definition is None:
        raise errors.object_not_found(object_name)
    return caller.tenant.records(definition)


def find(records: ObjectRecords, record_id: str) -> Record:
    """The record with this id. Raises ZuoraError 71012520, 71012540."""
    record = records.table.get(_checked_id(record_id))
    if record is None:
        raise errors.record_not_found(record_id, records.definition.object)
    return record


def _checked_id(text: str) -> str:
    try:
        return uuid_of(text)
    except FieldValidationError as invalid:
        raise errors.record_invalid(invalid.category, f"id: {invalid.message}") from None
