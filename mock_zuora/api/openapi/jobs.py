"""The facts of the six operations on jobs."""

from typing import Any, Final

from mock_zuora.api.json_bodies import JobRequest
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
from mock_zuora.api.schemas.jobs import Job, JobPage, RowErrors
from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.jobs.csv_file import MAX_FILE_BYTES
from mock_zuora.domain.jobs.operations import DEFAULT_PAGE_SIZE

_JOB: Final[dict[str, Any]] = {
    "Id": EXAMPLE_ID,
    "CreatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "CreatedDate": EXAMPLE_DATE,
    "UpdatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "UpdatedDate": EXAMPLE_DATE,
    "namespace": "default",
    "object": "vehicle",
    "operation": "create",
    "status": "pending",
    "processingTime": 0,
    "recordsProcessed": 0,
}
_ENDED: Final = {**_JOB, "status": "completed", "processingTime": 62, "recordsProcessed": 2}
_PARAMETERS: Final = {"id": "$response.body#/Id"}
_LINKS: Final = {
    "upload": Link("POST_UploadFileForCustomObjectBulkJob", _PARAMETERS, "Upload the file that the job waits for."),
    "retrieve": Link("GET_CustomObjectBulkJob", _PARAMETERS, "See where the job stands."),
    "errors": Link("GET_CustomObjectBulkJobErrors", _PARAMETERS, "See which rows were rejected."),
    "cancel": Link("PATCH_CustomObjectBulkJob", _PARAMETERS, "Cancel the job while it waits."),
}
_JOB_FAILURES: Final[Failures] = {"job_not_found": refusals.job_not_found(EXAMPLE_ID), **OF_PATH_PARAMETERS}


def _only(*names: str) -> dict[str, Link]:
    return {name: _LINKS[name] for name in names}


