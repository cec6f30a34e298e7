"""The six operations on bulk jobs over HTTP, with the operation ids of the reference."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api.json_bodies import check_parameters, json_of, page_size_from, statuses_from, submission_from
from mock_zuora.api.request_context import Call, call_of
from mock_zuora.api.responses import job_json, job_page_json, json_response, row_errors_json
from mock_zuora.api.uploads import file_of
from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job, Status
from mock_zuora.domain.tenants.settings import Transitions

router = APIRouter(tags=["Custom Object Jobs"])

JobId = Annotated[str, Path(description="The id of the job."), WithJsonSchema({"type": "string", "format": "uuid"})]
PageSize = Annotated[
    str | None,
    Query(description="How many jobs a page has at most."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": jobs.MAX_PAGE_SIZE}),
]
Cursor = Annotated[
    str | None, Query(description="The `cursor` of the page before: its last job, which is not repeated.")
]
StatusFilter = Annotated[
    str | None,
    Query(description="Only jobs in this status."),
    WithJsonSchema({"type": "string", "enum": [status.value for status in Status]}),
]


@router.post(
    "/objects/jobs",
    operation_id="POST_CustomObjectBulkJob",
    summary="Submit a custom object bulk job",
)
async def submit(request: Request) -> Response:
    call = call_of(request)
    check_parameters(call, request, ())
    wanted = submission_from(await json_of(call))
    job = jobs.submit(call.caller, wanted)
    return await _answer_then_finish(call, job)


@router.get(
    "/objects/jobs",
    operation_id="GET_AllCustomObjectBulkJobs",
    summary="List all custom object bulk jobs",
    response_model_exclude_unset=True,
)
async def list_jobs(
    request: Request, pageSize: PageSize = None, cursor: Cursor = None, status: StatusFilter = None
) -> Response:
    call = call_of(request)
    check_parameters(call, request, ("pageSize", "cursor", "status"))
    page = jobs.list_jobs(
        call.caller,
        page_size=page_size_from(pageSize, jobs.DEFAULT_PAGE_SIZE, jobs.MAX_PAGE_SIZE),
        cursor=cursor,
        statuses=statuses_from(status, call.profile),
    )
    return json_response(job_page_json(page, call.profile))


@router.get(
    "/objects/jobs/{id}",
    operation_id="GET_CustomObjectBulkJob",
    summary="Retrieve a custom object bulk job",
)
async def retrieve(request: Request, id: JobId) -> Response:
    call = call_of(request)
    check_parameters(call, request, ())
    job = jobs.retrieve(call.caller, id)
    if call.tenant.settings.transitions is Transitions.POLLS and job.is_due(call.tenant.clock.now()):
        # This poll was promised the end, so it waits for the rows of a long file.
        await call.runner.finish(call.tenant)
        job = jobs.retrieve(call.caller, id)
    return json_response(job_json(job, call.profile))


@router.post(
    "/objects/jobs/{id}/files",
    operation_id="POST_UploadFileForCustomObjectBulkJob",
    summary="Upload a file for a custom object bulk job",
)
async def upload(request: Request, id: JobId) -> Response:
    call = call_of(request)
    check_parameters(call, request, ())
    jobs.find_for_upload(call.caller, id)
    data = await file_of(call)
    # Once more, as its tenant may have been reset while the file came.
    job = jobs.find_for_upload(call.caller, id)
    file = await _read_in_chunks(call, job, data)
    call.check_relationships(jobs.definition_of(call.tenant, job))
    return await _answer_then_finish(call, jobs.upload(call.caller, job.id, file))


@router.get(
    "/objects/jobs/{id}/errors",
    operation_id="GET_CustomObjectBulkJobErrors",
    summary="List all errors for a custom object bulk job",
)
async def list_errors(request: Request, id: JobId) -> Response:
    call = call_of(request)
    check_parameters(call, request, ())
    return json_response(row_errors_json(jobs.list_errors(call.caller, id)))


@router.patch(
    "/objects/jobs/{id}/cancel",
    operation_id="PATCH_CustomObjectBulkJob",
    summary="Cancel a custom object bulk job",
)
async def cancel(request: Request, id: JobId) -> Response:
    call = call_of(request)
    check_parameters(call, request, ())
    return json_response(job_json(jobs.cancel(call.caller, id), call.profile))


async def _read_in_chunks(call: Call, job: Job, data: bytes) -> CsvFile:
    chunks = jobs.read_file(call.caller, job, data)
    while True:
        try:
            next(chunks)
        except StopIteration as stop:
            file: CsvFile = stop.value
            return file
        await asyncio.sleep(0)


async def _answer_then_finish(call: Call, job: Job) -> Response:
    """The answer of a call that set a job going. Where jobs end immediately, the next look finds it ended, however long
    its file: so the rows are taken before the answer goes out, and the answer still says what came first."""
    response = json_response(job_json(job, call.profile))
    if call.tenant.settings.transitions is Transitions.IMMEDIATE:
        await call.runner.finish(call.tenant)
    return response
