"""The records of a tenant."""

from collections.abc import Generator
from typing import Any

from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Unknown
from mock_zuora.control.operations import operation
from mock_zuora.control.pieces import PER_PIECE
from mock_zuora.domain.errors import quote
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE
from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record


@operation("records", "GET", "/records/{object}")
async def list_records(control: Control, tenant: str, *, object: str) -> list[dict[str, Any]]:
    """Lists the current records of an object, in the order of their creation."""
    objects = control.tenant(tenant).store.objects
    if objects.definition(DEFAULT_NAMESPACE, object) is None:
        known = ", ".join(each.object for each in objects.definitions()) or "none"
        raise Unknown(f"object: tenant {quote(tenant)} has no object {quote(object)}; existing objects: {known}")
    return await run_in_chunks(_documents(objects.table(DEFAULT_NAMESPACE, object), object))


def _documents(table: Table, object_name: str) -> Generator[None, None, list[dict[str, Any]]]:
    documents: list[dict[str, Any]] = []
    for number, record_id in enumerate(table.ids(), 1):
        record = table.get(record_id)
        if record is not None:
            documents.append(_document(record, object_name))
        if number % PER_PIECE == 0:
            yield
    return documents


def _document(record: Record, object_name: str) -> dict[str, Any]:
    system = {name: read(record) for name, read in SYSTEM_VALUES.items()}
    return {**system, "type": object_name, "version": record.version, **record.values}
