"""Pauses on the event loop. Tests that run the server in their own process may replace ``asyncio.sleep``."""

import asyncio
from collections import deque
from typing import Final
from weakref import WeakKeyDictionary

_Waiting = deque[asyncio.Future[None]]
_waiting: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, _Waiting]] = WeakKeyDictionary()
"""The tasks of each loop that have paused, in order."""


async def let_others_run() -> None:
    """Lets other tasks of the event loop run, and continues in a later turn.

    Of the tasks that wait here, one continues in each turn: a request waits for one chunk of work, however many files
    are processed at the same time.
    """
    loop = asyncio.get_running_loop()
    waiting = _waiting.setdefault(loop, deque())
    turn: asyncio.Future[None] = loop.create_future()
    waiting.append(turn)
    if len(waiting) == 1:
        loop.call_soon(_continue_first, loop, waiting)
    await turn


def _continue_first(loop: asyncio.AbstractEventLoop, waiting: _Waiting) -> None:
    _wake(waiting.popleft())
    if waiting:
        loop.call_soon(_continue_first, loop, waiting)


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
