import asyncio

import pytest

from mock_zuora.admin.disconnect import unless_left

pytestmark = pytest.mark.anyio


async def forever():
    await asyncio.Event().wait()


async def left():
    return {"type": "http.disconnect"}


async def test_the_answer_of_work_that_ends_is_given():
    async def work():
        return "done"

    assert await unless_left(forever, work()) == "done"


async def test_a_client_that_leaves_leaves_nothing_running():
    before, ended = asyncio.all_tasks(), asyncio.Event()

    async def work():
        try:
            await forever()
        finally:
            ended.set()

    assert await unless_left(left, work()) is None
    assert ended.is_set()
    assert asyncio.all_tasks() == before


async def test_an_error_of_the_work_is_raised():
    async def work():
        raise LookupError("nobody there")

    with pytest.raises(LookupError, match="nobody there"):
        await unless_left(forever, work())


async def test_who_is_cancelled_cancels_the_work():
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(unless_left(forever, forever()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == before
