"""The objects of a tenant: their definitions, and their records in pages. Reading changes nothing, not even what counts
as a consulted assumption."""

from collections import Counter
from collections.abc import Generator
from typing import Annotated, Any, Final

from pydantic import Field

from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control, unnoted_choices
from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.control.object_results import ObjectInfo, RecordPage
from mock_zuora.control.operations import operation
from mock_zuora.control.pieces import PER_PIECE
from mock_zuora.control.services.records import nearest_object, record_document
from mock_zuora.domain.errors import quote
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, filterable_system_fields
from mock_zuora.domain.objects.definition_document import document_of
from mock_zuora.domain.objects.operations import related_from
from mock_zuora.domain.records.operations import RecordQuery, find_records
from mock_zuora.domain.records.query.tokens import QueryError
from mock_zuora.domain.tenants.tenant import Tenant

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 200
"""Records of one page, which is made at once: a few milliseconds of work."""

Namespace = Annotated[str, Field(description="default for custom objects, com_zuora for objects of Zuora")]
After = Annotated[str | None, Field(description="the id of the last record of the previous page")]
QueryText = Annotated[str | None, Field(description="which records, in the query language of the emulated API")]


@operation("objects.all", "GET", "/objects")
async def list_objects(control: Control, tenant: str) -> list[ObjectInfo]:
    """Lists the objects of a tenant in the order of their creation, also those that jobs created without a schema."""
    return await run_in_chunks(_objects(control.tenant(tenant)))


@operation("objects.get", "GET", "/objects/{object}")
async def get_object(
    control: Control, tenant: str, *, object: str, namespace: Namespace = DEFAULT_NAMESPACE
) -> dict[str, Any]:
    """Returns the definition of an object, as the emulated API shows its schema."""
    found = control.tenant(tenant)
    definition = _definition(found, namespace, object)
    system_fields = filterable_system_fields(unnoted_choices(control, found))
    is_custom = namespace == DEFAULT_NAMESPACE
    return document_of(definition, system_fields, related_from(found, object) if is_custom else ())


@operation("objects.records", "GET", "/objects/{object}/records")
async def page_of_records(
    control: Control,
    tenant: str,
    *,
    object: str,
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    after: After = None,
    q: QueryText = None,
    namespace: Namespace = DEFAULT_NAMESPACE,
) -> RecordPage:
    """Returns a page of the current records of an object, or of those that match a query, in order of their creation.

    A mistake in ``q`` is refused with its ``position``, counted from 1.
    """
    found = control.tenant(tenant)
    records = found.records(_definition(found, namespace, object))
    cursor = None if after is None else after.lower()
    if cursor is not None and records.table.get(cursor) is None:
        raise Invalid(f"after: {quote(after)} is not the id of a record of object {quote(object)}")
    # One more record than the page has, to know whether another page follows.
    query = RecordQuery(page_size=limit + 1, cursor=cursor, q=q)
    try:
        listing = await run_in_chunks(find_records(records, query, unnoted_choices(control, found)))
    except QueryError as error:
        raise Invalid(f"q: {error.message}", position=error.position) from None
    page = listing.page[:limit]
    return RecordPage(
        records=tuple(record_document(each, object) for each in page),
        total=listing.matches,
        next=page[-1].id if len(listing.page) > limit else None,
    )


@operation("objects.record", "GET", "/objects/{object}/records/{id}")
async def get_record(
    control: Control, tenant: str, *, object: str, id: str, namespace: Namespace = DEFAULT_NAMESPACE
) -> dict[str, Any]:
    """Returns a record of an object, as the emulated API shows it."""
    found = control.tenant(tenant)
    record = found.records(_definition(found, namespace, object)).table.get(id.lower())
    if record is None:
        raise Unknown(f"id: object {quote(object)} has no record {quote(id)}")
    return record_document(record, object)


def _definition(tenant: Tenant, namespace: str, name: str) -> Definition:
    definition = tenant.store.objects.definition(namespace, name)
    if definition is None:
        where = f"object: tenant {quote(tenant.name)} has no object {quote(name)}"
        if namespace != DEFAULT_NAMESPACE:
            where += f" in namespace {quote(namespace)}"
        raise Unknown(where + (nearest_object(tenant, namespace, name) or "; objects.all lists those that it has"))
    return definition


def _objects(tenant: Tenant) -> Generator[None, None, list[ObjectInfo]]:
    objects, listed = tenant.store.objects, list[ObjectInfo]()
    unfinished = Counter((each.namespace, each.object) for each in tenant.store.jobs.unfinished())
    for number, each in enumerate(objects.definitions(), 1):
        key = (each.namespace, each.object)
        if objects.definition(*key) is not None:
            listed.append(
                ObjectInfo(
                    name=each.object,
                    namespace=each.namespace,
                    label=each.label,
                    fields=len(each.fields),
                    records=len(objects.table(*key)),
                    unfinished_jobs=unfinished[key],
                    has_schema=not each.is_open,
                )
            )
        if number % PER_PIECE == 0:
            yield
    return listed
