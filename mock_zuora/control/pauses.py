"""Pauses on the event loop. Tests that run the server in their own process may replace ``asyncio.sleep``."""

import asyncio
from collections.abc import Generator
from types import coroutine


@coroutine
def let_others_run() -> Generator[None, None, None]:
    """Lets other tasks of the event loop run, and continues in its next turn."""
    yield


async def sleep(seconds: float) -> None:
    """Sleeps for real seconds."""
    loop = asyncio.get_running_loop()
    awake = loop.create_future()
    timer = loop.call_later(seconds, awake.set_result, None)
    try:
        await awake
    finally:
        timer.cancel()
