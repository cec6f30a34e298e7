import asyncio

import pytest

from mock_zuora.admin.disconnect import unless_disconnected

pytestmark = pytest.mark.anyio


async def forever():
    await asyncio.Event().wait()


async def left():
    return {"type": "http.disconnect"}


async def test_result_of_finished_work_is_returned():
    async def work():
        return "done"

    assert await unless_disconnected(forever, work()) == "done"


async def test_disconnect_cancels_the_work():
    before, ended = asyncio.all_tasks(), asyncio.Event()

    async def work():
        try:
            await forever()
        finally:
            ended.set()

    assert await unless_disconnected(left, work()) is None
    assert ended.is_set()
    assert asyncio.all_tasks() == before


async def test_error_of_the_work_is_raised():
    async def work():
        raise LookupError("nobody there")

    with pytest.raises(LookupError, match="nobody there"):
        await unless_disconnected(forever, work())


async def test_cancellation_cancels_the_work():
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(unless_disconnected(forever, forever()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == before
