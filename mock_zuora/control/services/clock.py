"""The clock of a tenant."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AwareDatetime, Field

from mock_zuora.config.option_types import TEN_YEARS
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid, Refused
from mock_zuora.control.operations import operation
from mock_zuora.control.results import ClockTime
from mock_zuora.domain.access.rate_limits import RateLimiter
from mock_zuora.domain.clock import END_OF_TIME, SECOND, timestamp
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs.lifecycle import next_move
from mock_zuora.domain.tenants.tenant import Tenant


def clock_time(tenant: Tenant) -> ClockTime:
    """The time of a tenant's clock, beside the real time."""
    clock, due = tenant.clock, next_move(tenant)
    return ClockTime(
        now=timestamp(clock.now()),
        speed=clock.speed,
        real_time=timestamp(clock.real_time),
        next_due=None if due is None else timestamp(due),
    )


@operation("clock", "GET", "/clock")
async def get_clock(control: Control, tenant: str) -> ClockTime:
    """Returns a tenant's time, the speed of its clock, the real time, and when the clock moves a job next."""
    return clock_time(control.tenant(tenant))


@operation("clock.change", "PATCH", "/clock")
async def change_clock(
    control: Control,
    tenant: str,
    *,
    frozen: Annotated[
        bool | None, Field(description="true stops the clock, false runs it at the speed of real time")
    ] = None,
    speed: Annotated[
        float | None,
        Field(ge=0, le=1_000_000, allow_inf_nan=False, description="its seconds per real second; 0 stops it"),
    ] = None,
) -> ClockTime:
    """Freezes a tenant's clock, resumes it, or runs it at another speed."""
    found = control.tenant(tenant)
    if (frozen is None) == (speed is None):
        raise Invalid("expected one of frozen and speed")
    found.clock.run_at(speed if speed is not None else float(not frozen))
    return clock_time(found)


@operation("clock.set", "PUT", "/clock")
async def set_clock(
    control: Control,
    tenant: str,
    *,
    now: Annotated[AwareDatetime, Field(description="with its offset from UTC, such as 2026-01-01T00:00:00Z")],
) -> ClockTime:
    """Sets a tenant's clock, which then goes on as before.

    A later time is reached as with ``clock.advance``. An earlier one is refused while a job is unfinished; access
    tokens then keep the rest of their lifetime, and earlier requests no longer count towards the rate limits.
    """
    found = control.tenant(tenant)
    _set_time(control, found, round(now.timestamp() * SECOND))
    await control.runner.finish(found)
    return clock_time(control.tenant(tenant))


@operation("clock.advance", "POST", "/clock/advance")
async def advance_clock(
    control: Control, tenant: str, *, seconds: Annotated[float, Field(ge=0, le=TEN_YEARS, allow_inf_nan=False)]
) -> ClockTime:
    """Moves a tenant's clock ahead, and responds when everything that is due by then has been done."""
    found = control.tenant(tenant)
    try:
        found.clock.advance(round(seconds * SECOND))
    except ValueError:
        raise Invalid(f"seconds: {seconds:g} would move the clock past the year 9999") from None
    await control.runner.finish(found)
    return clock_time(control.tenant(tenant))


@operation("clock.next", "POST", "/clock/next")
async def advance_to_next(control: Control, tenant: str) -> ClockTime:
    """Moves a tenant's clock ahead to the time when it moves a job next, and responds when that has been done.

    Refused if no unfinished job is waiting for the clock.
    """
    found = control.tenant(tenant)
    due = next_move(found)
    if due is None:
        raise Refused(f"clock: tenant {quote(tenant)} has no unfinished job that is waiting for its clock")
    found.clock.advance(max(0, due - found.clock.now()))
    await control.runner.finish(found)
    return clock_time(control.tenant(tenant))


async def follow_clock(control: Control, tenant: str | None, source: Callable[[], int]) -> None:
    """Sets a tenant's clock to that of a function of this process, in milliseconds since 1970, and lets it follow that.

    Freezing, resuming, or running it at another speed ends this.
    """
    found, time = control.tenant(control.name_of(tenant)), source()
    _set_time(control, found, time)
    # From exactly that time, although real time has gone on.
    found.clock.follow(source, time)
    await control.runner.finish(found)


def _set_time(control: Control, tenant: Tenant, time: int) -> None:
    """Sets a tenant's clock to a time in milliseconds. Raises Invalid unless it is from 1970 to 9999, and Refused."""
    if not 0 <= time <= END_OF_TIME:
        raise Invalid(f"now: {_time_text(time)} is not valid; expected a time from 1970 to 9999")
    ahead = time - tenant.clock.now()
    if ahead < 0:
        for job in tenant.store.jobs.unfinished():
            raise Refused(f"now: job {job.id} is {job.status}; the clock can be set back only when every job has ended")
        control.registry.tokens.postpone(tenant.name, ahead)
        tenant.rate_limiter, tenant.token_rate_limiter = RateLimiter(), RateLimiter()
        tenant.write_logs.clear()
    tenant.clock.set(time)


def _time_text(time: int) -> str:
    try:
        return timestamp(time).isoformat()
    except OverflowError:
        return f"{time / SECOND:g} seconds since 1970"
