"""The clock of a handle's tenant."""

from datetime import datetime
from typing import Any

from mock_zuora.client.calls import Call
from mock_zuora.control.errors import is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import ClockTime

__tracebackhide__ = is_control_error


class ClockResource:
    """The tenant's clock: it controls jobs, the expiry of tokens and idempotency keys, rate limits and record dates.

    It starts at real time. Every method returns the tenant's time as an aware ``datetime`` in UTC.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def now(self) -> datetime:
        """Returns the tenant's time."""
        return self._time("GET", "/clock").now

    def freeze(self) -> datetime:
        """Stops the clock."""
        return self._time("PATCH", "/clock", frozen=True).now

    def resume(self) -> datetime:
        """Runs the clock at the speed of real time again, from the time it shows."""
        return self._time("PATCH", "/clock", frozen=False).now

    def run_at(self, speed: float) -> datetime:
        """Runs the clock at another speed, in its seconds per real second; 0 stops it. Raises Invalid."""
        return self._time("PATCH", "/clock", speed=speed).now

    def advance(self, seconds: float) -> datetime:
        """Moves the clock ahead, and returns when everything that is due by then has been done. Raises Invalid."""
        return self._time("POST", "/clock/advance", seconds=seconds).now

    @property
    def speed(self) -> float:
        """Its seconds per real second; 0 while it is frozen."""
        return self._time("GET", "/clock").speed

    def _time(self, method: str, path: str, **options: Any) -> ClockTime:
        return from_json(ClockTime, self._call(method, path, **options))
