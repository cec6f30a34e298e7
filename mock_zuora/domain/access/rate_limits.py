"""Rate limits per minute, hour and day, in fixed windows of the tenant's clock (A)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mock_zuora.domain.clock import DAY, HOUR, MINUTE, SECOND

_WINDOW_LENGTHS: Final = (MINUTE, HOUR, DAY)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The maximum number of requests per minute, hour and day."""

    minute: int
    hour: int
    day: int


LIMITS_BY_TYPE: Final[Mapping[str, RateLimits]] = {
    "production": RateLimits(50_000, 2_250_000, 27_000_000),
    "developer-sandbox": RateLimits(12_500, 25_000, 50_000),
    "api-sandbox": RateLimits(2_500, 5_000, 10_000),
}
"""The limits by tenant type (D)."""

OFF: Final = "off"


@lru_cache(maxsize=64)
def rate_limits_from(text: str) -> RateLimits | None:
    """Parses the setting: a tenant type, ``off`` (None), or three numbers ``minute,hour,day``.

    Raises ValueError with what was expected.
    """
    if text == OFF:
        return None
    if text in LIMITS_BY_TYPE:
        return LIMITS_BY_TYPE[text]
    parts = text.split(",")
    if len(parts) == 3 and all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        return RateLimits(*(int(part) for part in parts))
    raise ValueError(
        f"{text!r} is not valid; expected {', '.join(LIMITS_BY_TYPE)}, {OFF}, or three positive numbers minute,hour,day"
    )


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """A caller's rate limit after a request, in the window that is closest to exhaustion."""

    limit: int
    remaining: int
    reset: int
    """Seconds until the window ends."""
    refused: bool


class RateLimiter:
    """Counts requests in the current minute, hour and day."""

    def __init__(self) -> None:
        self._windows = [-1, -1, -1]
        self._counts = [0, 0, 0]

    def count_request(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """Counts a request. If a window is exhausted, refuses it without counting it. Atomic."""
        return self._status((limits.minute, limits.hour, limits.day), now, counts=True)

    def limit_status(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """The status without counting a request."""
        return self._status((limits.minute, limits.hour, limits.day), now, counts=False)

    def count_token_request(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """Like ``count_request``, with the limit per minute only."""
        return self._status((limits.minute,), now, counts=True)

    def _start_windows(self, now: int) -> None:
        windows = [now // length for length in _WINDOW_LENGTHS]
        for index, window in enumerate(windows):
            if window != self._windows[index]:
                self._counts[index] = 0
        self._windows = windows

    def _status(self, limits: tuple[int, ...], now: int, *, counts: bool) -> RateLimitStatus:
        if now // MINUTE != self._windows[0]:
            # A new hour or day always starts a new minute too.
            self._start_windows(now)
        refused = any([count >= limit for count, limit in zip(self._counts, limits, strict=False)])
        if counts and not refused:
            self._counts = [count + 1 for count in self._counts]
        nearest, lowest = 0, 1.0
        for index, limit in enumerate(limits):
            remaining_share = (limit - self._counts[index]) / limit
            # Of several exhausted windows, the longest one determines when to try again.
            if remaining_share < lowest or remaining_share <= 0:
                nearest, lowest = index, remaining_share
        wait = _WINDOW_LENGTHS[nearest] - now % _WINDOW_LENGTHS[nearest]
        remaining = max(0, limits[nearest] - self._counts[nearest])
        return RateLimitStatus(limits[nearest], remaining, -(-wait // SECOND), refused)
