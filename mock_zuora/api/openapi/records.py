"""The facts of the operations on records."""

from typing import Any, Final

from mock_zuora.api.errors import version_mismatch
from mock_zuora.api.openapi.operation_docs import Body, Facts, Failures, Link
from mock_zuora.api.openapi.shared_refusals import (
    CREATE_DENIED,
    DELETE_DENIED,
    OBJECT_NOT_FOUND,
    OF_JSON,
    OF_PATH_PARAMETERS,
    UPDATE_DENIED,
    VIEW_DENIED,
)
from mock_zuora.api.schemas.records import (
    BatchAnswer,
    BatchRequest,
    CustomFields,
    Record,
    RecordBatch,
    RecordPage,
    RecordsRequest,
)
from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, ErrorDetail, Problem, Resource, ZuoraError
from mock_zuora.domain.records.operations import DEFAULT_PAGE_SIZE

_VALUES: Final[dict[str, Any]] = {"brand__c": "Volvo", "color__c": "red"}
_RECORD: Final[dict[str, Any]] = {
    "Id": EXAMPLE_ID,
    "CreatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "CreatedDate": EXAMPLE_DATE,
    "UpdatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "UpdatedDate": EXAMPLE_DATE,
    "type": "vehicle",
    "version": 1,
    **_VALUES,
}
_OF_OBJECT: Final[Failures] = {"object_not_found": OBJECT_NOT_FOUND, **OF_PATH_PARAMETERS}
_OF_RECORD: Final[Failures] = {
    **_OF_OBJECT,
    "id_invalid": refusals.record_invalid(Category.INVALID, "id: expected a UUID, but the value is '4711'."),
}
_NOT_FOUND: Final[Failures] = {"record_not_found": refusals.record_not_found(EXAMPLE_ID, "vehicle")}
_OF_VALUES: Final[Failures] = {
    "field_unknown": refusals.record_invalid(
        Category.UNKNOWN_FIELD, "Field [colour__c] is not a custom field of 'vehicle'."
    ),
    "value_missing": refusals.record_invalid(Category.MISSING, "Field [brand__c] is required, but has no value."),
    "integer_invalid": refusals.record_invalid(
        Category.INVALID_INTEGER, "Field [doors__c] expects an integer, but the value is 'four'."
    ),
    "number_invalid": refusals.record_invalid(
        Category.INVALID_NUMBER, "Field [price__c] expects a number, but the value is 'cheap'."
    ),
    "boolean_invalid": refusals.record_invalid(
        Category.INVALID_BOOLEAN, "Field [electric__c] expects a boolean, but the value is 'maybe'."
    ),
    "string_invalid": refusals.record_invalid(
        Category.INVALID_STRING, "Field [color__c] expects one of red, blue, but the value is 'yellow'."
    ),
    "value_invalid": refusals.record_invalid(
        Category.INVALID, "Field [built__c] expects a date, but the value is 'yesterday'."
    ),
    "value_taken": refusals.record_invalid(
        Category.RULE, f"Field [vin__c] is unique, and its value 'X1' is taken by record '{EXAMPLE_ID}'."
    ),
}
_DETAIL: Final = ErrorDetail(
    Problem(71012523, "Field [doors__c] expects an integer, but the value is 'four'."),
    {"Id": EXAMPLE_ID, "brand__c": "Volvo", "doors__c": "four"},
)
_OF_SEVERAL: Final[Failures] = {
    "records_missing": refusals.record_invalid(Category.MISSING, "records is missing; expected 1 to 1000 records."),
    "records_count": refusals.record_invalid(Category.RULE, "records has 1001 records; expected 1 to 1000."),
    "key_unknown": ZuoraError(
        Resource.RECORD, Category.UNKNOWN_FIELD, "Unknown field 'record'; the body takes records, allowPartialSuccess."
    ),
    "records_invalid": refusals.records_invalid((_DETAIL,)),
    "throttled": ZuoraError(Resource.RECORD, Category.RETRYABLE, "Service limit reached, please retry later."),
}
_VERSION: Final[Failures] = {"version_mismatch": version_mismatch('"1"')}
_REFUSED: Final[dict[str, Any]] = {
    "code": 71012520,
    "message": refusals.RECORDS_INVALID,
    "details": [{"code": _DETAIL.problem.code, "message": _DETAIL.problem.message, "record": dict(_DETAIL.record)}],
}


def _links(place: str) -> dict[str, Link]:
    parameters = {"object": f"$response.body#/{place}type", "id": f"$response.body#/{place}Id"}
    return {
        "retrieve": Link("GET_CustomObjectRecordByID", parameters, "See the record."),
        "update": Link("PUT_CustomObjectRecord", parameters, "Update the record as a whole."),
        "patch": Link("Patch_PartialUpdateCustomObjectRecord", parameters, "Change some of its fields."),
        "delete": Link("Delete_CustomObjectRecordByID", parameters, "Delete the record."),
    }


