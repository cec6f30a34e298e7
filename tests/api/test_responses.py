"""JSON on the wire: compact, UTF-8, with the names of the reference."""

import functools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_zuora.api.responses import (
    error_json,
    job_json,
    job_page_json,
    json_bytes,
    json_response,
    reasons_json,
    records_json,
    row_errors_json,
)
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import NO_CHOICES, Choices, assumed
from mock_zuora.domain.errors import ErrorDetail, Problem
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.operations import JobPage, RejectedRows
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.record import new_record
from mock_zuora.storage.tables import MemoryTable

PROBLEM = Problem(71013040, "Not Found.")
DETAIL = ErrorDetail(Problem(71012522, "brand__c is missing."), {"color__c": "red"})
IDS = {"process_id": "CBCFED6580B4E076", "request_id": "7006ce52-91c9-11ed-a1eb-0242ac120002"}


def test_json_is_compact_utf_8():
    assert json_bytes({"a": ["é", "車", None]}) == '{"a":["é","車",null]}'.encode()


def test_lone_surrogate_stays_escaped():
    assert json.loads(json_bytes({"a": "\ud800"})) == {"a": "\ud800"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_any_document_is_read_as_it_was_written(document):
    assert json.loads(json_bytes(document)) == document


def test_deeply_nested_document_is_written():
    assert json_bytes(functools.reduce(lambda inner, _: [inner], range(500), "")) == b"[" * 500 + b'""' + b"]" * 500


@pytest.mark.fidelity("jobs-05")
def test_response_has_charset_and_length():
    response = json_response({"a": "é"}, 404)
    assert response.status_code == 404
    assert dict(response.headers) == {"content-length": "10", "content-type": "application/json; charset=utf-8"}


class CountedSettings(dict):
    """Settings of assumptions that count how often they are read."""

    reads = 0

    def get(self, name, default=None):
        self.reads += 1
        return super().get(name, default)


def test_page_of_jobs_reads_the_format_of_dates_once():
    job = Job(
        id="a9e9a58d-0a11-4685-b1ab-99521dbc20a1", namespace="default", object="vehicle", operation=Operation.CREATE,
        created_by="user", created_at=0, updated_by="user", updated_at=0, status=Status.COMPLETED,
    )  # fmt: skip
    settings = CountedSettings()
    page = job_page_json(JobPage([job] * 25, is_last=False), Choices(settings, NO_CHOICES, {}))
    assert (page["count"], len(page["jobs"]), settings.reads) == (25, 25, 1)


def test_page_of_records_reads_each_assumption_once():
    settings = CountedSettings()
    records = [new_record("1", "user", 0, {"brand__c": "vw"})] * 25
    assert len(records_json(records, "car", Choices(settings, NO_CHOICES, {}))) == 25
    assert settings.reads == 2


def test_empty_pages_consult_no_assumption_about_their_items():
    choices = Choices({}, NO_CHOICES, {})
    assert records_json([], "car", choices) == []
    job_page_json(JobPage([], is_last=False), choices)
    assert choices.consulted == {}


@pytest.mark.fidelity("jobs-01")
def test_job_looks_like_the_sample_of_the_reference():
    job = Job(
        id="a9e9a58d-0a11-4685-b1ab-99521dbc20a1", namespace="default", object="vehicle", operation=Operation.CREATE,
        created_by="user", created_at=1_615_334_754_207, updated_by="user", updated_at=1_615_334_895_614,
        status=Status.COMPLETED, processing_time=62, records_processed=2,
    )  # fmt: skip
    assert job_json(job, Choices({}, NO_CHOICES, {})) == {
        "Id": "a9e9a58d-0a11-4685-b1ab-99521dbc20a1",
        "CreatedById": "user",
        "CreatedDate": "2021-03-10T00:05:54.207Z",
        "UpdatedById": "user",
        "UpdatedDate": "2021-03-10T00:08:15.614Z",
        "namespace": "default",
        "object": "vehicle",
        "operation": "create",
        "status": "completed",
        "processingTime": 62,
        "recordsProcessed": 2,
    }


@pytest.mark.fidelity("versions-06")
def test_details_are_beside_the_error_in_both_forms():
    details = [{"code": 71012522, "message": "brand__c is missing.", "record": {"color__c": "red"}}]
    flat = error_json(PROBLEM, [DETAIL])
    reasons = reasons_json(PROBLEM, [DETAIL], **IDS)
    assert flat == {"code": 71013040, "message": "Not Found.", "details": details}
    assert reasons == {
        "success": False,
        "processId": "CBCFED6580B4E076",
        "requestId": "7006ce52-91c9-11ed-a1eb-0242ac120002",
        "reasons": [{"code": 71013040, "message": "Not Found."}],
        "details": details,
    }


# Rejected rows

CHOICES = ("as-sent", "with-id", "all-fields")
SENT = {"id": "ABC", "brand__c": "vw"}
JOB = Job(
    id="a-job", namespace="default", object="car", operation=Operation.UPDATE, created_by="ann", created_at=0,
    updated_by="bob", updated_at=1_615_334_754_207,
)  # fmt: skip
STAMPS = {
    "CreatedById": "bob",
    "CreatedDate": "2021-03-10T00:05:54.207Z",
    "UpdatedById": "bob",
    "UpdatedDate": "2021-03-10T00:05:54.207Z",
}


def choosing(choice):
    return Choices(assumed({"row-error-record": choice}, Origin.TEST), NO_CHOICES, {})


def record_json(rejected, choice):
    (error,) = row_errors_json(rejected, choosing(choice))["errors"]
    assert (error["code"], error["message"], error["row"]) == (PROBLEM.code, PROBLEM.message, 2)
    return error["record"]


def rejected_row(record_id="", record=SENT, operation=Operation.CREATE, table=None):
    row = RowError(PROBLEM, 2, record, record_id=record_id)
    return RejectedRows(replace(JOB, operation=operation), [row], table)


@pytest.mark.fidelity("rows-09")
def test_record_of_a_rejected_create_has_the_fields_of_the_choice():
    rejected = rejected_row("new", {"brand__c": "vw"})
    assert [record_json(rejected, choice) for choice in CHOICES] == [
        {"brand__c": "vw"},
        {"Id": "new", "brand__c": "vw"},
        {"Id": "new", "type": "car", **STAMPS, "brand__c": "vw"},
    ]


@pytest.mark.fidelity("rows-09")
def test_record_of_a_rejected_update_has_the_id_of_its_row():
    table = MemoryTable(Definition(object="car"))
    rejected = rejected_row("ABC", operation=Operation.UPDATE, table=table)
    assert [record_json(rejected, choice) for choice in CHOICES] == [
        SENT,
        {"Id": "ABC", "brand__c": "vw"},
        {"Id": "ABC", "type": "car", **STAMPS, "brand__c": "vw"},
    ]
    table.put(new_record("abc", "ann", 0, {}))
    created = {"CreatedById": "ann", "CreatedDate": "1970-01-01T00:00:00.000Z"}
    assert record_json(rejected, "all-fields") == {"Id": "ABC", "type": "car", **STAMPS, **created, "brand__c": "vw"}


def test_record_of_a_rejected_row_without_id_has_none():
    rejected = rejected_row(record={"brand__c": "vw"}, operation=Operation.UPDATE)
    assert record_json(rejected, "with-id") == {"brand__c": "vw"}


def test_job_without_rejected_rows_consults_no_assumption():
    choices = choosing("all-fields")
    assert row_errors_json(RejectedRows(JOB, [], None), choices) == {"errors": []}
    assert choices.consulted == {}
