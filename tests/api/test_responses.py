"""JSON on the wire: compact, UTF-8, with the names of the reference."""

import functools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_zuora.api.responses import error_json, job_json, json_bytes, json_response, reasons_json
from mock_zuora.domain.assumptions.choices import NO_CHOICES, Choices
from mock_zuora.domain.errors import ErrorDetail, Problem
from mock_zuora.domain.jobs.job import Job, Operation, Status

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
