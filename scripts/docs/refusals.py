"""Example errors for docs/errors.md: one per error code and kind of mistake.

Where the emulated API has a function for an error, the example comes from it.
"""

from collections.abc import Sequence
from typing import Final

from mock_zuora.api import errors as api_errors
from mock_zuora.api.errors import HttpRefusal
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, ErrorDetail, Problem, Resource, ZuoraError
from mock_zuora.domain.objects.definition import CUSTOM_NAME

_DETAIL: Final = ErrorDetail(
    Problem(71012523, "Field [doors__c] expects an integer, but the value is 'four'."),
    {"Id": EXAMPLE_ID, "brand__c": "Volvo", "doors__c": "four"},
)

OF_REQUESTS: Final[Sequence[ZuoraError | HttpRefusal]] = (
    refusals.not_authenticated(
        "Authorization: the header is missing or not 'Bearer <token>'; get a token from POST /oauth/token."
    ),
    refusals.permission_denied(Category.READ_DENIED, "view"),
    refusals.permission_denied(Category.UPDATE_DENIED, "update"),
    refusals.permission_denied(Category.DELETE_DENIED, "delete"),
    refusals.permission_denied(Category.CREATE_DENIED, "create"),
    refusals.request_invalid("The body is not JSON: 'Expecting value: line 1 column 1 (char 0)'."),
    refusals.request_invalid("pageSize: '101' is not valid; expected an integer from 1 to 100."),
    refusals.field_unknown("colour", ("operation", "object", "namespace", "filter")),
    refusals.internal_error("The mock server has a bug; its log has the details under this request's id."),
    api_errors.entity_denied("Zuora-Entity-Ids", EXAMPLE_ID),
    api_errors.origin_denied("http://shop.example"),
    api_errors.key_belongs_to_another_request("order-4711"),
    api_errors.no_such_path("GET", "/objects/job", "/objects/jobs"),
    api_errors.method_not_allowed("POST", "/objects/jobs/a", "GET"),
    api_errors.key_in_use("order-4711"),
    api_errors.rate_limit_exceeded(17),
)
OF_JOBS: Final[Sequence[ZuoraError | HttpRefusal]] = (
    refusals.operation_missing(),
    refusals.operation_invalid("upsert"),
    refusals.object_missing(),
    refusals.object_invalid("two words", "an API name of 1 to 64 printable characters without spaces"),
    refusals.object_not_found("vehicle"),
    refusals.namespace_missing(),
    refusals.namespace_invalid("custom"),
    refusals.filter_not_allowed("create"),
    refusals.filter_invalid("filter: [] is not an object with 'conditions'."),
    refusals.filter_missing(),
    refusals.conditions_missing(),
    refusals.conditions_count(3),
    refusals.condition_not_filterable("color__c", "vehicle"),
    refusals.condition_invalid("filter.conditions[0].operator: 'NE' is not valid; expected one of EQ, GT, LT, GE, LE."),
    refusals.condition_field_unknown(
        "filter.conditions[0].field: object 'vehicle' has no field 'colour'; names are case-sensitive."
    ),
    refusals.too_many_jobs(5),
    refusals.job_not_found(EXAMPLE_ID),
    refusals.cursor_unknown(EXAMPLE_ID),
    refusals.wrong_status("in_progress", "a file can be uploaded", "pending"),
    refusals.delete_takes_no_file(),
)
OF_FILES: Final[Sequence[ZuoraError | HttpRefusal]] = (
    refusals.file_invalid("Content-Type: expected text/csv, but 'text/plain' was sent."),
    refusals.file_invalid("The file is missing or empty; expected a CSV file as the body of the request."),
    refusals.file_too_large(15_000_000),
    refusals.column_unknown(
        "Column 'colour__c' is not a field of object 'vehicle'; names are case-sensitive, and its fields are "
        "'brand__c, color__c, doors__c'."
    ),
    refusals.column_duplicate("brand__c"),
    refusals.column_of_system("CreatedDate", "create"),
    refusals.id_column_missing(),
)
OF_RECORDS: Final[Sequence[ZuoraError | HttpRefusal]] = (
    refusals.record_invalid(Category.INVALID, "Field [built__c] expects a date, but the value is 'yesterday'."),
    refusals.records_invalid((_DETAIL,)),
    refusals.record_invalid(Category.UNKNOWN_FIELD, "Field [colour__c] is not a custom field of 'vehicle'."),
    refusals.record_invalid(Category.MISSING, "Field [brand__c] is required, but has no value."),
    refusals.record_invalid(Category.INVALID_INTEGER, "Field [doors__c] expects an integer, but the value is 'four'."),
    refusals.record_invalid(Category.INVALID_NUMBER, "Field [price__c] expects a number, but the value is 'cheap'."),
    refusals.record_invalid(
        Category.INVALID_BOOLEAN, "Field [electric__c] expects true or false, but the value is 'maybe'."
    ),
    refusals.record_invalid(
        Category.INVALID_STRING, "Field [color__c] expects one of 'red, blue', but the value is 'yellow'."
    ),
    refusals.record_invalid(
        Category.RULE, f"Field [vin__c] is unique, and its value 'X1' is taken by record '{EXAMPLE_ID}'."
    ),
    api_errors.version_mismatch('"1"'),
    refusals.record_not_found(EXAMPLE_ID, "vehicle"),
    ZuoraError(Resource.RECORD, Category.RETRYABLE, "Service limit reached, please retry later."),
    refusals.record_query_invalid("q: the query is empty; expected a term such as status__c:active."),
    refusals.record_query_invalid("q: object 'vehicle' has no field 'size__c'.", Category.UNKNOWN_FIELD),
    refusals.record_query_invalid(
        "q: field [color__c] of object 'vehicle' is not filterable; queries accept filterable fields only "
        "(at position 1).",
        Category.RULE,
    ),
    refusals.record_ids_invalid('ids: input string "4711" is not a valid UUID'),
)
_DEFINITION: Final = Resource.DEFINITION
_FILTERABLE: Final = Resource.DEFINITION_FILTERABLE
_ACTIONS: Final = Resource.MIGRATION_ACTIONS
_TARGET: Final = Resource.MIGRATION_TARGET_NAME
OF_DEFINITIONS: Final[Sequence[ZuoraError | HttpRefusal]] = (
    ZuoraError(
        Resource.DEFINITION_OBJECT,
        Category.RULE,
        "object: a custom object 'vehicle' exists already; change it by a migration.",
    ),
    ZuoraError(_DEFINITION, Category.MISSING, "definitions is missing; expected definitions by name."),
    ZuoraError(_DEFINITION, Category.INVALID, f"Field [brand]: expected {CUSTOM_NAME} and has at most 64 characters."),
    ZuoraError(_DEFINITION, Category.UNKNOWN_FIELD, "Field [brand__c]: unknown key 'kind'."),
    ZuoraError(_DEFINITION, Category.RULE, "Object 'vehicle' has 51 custom fields; at most 50 are possible."),
    ZuoraError(
        _DEFINITION, Category.RULE, "Object 'vehicle' cannot be deleted: it has 3 records; only an empty one can."
    ),
    ZuoraError(_DEFINITION, Category.INVALID_INTEGER, "default: Field [doors__c] expects an integer."),
    ZuoraError(_DEFINITION, Category.INVALID_NUMBER, "default: Field [price__c] expects a number."),
    ZuoraError(_DEFINITION, Category.INVALID_BOOLEAN, "default: Field [electric__c] expects true or false."),
    ZuoraError(_DEFINITION, Category.INVALID_STRING, "default: Field [color__c] expects one of red, blue."),
    ZuoraError(_FILTERABLE, Category.INVALID, "filterable of 'vehicle': 4 is not a list of field names."),
    ZuoraError(_FILTERABLE, Category.UNKNOWN_FIELD, "filterable of 'vehicle': the object has no field 'size__c'."),
    ZuoraError(_FILTERABLE, Category.RULE, "Object 'vehicle' has 11 filterable fields; at most 10 are possible."),
    ZuoraError(_ACTIONS, Category.MISSING, "actions is missing; expected a list of exactly one action."),
    ZuoraError(_ACTIONS, Category.INVALID, "actions[0]: 4 is not an object."),
    ZuoraError(_ACTIONS, Category.UNKNOWN_FIELD, "actions[0]: unknown key 'kind'."),
    ZuoraError(
        _ACTIONS, Category.UNKNOWN_FIELD, "actions[0].field.name: object 'vehicle' has no custom field 'size__c'."
    ),
    ZuoraError(_ACTIONS, Category.RULE, "actions has 2 actions; a migration takes exactly one."),
    ZuoraError(_TARGET, Category.MISSING, "actions[0].field.targetName is missing; expected the field's new name."),
    ZuoraError(
        _TARGET,
        Category.INVALID,
        f"actions[0].field.targetName: 'size' is not valid; expected {CUSTOM_NAME}.",
    ),
    ZuoraError(_TARGET, Category.RULE, "actions[0].field.targetName: object 'vehicle' has a field 'brand__c' already."),
)
REFUSALS: Final = (*OF_REQUESTS, *OF_JOBS, *OF_FILES, *OF_RECORDS, *OF_DEFINITIONS)
