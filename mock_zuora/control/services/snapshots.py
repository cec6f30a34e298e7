"""The snapshots of a tenant."""

from mock_zuora.control.bounds import require_room
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Unknown
from mock_zuora.control.operations import operation
from mock_zuora.control.results import SnapshotInfo
from mock_zuora.control.snapshots import Snapshot, restore, take
from mock_zuora.domain import limits
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.errors import quote


@operation("snapshots.all", "GET", "/snapshots")
async def list_snapshots(control: Control, tenant: str) -> list[str]:
    """Lists the names of a tenant's snapshots."""
    return list(control.instruments(tenant).snapshots)


@operation("snapshots.get", "GET", "/snapshots/{name}")
async def get_snapshot(control: Control, tenant: str, *, name: str) -> SnapshotInfo:
    """Returns the time and the size of a snapshot."""
    snapshot = _find(control, tenant, name)
    objects = snapshot.store.objects
    definitions = objects.definitions()
    return SnapshotInfo(
        name=name,
        clock=timestamp(snapshot.now),
        objects=len(definitions),
        records=sum(len(objects.table(each.namespace, each.object)) for each in definitions),
        jobs=len(snapshot.store.jobs),
    )


@operation("snapshots.save", "PUT", "/snapshots/{name}")
async def save_snapshot(control: Control, tenant: str, *, name: str) -> None:
    """Saves a tenant's objects, records, jobs, settings and clock under a name, in memory."""
    await control.runner.finish(control.tenant(tenant))
    snapshots = control.instruments(tenant).snapshots
    require_room("snapshots", tenant, len(snapshots.keys() | {name}), limits.MAX_SNAPSHOTS)
    snapshots[name] = take(control.tenant(tenant))


@operation("snapshots.restore", "POST", "/snapshots/{name}")
async def restore_snapshot(control: Control, tenant: str, *, name: str) -> None:
    """Restores a tenant from a snapshot. The snapshot is kept."""
    snapshot, registry = _find(control, tenant, name), control.registry
    # Stored responses of idempotency keys refer to jobs that may no longer exist. Tokens stay valid.
    registry.idempotency_records.forget(tenant)
    registry.tenants[tenant] = restore(control.tenant(tenant), snapshot, registry.time_source)


@operation("snapshots.drop", "DELETE", "/snapshots/{name}")
async def drop_snapshot(control: Control, tenant: str, *, name: str) -> None:
    """Removes a snapshot."""
    _find(control, tenant, name)
    del control.instruments(tenant).snapshots[name]


def _find(control: Control, tenant: str, name: str) -> Snapshot:
    snapshots = control.instruments(tenant).snapshots
    if name not in snapshots:
        known = ", ".join(snapshots) or "none"
        raise Unknown(f"name: tenant {quote(tenant)} has no snapshot {quote(name)}; existing snapshots: {known}")
    return snapshots[name]
