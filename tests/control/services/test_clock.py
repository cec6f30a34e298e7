import asyncio

import pytest

from mock_zuora.control.services.clock import advance_clock
from mock_zuora.control.services.records import list_records

pytestmark = pytest.mark.anyio


async def test_advance_processes_large_jobs_while_other_requests_are_served(control, submit_file):
    submit_file(20_000)
    served = 0

    async def serve():
        nonlocal served
        while True:
            served += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(serve())
    await advance_clock(control, "default", seconds=60)
    other.cancel()
    assert len((await list_records(control, "default", object="vehicle")).document()) == 20_000 and served > 10
