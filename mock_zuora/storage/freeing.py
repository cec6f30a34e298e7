"""Frees the large containers of tables in steps. Freeing 400,000 records at once takes a tenth of a second."""

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

FREED_PER_STEP: Final = 5_000
"""Items: about a millisecond of work."""
_Container = dict[Any, Any] | list[Any]
_waiting: deque[_Container] = deque()
_servers = 0
"""Running servers of this process, each of which calls ``free_step``."""


@contextmanager
def freeing_in_steps() -> Iterator[None]:
    """While a server runs in this context, ``free_later`` leaves containers to it."""
    global _servers
    _servers += 1
    try:
        yield
    finally:
        _servers -= 1
        if not _servers:
            _waiting.clear()


def free_later(*containers: _Container) -> None:
    """Leaves containers that nothing needs any more to ``free_step``. Small ones are freed as usual."""
    if _servers:
        _waiting.extend(each for each in containers if len(each) > FREED_PER_STEP)


def is_anything_waiting() -> bool:
    """Whether ``free_step`` has anything to free."""
    return bool(_waiting)


def free_step() -> None:
    """Frees some items."""
    try:
        container, references = _next_of(_waiting)
    except IndexError:
        # Another server of this process was faster.
        return
    # What still reads a container, such as an iterator, frees it when it ends.
    if references > _OWN_REFERENCES:
        return
    if isinstance(container, dict):
        for _ in range(min(FREED_PER_STEP, len(container))):
            container.popitem()
    else:
        del container[-FREED_PER_STEP:]
    if container:
        _waiting.appendleft(container)


def _next_of(waiting: deque[_Container]) -> tuple[_Container, int]:
    """Removes the first container. Returns it with the number of references to it. Raises IndexError."""
    container = waiting.popleft()
    return container, sys.getrefcount(container)


_OWN_REFERENCES: Final = _next_of(deque([[]]))[1]
"""The references to a container that nothing else refers to. Their number depends on the version of Python."""
