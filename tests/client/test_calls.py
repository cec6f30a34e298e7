"""How resources name jobs and faults in control requests."""

import uuid

import pytest
from zuora_sdk.models.custom_object_bulk_job_response import CustomObjectBulkJobResponse

from mock_zuora.client.calls import id_of
from mock_zuora.control.errors import Invalid

ID = "6d0e1cd0-7b7f-4a4e-9a57-6a1a0a3d7c55"


@pytest.mark.parametrize(
    "job",
    [
        ID,
        uuid.UUID(ID),
        {"Id": ID, "status": "pending"},
        {"id": ID},
        CustomObjectBulkJobResponse.model_construct(id=ID),
    ],
    ids=lambda job: type(job).__name__,
)
def test_id_is_found_in_whatever_a_client_has(job):
    assert id_of(job) == ID


def test_job_is_named_by_the_response_of_a_client(handle, submit):
    job = handle.jobs.get({"Id": submit(handle)})
    assert handle.jobs.fail({"id": job.id}).id == handle.jobs.get(job).id == job.id


@pytest.mark.parametrize(
    "named", [7, None, {}, {"Id": None}, {"jobId": ID}, CustomObjectBulkJobResponse.model_construct(id=None)], ids=str
)
def test_value_without_id_is_refused(handle, named):
    with pytest.raises(Invalid, match="id: .* is not valid; expected an id, an object that has one, or a response"):
        handle.faults.get(named)


def test_refusal_names_the_criterion_that_has_no_id(handle):
    for search in (handle.jobs.all, handle.requests.find, handle.requests.summaries):
        with pytest.raises(Invalid, match="^after: 7 is not valid; expected an id"):
            search(after=7)
