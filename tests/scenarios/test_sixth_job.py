"""A tenant has at most five unfinished jobs. The sixth is refused until one is finished or cancelled."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.mark.fidelity("limits-01")
async def test_sixth_job_is_refused_until_a_job_is_cancelled(zuora):
    jobs = [await zuora.submit("create") for _ in range(5)]
    refused = await zuora.submit("delete")
    assert refused["code"] == 71013030
    assert "5 bulk jobs" in refused["message"]
    assert (await zuora.list_jobs())["count"] == 5

    assert (await zuora.cancel(jobs[2]))["status"] == "cancelled"
    sixth = await zuora.submit("create")
    assert sixth["status"] == "pending"
    assert (await zuora.submit("create"))["code"] == 71013030
    listed = await zuora.list_jobs(status="pending")
    assert [job["Id"] for job in listed["jobs"]] == [job["Id"] for job in (sixth, jobs[4], jobs[3], jobs[1], jobs[0])]


async def test_finished_job_makes_room_without_being_retrieved(timed, zuora):
    jobs = [await zuora.submit("create") for _ in range(5)]
    await zuora.upload(jobs[0], "brand__c\nFord\n")
    timed.time.pass_seconds(2)
    assert (await zuora.submit("create"))["code"] == 71013030
    timed.time.pass_seconds(1)
    assert (await zuora.submit("create"))["status"] == "pending"


async def test_refused_job_creates_no_object(timed, zuora):
    for _ in range(5):
        await zuora.submit("create")
    assert (await zuora.submit("create", object="unknown"))["code"] == 71013030
    assert timed.tenant.store.objects.definition("default", "unknown") is None
