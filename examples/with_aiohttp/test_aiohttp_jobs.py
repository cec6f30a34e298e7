"""The client against the mock, in tests that anyio runs; pytest-asyncio would do as well."""

import aiohttp
import pytest
from aiohttp_jobs import JobFailed, ZuoraJobs

VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n"

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def slept():
    """How long the client would have slept, each time."""
    return []


@pytest.fixture
async def jobs(zuora, slept):
    """The client; while it sleeps, the tenant's clock moves on."""

    async def sleep(seconds):
        slept.append(seconds)
        zuora.clock.advance(seconds)

    credentials = zuora.client()
    async with ZuoraJobs(zuora.url, credentials.client_id, credentials.client_secret, sleep) as jobs:
        yield jobs


async def test_records_are_created_and_deleted(zuora, jobs):
    assert (await jobs.run("create", "vehicle", VEHICLES))["recordsProcessed"] == 2
    assert [record["brand__c"] for record in zuora.records("vehicle")] == ["Volvo", "Saab"]
    await jobs.run("delete", "vehicle")
    assert zuora.records("vehicle") == []


@pytest.mark.zuora(transitions="time", processing_time=100)
async def test_the_longer_a_job_takes_the_less_often_it_is_asked_for(zuora, jobs, slept):
    zuora.clock.freeze()
    await jobs.run("create", "vehicle", VEHICLES)
    assert slept == [1, 2, 4, 8, 16, 32, 60]


async def test_a_service_that_is_not_there_is_tried_again_when_it_says_so(zuora, jobs, slept):
    fault = zuora.faults.add("/objects/jobs", "POST", status=503, retry_after=7, times=2)
    await jobs.run("create", "vehicle", VEHICLES)
    assert zuora.faults.get(fault).hits == 2 and slept == [7, 7]


async def test_a_service_that_stays_away_is_given_up(zuora, jobs, slept):
    zuora.faults.add("/objects/jobs", status=503)
    with pytest.raises(aiohttp.ClientResponseError, match="503"):
        await jobs.run("create", "vehicle", VEHICLES)
    assert slept == [1, 2, 4, 8]


@pytest.mark.parametrize("fault", ["reset", "truncate"])
async def test_a_job_whose_answer_was_lost_is_not_submitted_twice(zuora, jobs, fault):
    zuora.faults.add("/objects/jobs", "POST", times=1, **{fault: True})
    await jobs.run("create", "vehicle", VEHICLES)
    assert len(zuora.jobs.all()) == 1


async def test_an_expired_token_is_renewed(zuora, jobs):
    await jobs.run("create", "vehicle", VEHICLES)
    zuora.clock.advance(3601)
    await jobs.run("create", "vehicle", VEHICLES)
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 1


async def test_rejected_rows_are_reported_and_the_others_are_written(zuora, jobs):
    zuora.jobs.reject_rows({3: (71012520, "boom")})
    job = await jobs.run("create", "vehicle", VEHICLES)
    assert await jobs.rejected_rows(job) == {3: "boom"}
    assert len(zuora.records("vehicle")) == 1


async def test_a_job_that_fails_is_an_error_that_says_why(zuora, jobs):
    zuora.jobs.fail_next(after_records=1)
    with pytest.raises(JobFailed, match="71012560: Service limit reached") as failure:
        await jobs.run("create", "vehicle", VEHICLES)
    assert failure.value.job["recordsProcessed"] == 1
