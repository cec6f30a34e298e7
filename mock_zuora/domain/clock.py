"""The clock of a tenant: whole milliseconds since 1970, UTC."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from mock_zuora.domain.machine_clock import machine_time

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

END_OF_TIME = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last timestamp that can be formatted. Clocks stop there."""


class Clock:
    """A clock that can be frozen, set, advanced, and run at another speed. It starts at real time with speed 1."""

    def __init__(self, source: Callable[[], int] | None = None, *, start: int | None = None, speed: float = 1) -> None:
        self._real_time = source or machine_time()
        self._source = self._real_time
        self._speed = speed
        self._source_anchor = self._source()
        self._anchor = self._source_anchor if start is None else start

    def now(self) -> int:
        """The tenant's time in milliseconds."""
        return min(END_OF_TIME, self._anchor + int((self._source() - self._source_anchor) * self._speed))

    @property
    def real_time(self) -> int:
        """The real time in milliseconds, whatever the tenant's time is."""
        return self._real_time()

    @property
    def speed(self) -> float:
        """Seconds of the tenant per real second; 0 while frozen."""
        return self._speed

    @property
    def anchor(self) -> tuple[int, int, float]:
        """The clock's time and real time when the clock was last changed, and its speed since."""
        if self._source is not self._real_time:
            return self.now(), self._real_time(), self._speed
        return self._anchor, self._source_anchor, self._speed

    def run_at(self, speed: float) -> None:
        """Continues from the current time at another speed of real time; 0 freezes the clock.

        Raises ValueError for a speed that is negative, infinite or NaN.
        """
        if not 0 <= speed < math.inf:
            raise ValueError(f"speed: {speed!r} is not valid; expected a number from 0 (0 freezes the clock)")
        self._anchor, self._source = self.now(), self._real_time
        self._source_anchor = self._source()
        self._speed = speed

    def freeze(self) -> None:
        """Stops the clock at the current time."""
        self.run_at(0)

    def resume(self) -> None:
        """Continues from the current time at the speed of real time."""
        self.run_at(1)

    def set(self, timestamp: int) -> None:
        """Continues from another time, also an earlier one. Raises ValueError for one that is before 1970."""
        if not 0 <= timestamp <= END_OF_TIME:
            raise ValueError(f"timestamp: {timestamp!r} is not valid; expected milliseconds from 1970 to 9999")
        self._anchor, self._source_anchor = timestamp, self._source()

    def follow(self, source: Callable[[], int], start: int | None = None) -> None:
        """Continues from a time, by default the current one, and moves as another source does, until ``run_at``.

        When the source goes back, the clock stays, and moves on with it from there.
        """
        self._anchor = self.now() if start is None else start
        self._source = _rising(source)
        self._source_anchor = self._source()
        self._speed = 1

    def advance(self, milliseconds: int) -> None:
        """Moves the clock ahead, whether it runs or is frozen.

        Raises ValueError for a negative number, and for a time after the year 9999.
        """
        if milliseconds < 0:
            raise ValueError(f"milliseconds: {milliseconds!r} is negative; a clock only moves forward")
        if self.now() + milliseconds > END_OF_TIME:
            raise ValueError(f"milliseconds: {milliseconds!r} would move the clock past the year 9999")
        self._anchor += milliseconds


def _rising(source: Callable[[], int]) -> Callable[[], int]:
    """A source that shows how far another one has moved ahead, leaving out its steps back."""
    total, before = 0, source()

    def read() -> int:
        nonlocal total, before
        now = source()
        total, before = total + max(0, now - before), now
        return total

    return read


def timestamp(milliseconds: int) -> datetime:
    """The time of a tenant's clock, which counts milliseconds since 1970, as a ``datetime`` in UTC."""
    return EPOCH + timedelta(milliseconds=milliseconds)


@lru_cache(maxsize=4096)
def _second_text(second: int) -> str:
    # Not strftime, which calls that of the module ``time``: a test can replace it.
    return (EPOCH + timedelta(seconds=second)).isoformat()[:19]


@lru_cache(maxsize=4096)
def date_text(timestamp: int) -> str:
    """Formats milliseconds since 1970 as the API does: UTC with three decimals, ``2021-03-10T00:05:54.207Z`` (O)."""
    second, rest = divmod(timestamp, SECOND)
    return f"{_second_text(second)}.{rest:03d}Z"


def instant_text(timestamp: int) -> str:
    """Like ``date_text``, without decimals on a whole second: ``2021-03-15T06:47:18Z``."""
    return date_text(timestamp) if timestamp % SECOND else second_text(timestamp)


def second_text(timestamp: int) -> str:
    """Like ``date_text``, without decimals."""
    return f"{_second_text(timestamp // SECOND)}Z"
