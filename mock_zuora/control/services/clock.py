"""The clock of a tenant."""

from dataclasses import dataclass

from mock_zuora.config.settings import TEN_YEARS
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import operation
from mock_zuora.control.options import REQUIRED, STRICT, option, seconds
from mock_zuora.control.results import ClockTime, timestamp
from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """How fast a clock runs from now on."""

    __pydantic_config__ = STRICT
    frozen: bool | None = option("true stops the clock, false runs it at the speed of real time")
    speed: float | None = option(
        "seconds of the clock per real second; 0 stops it", ge=0, le=1_000_000, allow_inf_nan=False
    )

    def __post_init__(self) -> None:
        if (self.frozen is None) == (self.speed is None):
            raise ValueError("expected one of frozen and speed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAdvance:
    """How far to move a clock ahead."""

    __pydantic_config__ = STRICT
    seconds: float = seconds("seconds of the clock", default=REQUIRED, maximum=TEN_YEARS)


def clock_time(tenant: Tenant) -> ClockTime:
    """The time of a tenant's clock."""
    return ClockTime(now=timestamp(tenant.clock.now()), speed=tenant.clock.speed)


@operation("clock", "GET", "/clock")
async def get_clock(control: Control, tenant: str) -> ClockTime:
    """Returns a tenant's time and the speed of its clock."""
    return clock_time(control.tenant(tenant))


@operation("clock.change", "PATCH", "/clock")
async def change_clock(control: Control, tenant: str, change: ClockChange) -> ClockTime:
    """Freezes a tenant's clock, resumes it, or runs it at another speed."""
    found = control.tenant(tenant)
    found.clock.run_at(change.speed if change.speed is not None else float(not change.frozen))
    return clock_time(found)


@operation("clock.advance", "POST", "/clock/advance")
async def advance_clock(control: Control, tenant: str, advance: ClockAdvance) -> ClockTime:
    """Moves a tenant's clock ahead, and responds when everything that is due by then has been done."""
    found = control.tenant(tenant)
    try:
        found.clock.advance(round(advance.seconds * SECOND))
    except ValueError as error:
        raise Invalid(f"seconds: {error}") from None
    await control.runner.finish(found)
    return clock_time(control.tenant(tenant))
