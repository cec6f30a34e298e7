"""Long work on the event loop in chunks, so that it does not keep other requests waiting."""

from collections.abc import Generator
from typing import TypeVar

from mock_zuora.control.pauses import let_others_run

T = TypeVar("T")


async def run_in_chunks(chunks: Generator[None, None, T]) -> T:
    """Returns the result of a generator that yields after each chunk. Other requests are served between the chunks."""
    while True:
        try:
            next(chunks)
        except StopIteration as stop:
            result: T = stop.value
            return result
        await let_others_run()
