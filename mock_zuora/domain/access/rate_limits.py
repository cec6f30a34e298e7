"""Rate limits per minute, hour and day: the last 60 seconds, and fixed hours and days of the tenant's clock (A)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mock_zuora.domain.clock import DAY, HOUR, MINUTE, SECOND

_FIXED_WINDOWS: Final = (HOUR, DAY)
_SECONDS_OF_MINUTE: Final = MINUTE // SECOND


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The maximum number of requests per minute, hour and day."""

    minute: int
    hour: int
    day: int


LIMITS_BY_TYPE: Final[Mapping[str, RateLimits]] = {
    "production": RateLimits(50_000, 2_250_000, 27_000_000),
    "central-sandbox": RateLimits(50_000, 2_250_000, 27_000_000),
    "developer-sandbox": RateLimits(12_500, 25_000, 50_000),
    "api-sandbox": RateLimits(2_500, 5_000, 10_000),
}
"""The limits by tenant type (D)."""
TOKEN_LIMITS: Final = RateLimits(2_000, 67_500, 810_000)
"""The limits of a tenant's token requests (D)."""
MAX_TOKEN_REQUESTS_PER_ADDRESS: Final = 100
"""The token requests per minute and IP address (D)."""

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
    """A caller's rate limit after a request: of the minute, hour and day, the one that is closest to exhaustion."""

    limit: int
    remaining: int
    reset: int
    """Seconds until more requests are accepted."""
    refused: bool


class RateLimiter:
    """Counts requests in the last minute and in the current hour and day."""

    def __init__(self) -> None:
        self._seconds: list[list[int]] = []
        """The seconds of the last minute that had requests, each with their number. An empty deque takes 600 bytes."""
        self._second = -1
        self._in_minute = 0
        self._windows = [-1, -1]
        self._counts = [0, 0]

    def count_request(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """Counts a request. If a limit is exhausted, refuses it without counting it. Atomic."""
        self._forget_until(now)
        refused = self._in_minute >= limits.minute or self._counts[0] >= limits.hour or self._counts[1] >= limits.day
        if not refused:
            self._count_in_minute(now)
            self._counts[0] += 1
            self._counts[1] += 1
        return self._status(limits, now, refused=refused)

    def count_refused(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """Counts a refused request towards the minute."""
        self._count_in_minute(now)
        return self._status(limits, now, refused=True)

    def limit_status(self, limits: RateLimits, now: int) -> RateLimitStatus:
        """The status without counting a request."""
        self._forget_until(now)
        return self._status(limits, now, refused=False)

    def _count_in_minute(self, now: int) -> None:
        second = now // SECOND
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1][1] += 1
        else:
            self._seconds.append([second, 1])
        self._in_minute += 1

    def _forget_until(self, now: int) -> None:
        """Drops the seconds that are a minute old, and starts a new hour and a new day."""
        if now // SECOND == self._second:
            return
        self._second = now // SECOND
        oldest = self._second - _SECONDS_OF_MINUTE
        while self._seconds and self._seconds[0][0] <= oldest:
            self._in_minute -= self._seconds.pop(0)[1]
        for index, length in enumerate(_FIXED_WINDOWS):
            window = now // length
            if window != self._windows[index]:
                self._windows[index], self._counts[index] = window, 0

    def _status(self, limits: RateLimits, now: int, *, refused: bool) -> RateLimitStatus:
        """The status of the limit with the smallest share left; of several exhausted ones, of the longest."""
        limit, count, window = limits.minute, self._in_minute, None
        share = max(0.0, 1 - count / limit)
        for index, (other, length) in enumerate(zip((limits.hour, limits.day), _FIXED_WINDOWS, strict=True)):
            other_share = 1 - self._counts[index] / other
            if other_share < share or other_share <= 0:
                limit, count, window, share = other, self._counts[index], length, other_share
        wait = self._minute_wait(limit, now) if window is None else window - now % window
        return RateLimitStatus(limit, max(0, limit - count), -(-wait // SECOND), refused)

    def _minute_wait(self, limit: int, now: int) -> int:
        """Milliseconds until a second leaves the last minute; if it is exhausted, until enough of them have left."""
        left = self._in_minute
        for second, count in self._seconds:
            left -= count
            if left < limit:
                return (second + _SECONDS_OF_MINUTE) * SECOND - now
        return MINUTE


class AddressCounter:
    """Counts requests per IP address in the current minute."""

    def __init__(self) -> None:
        self._minute = -1
        self._counts: dict[str, int] = {}

    def count_request(self, address: str, now: int) -> int:
        """Counts a request. Returns the number of requests of its address in this minute."""
        if now // MINUTE != self._minute:
            self._minute, self._counts = now // MINUTE, {}
        self._counts[address] = self._counts.get(address, 0) + 1
        return self._counts[address]
