"""The operations on records over HTTP, with the operation ids of the reference."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote as percent_encoded

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api.errors import version_mismatch
from mock_zuora.api.etags import etag_of, precondition_of
from mock_zuora.api.json_bodies import (
    MAX_PAGE,
    MERGE_PATCH,
    OBJECT_NAME,
    check_keys,
    flag_from,
    json_of,
    merge_patch_of,
    object_of,
    page_from,
    page_size_from,
)
from mock_zuora.api.pipeline.permissions import requires, requires_for_records, requires_view
from mock_zuora.api.pipeline.route import ZuoraRoute
from mock_zuora.api.request_context import RequestContext, context_of
from mock_zuora.api.responses import batch_json, created_records_json, json_response, record_json, record_page_json
from mock_zuora.api.routes.documentation import PATH_REFERENCE, Body, Link, Success, documentation, errors
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.domain import refusals
from mock_zuora.domain.access.permissions import require_record_permission
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records
from mock_zuora.domain.records.batch_operations import Batch
from mock_zuora.domain.records.operations import RecordQuery, VersionMismatch
from mock_zuora.domain.records.record import Record

router = APIRouter(tags=["Custom Object Records"], route_class=ZuoraRoute)

ObjectName = Annotated[
    str,
    Path(description="The API name of the object; case-sensitive."),
    WithJsonSchema({"type": "string", **OBJECT_NAME}),
]
RecordId = Annotated[
    str,
    Path(description="The id of the record."),
    WithJsonSchema({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}),
]
PageSize = Annotated[
    str | None,
    Query(alias="pageSize", description="The most records on a page."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": records.MAX_PAGE_SIZE}),
]
Page = Annotated[
    str | None,
    Query(description="The number of the page, from 1. It needs `pageSize`, and excludes `cursor`."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_PAGE}),
]
Cursor = Annotated[str | None, Query(description="The last record of the previous page, which is not repeated.")]
QueryText = Annotated[str | None, Query(description="Which records: a query on filterable fields.")]
Ids = Annotated[list[str] | None, Query(description="The ids of the records; may be given several times.")]

_RECORDS: Final = "/objects/records/default/{object}"
_RECORD: Final = _RECORDS + "/{id}"
_IF_MATCH: Final = ("If-Match",)
_FIRST: Final = {"object": "$response.body#/records/0/type", "id": "$response.body#/records/0/Id"}
_LISTED_RECORD: Final = (
    Link("retrieve", "GET_CustomObjectRecordByID", _FIRST, "Retrieve the record."),
    Link("update", "PUT_CustomObjectRecord", _FIRST, "Update the record."),
    Link("patch", "Patch_PartialUpdateCustomObjectRecord", _FIRST, "Update some of its fields."),
    Link("delete", "Delete_CustomObjectRecordByID", _FIRST, "Delete the record."),
)


@router.post(
    _RECORDS,
    operation_id="POST_CustomObjectRecords",
    dependencies=[requires_for_records(Operation.CREATE)],
    summary="Create custom object records",
    response_description="The records that were created, and those that were refused with partial success.",
    responses=errors(401, 405, 500),
    openapi_extra=documentation(
        Success("RecordBatch", "created records", _LISTED_RECORD), Body("RecordsRequest", "new records")
    ),
)
async def create(request: Request, object: ObjectName) -> Response:
    """Creates up to 1,000 records: all of them or none, unless the request allows partial success."""
    context = context_of(request)
    body = await object_of(request, ("records", "allowPartialSuccess"))
    partial = flag_from(body, "allowPartialSuccess")
    batch = record_batches.create(context.caller, object, body.get("records"), partial=partial)
    _note_batch(context, object, batch)
    return json_response(created_records_json(batch, object, context.choices))


@router.get(
    _RECORDS,
    operation_id="GET_AllRecordsForCustomObjectType",
    dependencies=[requires_view()],
    summary="List records for a custom object",
    response_description="A page of records.",
    responses=errors(405),
    openapi_extra=documentation(
        Success("RecordPage", "page of records", _LISTED_RECORD), defaults={"pageSize": records.DEFAULT_PAGE_SIZE}
    ),
)
async def list_records(
    request: Request,
    object: ObjectName,
    q: QueryText = None,
    ids: Ids = None,
    page_size: PageSize = None,
    page: Page = None,
    cursor: Cursor = None,
) -> Response:
    """Lists the records that match a query, oldest first."""
    context = context_of(request)
    query = RecordQuery(
        page_size=page_size_from(page_size, records.DEFAULT_PAGE_SIZE, records.MAX_PAGE_SIZE, Resource.RECORD_QUERY),
        page=_page_from(page, page_size, cursor),
        cursor=cursor,
        q=q,
        ids=tuple(each.strip() for text in ids or () for each in text.split(",")),
    )
    page_of_records = await run_in_chunks(records.list_records(context.caller, object, query))
    return json_response(record_page_json(page_of_records, object, context.choices))


@router.get(
    _RECORD,
    operation_id="GET_CustomObjectRecordByID",
    summary="Retrieve a custom object record",
    response_description="The record.",
    responses=errors(404, 405),
    openapi_extra=documentation(Success("Record", "record", headers=("ETag",))),
)
async def retrieve(request: Request, object: ObjectName, id: RecordId) -> Response:
    """Retrieves a record."""
    context = context_of(request)
    return _record_response(context, records.retrieve(context.caller, object, id), object)


@router.put(
    _RECORD,
    operation_id="PUT_CustomObjectRecord",
    dependencies=[requires(Operation.UPDATE)],
    summary="Update a custom object record",
    response_description="The record, in its next version.",
    responses=errors(404, 405, 412),
    openapi_extra=documentation(
        Success("Record", "updated record", headers=("ETag",)), Body("CustomFields", "values"), _IF_MATCH
    ),
)
async def replace_record(request: Request, object: ObjectName, id: RecordId) -> Response:
    """Updates the fields that the body names. The others keep their values."""
    return _changed(context_of(request), object, id, await json_of(request, Resource.RECORD), records.replace_record)


@router.patch(
    _RECORD,
    operation_id="Patch_PartialUpdateCustomObjectRecord",
    dependencies=[requires(Operation.UPDATE)],
    summary="Partially update a custom object record",
    response_description="The record, in its next version.",
    responses=errors(404, 405, 412),
    openapi_extra=documentation(
        Success("Record", "patched record", headers=("ETag",)),
        Body("CustomFields", "merge patch", MERGE_PATCH),
        _IF_MATCH,
    ),
)
async def patch(request: Request, object: ObjectName, id: RecordId) -> Response:
    """Updates the fields that the body names; null clears a field."""
    return _changed(context_of(request), object, id, await merge_patch_of(request), records.patch)


@router.delete(
    _RECORD,
    operation_id="Delete_CustomObjectRecordByID",
    summary="Delete a custom object record",
    response_description="The path of the record.",
    responses=errors(405, 412),
    openapi_extra=documentation(Success(PATH_REFERENCE, "path of a record"), headers=_IF_MATCH),
)
async def delete(request: Request, object: ObjectName, id: RecordId) -> Response:
    """Deletes a record. A record that does not exist is no error."""
    context = context_of(request)
    try:
        records.delete(context.caller, object, id, precondition_of(context))
    except VersionMismatch:
        raise version_mismatch(context.headers["if-match"]) from None
    return json_response(f"/objects/records/default/{percent_encoded(object, safe='')}/{id}")


@router.post(
    "/objects/batch/default/{object}",
    operation_id="POST_CustomObjectRecordsBatchUpdateOrDelete",
    summary="Update or delete custom object records",
    response_description="The records that were refused with partial success; empty if there are none.",
    responses=errors(401, 405, 500),
    openapi_extra=documentation(Success("BatchResult", "partial success"), Body("BatchRequest", "batch deletion")),
)
async def update_or_delete(request: Request, object: ObjectName) -> Response:
    """Updates or deletes up to 1,000 records: all of them or none, unless the request allows partial success."""
    context = context_of(request)
    action = (await object_of(request, ("action",))).get("action")
    return json_response(_act(context, object, action))


def _act(context: RequestContext, object: str, action: Any) -> dict[str, Any]:
    if not isinstance(action, dict):
        category = Category.MISSING if action is None else Category.INVALID
        raise ZuoraError(Resource.RECORD, category, f"action: {quote(action)}; expected an object with 'type'.")
    kind = action.get("type")
    if kind not in ("update", "delete"):
        category = Category.MISSING if kind is None else Category.INVALID
        raise ZuoraError(
            Resource.RECORD, category, f"action.type: {quote(kind)} is not valid; expected update or delete."
        )
    require_record_permission(context.caller.permissions, Operation(kind))
    check_keys(action, ("type", "records", "ids", "allowPartialSuccess"), Resource.RECORD, "action.")
    partial = flag_from(action, "allowPartialSuccess")
    if kind == "delete":
        record_batches.check_ignored_fields(records=action.get("records"))
        record_batches.delete(context.caller, object, action.get("ids"))
        return {}
    record_batches.check_ignored_fields(ids=action.get("ids"))
    batch = record_batches.update(context.caller, object, action.get("records"), partial=partial)
    _note_batch(context, object, batch)
    return batch_json(batch)


def _note_batch(context: RequestContext, object_name: str, batch: Batch) -> None:
    """Reports unchecked relationships, and the refusal of records and what it rests on."""
    context.warn_about_relationships(records.records_of(context.caller, object_name).definition)
    context.reason = "; ".join(context.choices.reason(each) for each in batch.assumptions)
    if batch.refused:
        refusal = refusals.records_invalid(batch.refused)
        context.refusal = f"{refusal.code} {refusal.message}"


def _changed(
    context: RequestContext, object_name: str, record_id: str, document: Any, change: Callable[..., Record]
) -> Response:
    """The response to a PUT or a PATCH. ``change`` is the operation of the domain. Raises HttpRefusal 412."""
    try:
        record = change(context.caller, object_name, record_id, document, precondition_of(context))
    except VersionMismatch:
        raise version_mismatch(context.headers["if-match"]) from None
    context.warn_about_relationships(records.records_of(context.caller, object_name).definition)
    return _record_response(context, record, object_name)


def _page_from(page: str | None, page_size: str | None, cursor: str | None) -> int:
    """The number of the page of a list. Raises ZuoraError 71012720."""
    if page is None:
        return 1
    if page_size is None:
        raise refusals.record_query_invalid(f"page: {quote(page)} needs pageSize, which is missing.")  # (S)
    if cursor is not None:
        # (A) The sources do not say which of the two would apply.
        raise refusals.record_query_invalid(
            f"page: {quote(page)} cannot be combined with cursor; expected one of them."
        )
    return page_from(page, Resource.RECORD_QUERY)


def _record_response(context: RequestContext, record: Record, object: str) -> Response:
    response = json_response(record_json(record, object, context.choices))
    response.headers["ETag"] = etag_of(record)
    return response
