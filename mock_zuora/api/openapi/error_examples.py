"""The refusals that the document shows as examples: one for each error status of each operation.

Where the emulated API has a function for a refusal, the example comes from it. Tests provoke every one of them.
"""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.api import errors as api_errors
from mock_zuora.api.errors import Refusal
from mock_zuora.api.openapi.examples import ROW_ERROR, VALUES
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, ErrorDetail, Problem, Resource, ZuoraError

MEANINGS: Final[Mapping[int, str]] = {
    400: "The request breaks a rule.",
    401: "The access token is missing or not valid.",
    403: "The user lacks a permission, or the tenant does not list an entity.",
    404: "The resource does not exist.",
    405: "The path does not support this method.",
    409: "The first request with this idempotency key is still running.",
    412: "`If-Match` names another version of the record.",
    422: "The idempotency key belongs to another request.",
    429: "The rate limit of the tenant is exceeded.",
    500: "The service cannot process the request now; try again later.",
}
"""What each status means."""

USUAL: Final[Mapping[int, Refusal]] = {
    400: refusals.request_invalid(
        "Zuora-Track-Id: 'order:4711' is not valid; expected at most 64 US-ASCII characters, none of : ; \" '."
    ),
    401: refusals.not_authenticated(
        "Authorization: the header is missing or not 'Bearer <token>'; get a token from POST /oauth/token."
    ),
    403: api_errors.entity_denied("Zuora-Entity-Ids", EXAMPLE_ID),
    404: refusals.object_not_found("vehicle"),
    409: api_errors.key_in_use("order-4711"),
    412: api_errors.version_mismatch('"1"'),
    422: api_errors.key_belongs_to_another_request("order-4711"),
    429: api_errors.rate_limit_exceeded(17),
}
"""By status: what the operations without an example of their own say. The example of a 405 depends on the path."""

_MAY_NOT_VIEW: Final = refusals.permission_denied(Category.READ_DENIED, "view")
_MAY_NOT_CREATE: Final = refusals.permission_denied(Category.CREATE_DENIED, "create")
_MAY_NOT_UPDATE: Final = refusals.permission_denied(Category.UPDATE_DENIED, "update")
_MAY_NOT_DELETE: Final = refusals.permission_denied(Category.DELETE_DENIED, "delete")
_NO_JOB: Final = refusals.job_not_found(EXAMPLE_ID)
_NO_RECORD: Final = refusals.record_not_found(EXAMPLE_ID, "vehicle")
_PROBLEM: Final = Problem(ROW_ERROR["code"], ROW_ERROR["message"])
_NO_INTEGER: Final = refusals.record_invalid(Category.INVALID_INTEGER, _PROBLEM.message)


def _high_load(record: Mapping[str, Any]) -> ZuoraError:
    message = "Service limit reached, please retry later."
    problem = Problem(Resource.RECORD * 100 + Category.RETRYABLE, message)
    return ZuoraError(Resource.RECORD, Category.RETRYABLE, message, (ErrorDetail(problem, record),))


