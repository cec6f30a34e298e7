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
    awake: asyncio.Future[None] = loop.create_future()
    timer = loop.call_later(seconds, _wake, awake)
    try:
        await awake
    finally:
        timer.cancel()


def _wake(awake: "asyncio.Future[None]") -> None:
    # It is done if the task was cancelled in the same turn of the loop.
    if not awake.done():
        awake.set_result(None)
