"""Snapshots of a tenant: its store, its settings and its clock. They exist in memory only."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mock_zuora.domain.clock import Clock
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The objects, records, jobs, settings and clock of a tenant at one time. Tokens are not part of it."""

    store: TenantStore
    settings: TenantSettings
    now: int
    speed: float


def take(tenant: Tenant) -> Snapshot:
    """A snapshot of a tenant. Due jobs must have been finished before."""
    return Snapshot(tenant.store.copy(), tenant.settings, tenant.clock.now(), tenant.clock.speed)


def restore(tenant: Tenant, snapshot: Snapshot, source: Callable[[], int]) -> Tenant:
    """The tenant with the state of a snapshot. Its clock continues from the time of the snapshot."""
    return replace(
        tenant,
        store=snapshot.store.copy(),
        settings=snapshot.settings,
        clock=Clock(source, start=snapshot.now, speed=snapshot.speed),
        write_logs={},
        running_job=None,
    )
