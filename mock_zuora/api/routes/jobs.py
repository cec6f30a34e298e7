"""The six operations on bulk jobs, with the operation ids of the reference."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api.json_bodies import json_of, page_size_from, statuses_from, submission_from
from mock_zuora.api.pipeline.route import ZuoraRoute
from mock_zuora.api.request_context import RequestContext, context_of
from mock_zuora.api.responses import job_json, job_page_json, json_response, row_errors_json
from mock_zuora.api.routes.documentation import JOB_PATH, Body, Link, Success, documentation, errors
from mock_zuora.api.uploads import sent_as, uploaded_file
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.received_files import received_file
from mock_zuora.domain.jobs import operations
from mock_zuora.domain.jobs.csv_file import read_csv
from mock_zuora.domain.jobs.job import Job, Status
from mock_zuora.domain.tenants.settings import Transitions

router = APIRouter(tags=["Custom Object Jobs"], route_class=ZuoraRoute)

JobId = Annotated[str, Path(description="The id of the job."), WithJsonSchema({"type": "string", "format": "uuid"})]
PageSize = Annotated[
    str | None,
    Query(alias="pageSize", description="The most jobs on a page."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": operations.MAX_PAGE_SIZE}),
]
Cursor = Annotated[
    str | None, Query(description="The `cursor` of the previous page: its last job, which is not repeated.")
]
StatusFilter = Annotated[
    str | None,
    Query(description="Only jobs in this status."),
    WithJsonSchema({"type": "string", "enum": [status.value for status in Status]}),
]

_UPLOAD: Final = Link(
    "upload", "POST_UploadFileForCustomObjectBulkJob", JOB_PATH, "Upload the file that the job waits for."
)
_RETRIEVE: Final = Link("retrieve", "GET_CustomObjectBulkJob", JOB_PATH, "Retrieve the job.")
_ERRORS: Final = Link("errors", "GET_CustomObjectBulkJobErrors", JOB_PATH, "List the rejected rows.")
_CANCEL: Final = Link("cancel", "PATCH_CustomObjectBulkJob", JOB_PATH, "Cancel the job before it starts.")
_NEXT_PAGE: Final = Link(
    "next", "GET_AllCustomObjectBulkJobs", {"cursor": "$response.body#/cursor"}, "Retrieve the next page."
)
_LISTED_JOB: Final = Link(
    "retrieve", "GET_CustomObjectBulkJob", {"id": "$response.body#/jobs/0/Id"}, "Retrieve a job of the page."
)
_CSV_FILE: Final = {"type": "string", "format": "binary"}


@router.post(
    "/objects/jobs",
    operation_id="POST_CustomObjectBulkJob",
    summary="Submit a custom object bulk job",
    response_description="The job, which waits for its file or is queued.",
    openapi_extra=documentation(
        Success("Job", "pending job", (_UPLOAD, _RETRIEVE, _ERRORS, _CANCEL)), Body("JobRequest", "submission")
    ),
)
async def submit(request: Request) -> Response:
    """Submits a job. A create or update job then waits for its file; a delete job starts by itself.

    A tenant has at most five unfinished jobs.
    """
    context = context_of(request)
    submission = submission_from(await json_of(request))
    return await _respond_then_finish(context, operations.submit(context.caller, submission))


@router.get(
    "/objects/jobs",
    operation_id="GET_AllCustomObjectBulkJobs",
    summary="List all custom object bulk jobs",
    response_description="A page of jobs.",
    openapi_extra=documentation(
        Success("JobPage", "page of jobs", (_NEXT_PAGE, _LISTED_JOB)),
        defaults={"pageSize": operations.DEFAULT_PAGE_SIZE},
    ),
)
async def list_jobs(
    request: Request, page_size: PageSize = None, cursor: Cursor = None, status: StatusFilter = None
) -> Response:
    """Lists the jobs of the tenant, newest first.

    A client that pages sees each job once, also while new jobs are submitted.
    """
    context = context_of(request)
    page = operations.list_jobs(
        context.caller,
        page_size=page_size_from(page_size, operations.DEFAULT_PAGE_SIZE, operations.MAX_PAGE_SIZE),
        cursor=cursor,
        statuses=statuses_from(status, context.choices),
    )
    return json_response(job_page_json(page, context.choices))


@router.get(
    "/objects/jobs/{id}",
    operation_id="GET_CustomObjectBulkJob",
    summary="Retrieve a custom object bulk job",
    response_description="The job.",
    responses=errors(404, 405),
    openapi_extra=documentation(Success("Job", "completed job", (_ERRORS, _CANCEL))),
)
async def retrieve(request: Request, id: JobId) -> Response:
    """Retrieves a job with its status."""
    context = context_of(request)
    job = operations.retrieve(context.caller, id)
    if context.tenant.settings.transitions is Transitions.POLLS and job.is_due(context.tenant.clock.now()):
        # This poll must see the end of the job, so it waits for the rows of a long file.
        await context.emulator.runner.finish(context.tenant)
        job = operations.retrieve(context.caller, id)
    context.reason = job.reason
    return json_response(job_json(job, context.choices))


@router.post(
    "/objects/jobs/{id}/files",
    operation_id="POST_UploadFileForCustomObjectBulkJob",
    summary="Upload a file for a custom object bulk job",
    response_description="The job, in progress.",
    responses=errors(404, 405),
    openapi_extra=documentation(
        Success("Job", "job in progress", (_RETRIEVE, _ERRORS)), Body(_CSV_FILE, "CSV file", "text/csv")
    ),
)
async def upload(request: Request, id: JobId) -> Response:
    """Uploads the file of a pending job, which is then in progress.

    The file is UTF-8 CSV of at most 15 MB, counted after gunzip. Its header row has API names of custom fields, and an
    `id` column in an update. A refused file changes nothing: the job still waits for a file.
    """
    context = context_of(request)
    caller = context.caller
    job = operations.find_for_upload(caller, id)
    definition = operations.definition_of(caller.tenant, job)
    data = await uploaded_file(request)
    file = await run_in_chunks(read_csv(data, job.operation, definition, caller.choices))
    received = await run_in_chunks(received_file(data, sent_as(context.headers)))
    # The tenant may have been reset while the file arrived.
    job = operations.upload(context.caller, id, file)
    context.emulator.instrumentation.of(context.tenant.name).files.add(job.id, received)
    context.warn_about_relationships(definition)
    return await _respond_then_finish(context, job)


@router.get(
    "/objects/jobs/{id}/errors",
    operation_id="GET_CustomObjectBulkJobErrors",
    summary="List all errors for a custom object bulk job",
    response_description="The rejected rows, in the order of the file.",
    responses=errors(404, 405),
    openapi_extra=documentation(Success("RowErrors", "row errors")),
)
async def list_errors(request: Request, id: JobId) -> Response:
    """Lists the rejected rows of a job; there are none before it has ended."""
    context = context_of(request)
    rejected = operations.list_errors(context.caller, id)
    context.reason = "; ".join(dict.fromkeys(each.reason for each in rejected.row_errors if each.reason))
    return json_response(row_errors_json(rejected, context.choices))


@router.patch(
    "/objects/jobs/{id}/cancel",
    operation_id="PATCH_CustomObjectBulkJob",
    summary="Cancel a custom object bulk job",
    response_description="The job, cancelled.",
    responses=errors(404, 405),
    openapi_extra=documentation(Success("Job", "cancelled job", (_RETRIEVE,))),
)
async def cancel(request: Request, id: JobId) -> Response:
    """Cancels a job that is `accepted` or `pending`."""
    context = context_of(request)
    return json_response(job_json(operations.cancel(context.caller, id), context.choices))


async def _respond_then_finish(context: RequestContext, job: Job) -> Response:
    """The response to a request that started a job.

    With immediate transitions the next request sees the job ended, however long its file: the rows are processed before
    the response is sent, and the response still shows the first status.
    """
    response = json_response(job_json(job, context.choices))
    tenant = context.tenant
    if tenant.settings.transitions is Transitions.IMMEDIATE:
        await context.emulator.runner.finish(tenant)
    return response