_CREATE: Final = Facts(
    description="Up to 1,000 records: all of them or none, unless partial success will do.",
    success="The records that were created, and what was refused of a call that takes partial success.",
    answer=RecordBatch,
    example={"records": [_RECORD], "error": _REFUSED},
    body=Body("application/json", RecordsRequest, {"records": [_VALUES], "allowPartialSuccess": True}),
    links=_links("records/0/"),
    failures={**OF_JSON, **_OF_OBJECT, **_OF_SEVERAL, "create_denied": CREATE_DENIED},
)
_LIST: Final = Facts(
    description="The records that a query finds, in the order of their creation.",
    success="A page of records.",
    answer=RecordPage,
    example={"records": [_RECORD], "count": 1},
    links=_links("records/0/"),
    defaults={"pageSize": DEFAULT_PAGE_SIZE},
    failures={
        **_OF_OBJECT,
        "page_size_invalid": refusals.request_invalid(
            "pageSize: '0' is not valid; expected an integer from 1 to 1000."
        ),
        "query_invalid": refusals.record_query_invalid(
            "q: the query is empty; expected a term such as status__c:active."
        ),
        "query_field_unknown": refusals.record_query_invalid(
            "q: object 'vehicle' has no field 'size__c'.", Category.UNKNOWN_FIELD
        ),
        "query_not_filterable": refusals.record_query_invalid("q: field [color__c] is not filterable.", Category.RULE),
        "ids_invalid": refusals.record_ids_invalid("ids: expected a UUID, but the value is '4711'."),
        "cursor_unknown": refusals.record_query_invalid("cursor: 'x' is not the id of a record of 'vehicle'."),
        "view_denied": VIEW_DENIED,
    },
)
_RETRIEVE: Final = Facts(
    description="One record, as it is now.",
    success="The record.",
    answer=Record,
    example=_RECORD,
    answer_headers=("ETag",),
    failures={**_OF_RECORD, **_NOT_FOUND, "view_denied": VIEW_DENIED},
)
_REPLACE: Final = Facts(
    description="Updates a record as a whole: a field that is left out takes its default, or is cleared.",
    success="The record, in its next version.",
    answer=Record,
    example={**_RECORD, "version": 2},
    headers=("If-Match",),
    answer_headers=("ETag",),
    body=Body("application/json", CustomFields, _VALUES),
    failures={**OF_JSON, **_OF_RECORD, **_NOT_FOUND, **_OF_VALUES, **_VERSION, "update_denied": UPDATE_DENIED},
)
_PATCH: Final = Facts(
    description="Updates the fields that the body names; null clears one.",
    success="The record, in its next version.",
    answer=Record,
    example={**_RECORD, "version": 2},
    headers=("If-Match",),
    answer_headers=("ETag",),
    body=Body("application/merge-patch+json", CustomFields, {"color__c": None}),
    failures={**OF_JSON, **_OF_RECORD, **_NOT_FOUND, **_OF_VALUES, **_VERSION, "update_denied": UPDATE_DENIED},
)
_DELETE: Final = Facts(
    description="Deletes a record; one that is not there does not matter.",
    success="The path of the record that is no longer there.",
    answer={"type": "string", "format": "uri-reference"},
    example=f"/objects/records/default/vehicle/{EXAMPLE_ID}",
    headers=("If-Match",),
    failures={**_OF_RECORD, **_VERSION, "delete_denied": DELETE_DENIED},
)
_BATCH: Final = Facts(
    description="Updates or deletes up to 1,000 records: all of them or none, unless partial success will do.",
    success="What was refused of a call that takes partial success; empty if all of it was done.",
    answer=BatchAnswer,
    example={"error": _REFUSED},
    body=Body("application/json", BatchRequest, {"action": {"type": "delete", "ids": [EXAMPLE_ID]}}),
    failures={
        **OF_JSON,
        **_OF_OBJECT,
        **_OF_SEVERAL,
        "ids_invalid": refusals.record_ids_invalid("action.ids: expected a UUID, but the value is '4711'."),
        "update_denied": UPDATE_DENIED,
        "delete_denied": DELETE_DENIED,
    },
)

OPERATIONS: Final = {
    "POST_CustomObjectRecords": _CREATE,
    "GET_AllRecordsForCustomObjectType": _LIST,
    "GET_CustomObjectRecordByID": _RETRIEVE,
    "PUT_CustomObjectRecord": _REPLACE,
    "Patch_PartialUpdateCustomObjectRecord": _PATCH,
    "Delete_CustomObjectRecordByID": _DELETE,
    "POST_CustomObjectRecordsBatchUpdateOrDelete": _BATCH,
}
