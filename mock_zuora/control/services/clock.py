"""The clock of a tenant."""

from typing import Annotated

from pydantic import Field

from mock_zuora.config.settings import TEN_YEARS
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.operations import operation
from mock_zuora.control.results import ClockTime, timestamp
from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.tenants.tenant import Tenant


def clock_time(tenant: Tenant) -> ClockTime:
    """The time of a tenant's clock."""
    return ClockTime(now=timestamp(tenant.clock.now()), speed=tenant.clock.speed)


@operation("clock", "GET", "/clock")
async def get_clock(control: Control, tenant: str) -> ClockTime:
    """Returns a tenant's time and the speed of its clock."""
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


@operation("clock.advance", "POST", "/clock/advance")
async def advance_clock(
    control: Control, tenant: str, *, seconds: Annotated[float, Field(ge=0, le=TEN_YEARS, allow_inf_nan=False)]
) -> ClockTime:
    """Moves a tenant's clock ahead, and responds when everything that is due by then has been done."""
    found = control.tenant(tenant)
    try:
        found.clock.advance(round(seconds * SECOND))
    except ValueError as error:
        raise Invalid(f"seconds: {error}") from None
    await control.runner.finish(found)
    return clock_time(control.tenant(tenant))
