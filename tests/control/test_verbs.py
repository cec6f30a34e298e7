"""Control operations without HTTP and threads. tests/client/test_resources.py covers each through both transports."""

import asyncio

import pytest

from mock_zuora.control.errors import TimedOut, Unknown
from mock_zuora.control.journal import Search
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.operations import Submission, submit, upload
from mock_zuora.domain.tenants.tenant import Caller

pytestmark = pytest.mark.anyio


def submit_file(tenant, rows):
    caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
    job = submit(caller, Submission(Operation.CREATE, "default", "vehicle"))
    return upload(caller, job.id, CsvFile(("brand__c",), [("Saab",)] * rows))


def test_a_fresh_tenant_begins_like_the_default_one_not_as_it_is_now(control, tenant):
    control.configure("default", {"strict": True})
    made, client = control.add_tenant()
    assert (made.settings.strict, list(made.users), made.clients) == (False, ["admin"], {client.id: client})


def test_a_fresh_tenant_never_takes_a_name_that_is_there(control):
    control.add_tenant("tenant-1")
    assert control.add_tenant()[0].name == "tenant-2"


def test_a_dropped_tenant_takes_its_tokens_along(control, registry):
    control.add_tenant("acme")
    token = control.token("acme")
    control.drop_tenant("acme")
    assert registry.tokens.get(token.text) is None


def test_a_token_of_a_dropped_tenant_is_not_one_of_the_next_of_that_name(control, registry):
    control.add_tenant("acme")
    token = control.token("acme", user="ann")
    control.drop_tenant("acme")
    control.add_tenant("acme")
    assert registry.authenticate(token.text).tenant is registry.default_tenant


def test_a_token_is_held_to_its_permissions(control, registry):
    token = control.token("default", user="ann", permissions=frozenset())
    caller = registry.authenticate(token.text)
    assert (caller.user.name, caller.permissions) == ("ann", frozenset())
    with pytest.raises(ZuoraError):
        submit(caller, Submission(Operation.CREATE, "default", "vehicle"))


async def test_an_advance_does_work_of_any_length_while_others_are_served(control, tenant):
    submit_file(tenant, 20_000)
    served = 0

    async def serve():
        nonlocal served
        while True:
            served += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(serve())
    await control.advance("default", 60)
    other.cancel()
    assert len(control.records("default", "vehicle")) == 20_000 and served > 10


async def test_a_snapshot_waits_for_what_is_due(control, tenant):
    submit_file(tenant, 5_000)
    tenant.clock.advance(60_000)
    await control.save_snapshot("default", "one")
    assert control.instruments("default").snapshots["one"].store.jobs.unfinished() == []


async def test_a_wait_for_calls_ends_its_subscription(control, make_entry):
    journal = control.instruments("default").journal
    waiting = asyncio.create_task(control.wait_for_requests("default", Search(), 2, timeout=30))
    for _ in range(2):
        await asyncio.sleep(0)
        journal.add(make_entry())
    assert len(await waiting) == 2
    assert journal._listeners == []


async def test_who_stops_waiting_for_calls_ends_its_subscription(control):
    waiting = asyncio.create_task(control.wait_for_requests("default", Search(), 1, timeout=30))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert control.instruments("default").journal._listeners == []


async def test_who_waits_for_calls_of_a_tenant_that_is_dropped_is_told(control):
    control.add_tenant("acme")
    waiting = asyncio.create_task(control.wait_for_requests("acme", Search(), 1, timeout=30))
    await asyncio.sleep(0)
    control.drop_tenant("acme")
    with pytest.raises(Unknown, match="tenant: .*'acme'"):
        await waiting


async def test_who_waits_for_calls_sees_those_after_a_reset(control, make_entry):
    waiting = asyncio.create_task(control.wait_for_requests("default", Search(), 1, timeout=30))
    await asyncio.sleep(0)
    control.reset("default")
    control.instruments("default").journal.add(make_entry())
    assert len(await waiting) == 1


async def test_a_wait_for_a_job_that_is_reset_away_says_so(control, tenant):
    job = submit_file(tenant, 1)
    waiting = asyncio.create_task(control.wait_for_job("default", job.id, None, timeout=30))
    await asyncio.sleep(0)
    control.reset("default")
    with pytest.raises(Unknown, match=job.id):
        await waiting


async def test_a_wait_of_no_time_looks_once(control, tenant):
    job = submit_file(tenant, 1)
    with pytest.raises(TimedOut, match="in_progress after 0 s, not ended"):
        await control.wait_for_job("default", job.id, None, timeout=0)
