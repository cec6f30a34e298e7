"""Resets while a job is being processed. tests/client/test_handle.py covers each scope."""

import asyncio

import pytest

from mock_zuora.control.reset import EVERY_SCOPE, reset_tenant
from mock_zuora.control.services.records import list_records
from mock_zuora.control.services.tokens import issue_token
from mock_zuora.domain.jobs.lifecycle import apply_clock

pytestmark = pytest.mark.anyio


async def count_records(control):
    return len((await list_records(control, "default", object="vehicle")).document())


def test_reset_during_a_job_leaves_nothing_of_it(tenant, registry, submit_file):
    submit_file(5_000)
    tenant.clock.advance(60_000)
    apply_clock(tenant, chunks=1)
    assert tenant.running_job is not None
    reset_tenant(registry, tenant, EVERY_SCOPE)
    store = registry.default_tenant.store
    assert (list(store.jobs.newest_first()), store.objects.definitions()) == ([], [])
    assert registry.default_tenant.running_job is None


@pytest.mark.parametrize("scope", ["clock", "faults", "journal", "settings", "snapshots", "tokens"])
async def test_job_is_processed_once_whatever_else_is_reset(control, tenant, registry, submit_file, scope):
    job = submit_file(5_000)
    reset_tenant(registry, tenant, {scope})
    # A request that is still running has the tenant from before the reset, and processes the job as well.
    for each in (tenant, registry.default_tenant):
        each.clock.advance(60_000)
        apply_clock(each, chunks=10)
    apply_clock(registry.default_tenant, chunks=100)
    processed = registry.default_tenant.store.jobs.get(job.id).records_processed
    assert processed == await count_records(control) == 5_000


async def test_running_job_writes_nothing_after_a_reset_of_the_jobs(control, tenant, registry, submit_file):
    submit_file(5_000)
    tenant.clock.advance(60_000)
    working = asyncio.create_task(control.runner.finish(tenant))
    await asyncio.sleep(0)
    reset_tenant(registry, tenant, {"jobs"})
    left = await count_records(control)
    await working
    assert await count_records(control) == left < 5_000


def test_users_keep_their_ids_after_a_reset(tenant, registry):
    before = tenant.default_user.id
    reset_tenant(registry, tenant, EVERY_SCOPE)
    assert registry.default_tenant.default_user.id == before


async def test_reset_of_the_tokens_removes_them(control, registry, tenant):
    token = await issue_token(control, "default")
    reset_tenant(registry, tenant, {"tokens"})
    assert registry.tokens.get(token.access_token) is None
