"""The machine's clocks. Only this module reads them, and always the real ones.

Tests that run the server in their own process replace ``time.time`` or ``time.monotonic``, or pretend another time with
freezegun or time-machine. The server keeps to real time: nothing replaces the clocks of the system that it reads.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Final

_NS_PER_MILLISECOND: Final = 1_000_000
_NS_PER_SECOND: Final = 1_000_000_000

_coarse_ns: Callable[[], int] | None = None
"""Reads real time, some milliseconds late; None where there is no such clock."""

if hasattr(time, "clock_gettime_ns"):
    _wall_ns: Callable[[], int] = partial(time.clock_gettime_ns, time.CLOCK_REALTIME)
    # The first of them also counts the time in which the machine sleeps, as the second one does on macOS.
    _steady_ns: Callable[[], int] = partial(
        time.clock_gettime_ns, getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    )
    if sys.platform == "linux":
        # CLOCK_REALTIME_COARSE, for which Python has no name. time-machine replaces only CLOCK_REALTIME.
        _coarse_ns = partial(time.clock_gettime_ns, 5)
else:
    # Windows. time-machine replaces time.monotonic_ns there, and freezegun every function that it finds in a module.
    _wall_ns, _steady_ns = partial(time.time_ns), partial(time.perf_counter_ns)


def steady_seconds() -> float:
    """Seconds of a clock that never runs backwards, since an arbitrary time."""
    return _steady_ns() / _NS_PER_SECOND


def real_time_ns() -> int:
    """Nanoseconds since 1970, UTC."""
    wall = _wall_ns()
    if _coarse_ns is None:
        return wall
    coarse = _coarse_ns()
    return wall if 0 <= wall - coarse < _NS_PER_SECOND else coarse


def machine_time() -> Callable[[], int]:
    """Returns a function that reads real time in milliseconds since 1970 and never runs backwards.

    It follows a steady clock, so that a correction of the machine's time cannot reverse what jobs have done. When real
    time is ahead, for example after a virtual machine was paused, it jumps there.
    """
    wall, steady = real_time_ns(), _steady_ns()

    def read() -> int:
        nonlocal wall, steady
        steady_now = _steady_ns()
        now = wall + steady_now - steady
        if _coarse_ns is not None and (coarse := _coarse_ns()) > now:
            wall, steady, now = coarse, steady_now, coarse
        return now // _NS_PER_MILLISECOND

    return read
