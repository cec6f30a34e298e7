"""The operations on records over HTTP, with the operation ids of the reference."""

from typing import Annotated, Any, Final
from urllib.parse import quote as percent_encoded

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api.errors import version_mismatch
from mock_zuora.api.etags import etag_of, precondition_of
from mock_zuora.api.json_bodies import (
    OBJECT_NAME,
    check_keys,
    check_parameters,
    flag_from,
    json_of,
    merge_patch_of,
    object_of,
    page_size_from,
)
from mock_zuora.api.request_context import Call, call_of
from mock_zuora.api.responses import batch_json, json_response, record_json, record_page_json
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote
from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records
from mock_zuora.domain.records.operations import RecordQuery, VersionMismatch
from mock_zuora.domain.records.record import Record

router = APIRouter(tags=["Custom Object Records"])

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
    Query(description="How many records a page has at most."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": records.MAX_PAGE_SIZE}),
]
Cursor = Annotated[str | None, Query(description="The last record of the page before, which is not repeated.")]
QueryText = Annotated[str | None, Query(description="Which records: a query on filterable fields.")]
Ids = Annotated[list[str] | None, Query(description="The ids of the records; may be given several times.")]

_RECORDS: Final = "/objects/records/default/{object}"
_RECORD: Final = _RECORDS + "/{id}"


@router.post(
    _RECORDS,
    operation_id="POST_CustomObjectRecords",
    summary="Create custom object records",
)
async def create(request: Request, object: ObjectName) -> Response:
    call = call_of(request)
    body = await object_of(call, ("records", "allowPartialSuccess"))
    partial = flag_from(body, "allowPartialSuccess")
    batch = record_batches.create(call.caller, object, body.get("records"), partial=partial)
    call.check_relationships(records.records_of(call.caller, object).definition)
    return json_response(batch_json(batch, object))


@router.get(
    _RECORDS,
    operation_id="GET_AllRecordsForCustomObjectType",
    summary="List records for a custom object",
)
async def list_records(
    request: Request,
    object: ObjectName,
    q: QueryText = None,
    ids: Ids = None,
    pageSize: PageSize = None,
    cursor: Cursor = None,
) -> Response:
    call = call_of(request)
    check_parameters(call, request, ("q", "ids", "pageSize", "cursor"))
    query = RecordQuery(
        page_size=page_size_from(pageSize, records.DEFAULT_PAGE_SIZE, records.MAX_PAGE_SIZE, Resource.RECORD_QUERY),
        cursor=cursor,
        q=q,
        ids=tuple(each.strip() for text in ids or () for each in text.split(",")),
    )
    return json_response(record_page_json(records.list_records(call.caller, object, query), object))


@router.get(
    _RECORD,
    operation_id="GET_CustomObjectRecordByID",
    summary="Retrieve a custom object record",
)
async def retrieve(request: Request, object: ObjectName, id: RecordId) -> Response:
    call = call_of(request)
    return _record_response(records.retrieve(call.caller, object, id), object)


@router.put(
    _RECORD,
    operation_id="PUT_CustomObjectRecord",
    summary="Update a custom object record",
)
async def replace_record(request: Request, object: ObjectName, id: RecordId) -> Response:
    call = call_of(request)
    document = await json_of(call, Resource.RECORD)
    try:
        record = records.replace_record(call.caller, object, id, document, precondition_of(call))
    except VersionMismatch:
        raise version_mismatch(call.headers["if-match"]) from None
    call.check_relationships(records.records_of(call.caller, object).definition)
    return _record_response(record, object)


@router.patch(
    _RECORD,
    operation_id="Patch_PartialUpdateCustomObjectRecord",
    summary="Partially update a custom object record",
)
async def patch(request: Request, object: ObjectName, id: RecordId) -> Response:
    call = call_of(request)
    document = await merge_patch_of(call)
    try:
        record = records.patch(call.caller, object, id, document, precondition_of(call))
    except VersionMismatch:
        raise version_mismatch(call.headers["if-match"]) from None
    call.check_relationships(records.records_of(call.caller, object).definition)
    return _record_response(record, object)


@router.delete(
    _RECORD,
    operation_id="Delete_CustomObjectRecordByID",
    summary="Delete a custom object record",
)
async def delete(request: Request, object: ObjectName, id: RecordId) -> Response:
    call = call_of(request)
    try:
        records.delete(call.caller, object, id, precondition_of(call))
    except VersionMismatch:
        raise version_mismatch(call.headers["if-match"]) from None
    return json_response(f"/objects/records/default/{percent_encoded(object, safe='')}/{id}")


@router.post(
    "/objects/batch/default/{object}",
    operation_id="POST_CustomObjectRecordsBatchUpdateOrDelete",
    summary="Update or delete custom object records",
)
async def update_or_delete(request: Request, object: ObjectName) -> Response:
    call = call_of(request)
    action = (await object_of(call, ("action",))).get("action")
    return json_response(_act(call, object, action))


def _act(call: Call, object: str, action: Any) -> dict[str, Any]:
    if not isinstance(action, dict):
        category = Category.MISSING if action is None else Category.INVALID
        raise ZuoraError(Resource.RECORD, category, f"action: {quote(action)}; expected an object with 'type'.")
    check_keys("action", action, ("type", "records", "ids", "allowPartialSuccess"), Resource.RECORD)
    if action.get("type") == "delete":
        record_batches.delete(call.caller, object, action.get("ids"))
        return {}
    if action.get("type") == "update":
        partial = flag_from(action, "allowPartialSuccess")
        batch = record_batches.update(call.caller, object, action.get("records"), partial=partial)
        call.check_relationships(records.records_of(call.caller, object).definition)
        return batch_json(batch)
    category = Category.MISSING if action.get("type") is None else Category.INVALID
    raise ZuoraError(
        Resource.RECORD, category, f"action.type: {quote(action.get('type'))} is not valid; expected update or delete."
    )


def _record_response(record: Record, object: str) -> Response:
    response = json_response(record_json(record, object))
    response.headers["ETag"] = etag_of(record)
    return response
