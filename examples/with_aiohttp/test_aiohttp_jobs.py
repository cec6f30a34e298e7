"""Tests of the client, with and without faults. anyio runs them; pytest-asyncio would work too."""

import aiohttp
import pytest
from aiohttp_jobs import JobFailed, ZuoraJobs

VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n"

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def pauses():
    """The pauses of the client in seconds."""
    return []


@pytest.fixture
async def jobs(zuora, pauses):
    """The client. When it sleeps, the clock of the tenant advances instead."""

    async def sleep(seconds):
        pauses.append(seconds)
        zuora.clock.advance(seconds)

    credentials = zuora.client()
    async with ZuoraJobs(zuora.url, credentials.client_id, credentials.client_secret, sleep) as jobs:
        yield jobs


@pytest.mark.zuora(relies_on=["delete-without-filter"])
async def test_records_are_created_and_deleted(zuora, jobs):
    assert (await jobs.run("create", "vehicle", VEHICLES))["recordsProcessed"] == 2
    assert [record["brand__c"] for record in zuora.records("vehicle")] == ["Volvo", "Saab"]
    await jobs.run("delete", "vehicle")
    assert zuora.records("vehicle") == []


@pytest.mark.zuora(transitions="time", processing_time=100)
async def test_polling_backs_off(zuora, jobs, pauses):
    zuora.clock.freeze()
    await jobs.run("create", "vehicle", VEHICLES)
    assert pauses == [1, 2, 4, 8, 16, 32, 60]


async def test_request_is_retried_after_retry_after(zuora, jobs, pauses):
    fault = zuora.faults.add("/objects/jobs", "POST", status=503, retry_after=7, times=2)
    await jobs.run("create", "vehicle", VEHICLES)
    assert zuora.faults.get(fault).hits == 2 and pauses == [7, 7]


async def test_client_gives_up_after_several_attempts(zuora, jobs, pauses):
    zuora.faults.add("/objects/jobs", status=503)
    with pytest.raises(aiohttp.ClientResponseError, match="503"):
        await jobs.run("create", "vehicle", VEHICLES)
    assert pauses == [1, 2, 4, 8]


@pytest.mark.parametrize("fault", ["reset", "truncate"])
async def test_lost_response_does_not_submit_a_job_twice(zuora, jobs, fault):
    zuora.faults.add("/objects/jobs", "POST", times=1, **{fault: True})
    with pytest.raises(aiohttp.ClientError):
        await jobs.run("create", "vehicle", VEHICLES)
    assert len(zuora.jobs.all()) == 1


async def test_expired_token_is_renewed(zuora, jobs):
    await jobs.run("create", "vehicle", VEHICLES)
    zuora.clock.advance(3601)
    await jobs.run("create", "vehicle", VEHICLES)
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 1


@pytest.mark.zuora(relies_on=["rejected-rows"])
async def test_rejected_rows_are_reported_and_other_rows_are_written(zuora, jobs):
    zuora.jobs.reject_rows({3: (71012520, "boom")})
    job = await jobs.run("create", "vehicle", VEHICLES)
    assert await jobs.rejected_rows(job) == {3: "boom"}
    assert len(zuora.records("vehicle")) == 1


async def test_failed_job_raises_an_error_with_its_message(zuora, jobs):
    zuora.jobs.fail_next(after_records=1)
    with pytest.raises(JobFailed, match="71012560: Service limit reached") as failure:
        await jobs.run("create", "vehicle", VEHICLES)
    assert failure.value.job["recordsProcessed"] == 1
