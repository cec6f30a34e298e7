import asyncio
from unittest.mock import patch

from mock_zuora.server.event_loop import ServerLoop


def test_timers_keep_to_real_time_although_the_time_is_replaced():
    async def wait():
        async with asyncio.timeout(5):
            reached = asyncio.Event()
            asyncio.get_running_loop().call_later(0.01, reached.set)
            await reached.wait()

    with patch("time.monotonic", return_value=0.0), asyncio.Runner(loop_factory=ServerLoop) as runner:
        runner.run(wait())
