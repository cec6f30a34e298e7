"""The time of one tenant: whole milliseconds since 1970, UTC. The only reader of the machine's clock."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

END_OF_TIME = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last moment that a date can be written of. A clock stops there."""


def machine_time() -> Callable[[], int]:
    """A reader of real time that never runs backwards.

    It follows the monotonic clock, so that a correction of the machine's time cannot undo what a job already lived
    through, and jumps ahead when the wall clock is ahead (a laptop that was asleep).
    """
    wall, mono = time.time_ns(), time.monotonic_ns()

    def read() -> int:
        nonlocal wall, mono
        wall_now, mono_now = time.time_ns(), time.monotonic_ns()
        steady = wall + mono_now - mono
        if wall_now > steady:
            wall, mono = wall_now, mono_now
            steady = wall_now
        return steady // 1_000_000

    return read


class Clock:
    """A clock that can be frozen, moved ahead, and run at another speed. It starts at real time and runs at speed 1."""

    def __init__(self, source: Callable[[], int] | None = None, *, start: int | None = None, speed: float = 1) -> None:
        self._source = source or machine_time()
        self._speed = speed
        self._anchor = self._source()
        self._shown = self._anchor if start is None else start

    def now(self) -> int:
        """The tenant's time, in milliseconds."""
        return min(END_OF_TIME, self._shown + int((self._source() - self._anchor) * self._speed))

    @property
    def speed(self) -> float:
        """How many of the tenant's seconds pass in one real second; 0 while frozen."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """Go on from the present moment at another speed; 0 freezes.

        Raises ValueError for a speed that is negative, infinite or no number: this clock only goes forward.
        """
        if not 0 <= speed < math.inf:
            raise ValueError(f"speed: {speed!r} is not 0 or more; a clock here only goes forward (0 freezes it)")
        self._shown = self.now()
        self._anchor = self._source()
        self._speed = speed

    def freeze(self) -> None:
        """Stop the clock where it is."""
        self.run_at(0)

    def resume(self) -> None:
        """Run at the speed of real time again, from where the clock stands."""
        self.run_at(1)

    def advance(self, milliseconds: int) -> None:
        """Move the clock ahead, running or frozen.

        Raises ValueError for a negative number, as this clock only goes forward, and for a moment after the year 9999.
        """
        if milliseconds < 0:
            raise ValueError(f"milliseconds: {milliseconds!r} is negative; a clock here only goes forward")
        if self.now() + milliseconds > END_OF_TIME:
            raise ValueError(f"milliseconds: {milliseconds!r} would take the clock past the year 9999")
        self._shown += milliseconds


@lru_cache(maxsize=4096)
def _second_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=4096)
def date_text(moment: int) -> str:
    """A moment as the API writes it: UTC, always three decimals, ``2021-03-10T00:05:54.207Z`` (O)."""
    second, rest = divmod(moment, SECOND)
    return f"{_second_text(second)}.{rest:03d}Z"
