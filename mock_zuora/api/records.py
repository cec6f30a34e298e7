"""Reading records over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api import schemas
from mock_zuora.api.bodies import check_parameters, page_size_from
from mock_zuora.api.call import call_of
from mock_zuora.api.shapes import json_response, record_json, record_page_json
from mock_zuora.core.operations import records

router = APIRouter(tags=["Custom Object Records"])

ObjectName = Annotated[str, Path(description="The API name of the object; case-sensitive.")]
RecordId = Annotated[
    str, Path(description="The id of the record."), WithJsonSchema({"type": "string", "format": "uuid"})
]
PageSize = Annotated[
    str | None,
    Query(description="How many records a page has at most."),
    WithJsonSchema(
        {"type": "integer", "minimum": 1, "maximum": records.LARGEST_PAGE_SIZE, "default": records.DEFAULT_PAGE_SIZE}
    ),
]
Cursor = Annotated[str | None, Query(description="The last record of the page before, which is not repeated.")]


@router.get(
    "/objects/records/default/{object}",
    operation_id="GET_AllRecordsForCustomObjectType",
    summary="List records for a custom object",
    response_model=schemas.RecordPage,
)
async def list_records(
    request: Request, object: ObjectName, pageSize: PageSize = None, cursor: Cursor = None
) -> Response:
    call = call_of(request)
    check_parameters(call, request.query_params, ("pageSize", "cursor"))
    page_size = page_size_from(pageSize, records.DEFAULT_PAGE_SIZE, records.LARGEST_PAGE_SIZE)
    page = records.list_records(call.caller, object, page_size=page_size, cursor=cursor)
    return json_response(record_page_json(page.records, object))


@router.get(
    "/objects/records/default/{object}/{id}",
    operation_id="GET_CustomObjectRecordByID",
    summary="Retrieve a custom object record",
    response_model=schemas.Record,
)
async def retrieve(request: Request, object: ObjectName, id: RecordId) -> Response:
    call = call_of(request)
    return json_response(record_json(records.retrieve(call.caller, object, id), object))
