"""Time as the probes see it. Tests pass one that moves the clock of the tenant instead of waiting."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from mock_zuora.domain.machine_clock import steady_seconds

T = TypeVar("T")

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0
_GROWTH: Final = 1.5


class Timer:
    """A clock that never runs backwards, and pauses."""

    def now(self) -> float:
        """Seconds since an arbitrary time."""
        return steady_seconds()

    def pause(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)

    def poll(self, read: Callable[[], T | None], timeout: float) -> T | None:
        """The first result of ``read`` that is not None, or None after ``timeout`` seconds.

        The pauses between two reads grow from half a second to 15 seconds.
        """
        end, pause = self.now() + timeout, FIRST_PAUSE
        while (found := read()) is None:
            remaining = end - self.now()
            if remaining <= 0:
                return None
            self.pause(min(pause, remaining))
            pause = min(pause * _GROWTH, LONGEST_PAUSE)
        return found
