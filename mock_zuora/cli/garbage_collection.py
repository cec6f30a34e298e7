"""Keeps the garbage collector from delaying requests. Only for ``serve``, whose process belongs to the server."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from mock_zuora.domain.machine_clock import machine_time

LONG_MILLISECONDS: Final = 3
"""Collecting what a few requests have left takes less."""


@contextmanager
def startup_without_collections() -> Iterator[None]:
    """Pauses the garbage collector during imports, and then exempts what they created from it.

    Without this, collections take an eighth of the startup, and later delay requests.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def without_long_collections() -> Iterator[None]:
    """Exempts what exists at the end of a long collection from later ones.

    With 400,000 records, each full collection took a tenth of a second. What is exempt is still freed as soon as
    nothing refers to it, except for cycles.
    """
    now, started = machine_time(), 0

    def exempt_after_long_collection(phase: str, collection: Mapping[str, Any]) -> None:
        nonlocal started
        if phase == "start":
            started = now()
        elif now() - started >= LONG_MILLISECONDS:
            gc.freeze()

    gc.callbacks.append(exempt_after_long_collection)
    try:
        yield
    finally:
        gc.callbacks.remove(exempt_after_long_collection)
