"""Named snapshots of a tenant: what it keeps, how it behaves, and where its clock stands. They live in memory only."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mock_zuora.domain.clock import Clock
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A tenant as it was: its objects, records and jobs, its settings and its clock. Tokens are not part of it."""

    store: TenantStore
    settings: TenantSettings
    now: int
    speed: float


def take(tenant: Tenant) -> Snapshot:
    """The tenant as it is. Work that is due must have been finished before."""
    return Snapshot(tenant.store.copy(), tenant.settings, tenant.clock.now(), tenant.clock.speed)


def restore(tenant: Tenant, snapshot: Snapshot, source: Callable[[], int]) -> Tenant:
    """The tenant as it was then, on a clock that goes on from then."""
    return replace(
        tenant,
        store=snapshot.store.copy(),
        settings=snapshot.settings,
        clock=Clock(source, start=snapshot.now, speed=snapshot.speed),
        write_logs={},
        running_job=None,
    )
