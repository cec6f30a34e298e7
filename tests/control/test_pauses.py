import asyncio
import time
from unittest.mock import patch

import pytest

from mock_zuora.control.pauses import let_others_run, sleep
from mock_zuora.domain.machine_clock import steady_seconds


def test_other_tasks_run_first():
    async def run():
        order = []
        other = asyncio.create_task(append_later(order))
        await let_others_run()
        order.append("this")
        await other
        return order

    async def append_later(order):
        order.append("other")

    assert asyncio.run(run()) == ["other", "this"]


def test_only_one_of_the_paused_tasks_continues_in_each_turn():
    steps = []

    async def work():
        for _ in range(5):
            await let_others_run()
            steps.append("chunk")

    async def request():
        while steps.count("chunk") < 20:
            steps.append("turn")
            await asyncio.sleep(0)

    async def run():
        await asyncio.gather(request(), *[work() for _ in range(4)])

    asyncio.run(run())
    assert ("chunk", "chunk") not in zip(steps, steps[1:], strict=False)


def test_cancelled_pause_does_not_stop_the_others():
    async def run():
        paused = [asyncio.create_task(let_others_run()) for _ in range(3)]
        await asyncio.sleep(0)
        paused[0].cancel()
        paused[1].cancel()
        await asyncio.wait_for(paused[2], 5)

    asyncio.run(run())


def test_sleep_takes_real_time_although_asyncio_sleep_is_replaced():
    started = steady_seconds()
    with patch("asyncio.sleep") as replaced:
        asyncio.run(sleep(0.05))
    assert steady_seconds() - started >= 0.05
    assert not replaced.called


def test_cancelled_sleep_leaves_no_timer():
    async def run():
        sleeping = asyncio.create_task(sleep(60))
        await let_others_run()
        [timer] = asyncio.get_running_loop()._scheduled
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        return timer.cancelled()

    assert asyncio.run(run())


def test_sleep_that_is_cancelled_as_it_ends_reports_nothing():
    async def run():
        reported = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: reported.append(context))
        sleeping = asyncio.create_task(sleep(0.02))
        await let_others_run()
        loop.call_later(0.01, sleeping.cancel)
        # After this, both are due in the same turn of the loop.
        time.sleep(0.05)
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        await let_others_run()
        return reported

    assert asyncio.run(run()) == []
