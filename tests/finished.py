"""Work in chunks, for tests that do not share a server with others."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


def finished(chunks: Generator[None, None, T]) -> T:
    """Does all the work at once and returns its result."""
    while True:
        try:
            next(chunks)
        except StopIteration as stop:
            result: T = stop.value
            return result


def count_chunks(chunks: Generator[None, None, object]) -> int:
    """Does all the work and returns the number of its chunks."""
    return 1 + sum(1 for _ in chunks)
