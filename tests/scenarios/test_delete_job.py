"""Delete jobs, with and without a filter."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def fleet(timed, zuora):
    """Three records. The last one was created ten seconds after the others."""
    for csv in ("brand__c\nFord\nOpel\n", "brand__c\nSeat\n"):
        await zuora.upload(await zuora.submit("create"), csv)
        timed.time.pass_seconds(10)
        await zuora.list_jobs()
    return await zuora.records()


async def test_delete_job_from_submit_to_completed(timed, zuora, fleet):
    youngest = max(each["CreatedDate"] for each in fleet)
    condition = {"field": "CreatedDate", "operator": "LT", "value": youngest}
    job = await zuora.submit("delete", filter={"conditions": [condition]})
    assert job["status"] == "accepted"

    timed.time.pass_seconds(1)
    assert (await zuora.retrieve(job))["status"] == "in_progress"
    assert (await zuora.upload(job, "Id\n"))["code"] == 71013530
    assert len(await zuora.records()) == 3

    timed.time.pass_seconds(2)
    finished = await zuora.retrieve(job)
    assert (finished["status"], finished["processingTime"], finished["recordsProcessed"]) == ("completed", 2000, 2)
    assert [each["brand__c"] for each in await zuora.records()] == ["Seat"]
    assert await zuora.list_errors(job) == []


@pytest.mark.fidelity("filter-05")
async def test_delete_job_without_filter_deletes_every_record(timed, zuora, fleet):
    job = await zuora.submit("delete")
    timed.time.pass_seconds(3)
    assert (await zuora.retrieve(job))["recordsProcessed"] == 3
    assert await zuora.records() == []


async def test_cancelled_delete_job_deletes_nothing(timed, zuora, fleet):
    job = await zuora.submit("delete")
    assert (await zuora.cancel(job))["status"] == "cancelled"
    timed.time.pass_seconds(60)
    assert (await zuora.retrieve(job))["status"] == "cancelled"
    assert await zuora.records() == fleet
