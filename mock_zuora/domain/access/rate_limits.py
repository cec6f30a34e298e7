"""Requests per minute, hour and day. The windows are fixed ones that follow the tenant's clock (A)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mock_zuora.domain.clock import DAY, HOUR, MINUTE, SECOND

_LENGTHS: Final = (MINUTE, HOUR, DAY)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The most requests in a minute, in an hour, in a day."""

    minute: int
    hour: int
    day: int


LIMITS_BY_TYPE: Final[Mapping[str, RateLimits]] = {
    "production": RateLimits(50_000, 2_250_000, 27_000_000),
    "developer-sandbox": RateLimits(12_500, 25_000, 50_000),
    "api-sandbox": RateLimits(2_500, 5_000, 10_000),
}
"""The limits by type of tenant (D)."""

OFF: Final = "off"


@lru_cache(maxsize=64)
def rate_limits_from(text: str) -> RateLimits | None:
    """The limits that a setting names: a type of tenant, ``off`` (None), or three numbers ``minute,hour,day``.

    Raises ValueError with a sentence that says what was expected.
    """
    if text == OFF:
        return None
    if text in LIMITS_BY_TYPE:
        return LIMITS_BY_TYPE[text]
    parts = text.split(",")
    if len(parts) == 3 and all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        return RateLimits(*(int(part) for part in parts))
    raise ValueError(
        f"{text!r} is not one of {', '.join(LIMITS_BY_TYPE)}, {OFF}, or three positive numbers: minute,hour,day"
    )


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """How a caller stands after a request, in the window that is nearest to exhaustion."""

    limit: int
    remaining: int
    reset: int
    """Seconds until that window ends."""
    refused: bool


class RateLimiter:
    """The requests that were counted in the running windows."""

    def __init__(self) -> None:
        self._windows = [-1, -1, -1]
        self._spent = [0, 0, 0]

    def count_request(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """Counts a request, unless a window is used up: then it is refused and not counted. One step."""
        return self._look((limits.minute, limits.hour, limits.day), now, counts=True)

    def limit_status(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """How the caller stands, without counting anything."""
        return self._look((limits.minute, limits.hour, limits.day), now, counts=False)

    def count_token_request(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """The same, with the limit of a minute as the only one."""
        return self._look((limits.minute,), now, counts=True)

    def _begin_windows(self, now: int) -> None:
        windows = [now // length for length in _LENGTHS]
        for at, window in enumerate(windows):
            if window != self._windows[at]:
                self._spent[at] = 0
        self._windows = windows

    def _look(self, allowed: tuple[int, ...], now: int, *, counts: bool) -> RateLimitStatus:
        if now // MINUTE != self._windows[0]:
            # An hour and a day begin with a minute, too.
            self._begin_windows(now)
        refused = any([spent >= limit for spent, limit in zip(self._spent, allowed, strict=False)])
        if counts and not refused:
            self._spent = [spent + 1 for spent in self._spent]
        nearest, lowest = 0, 1.0
        for at, limit in enumerate(allowed):
            left = (limit - self._spent[at]) / limit
            # Of several windows that are used up, the one that stays so longest says when to try again.
            if left < lowest or left <= 0:
                nearest, lowest = at, left
        wait = _LENGTHS[nearest] - now % _LENGTHS[nearest]
        remaining = max(0, allowed[nearest] - self._spent[nearest])
        return RateLimitStatus(allowed[nearest], remaining, -(-wait // SECOND), refused)
