import asyncio
from dataclasses import replace

import pytest

from mock_zuora.control.errors import TimedOut, Unknown
from mock_zuora.control.services.job_outcomes import reject_rows
from mock_zuora.control.services.jobs import fail_job, fill_job_limit, list_rejected_rows, wait_for_job
from mock_zuora.control.services.records import list_records
from mock_zuora.control.services.tenants import reset
from mock_zuora.domain import limits
from mock_zuora.domain.jobs.planned_outcomes import PlannedRejection

pytestmark = pytest.mark.anyio


async def test_wait_for_a_job_ends_when_a_reset_removes_it(control, submit_file):
    job = submit_file(1)
    waiting = asyncio.create_task(wait_for_job(control, "default", timeout=30, id=job.id))
    await asyncio.sleep(0)
    await reset(control, "default")
    with pytest.raises(Unknown, match=job.id):
        await waiting


async def test_wait_without_time_reads_the_job_once(control, submit_file):
    job = submit_file(1)
    with pytest.raises(TimedOut, match="in_progress after 0 s, not ended"):
        await wait_for_job(control, "default", timeout=0, id=job.id)


@pytest.mark.fidelity("mock-12")
async def test_row_errors_beyond_the_bound_are_counted(control, tenant, submit_file, monkeypatch, caplog):
    monkeypatch.setattr(limits, "MAX_ROW_ERRORS_OF_JOB", 100)
    await reject_rows(control, "default", PlannedRejection(where={"brand__c": "Saab"}))
    job = submit_file(1_000)
    tenant.clock.advance(60_000)
    info = await wait_for_job(control, "default", id=job.id)
    assert info.rejected_rows == 1_000
    assert [each.row for each in await list_rejected_rows(control, "default", id=job.id)] == list(range(2, 102))
    assert [each.message for each in caplog.records if each.name == "mock_zuora.limits"] == [
        "tenant 'default': a job has more than 100 rejected rows; the others are only counted. This is logged once."
    ]


@pytest.mark.fidelity("mock-12")
async def test_finished_jobs_beyond_the_bound_are_dropped(control, tenant, submit_file, monkeypatch, caplog):
    monkeypatch.setattr(limits, "MAX_FINISHED_JOBS", 2)
    jobs = []
    for _ in range(4):
        jobs.append(submit_file(1).id)
        tenant.clock.advance(60_000)
        control.tenant("default")
    assert [each.id for each in tenant.store.jobs.newest_first()] == jobs[:1:-1]
    with pytest.raises(Unknown, match="has no job"):
        await wait_for_job(control, "default", id=jobs[0])
    assert len([each for each in caplog.records if each.name == "mock_zuora.limits"]) == 1


@pytest.mark.fidelity("mock-04")
async def test_records_of_a_job_that_fails_half_way_stay(control, tenant, submit_file):
    job = submit_file(5_000)
    tenant.clock.advance(60_000)
    control.tenant("default")
    assert tenant.running_job is not None
    failed = await fail_job(control, "default", id=job.id)
    records = await list_records(control, "default", object="vehicle")
    assert (failed.status, failed.records_processed) == ("failed", len(records))
    assert 0 < len(records) < 5_000
    next_job = submit_file(10)
    tenant.clock.advance(60_000)
    assert (await wait_for_job(control, "default", id=next_job.id)).records_processed == 10
    assert len(await list_records(control, "default", object="vehicle")) == len(records) + 10


async def test_limit_that_a_client_reaches_meanwhile_ends_the_filling(control, tenant, submit_file):
    tenant.settings = replace(tenant.settings, concurrent_job_limit=100)
    filling = asyncio.create_task(fill_job_limit(control, "default"))
    await asyncio.sleep(0)
    submit_file(1)
    assert len(await filling) == 99
    assert len(tenant.store.jobs.unfinished()) == 100
