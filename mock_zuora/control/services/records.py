"""The records of a tenant."""

from collections.abc import Generator
from itertools import islice
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema

from mock_zuora.config.records import CsvText, RecordError, UniqueRecords, read_csv_records, read_documents
from mock_zuora.config.suggestions import did_you_mean
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid, Refused, Unknown
from mock_zuora.control.operations import operation
from mock_zuora.control.pieces import PER_PIECE, Pieces, encoded, list_of_encoded
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, is_object_name, open_definition
from mock_zuora.domain.objects.field import FieldValidationError
from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.record import SYSTEM_VALUES, Record
from mock_zuora.domain.records.validation import UniqueHolders, check_relationships
from mock_zuora.domain.tenants.settings import DefinitionMode
from mock_zuora.domain.tenants.template import RecordTemplate
from mock_zuora.domain.tenants.tenant import ObjectRecords, Tenant

_MAX_COMPARED: Final = 1_000
"""Names of objects that are compared with a name that does not exist."""


@operation("records", "GET", "/records/{object}")
async def list_records(control: Control, tenant: str, *, object: str) -> Annotated[Pieces, list[dict[str, Any]]]:
    """Lists the current records of an object, in the order of their creation: none of an object that does not exist.

    A name that resembles the one of an existing object is refused.
    """
    objects = control.tenant(tenant).store.objects
    if objects.definition(DEFAULT_NAMESPACE, object) is None:
        if advice := nearest_object(control.tenant(tenant), DEFAULT_NAMESPACE, object):
            raise Unknown(f"object: tenant {quote(tenant)} has no object {quote(object)}{advice}")
        return list_of_encoded([])
    return list_of_encoded(await run_in_chunks(_texts(objects.table(DEFAULT_NAMESPACE, object), object)))


@operation("add_records", "POST", "/records/{object}")
async def add_records(
    control: Control,
    tenant: str,
    *,
    object: str,
    records: list[Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": True})]] | None = None,
    csv: CsvText | None = None,
) -> list[dict[str, Any]]:
    """Adds records to an object, all of them or none, and returns them. They are objects, or the text of a CSV file.

    Omitted fields get their defaults. An object that does not exist is created, unless ``definitions`` is ``strict``.
    """
    if (records is None) == (csv is None):
        raise Invalid("records: expected either records or csv")
    found = control.tenant(tenant)
    definition = _definition(found, object)
    added = found.records(definition) if _exists(found, object) else None
    check = _AddedRecords(definition, added).check
    reading = (
        read_documents(definition, records or (), check) if csv is None else read_csv_records(definition, csv, check)
    )
    try:
        templates = await run_in_chunks(reading)
    except RecordError as error:
        raise Invalid(f"records{error}") from None
    if control.tenant(tenant) is not found or _definition(found, object) != definition:
        raise Refused(f"object: tenant {quote(tenant)} or its object {quote(object)} changed during the request")
    return await run_in_chunks(_writing(found, definition, templates))


def nearest_object(tenant: Tenant, namespace: str, name: str) -> str:
    """The end of a message about an object that does not exist; empty if no other name is alike."""
    known = (each.object for each in tenant.store.objects.definitions() if each.namespace == namespace)
    return did_you_mean(name, islice(known, _MAX_COMPARED))


def _exists(tenant: Tenant, object_name: str) -> bool:
    return tenant.store.objects.definition(DEFAULT_NAMESPACE, object_name) is not None


def _definition(tenant: Tenant, object_name: str) -> Definition:
    found = tenant.store.objects.definition(DEFAULT_NAMESPACE, object_name)
    if found is not None:
        return found
    if not is_object_name(object_name):
        raise Invalid(f"object: {quote(object_name)} is not valid; expected the API name of an object")
    if tenant.settings.definitions is DefinitionMode.STRICT:
        raise Refused(
            f"object: tenant {quote(tenant.name)} has no object {quote(object_name)}; with definitions=strict, define "
            "it before you add records"
        )
    return open_definition(DEFAULT_NAMESPACE, object_name)


class _AddedRecords:
    """Checks new records against each other and against those of their object, if it exists."""

    def __init__(self, definition: Definition, existing: ObjectRecords | None) -> None:
        self._definition = definition
        self._existing = existing
        self._unique = UniqueRecords(definition)
        self._holders = None if existing is None else UniqueHolders(definition, existing.table.holders)

    def check(self, record: RecordTemplate) -> None:
        """Raises FieldValidationError."""
        self._unique.add(record)
        if self._existing is None or self._holders is None:
            return
        if record.id is not None and self._existing.table.get(record.id) is not None:
            raise FieldValidationError(Category.RULE, f"Id: the object has a record {quote(record.id)} already.")
        self._holders.check(record.values, record.id or "")
        check_relationships(record.values, self._definition, self._existing.exists)


def _writing(
    tenant: Tenant, definition: Definition, templates: list[RecordTemplate]
) -> Generator[None, None, list[dict[str, Any]]]:
    user_id, now = tenant.default_user.id, tenant.clock.now()
    if not _exists(tenant, definition.object):
        tenant.store.objects.define(definition.stamped(tenant.ids.uuid(), user_id, now))
    records, documents = tenant.records(definition), list[dict[str, Any]]()
    for each in templates:
        record = each.record(each.id or tenant.ids.unused_uuid(records.table.get), user_id, now)
        records.put(record)
        documents.append(record_document(record, definition.object))
        if len(documents) % ROWS_PER_CHUNK == 0:
            yield
    return documents


def _texts(table: Table, object_name: str) -> Generator[None, None, list[str]]:
    """The records as JSON, in texts of several records."""
    ids, texts = table.ids(), list[str]()
    for start in range(0, len(ids), PER_PIECE):
        found = filter(None, map(table.get, ids[start : start + PER_PIECE]))
        texts.append(encoded(record_document(each, object_name) for each in found))
        yield
    return texts


def record_document(record: Record, object_name: str) -> dict[str, Any]:
    """A record of an object as the emulated API shows it, unless an assumption says otherwise."""
    system = {name: read(record) for name, read in SYSTEM_VALUES.items()}
    return {**system, "type": object_name, "version": record.version, **record.values}
