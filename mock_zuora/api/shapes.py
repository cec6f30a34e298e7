"""Jobs, rows, records and errors as JSON. The only place, with ``bodies``, that has names of the wire."""

import json
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from mock_zuora.api.versions import Envelope, Shape
from mock_zuora.core.clock import date_text
from mock_zuora.core.errors import Problem
from mock_zuora.core.jobs import Job
from mock_zuora.core.operations.jobs import JobPage
from mock_zuora.core.records import Record
from mock_zuora.core.store import RowError

MEDIA_TYPE = "application/json; charset=utf-8"


def json_bytes(document: object) -> bytes:
    """A document as compact UTF-8 JSON. Half a surrogate pair, which UTF-8 has no form for, stays escaped."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def json_response(document: object, status: int = 200) -> Response:
    return Response(json_bytes(document), status, media_type=MEDIA_TYPE)


def job_json(job: Job, shape: Shape) -> dict[str, Any]:
    document: dict[str, Any] = {
        "Id": job.id,
        "CreatedById": job.created_by,
        "CreatedDate": date_text(job.created_at),
        "UpdatedById": job.updated_by,
        "UpdatedDate": date_text(job.updated_at),
        "namespace": job.namespace,
        "object": job.object,
        "operation": job.operation.value,
        "status": shape.status_name(job.status),
        "processingTime": job.processing_time,
        "recordsProcessed": job.records_processed,
    }
    if job.error is not None:
        document["error"] = {"code": job.error.code, "message": job.error.message}
    return document


def job_page_json(page: JobPage, shape: Shape) -> dict[str, Any]:
    document: dict[str, Any] = {"jobs": [job_json(job, shape) for job in page.jobs], "count": len(page.jobs)}
    if page.cursor is not None:
        document["cursor"] = page.cursor
    return document


def row_errors_json(row_errors: Iterable[RowError]) -> dict[str, Any]:
    return {
        "errors": [
            {"code": each.problem.code, "message": each.problem.message, "record": each.record, "row": each.row}
            for each in row_errors
        ]
    }


def record_json(record: Record, object_name: str) -> dict[str, Any]:
    return {
        "Id": record.id,
        "CreatedById": record.created_by,
        "CreatedDate": date_text(record.created_at),
        "UpdatedById": record.updated_by,
        "UpdatedDate": date_text(record.updated_at),
        "type": object_name,
        "version": record.version,
        **record.values,
    }


def record_page_json(records: Iterable[Record], object_name: str) -> dict[str, Any]:
    listed = [record_json(each, object_name) for each in records]
    return {"records": listed, "count": len(listed)}


def error_json(problem: Problem, shape: Shape, *, process_id: str, request_id: str) -> dict[str, Any]:
    reason = {"code": problem.code, "message": problem.message}
    if shape.envelope is Envelope.CODE:
        return reason
    return {"success": False, "processId": process_id, "requestId": request_id, "reasons": [reason]}
