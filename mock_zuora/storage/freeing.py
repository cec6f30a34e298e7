"""Frees the large containers of tables in steps. Freeing 400,000 records at once takes a tenth of a second."""

import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

FREED_PER_STEP: Final = 5_000
"""Items: about a millisecond of work."""
_Container = dict[Any, Any] | list[Any]


class _Thread(threading.local):
    """What waits in a thread. A server frees only what its own thread has discarded, so nothing here needs a lock."""

    def __init__(self) -> None:
        self.servers = 0
        self.waiting: deque[_Container] = deque()


_thread = _Thread()


@contextmanager
def freeing_in_steps() -> Iterator[None]:
    """While a server runs in this context, ``free_later`` leaves what its thread discards to ``free_step``."""
    _thread.servers += 1
    try:
        yield
    finally:
        _thread.servers -= 1
        if not _thread.servers:
            _thread.waiting.clear()


def free_later(*containers: _Container) -> None:
    """Leaves containers that nothing needs any more to ``free_step``. Small ones are freed as usual.

    So are all containers in a thread without a server.
    """
    if _thread.servers:
        _thread.waiting.extend(each for each in containers if len(each) > FREED_PER_STEP)


def is_anything_waiting() -> bool:
    """Whether ``free_step`` has anything to free."""
    return bool(_thread.waiting)


def free_step() -> None:
    """Frees some items, if anything waits for it."""
    if not _thread.waiting:
        return
    container, references = _next_of(_thread.waiting)
    # What still reads a container, such as an iterator, frees it when it ends.
    if references > _OWN_REFERENCES:
        return
    if isinstance(container, dict):
        for _ in range(min(FREED_PER_STEP, len(container))):
            container.popitem()
    else:
        del container[-FREED_PER_STEP:]
    if container:
        _thread.waiting.appendleft(container)


def _next_of(waiting: deque[_Container]) -> tuple[_Container, int]:
    """Removes the first container. Returns it with the number of references to it."""
    container = waiting.popleft()
    return container, sys.getrefcount(container)


_OWN_REFERENCES: Final = _next_of(deque([[]]))[1]
"""The references to a container that nothing else refers to. Their number depends on the version of Python."""
