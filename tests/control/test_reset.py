"""Resets while a job is half-way, and what they leave. tests/client/test_handle.py covers each scope."""

import asyncio

import pytest

from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.lifecycle import apply_clock
from mock_zuora.domain.jobs.operations import Submission, submit, upload
from mock_zuora.domain.tenants.tenant import Caller

pytestmark = pytest.mark.anyio


def submit_file(tenant, rows):
    caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
    job = submit(caller, Submission(Operation.CREATE, "default", "vehicle"))
    return upload(caller, job.id, CsvFile(("brand__c",), [["Saab"]] * rows))


def test_a_reset_in_the_midst_of_a_job_leaves_nothing_of_it(control, tenant, registry):
    submit_file(tenant, 5_000)
    tenant.clock.advance(60_000)
    apply_clock(tenant, chunks=1)
    assert tenant.running_job is not None
    control.reset("default")
    fresh = registry.default_tenant
    assert (fresh.running_job, list(fresh.store.jobs.newest_first()), fresh.store.objects.definitions()) == (
        None,
        [],
        [],
    )


@pytest.mark.parametrize("scope", ["clock", "faults", "journal", "settings", "snapshots", "tokens"])
def test_a_job_is_done_once_whatever_else_is_reset(control, tenant, registry, scope):
    job = submit_file(tenant, 5_000)
    control.reset("default", {scope})
    # A call that is still being answered has the tenant from before, and works on the job as well.
    for each in (tenant, registry.default_tenant):
        each.clock.advance(60_000)
        apply_clock(each, chunks=10)
    apply_clock(registry.default_tenant, chunks=100)
    assert control.job("default", job.id).records_processed == len(control.records("default", "vehicle")) == 5_000


async def test_who_works_on_a_job_that_is_reset_away_leaves_the_records_alone(control, tenant):
    submit_file(tenant, 5_000)
    tenant.clock.advance(60_000)
    working = asyncio.create_task(control.runner.finish(tenant))
    await asyncio.sleep(0)
    control.reset("default", {"jobs"})
    left = len(control.records("default", "vehicle"))
    await working
    assert len(control.records("default", "vehicle")) == left < 5_000


def test_users_keep_their_ids_over_a_reset(control, tenant, registry):
    before = tenant.default_user.id
    control.reset("default")
    assert registry.default_tenant.default_user.id == before


def test_a_token_ends_with_a_reset_of_the_tokens(control, registry, tenant):
    control.configure("default", {})
    token = control.token("default", permissions=frozenset())
    control.reset("default", {"tokens"})
    assert registry.tokens.get(token.text) is None
