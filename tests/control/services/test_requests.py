import asyncio

import pytest

from mock_zuora.control.errors import Unknown
from mock_zuora.control.services.requests import RequestWait, wait_for_requests
from mock_zuora.control.services.tenants import add_tenant, drop_tenant, reset

pytestmark = pytest.mark.anyio


@pytest.fixture
def start_wait(control):
    """Starts a wait for requests in the background."""

    async def start_wait(count=1, tenant="default"):
        waiting = asyncio.create_task(wait_for_requests(control, tenant, RequestWait(count=count, timeout=30)))
        await asyncio.sleep(0)
        return waiting

    return start_wait


async def test_finished_wait_ends_its_subscription(control, make_entry, start_wait):
    journal, waiting = control.instruments("default").journal, await start_wait(2)
    for _ in range(2):
        journal.add(make_entry())
        await asyncio.sleep(0)
    assert len((await waiting).requests) == 2
    assert journal._listeners == []


async def test_cancelled_wait_ends_its_subscription(control, start_wait):
    waiting = await start_wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert control.instruments("default").journal._listeners == []


async def test_wait_ends_when_the_tenant_is_dropped(control, start_wait):
    await add_tenant(control, "default", name="acme")
    waiting = await start_wait(tenant="acme")
    await drop_tenant(control, "default", name="acme")
    with pytest.raises(Unknown, match="tenant: 'acme'"):
        await waiting


async def test_wait_finds_requests_after_a_reset(control, make_entry, start_wait):
    waiting = await start_wait()
    await reset(control, "default")
    control.instruments("default").journal.add(make_entry())
    assert len((await waiting).requests) == 1
