"""Reading records, so that a job's effect can be seen."""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from mock_zuora.core import errors
from mock_zuora.core.definitions import DEFAULT_NAMESPACE
from mock_zuora.core.fields import Mismatch, uuid_of
from mock_zuora.core.permissions import require_view
from mock_zuora.core.records import Record
from mock_zuora.core.store import Table
from mock_zuora.core.tenants import Caller

DEFAULT_PAGE_SIZE: Final = 25
"""(I) The reference gives the range of ``pageSize`` for records, but no default; that of jobs is taken."""
LARGEST_PAGE_SIZE: Final = 1_000


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of records."""

    records: list[Record]


def list_records(
    caller: Caller, object_name: str, *, page_size: int = DEFAULT_PAGE_SIZE, cursor: str | None = None
) -> RecordPage:
    """The records of an object in the order of their creation (I).

    Raises ZuoraError 71012512, 71000040, 71012720 (cursor).
    """
    require_view(caller.permissions)
    table = _table(caller, object_name)
    if cursor is not None and table.get(cursor) is None:
        raise errors.record_query_invalid(
            f"cursor: {errors.show(cursor)} is not the id of a record of '{object_name}'; expected the last one of the "
            "page before."
        )
    return RecordPage(list(islice(table.after(cursor), page_size)))


def retrieve(caller: Caller, object_name: str, record_id: str) -> Record:
    """One record. Raises ZuoraError 71012512, 71000040, 71012520, 71012540."""
    require_view(caller.permissions)
    table = _table(caller, object_name)
    try:
        record = table.get(uuid_of(record_id))
    except Mismatch as mismatch:
        raise errors.record_invalid(mismatch.category, f"id: {mismatch.message}") from None
    if record is None:
        raise errors.record_not_found(record_id, object_name)
    return record


def _table(caller: Caller, object_name: str) -> Table:
    objects = caller.tenant.store.objects
    if objects.definition(DEFAULT_NAMESPACE, object_name) is None:
        raise errors.object_not_found(object_name)
    return objects.table(DEFAULT_NAMESPACE, object_name)
