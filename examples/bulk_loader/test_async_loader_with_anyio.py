"""The same loader in tests that anyio runs."""

import pytest
from async_loader import AsyncLoader

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def loader(zuora):
    credentials = zuora.client()
    async with AsyncLoader(zuora.url, credentials.client_id, credentials.client_secret, max_rows=3) as loader:
        yield loader


async def test_parts_are_loaded(zuora, loader, vehicles):
    assert (await loader.load("vehicle", vehicles(7))).records == 7
    assert len(zuora.jobs) == 3


async def test_waiting_does_not_block_the_loop(zuora, loader, vehicles):
    await loader.load("vehicle", vehicles(1))
    assert len(await zuora.requests.wait_async(1, "POST", "/objects/jobs")) == 1