OF_OPERATIONS: Final[Mapping[tuple[str, int], Refusal]] = {
    ("POST_CustomObjectBulkJob", 400): refusals.operation_invalid("upsert"),
    ("POST_CustomObjectBulkJob", 403): _MAY_NOT_CREATE,
    ("GET_AllCustomObjectBulkJobs", 400): refusals.request_invalid(
        "pageSize: '101' is not valid; expected an integer from 1 to 100."
    ),
    ("GET_CustomObjectBulkJob", 403): _MAY_NOT_VIEW,
    ("GET_CustomObjectBulkJob", 404): _NO_JOB,
    ("POST_UploadFileForCustomObjectBulkJob", 400): refusals.column_unknown(
        "Column 'colour__c' is not a field of object 'vehicle'; names are case-sensitive, and its fields are "
        "'brand__c, color__c, doors__c'."
    ),
    ("POST_UploadFileForCustomObjectBulkJob", 403): _MAY_NOT_CREATE,
    ("POST_UploadFileForCustomObjectBulkJob", 404): _NO_JOB,
    ("GET_CustomObjectBulkJobErrors", 404): _NO_JOB,
    ("PATCH_CustomObjectBulkJob", 400): refusals.wrong_status(
        "completed", "it can be cancelled", "accepted or pending"
    ),
    ("PATCH_CustomObjectBulkJob", 404): _NO_JOB,
    ("GET_AllCustomObjectDefinitionsInNamespace", 400): ZuoraError(
        Resource.DEFINITION, Category.INVALID, "select: 'label' is not valid; expected type."
    ),
    ("GET_AllCustomObjectDefinitionsInNamespace", 403): _MAY_NOT_VIEW,
    ("POST_CustomObjectDefinitions", 400): ZuoraError(
        Resource.DEFINITION_OBJECT,
        Category.RULE,
        "object: a custom object 'vehicle' exists already; change it by a migration.",
    ),
    ("POST_CustomObjectDefinitions", 403): _MAY_NOT_CREATE,
    ("GET_CustomObjectDefinitionByType", 403): _MAY_NOT_VIEW,
    ("Delete_CustomObjectDefinitionByType", 400): ZuoraError(
        Resource.DEFINITION,
        Category.RULE,
        "Object 'vehicle' cannot be deleted: it has 3 records; only an empty one can.",
    ),
    ("Delete_CustomObjectDefinitionByType", 403): _MAY_NOT_DELETE,
    ("POST_UpdateCustomObjectDefinition", 400): ZuoraError(
        Resource.MIGRATION_ACTIONS, Category.RULE, "actions has 2 actions; a migration takes exactly one."
    ),
    ("POST_UpdateCustomObjectDefinition", 403): _MAY_NOT_UPDATE,
    ("POST_CustomObjectRecords", 401): refusals.record_permission_denied(Category.CREATE_DENIED, "create"),
    ("POST_CustomObjectRecords", 500): _high_load(VALUES),
    ("POST_CustomObjectRecordsBatchUpdateOrDelete", 401): refusals.record_permission_denied(
        Category.DELETE_DENIED, "delete"
    ),
    ("POST_CustomObjectRecordsBatchUpdateOrDelete", 500): _high_load({"Id": EXAMPLE_ID}),
    ("POST_CustomObjectRecords", 400): refusals.records_invalid(
        (ErrorDetail(_PROBLEM, {"Id": EXAMPLE_ID, **ROW_ERROR["record"]}),)
    ),
    ("GET_AllRecordsForCustomObjectType", 400): refusals.record_query_invalid(
        "q: field [color__c] of object 'vehicle' is not filterable; queries accept filterable fields only "
        "(at position 1).",
        Category.RULE,
    ),
    ("GET_AllRecordsForCustomObjectType", 403): _MAY_NOT_VIEW,
    ("GET_CustomObjectRecordByID", 403): _MAY_NOT_VIEW,
    ("GET_CustomObjectRecordByID", 404): _NO_RECORD,
    ("PUT_CustomObjectRecord", 400): _NO_INTEGER,
    ("PUT_CustomObjectRecord", 403): _MAY_NOT_UPDATE,
    ("PUT_CustomObjectRecord", 404): _NO_RECORD,
    ("Patch_PartialUpdateCustomObjectRecord", 400): _NO_INTEGER,
    ("Patch_PartialUpdateCustomObjectRecord", 403): _MAY_NOT_UPDATE,
    ("Patch_PartialUpdateCustomObjectRecord", 404): _NO_RECORD,
    ("Delete_CustomObjectRecordByID", 403): _MAY_NOT_DELETE,
    ("POST_CustomObjectRecordsBatchUpdateOrDelete", 400): refusals.record_invalid(
        Category.INVALID, "action.type: 'replace' is not valid; expected update or delete."
    ),
    ("createToken", 400): api_errors.OAuthRefusal(
        400, "invalid_request", "client_id: expected exactly one value in the form."
    ),
    ("createToken", 401): api_errors.OAuthRefusal(
        401, "invalid_client", "client_id 'my-client' is not known here, or its client_secret is wrong."
    ),
}
"""By operation id and status: the operations with an example of their own."""
