"""The clock of a handle's tenant."""

import logging
import math
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import BuiltinFunctionType, ModuleType
from typing import Any, Final

from mock_zuora.client.calls import Call
from mock_zuora.control.errors import Invalid, is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import ClockTime
from mock_zuora.domain.clock import EPOCH

__tracebackhide__ = is_control_error

logger = logging.getLogger("mock_zuora.clock")

_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


class ClockResource:
    """The tenant's clock: it controls jobs, the expiry of tokens and idempotency keys, rate limits and record dates.

    It starts at real time. Every method returns the tenant's time as an aware ``datetime`` in UTC.
    """

    def __init__(self, call: Call, follow: Callable[[Callable[[], int]], None]) -> None:
        self._call = call
        self._follow = follow

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

    def advance(
        self,
        seconds: float | timedelta = 0,
        *,
        minutes: float = 0,
        hours: float = 0,
        days: float = 0,
    ) -> datetime:
        """Moves the clock ahead, and returns when everything that is due by then has been done. Raises Invalid.

        ``advance(90)``, ``advance(minutes=1.5)`` and ``advance(timedelta(seconds=90))`` are the same.
        """
        given = {"seconds": seconds, "minutes": minutes, "hours": hours, "days": days}
        total = sum(_seconds(unit, amount) for unit, amount in given.items())
        return self._time("POST", "/clock/advance", seconds=total).now

    def next(self) -> datetime:
        """Moves the clock ahead to the time when it moves a job next, and returns when that has been done.

        Raises Refused if no unfinished job is waiting for the clock; ``next_due`` is None then.
        """
        return self._time("POST", "/clock/next").now

    def set(self, now: datetime | date | str | float) -> datetime:
        """Sets the clock, which then goes on as before, and returns the new time.

        ``now`` is a ``datetime`` or an ISO 8601 text, in UTC if it has no offset; a ``date``, which means midnight UTC;
        or seconds since 1970. Everything that is due by a later time is done first. An earlier time is refused while a
        job is unfinished; access tokens then keep the rest of their lifetime. Raises Invalid, Refused.
        """
        return self._time("PUT", "/clock", now=_time_text(now)).now

    def follow(self, now: Callable[[], float | datetime] = time.time) -> datetime:
        """Lets the clock follow that of the test, for example under freezegun or time-machine; returns its time.

        ``now`` returns seconds since 1970, or a ``datetime``, which is in local time if it has no zone. Its default is
        ``time.time``. The clock is set to this time, and then moves ahead as it does. When ``now`` goes back, the clock
        stays, and moves on with it from there. ``freeze``, ``resume`` and ``run_at`` end this; ``advance`` moves the
        clock further ahead. Raises Invalid, and Refused for a server in another process, which cannot call ``now``:
        move its clock with ``set`` or ``advance``.
        """
        read = _by_name(now)
        has_failed = False
        try:
            shown = _milliseconds(read())
        except Exception as error:
            raise Invalid(f"now: {now!r} does not tell the time: {error!r}") from error

        def source() -> int:
            nonlocal shown, has_failed
            try:
                shown, has_failed = _milliseconds(read()), False
            except Exception:
                # It fails in the server, during a request that is not to blame, which reads the clock several times.
                if not has_failed:
                    logger.exception("the clock that a tenant follows failed: %r; the tenant's clock stays", now)
                has_failed = True
            return shown

        self._follow(source)
        return self.now()

    @property
    def next_due(self) -> datetime | None:
        """When the clock moves a job next; None if no unfinished job is waiting for it."""
        return self._time("GET", "/clock").next_due

    @property
    def speed(self) -> float:
        """Its seconds per real second; 0 while it is frozen."""
        return self._time("GET", "/clock").speed

    def _time(self, method: str, path: str, **options: Any) -> ClockTime:
        return from_json(ClockTime, self._call(method, path, **options))


def _time_text(now: object) -> str:
    if isinstance(now, datetime):
        return (now if now.tzinfo else now.replace(tzinfo=UTC)).isoformat()
    if isinstance(now, date):
        return f"{now.isoformat()}T00:00:00Z"
    try:
        if isinstance(now, str):
            return _time_text(datetime.fromisoformat(now))
        if isinstance(now, int | float):
            return (EPOCH + timedelta(seconds=now)).isoformat()
    except (ValueError, OverflowError, OSError):
        pass
    raise Invalid(f"now: {now!r} is not valid; expected a datetime, an ISO 8601 text or seconds since 1970")


def _milliseconds(now: float | datetime) -> int:
    return round((now.timestamp() if isinstance(now, datetime) else now) * 1_000)


def _seconds(unit: str, amount: object) -> float:
    """An amount of a unit of time in seconds. Raises Invalid."""
    if isinstance(amount, timedelta) and unit == "seconds":
        return amount.total_seconds()
    try:
        seconds = float(amount) * _SECONDS[unit]  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds):
        expected = "a number or a timedelta" if unit == "seconds" else "a number"
        raise Invalid(f"{unit}: {amount!r:.100} is not valid; expected {expected}")
    return seconds


def _by_name(now: Callable[[], float | datetime]) -> Callable[[], float | datetime]:
    """A function such as ``time.time`` or ``datetime.now`` by its name: freezegun and mocks replace it only there."""
    if not isinstance(now, BuiltinFunctionType):
        return now
    name, owner = now.__name__, now.__self__
    if isinstance(owner, ModuleType):
        return lambda: getattr(owner, name)()
    if isinstance(owner, type) and owner.__module__ == "datetime":
        return lambda: getattr(getattr(sys.modules["datetime"], owner.__name__), name)()
    return now
