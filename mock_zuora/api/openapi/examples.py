"""The examples of the document by name: bodies of requests and of successful responses."""

from typing import Any, Final

from mock_zuora.api.responses import definition_json
from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID
from mock_zuora.domain.assumptions.choices import NO_CHOICES, Choices
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.refusals import RECORDS_INVALID

_SYSTEM_FIELDS: Final = {
    "Id": EXAMPLE_ID,
    "CreatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "CreatedDate": EXAMPLE_DATE,
    "UpdatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "UpdatedDate": EXAMPLE_DATE,
}
_SUBMISSION: Final = {"namespace": "default", "object": "vehicle", "operation": "create"}
_PENDING: Final = {**_SYSTEM_FIELDS, **_SUBMISSION, "status": "pending", "processingTime": 0, "recordsProcessed": 0}
_COMPLETED: Final = {**_PENDING, "status": "completed", "processingTime": 62, "recordsProcessed": 2}
_DEFINITION_REQUEST: Final[dict[str, Any]] = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "doors__c": {"type": "integer", "label": "Doors"},
    },
    "required": ["brand__c"],
    "filterable": ["brand__c"],
}
_DEFAULTS: Final = Choices({}, NO_CHOICES, {})
_DEFINITION: Final = {**definition_json(definition_from(_DEFINITION_REQUEST), (), _DEFAULTS), **_SYSTEM_FIELDS}
_ACTION: Final[dict[str, Any]] = {
    "type": "addField",
    "namespace": "default",
    "object": "vehicle",
    "field": {"name": "color__c", "definition": {"type": "string", "label": "Color"}},
}
VALUES: Final[dict[str, Any]] = {"brand__c": "Volvo", "color__c": "red"}
_RECORD: Final = {**_SYSTEM_FIELDS, "type": "vehicle", "version": 1, **VALUES}
ROW_ERROR: Final[dict[str, Any]] = {
    "code": 71012523,
    "message": "Field [doors__c] expects an integer, but the value is 'four'.",
    "record": {"brand__c": "Volvo", "doors__c": "four"},
    "row": 2,
}
_RECORDS_ERROR: Final[dict[str, Any]] = {
    "code": 71012520,
    "message": RECORDS_INVALID,
    "details": [
        {
            "code": 71012523,
            "message": "Field [doors__c] expects an integer, but the value is 'four'.",
            "record": {"Id": EXAMPLE_ID, "brand__c": "Volvo", "doors__c": "four"},
        }
    ],
}

PARAMETERS: Final[dict[str, Any]] = {
    "object": "vehicle",
    "id": EXAMPLE_ID,
    "q": "brand__c:Volvo",
    "ids": [EXAMPLE_ID],
    "pageSize": 25,
    "page": 1,
    "status": "completed",
    "select": "type",
}
"""Values of parameters of paths and queries by name. ``cursor`` has none, because only a page that exists has one."""

EXAMPLES: Final[dict[str, Any]] = {
    "submission": _SUBMISSION,
    "pending job": _PENDING,
    "job in progress": {**_PENDING, "status": "in_progress"},
    "completed job": _COMPLETED,
    "cancelled job": {**_PENDING, "status": "cancelled"},
    "page of jobs": {"jobs": [_COMPLETED], "count": 1, "cursor": EXAMPLE_ID},
    "CSV file": "brand__c,color__c\r\nVolvo,red\r\nFiat,blue\r\n",
    "row errors": {"errors": [ROW_ERROR]},
    "new definitions": {"definitions": {"vehicle": _DEFINITION_REQUEST}},
    "definitions": {"definitions": {"vehicle": _DEFINITION}, "count": 1},
    "definition": _DEFINITION,
    "path of a definition": "/objects/definitions/default/vehicle",
    "migration": {"actions": [_ACTION], "instant": True},
    "new records": {"records": [VALUES]},
    "created records": {"records": [_RECORD], "error": _RECORDS_ERROR},
    "page of records": {"records": [_RECORD], "count": 1},
    "record": _RECORD,
    "updated record": {**_RECORD, "version": 2},
    "patched record": {**_SYSTEM_FIELDS, "type": "vehicle", "version": 2, "brand__c": "Volvo"},
    "values": VALUES,
    "merge patch": {"color__c": None},
    "path of a record": f"/objects/records/default/vehicle/{EXAMPLE_ID}",
    "batch deletion": {"action": {"type": "delete", "ids": [EXAMPLE_ID]}},
    "partial success": {"error": _RECORDS_ERROR},
    "credentials": {"client_id": "my-client", "client_secret": "my-secret", "grant_type": "client_credentials"},
    "token": {
        "access_token": "c652cbc0ea384b9f81856a93a2a74538",
        "token_type": "bearer",
        "expires_in": 3598,
        "scope": "user.7c4d5433dc234c369a01b9719ecd059f entity.1a2b7a37-3e7d-4cb3-b0e2-883de9e766cc tenant.1",
        "jti": "c652cbc0ea384b9f81856a93a2a74538",
    },
}
