"""A create job: submit, upload, wait, list the rejected rows and the records."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.mark.fidelity("jobs-09", "jobs-16")
async def test_create_job_from_submit_to_completed(timed, zuora):
    job = await zuora.submit("create")
    assert job["status"] == "pending"

    # A refused file changes nothing. The corrected file is accepted.
    refused = await zuora.upload(job, "brand,color__c\nFord,red\n")
    assert refused["code"] == 71013721
    assert await zuora.retrieve(job) == job
    uploaded = await zuora.upload(job, "brand__c,color__c\nFord,red\nFiat\nOpel,blue\n")
    assert (uploaded["status"], uploaded["processingTime"], uploaded["recordsProcessed"]) == ("in_progress", 0, 0)
    assert (await zuora.upload(job, "brand__c\nFord\n"))["code"] == 71013620

    # Nothing is written before processing ends.
    timed.time.pass_seconds(2.999)
    assert (await zuora.retrieve(job))["status"] == "in_progress"
    assert await zuora.records() == []
    timed.time.pass_seconds(0.001)
    finished = await zuora.retrieve(job)
    assert (finished["status"], finished["processingTime"], finished["recordsProcessed"]) == ("completed", 2000, 2)

    # The rejected row is listed. The other rows are written.
    [error] = await zuora.list_errors(job)
    assert (error["code"], error["row"], error["record"]) == (71012520, 3, {"brand__c": "Fiat"})
    written = [(each["brand__c"], each["color__c"], each["CreatedById"]) for each in await zuora.records()]
    assert sorted(written) == [("Ford", "red", job["CreatedById"]), ("Opel", "blue", job["CreatedById"])]

    # A final status never changes.
    assert (await zuora.cancel(job))["code"] == 71013620
    assert await zuora.retrieve(job) == finished
