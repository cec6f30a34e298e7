"""Jobs, rows, records and errors as JSON. Only this module and ``json_bodies`` know the names of the wire."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic_core import to_json
from starlette.responses import Response

from mock_zuora.domain.assumptions.catalogue.files import ROW_ERROR_RECORD
from mock_zuora.domain.assumptions.catalogue.jobs import ACCEPTED_NAME, LAST_CURSOR
from mock_zuora.domain.assumptions.catalogue.records import RECORD_VERSION, UNPROCESSED_RECORDS
from mock_zuora.domain.assumptions.catalogue.requests import DATES
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.clock import date_text, instant_text, second_text
from mock_zuora.domain.errors import ErrorDetail, Problem
from mock_zuora.domain.jobs.csv_header import is_id_column
from mock_zuora.domain.jobs.job import Job, Status
from mock_zuora.domain.jobs.operations import JobPage, RejectedRows
from mock_zuora.domain.objects.definition import Definition, Relationship, filterable_system_fields
from mock_zuora.domain.objects.definition_document import document_of
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.batch_operations import Batch
from mock_zuora.domain.records.operations import RecordPage
from mock_zuora.domain.records.record import Record
from mock_zuora.domain.refusals import records_invalid

MEDIA_TYPE = "application/json; charset=utf-8"


class Stamped(Protocol):
    """A job, a record or a definition."""

    @property
    def created_by(self) -> str: ...

    @property
    def created_at(self) -> int: ...

    @property
    def updated_by(self) -> str: ...

    @property
    def updated_at(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Stamps:
    """The users and times of a record that was not written."""

    created_by: str
    created_at: int
    updated_by: str
    updated_at: int


def json_bytes(document: object) -> bytes:
    """A document as compact UTF-8 JSON. A lone surrogate, which UTF-8 cannot encode, stays escaped."""
    try:
        return to_json(document)
    except ValueError:
        # A lone surrogate, or a document that is nested too deeply for the faster writer.
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def json_response(document: object, status: int = 200) -> Response:
    return Response(json_bytes(document), status, media_type=MEDIA_TYPE)


DateFormat = Callable[[int], str]
"""Writes a timestamp."""
DATE_FORMATS: Final[Mapping[str, DateFormat]] = {
    "milliseconds": date_text,
    "instant": instant_text,
    "whole-seconds": second_text,
}
"""By the choice of the assumption ``dates``."""


def date_format(choices: Choices) -> DateFormat:
    """The function that writes dates. Consult it once for a page: it costs as much as the rest of a job."""
    return DATE_FORMATS[choices.of(DATES)]


def stamps_json(item: Stamped, date: DateFormat) -> dict[str, str]:
    """The system fields of a job, record or definition that say who created and changed it, and when."""
    return {
        "CreatedById": item.created_by,
        "CreatedDate": date(item.created_at),
        "UpdatedById": item.updated_by,
        "UpdatedDate": date(item.updated_at),
    }


def status_name(status: Status, choices: Choices) -> str:
    """A status of a job as responses and the filter of a list write it."""
    return "open" if status is Status.ACCEPTED and choices.of(ACCEPTED_NAME) == "open" else str(status)


def job_json(job: Job, choices: Choices) -> dict[str, Any]:
    return _job_json(job, choices, date_format(choices))


def _job_json(job: Job, choices: Choices, date: DateFormat) -> dict[str, Any]:
    document: dict[str, Any] = {
        "Id": job.id,
        **stamps_json(job, date),
        "namespace": job.namespace,
        "object": job.object,
        "operation": str(job.operation),
        "status": status_name(job.status, choices),
        "processingTime": job.processing_time,
        "recordsProcessed": job.records_processed,
    }
    if job.error is not None:
        document["error"] = {"code": job.error.code, "message": job.error.message}
    return document


def job_page_json(page: JobPage, choices: Choices) -> dict[str, Any]:
    document: dict[str, Any] = {"jobs": [], "count": len(page.jobs)}
    cursor = None
    if page.jobs:
        date, cursor = date_format(choices), page.jobs[-1].id
        document["jobs"] = [_job_json(job, choices, date) for job in page.jobs]
    choice = choices.of(LAST_CURSOR) if page.is_last else "last-id"
    if choice in ("null", "empty"):
        document["cursor"] = None if choice == "null" else ""
    elif choice == "last-id" and cursor is not None:
        document["cursor"] = cursor
    return document


def row_errors_json(rejected: RejectedRows, choices: Choices) -> dict[str, Any]:
    form = choices.of(ROW_ERROR_RECORD) if rejected.row_errors else "as-sent"
    return {
        "errors": [
            {
                "code": each.problem.code,
                "message": each.problem.message,
                "record": _rejected_record_json(each, rejected, form, choices),
                "row": each.row,
            }
            for each in rejected.row_errors
        ]
    }


def _rejected_record_json(row: RowError, rejected: RejectedRows, form: str, choices: Choices) -> dict[str, Any]:
    """The record of a rejected row. Its system fields are those that the record would have."""
    if form not in ("with-id", "all-fields"):
        return row.record
    document: dict[str, Any] = {"Id": row.record_id} if row.record_id else {}
    if form == "all-fields":
        job, stored = rejected.job, rejected.record(row)
        created_by, created_at = (stored.created_by, stored.created_at) if stored else (job.updated_by, job.updated_at)
        stamps = Stamps(created_by, created_at, job.updated_by, job.updated_at)
        document |= {"type": job.object, **stamps_json(stamps, date_format(choices))}
    values = ((name, value) for name, value in row.record.items() if not is_id_column(name))
    return document | dict(values)


def record_json(record: Record, object_name: str, choices: Choices) -> dict[str, Any]:
    return records_json([record], object_name, choices)[0]


def records_json(records: Sequence[Record], object_name: str, choices: Choices) -> list[dict[str, Any]]:
    if not records:
        return []
    date, has_version = date_format(choices), choices.of(RECORD_VERSION) != "never"
    return [
        {
            "Id": record.id,
            **stamps_json(record, date),
            "type": object_name,
            **({"version": record.version} if has_version else {}),
            **record.values,
        }
        for record in records
    ]


def record_page_json(page: RecordPage, object_name: str, choices: Choices) -> dict[str, Any]:
    return {"records": records_json(page.records, object_name, choices), "count": page.count}


def created_records_json(batch: Batch, object_name: str, choices: Choices) -> dict[str, Any]:
    """The result of creating records: those that were created, and the error of those that were refused (O).

    ``unprocessedRecords`` is always empty (A): the refused records are in the error, with their reasons, and would be
    refused again. This server processes all others.
    """
    document: dict[str, Any] = {"records": records_json(batch.written, object_name, choices)}
    if choices.of(UNPROCESSED_RECORDS) == "always":
        document["unprocessedRecords"] = []
    return {**document, **batch_json(batch)}


def batch_json(batch: Batch) -> dict[str, Any]:
    """The result of updating several records: the error of those that were refused (O)."""
    document: dict[str, Any] = {}
    if batch.refused:
        refusal = records_invalid(batch.refused)
        document["error"] = {
            "code": refusal.code,
            "message": refusal.message,
            "details": [_detail_json(each) for each in batch.refused],
        }
    return document


def definition_json(
    definition: Definition, related_from: Iterable[tuple[str, Relationship]], choices: Choices
) -> dict[str, Any]:
    """A definition with its schema, including the oneToMany side of other objects' relationships (O)."""
    schema = document_of(definition, filterable_system_fields(choices), related_from)
    return {
        "Id": definition.id,
        **stamps_json(definition, date_format(choices)),
        "type": definition.object,
        "schema": schema,
    }


def _detail_json(detail: ErrorDetail) -> dict[str, Any]:
    record = {} if detail.record is None else {"record": detail.record}
    return {"code": detail.problem.code, "message": detail.problem.message, **record}


def error_json(problem: Problem, details: Iterable[ErrorDetail] = ()) -> dict[str, Any]:
    """The body of an error, with details of records if it has any."""
    return {"code": problem.code, "message": problem.message, **_details_json(details)}


def reasons_json(
    problem: Problem, details: Iterable[ErrorDetail] = (), *, process_id: str, request_id: str
) -> dict[str, Any]:
    """The body of an error in the form of the reference of 2023. The codes are numbers, as in its sample."""
    return {
        "success": False,
        "processId": process_id,
        "requestId": request_id,
        "reasons": [{"code": problem.code, "message": problem.message}],
        **_details_json(details),
    }


def _details_json(details: Iterable[ErrorDetail]) -> dict[str, Any]:
    entries = [_detail_json(each) for each in details]
    return {"details": entries} if entries else {}


def oauth_error_json(error: str, description: str) -> dict[str, Any]:
    """The body of an error in the terms of RFC 6749."""
    return {"error": error, "error_description": description}
