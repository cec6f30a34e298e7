"""Work on behalf of somebody who may leave: then it ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

Given = TypeVar("Given")


async def unless_left(receive: Receive, work: Coroutine[Any, Any, Given]) -> Given | None:
    """What the work gives; None if the client left first, so that nobody reads the answer. Nothing is left running."""
    task, left = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, left):
            each.cancel()
        await asyncio.gather(task, left, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
