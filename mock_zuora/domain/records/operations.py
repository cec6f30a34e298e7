"""The operations on single records, and the list. ``batch_operations`` changes several records at once."""

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mock_zuora.domain import refusals
from mock_zuora.domain.access.permissions import require_permission, require_view_permission
from mock_zuora.domain.assumptions.catalogue.records import PUT_RECORD, QUERY_LETTER_CASE, RECORD_COUNT
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE
from mock_zuora.domain.objects.field import FieldValidationError
from mock_zuora.domain.objects.field_values import uuid_of
from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.query.compiler import Query, compile_query
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.records.read_delay import (
    NO_PREVIOUS_VERSIONS,
    PreviousVersion,
    ids_as_of,
    position_of,
    version_as_of,
)
from mock_zuora.domain.records.record import Record, Values
from mock_zuora.domain.records.validation import JsonReader, UniqueHolders, check_relationships, complete, merged
from mock_zuora.domain.tenants.tenant import Caller, ObjectRecords

DEFAULT_PAGE_SIZE: Final = 25
"""(A) The reference gives no default ``pageSize`` for records; this is the default for jobs."""
MAX_PAGE_SIZE: Final = 1_000
_TERMS_PER_CHUNK: Final = 1_000
"""Terms of a query that are evaluated at once: a few milliseconds of work."""


class VersionMismatch(Exception):
    """The record is not in the version that the caller expects. Nothing was written."""


Precondition = Callable[[Record | None], bool]
"""Whether a record, or None if it does not exist, is in the version that the caller expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuery:
    """The parameters of a list request. ``q`` and ``ids`` are unparsed. ``page`` starts at 1."""

    page_size: int = DEFAULT_PAGE_SIZE
    page: int = 1
    cursor: str | None = None
    q: str | None = None
    ids: tuple[str, ...] = ()

    @property
    def skipped(self) -> int:
        """The number of records on the pages before."""
        return (self.page - 1) * self.page_size


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of records, with the ``count`` of the list."""

    records: list[Record]
    count: int


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """A page of records, with the number of all records that match, and of those that exist."""

    page: list[Record]
    matches: int
    existing: int


def list_records(caller: Caller, object_name: str, query: RecordQuery) -> Generator[None, None, RecordPage]:
    """Lists the matching records of an object in order of creation (A). Yields between chunks of the work.

    With a read delay, the list shows the records as they were that long ago. Raises ZuoraError 71012512, 71000040,
    71012720 (q, cursor), 71012721, 71012730 (a field of q), 71012920 (ids).
    """
    require_view_permission(caller.permissions)
    records, choices = records_of(caller, object_name), caller.choices
    try:
        found = yield from find_records(records, query, choices, _previous_versions(caller, records))
    except QueryError as error:
        raise refusals.record_query_invalid(f"q: {error.message}.", error.category, error.assumption) from None
    count = _count(choices, matches=found.matches, page=len(found.page), all=found.existing)
    return RecordPage(found.page, count)


def find_records(
    records: ObjectRecords,
    query: RecordQuery,
    choices: Choices,
    previous: Mapping[str, PreviousVersion] = NO_PREVIOUS_VERSIONS,
) -> Generator[None, None, FoundRecords]:
    """Finds the matching records in order of creation; those in ``previous`` in that version.

    Yields between chunks of the work. Raises QueryError, and ZuoraError 71012720 (cursor), 71012920 (ids).
    """
    table = records.table
    if query.cursor is not None:
        yield from table.order()
    position = -1 if query.cursor is None else _cursor_position(query.cursor, records, previous)
    compiled = None if query.q is None else compile_query(query.q, records.definition, choices)
    ids = _listed_ids(query)
    if compiled is None and not ids and not previous:
        # Without a query or recent changes, read only the records of the page.
        following = table.after(None if query.cursor is None else query.cursor.lower())
        page = list(islice(following, query.skipped, query.skipped + query.page_size))
        return FoundRecords(page, len(table), len(table))
    if compiled is not None and not ids:
        yield from table.index(*compiled.fields)
        if not previous:
            return _indexed_matches(compiled, query, table, choices)
    listed = ids_as_of(table, _candidates(table, compiled, ids), previous)
    if ids:
        listed = [each for each in listed if each in ids]
    existing = len(table) + sum(
        (version.record is not None) - (table.get(record_id) is not None) for record_id, version in previous.items()
    )
    start = 0
    if query.cursor is not None:
        start = bisect_right(listed, position, key=lambda each: position_of(each, table, previous) or 0)
    visible = (version_as_of(table, each, previous) for each in listed)
    matches = yield from _matches(visible, compiled, choices, lambda: _Matches(start, query.skipped, query.page_size))
    return FoundRecords(matches.page, matches.count, existing)


