"""Tests of the loader for event loops, with pytest-asyncio."""

import asyncio

import httpx
import pytest
import pytest_asyncio
from async_loader import AsyncLoader
from loader import JobFailed

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def loader(zuora, sleep):
    """A loader that splits files after three rows."""

    async def move_clock(seconds):
        sleep(seconds)

    credentials = zuora.client()
    async with AsyncLoader(
        zuora.url, credentials.client_id, credentials.client_secret, max_rows=3, sleep=move_clock
    ) as loader:
        yield loader


async def test_parts_are_loaded(zuora, loader, vehicles):
    loaded = await loader.load("vehicle", vehicles(20))
    assert (loaded.records, len(loaded.jobs)) == (20, 7)
    assert len(zuora.records("vehicle")) == 20
    zuora.requests.assert_made("POST", "/oauth/token", count=1)


@pytest.mark.zuora(transitions="time", processing_time=30)
async def test_no_more_than_five_jobs_are_unfinished(zuora, loader, vehicles):
    zuora.clock.freeze()
    assert (await loader.load("vehicle", vehicles(40))).records == 40
    assert [each for each in zuora.requests if each.status == 400] == []


@pytest.mark.zuora(relies_on=["rejected-rows"])
async def test_rejected_rows_have_the_numbers_of_the_whole_file(zuora, loader, vehicles):
    for part in ("A 1", "A 4", "A 7"):
        zuora.jobs.reject_rows(where={"plate__c": part}, message=f"{part} is taken", code=71012520)
    loaded = await loader.load("vehicle", vehicles(3))
    assert loaded.rejected == {3: "A 1 is taken"}
    zuora.jobs.clear_outcomes()


async def test_failed_job_is_an_error_after_all_have_ended(zuora, loader, vehicles):
    zuora.jobs.fail_next()
    with pytest.raises(JobFailed, match="71012560") as failure:
        await loader.load("vehicle", vehicles(9))
    assert failure.value.loaded.records == len(zuora.records("vehicle")) == 6
    assert all(job.has_ended for job in zuora.jobs)
    assert sorted(job.status for job in zuora.jobs) == ["completed", "completed", "failed"]


async def test_error_of_a_part_comes_after_all_have_ended(zuora, loader, vehicles):
    zuora.faults.add("/objects/jobs", "POST", status=500, nth=1)
    with pytest.raises(httpx.HTTPStatusError, match="500"):
        await loader.load("vehicle", vehicles(9))
    assert [job.status for job in zuora.jobs] == ["completed", "completed"]


@pytest.mark.parametrize("status", [429, 503])
async def test_request_is_repeated_after_retry_after(zuora, loader, pauses, vehicles, status):
    zuora.faults.add("/objects/jobs/*/files", status=status, retry_after=7, times=2)
    await loader.load("vehicle", vehicles(2))
    assert pauses == [7, 7]


async def test_lost_response_to_an_upload_is_looked_up(zuora, loader, vehicles):
    zuora.faults.add("/objects/jobs/*/files", "POST", truncate=True, times=1)
    assert (await loader.load("vehicle", vehicles(2))).records == 2


async def test_lost_response_to_a_submit_is_not_repeated(zuora, loader, vehicles):
    zuora.faults.add("/objects/jobs", "POST", reset=True, times=1)
    with pytest.raises(httpx.TransportError):
        await loader.load("vehicle", vehicles(2))
    assert len(zuora.jobs) == 1


async def test_loading_goes_on_beside_the_test(zuora, loader, vehicles):
    loading = asyncio.create_task(loader.load("vehicle", vehicles(2)))
    [upload] = await zuora.requests.wait_async(1, "POST", "/objects/jobs/*/files")
    assert (await zuora.jobs.wait_async(upload.job_id)).status == "completed"
    assert (await loading).records == 2


async def test_expired_token_is_renewed(zuora, loader, vehicles):
    await loader.load("vehicle", vehicles(1))
    zuora.clock.advance(hours=1.5)
    await loader.load("vehicle", vehicles(1))
    assert zuora.requests.count(path="/oauth/token") == 2