_SUBMIT: Final = Facts(
    description="A create or update job waits for its file then; a delete job starts by itself. A tenant has at most "
    "five jobs that have not ended.",
    success="The job, which waits for its file or for its turn.",
    answer=Job,
    example=_JOB,
    body=Body("application/json", JobRequest, {"operation": "create", "object": "vehicle", "namespace": "default"}),
    links=_LINKS,
    failures={
        **OF_JSON,
        "body_not_an_object": refusals.request_invalid("The body is []; expected a JSON object."),
        "field_unknown": refusals.field_unknown("colour", "operation, object, namespace, filter"),
        "operation_missing": refusals.operation_missing(),
        "operation_invalid": refusals.operation_invalid("upsert"),
        "object_missing": refusals.object_missing(),
        "object_invalid": refusals.object_invalid(
            "two words", "an API name of 1 to 64 printable characters without spaces"
        ),
        "namespace_missing": refusals.namespace_missing(),
        "namespace_invalid": refusals.namespace_invalid("custom"),
        "filter_not_allowed": refusals.filter_not_allowed("create"),
        "filter_invalid": refusals.filter_invalid("filter: [] is not an object with 'conditions'."),
        "conditions_missing": refusals.conditions_missing(),
        "conditions_count": refusals.conditions_count(3),
        "condition_invalid": refusals.condition_invalid(
            "filter.conditions[0].operator: 'NE' is not valid; expected one of EQ, GT, LT, GE, LE."
        ),
        "condition_field_unknown": refusals.condition_field_unknown(
            "filter.conditions[0].field: object 'vehicle' has no field 'colour'; names are case-sensitive."
        ),
        "condition_not_filterable": refusals.condition_not_filterable("color__c", "vehicle"),
        "too_many_jobs": refusals.too_many_jobs(5),
        "create_denied": CREATE_DENIED,
        "update_denied": UPDATE_DENIED,
        "delete_denied": DELETE_DENIED,
        "object_not_found": OBJECT_NOT_FOUND,
    },
)
_LIST: Final = Facts(
    description="The tenant's jobs, newest first. Jobs that are submitted while a client pages make it neither skip "
    "nor repeat any.",
    success="A page of jobs.",
    answer=JobPage,
    example={"jobs": [_ENDED], "count": 1, "cursor": EXAMPLE_ID},
    links={
        "next": Link(
            "GET_AllCustomObjectBulkJobs", {"cursor": "$response.body#/cursor"}, "The page that follows this one."
        ),
        "retrieve": Link("GET_CustomObjectBulkJob", {"id": "$response.body#/jobs/0/Id"}, "See where a job stands."),
    },
    defaults={"pageSize": DEFAULT_PAGE_SIZE},
    failures={
        "page_size_invalid": refusals.request_invalid(
            "pageSize: '101' is not valid; expected an integer from 1 to 100."
        ),
        "status_invalid": refusals.request_invalid("status: 'open' is not valid; expected one of accepted, pending."),
        "cursor_unknown": refusals.cursor_unknown(EXAMPLE_ID),
    },
)
_RETRIEVE: Final = Facts(
    description="Where the job stands.",
    success="The job.",
    answer=Job,
    example=_ENDED,
    links=_only("errors", "cancel"),
    failures={**_JOB_FAILURES, "view_denied": VIEW_DENIED},
)
_UPLOAD: Final = Facts(
    description=f"The job must be `pending`, and is `in_progress` then. The file is UTF-8 CSV of at most "
    f"{MAX_FILE_BYTES} bytes, unpacked; its header row holds API names of custom fields, and an `id` column in an "
    "update. A file that is refused changes nothing: the job waits for another.",
    success="The job, in progress.",
    answer=Job,
    example={**_JOB, "status": "in_progress"},
    body=Body("text/csv", {"type": "string", "format": "binary"}, "brand__c,color__c\r\nVolvo,red\r\nFiat,blue\r\n"),
    links=_only("retrieve", "errors"),
    failures={
        **_JOB_FAILURES,
        "content_type_invalid": refusals.file_invalid("Content-Type: expected text/csv, but 'text/plain' was sent."),
        "file_missing": refusals.file_invalid(
            "The file is missing or empty; expected a CSV file as the body of the request."
        ),
        "file_not_utf_8": refusals.file_invalid("The file is not UTF-8, at or soon after row 2."),
        "file_not_gzip": refusals.file_invalid(
            "Content-Encoding: the header says gzip, but the body is not a whole gzip stream."
        ),
        "file_too_large": refusals.file_too_large(MAX_FILE_BYTES),
        "column_unknown": refusals.column_unknown("Column 'colour' is not a field of object 'vehicle'."),
        "column_duplicate": refusals.column_duplicate("brand__c"),
        "column_of_system": refusals.column_of_system("CreatedDate", "create"),
        "id_column_missing": refusals.id_column_missing(),
        "wrong_status": refusals.wrong_status("uploading a file", "in_progress", "'pending'"),
        "delete_takes_no_file": refusals.delete_takes_no_file(),
        "create_denied": CREATE_DENIED,
        "update_denied": UPDATE_DENIED,
        "object_not_found": OBJECT_NOT_FOUND,
    },
)
_LIST_ERRORS: Final = Facts(
    description="The rejected rows of the job; none before it has ended.",
    success="The rejected rows, in the order of the file.",
    answer=RowErrors,
    example={
        "errors": [
            {
                "code": 71012523,
                "message": "Field [doors__c] expects an integer, but the value is 'four'.",
                "record": {"brand__c": "Volvo", "doors__c": "four"},
                "row": 2,
            }
        ]
    },
    failures=_JOB_FAILURES,
)
_CANCEL: Final = Facts(
    description="Only a job that is `accepted` or `pending` can be cancelled.",
    success="The job, cancelled.",
    answer=Job,
    example={**_JOB, "status": "cancelled"},
    links=_only("retrieve"),
    failures={
        **_JOB_FAILURES,
        "wrong_status": refusals.wrong_status("cancelling", "completed", "'accepted' or 'pending'"),
    },
)

OPERATIONS: Final = {
    "POST_CustomObjectBulkJob": _SUBMIT,
    "GET_AllCustomObjectBulkJobs": _LIST,
    "GET_CustomObjectBulkJob": _RETRIEVE,
    "POST_UploadFileForCustomObjectBulkJob": _UPLOAD,
    "GET_CustomObjectBulkJobErrors": _LIST_ERRORS,
    "PATCH_CustomObjectBulkJob": _CANCEL,
}