def _indexed_matches(compiled: Query, query: RecordQuery, table: Table, choices: Choices) -> FoundRecords:
    found, found_in_any_case = compiled.find(table), compiled.find_in_any_case(table)
    if found != found_in_any_case and choices.of(QUERY_LETTER_CASE) == "ignored":
        found = found_in_any_case
    ids = table.ids_of(found, None if query.cursor is None else query.cursor.lower())
    page = islice(map(table.get, ids), query.skipped, query.skipped + query.page_size)
    return FoundRecords([each for each in page if each is not None], found.bit_count(), len(table))


def _count(choices: Choices, **counts: int) -> int:
    """The ``count`` of a list, of the numbers that it could be."""
    is_decisive = len(set(counts.values())) > 1
    return counts[choices.of(RECORD_COUNT) if is_decisive else RECORD_COUNT.default]


class _Matches:
    """The records that match: their number, and those of one page. It keeps no other, however many there are."""

    def __init__(self, start: int, skipped: int, page_size: int) -> None:
        self.count = 0
        self.page: list[Record] = []
        self._start, self._skipped, self._page_size = start, skipped, page_size

    def add(self, place: int, record: Record) -> None:
        """Adds a record by its place among the visible ones."""
        self.count += 1
        if place < self._start or len(self.page) == self._page_size:
            return
        if self._skipped > 0:
            self._skipped -= 1
        else:
            self.page.append(record)


