"""The background task: it seeds, then processes due rows in chunks while requests are served."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from mock_zuora.domain.jobs.csv_file import read_csv
from mock_zuora.domain.jobs.job import Operation, Status
from mock_zuora.domain.jobs.lifecycle import CHUNKS_PER_TOUCH
from mock_zuora.domain.jobs.operations import Submission, definition_of, submit, upload
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import RecordTemplate, TenantTemplate
from mock_zuora.domain.tenants.tenant import Caller
from mock_zuora.server.job_runner import BackgroundJobRunner
from mock_zuora.storage.freeing import FREED_PER_STEP, free_later, is_anything_waiting
from tests.finished import finished

pytestmark = pytest.mark.anyio

IMMEDIATE = TenantSettings(transitions=Transitions.IMMEDIATE)
MORE_THAN_A_LOOK_TAKES = ROWS_PER_CHUNK * (CHUNKS_PER_TOUCH + 2)


@asynccontextmanager
async def running(runner):
    task = asyncio.create_task(runner.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def turns_until(condition, limit=1_000):
    """The number of event loop iterations until a condition holds."""
    for turn in range(limit):
        if condition():
            return turn
        await asyncio.sleep(0)
    raise AssertionError(f"not within {limit} turns")


def job_with_file(tenant, rows):
    caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
    job = submit(caller, Submission(Operation.CREATE, "default", "vehicle"))
    reading = read_csv(b"brand__c\n" + b"Volvo\n" * rows, job.operation, definition_of(tenant, job), caller.choices)
    return upload(caller, job.id, finished(reading)).id


def status_of(tenant, job_id):
    return tenant.store.jobs.get(job_id).status


async def test_seeding_yields_between_chunks(registry):
    records = tuple(RecordTemplate(object="boat", values={"sail__c": "red"}) for _ in range(ROWS_PER_CHUNK * 4))
    runner = BackgroundJobRunner(registry, [TenantTemplate(records=records)])
    async with running(runner):
        assert not runner.is_ready
        assert await turns_until(lambda: runner.is_ready) >= 4
    assert len(registry.default_tenant.store.objects.table("default", "boat")) == ROWS_PER_CHUNK * 4


async def test_runner_is_ready_once_every_tenant_is_seeded(registry):
    runner = BackgroundJobRunner(registry, [TenantTemplate(name="a"), TenantTemplate(name="b")])
    async with running(runner):
        await turns_until(lambda: runner.is_ready)
    assert list(registry.tenants) == ["a", "b"]


async def test_short_file_is_processed_by_the_next_request(registry):
    runner = BackgroundJobRunner(registry, [])
    tenant = registry.add_tenant(TenantTemplate(settings=IMMEDIATE))
    job_id = job_with_file(tenant, 10)
    runner.touch(tenant)
    assert status_of(tenant, job_id) is Status.COMPLETED


async def test_remaining_work_is_processed_in_the_background(registry):
    runner = BackgroundJobRunner(registry, [])
    tenant = registry.add_tenant(TenantTemplate(settings=IMMEDIATE))
    async with running(runner):
        job_id = job_with_file(tenant, MORE_THAN_A_LOOK_TAKES)
        runner.touch(tenant)
        assert status_of(tenant, job_id) is Status.IN_PROGRESS
        assert await turns_until(lambda: status_of(tenant, job_id) is Status.COMPLETED) >= 2


async def test_busy_tenant_does_not_delay_another(registry):
    runner = BackgroundJobRunner(registry, [])
    busy, other = (registry.add_tenant(TenantTemplate(name=name, settings=IMMEDIATE)) for name in ("busy", "other"))
    long, short = job_with_file(busy, MORE_THAN_A_LOOK_TAKES * 2), job_with_file(other, 1)
    async with running(runner):
        runner.touch(busy)
        await turns_until(lambda: status_of(other, short) is Status.COMPLETED)
        assert status_of(busy, long) is Status.IN_PROGRESS


async def test_requests_are_served_between_the_chunks_of_two_tenants(registry):
    runner = BackgroundJobRunner(registry, [])
    tenants = [registry.add_tenant(TenantTemplate(name=name, settings=IMMEDIATE)) for name in ("a", "b", "c")]
    for each in tenants:
        job_with_file(each, MORE_THAN_A_LOOK_TAKES)
    tables = [each.store.objects.table("default", "vehicle") for each in tenants]
    async with running(runner):
        for each in tenants:
            runner.touch(each)
        written = [len(each) for each in tables]
        while sum(written) < 3 * MORE_THAN_A_LOOK_TAKES:
            await asyncio.sleep(0)
            now = [len(each) for each in tables]
            assert sum(now) - sum(written) <= ROWS_PER_CHUNK
            written = now


async def test_discarded_records_are_freed_in_steps(registry):
    runner = BackgroundJobRunner(registry, [])
    async with running(runner):
        await turns_until(lambda: runner.is_ready)
        free_later(dict.fromkeys(range(3 * FREED_PER_STEP)))
        runner.note_activity()
        assert await turns_until(lambda: not is_anything_waiting()) >= 3


async def test_finish_returns_when_no_due_work_is_left(registry):
    runner = BackgroundJobRunner(registry, [])
    tenant = registry.add_tenant(TenantTemplate(settings=IMMEDIATE))
    job_id = job_with_file(tenant, MORE_THAN_A_LOOK_TAKES)
    await runner.finish(tenant)
    assert status_of(tenant, job_id) is Status.COMPLETED


@pytest.mark.fidelity("mock-13")
async def test_unused_tenant_expires_with_its_journal(make_api, time):
    api = make_api()
    async with api.client() as client:
        created = (await client.post("/__mock/v1/tenants")).json()
        name = created["name"]
        assert (await client.get("/__mock/v1/requests", params={"tenant": name})).status_code == 200
        time.pass_seconds(3_600)
        assert (await client.get("/objects/jobs")).status_code == 200
        assert [each["name"] for each in (await client.get("/__mock/v1/tenants")).json()] == ["default"]
    assert name not in api.app.control.instrumentation