def _matches(
    visible: Iterable[Record | None], query: Query | None, choices: Choices, new: Callable[[], _Matches]
) -> Generator[None, None, _Matches]:
    """The matches among the visible records. Yields between chunks of the work.

    Whether case matters is an assumption, for queries with different results.
    """
    exact, in_any_case, is_different = new(), new(), False
    records_per_chunk = max(1, _TERMS_PER_CHUNK // (1 if query is None else query.terms))
    for number, record in enumerate(visible, 1):
        if record is not None:
            is_exact = is_match = True
            if query is not None:
                query.case_note.is_set = False
                is_exact = is_match = query.matches(record)
                if query.case_note.is_set:
                    is_match = query.matches_in_any_case(record)
                    is_different = is_different or is_match != is_exact
            if is_exact:
                exact.add(number - 1, record)
            if is_match:
                in_any_case.add(number - 1, record)
        if number % records_per_chunk == 0:
            yield
    return in_any_case if is_different and choices.of(QUERY_LETTER_CASE) == "ignored" else exact


def _previous_versions(caller: Caller, records: ObjectRecords) -> Mapping[str, PreviousVersion]:
    if records.write_log is None:
        return NO_PREVIOUS_VERSIONS
    return records.write_log.versions_at(caller.tenant.clock.now() - caller.tenant.settings.read_milliseconds)


def _cursor_position(cursor: str, records: ObjectRecords, previous: Mapping[str, PreviousVersion]) -> int:
    position = position_of(cursor.lower(), records.table, previous)
    if position is None:
        raise refusals.record_query_invalid(
            f"cursor: {quote(cursor)} is not the id of a record of '{records.definition.object}'; expected the id of "
            "the last record of the previous page."
        )
    return position


def _candidates(table: Table, query: Query | None, ids: Set[str]) -> Sequence[str] | None:
    """The ids of the records that can be listed, in order of creation; None stands for all records."""
    if ids:
        return sorted(ids, key=lambda each: table.position(each) or 0)
    return None if query is None else list(table.ids_of(query.find_in_any_case(table)))


def _listed_ids(query: RecordQuery) -> frozenset[str]:
    return frozenset(_listed_id(text) for text in query.ids)


def _listed_id(text: str) -> str:
    try:
        return uuid_of(text)
    except FieldValidationError as invalid:
        raise refusals.record_ids_invalid(f"ids: {invalid.message}.") from None


def retrieve(caller: Caller, object_name: str, record_id: str) -> Record:
    """Returns one record without read delay. Raises ZuoraError 71012512, 71000040, 71012520, 71012540."""
    require_view_permission(caller.permissions)
    return find(records_of(caller, object_name), record_id)


def replace_record(
    caller: Caller, object_name: str, record_id: str, document: Any, expected: Precondition | None = None
) -> Record:
    """Writes the fields in the document. What happens to the others is the assumption ``put-record``.

    Raises ZuoraError 71012513, 71000040, 71012540 and 710125xx for an invalid record; VersionMismatch.
    """
    return _change(caller, object_name, record_id, document, expected, is_whole=True)


def patch(
    caller: Caller, object_name: str, record_id: str, document: Any, expected: Precondition | None = None
) -> Record:
    """Updates the fields in the document; null clears a field (D: JSON merge patch). Raises as ``replace_record``."""
    return _change(caller, object_name, record_id, document, expected, is_whole=False)


def _change(
    caller: Caller, object_name: str, record_id: str, document: Any, expected: Precondition | None, *, is_whole: bool
) -> Record:
    require_permission(caller.permissions, Operation.UPDATE)
    records = records_of(caller, object_name)
    before = find(records, record_id)
    if expected is not None and not expected(before):
        raise VersionMismatch
    if not isinstance(document, Mapping):
        raise refusals.record_invalid(Category.INVALID, f"The body is {quote(document)}; expected a JSON object.")
    reader = JsonReader(records.definition, caller.choices)
    try:
        if is_whole:
            values = _values_after_put(reader, before, document, caller.choices)
        else:
            values = values_after_patch(reader, before, document)
        UniqueHolders(records.definition, records.table.holders).check(values, before.id)
        check_relationships(values, records.definition, records.exists)
    except FieldValidationError as invalid:
        raise refusals.record_invalid(invalid.category, invalid.message, invalid.assumption) from None
    after = before.updated(caller.user.id, caller.tenant.clock.now(), values)
    records.put(after)
    return after


def _values_after_put(reader: JsonReader, before: Record, document: Mapping[str, Any], choices: Choices) -> Values:
    """The values of a record after a PUT. If omitted fields differ by it, ``put-record`` decides about them."""
    given, cleared = reader.values(document)
    kept = merged(before, given, cleared, reader.definition)
    try:
        replaced = complete(dict(given), reader.definition, cleared)
    except FieldValidationError as missing:
        if choices.of(PUT_RECORD) == "merge":
            return kept
        raise FieldValidationError(missing.category, missing.message, PUT_RECORD) from None
    return kept if kept != replaced and choices.of(PUT_RECORD) == "merge" else replaced


def values_after_patch(reader: JsonReader, before: Record, document: Mapping[str, Any]) -> Values:
    """The values of a record after a patch. Raises FieldValidationError."""
    values, cleared = reader.values(document)
    return merged(before, values, cleared, reader.definition)


def delete(caller: Caller, object_name: str, record_id: str, expected: Precondition | None = None) -> None:
    """Deletes a record. A record that does not exist is no error (D).

    Raises ZuoraError 71012514, 71000040, 71012520; VersionMismatch.
    """
    require_permission(caller.permissions, Operation.DELETE)
    records = records_of(caller, object_name)
    record = records.table.get(_checked_id(record_id))
    if expected is not None and not expected(record):
        raise VersionMismatch
    if record is not None:
        records.remove(record.id, caller.tenant.clock.now())


def records_of(caller: Caller, object_name: str) -> ObjectRecords:
    """The records of a custom object. Raises ZuoraError 71000040."""
    definition = caller.tenant.store.objects.definition(DEFAULT_NAMESPACE, object_name)
    if definition is None:
        raise refusals.object_not_found(object_name)
    return caller.tenant.records(definition)


def find(records: ObjectRecords, record_id: str) -> Record:
    """Returns a record by id. Raises ZuoraError 71012520, 71012540."""
    record = records.table.get(_checked_id(record_id))
    if record is None:
        raise refusals.record_not_found(record_id, records.definition.object)
    return record


def _checked_id(text: str) -> str:
    try:
        return uuid_of(text)
    except FieldValidationError as invalid:
        raise refusals.record_invalid(invalid.category, f"id: {invalid.message}") from None
