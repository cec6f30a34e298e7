"""The snapshots of a tenant."""

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.pauses import let_others_run
from mock_zuora.control.results import SnapshotInfo
from mock_zuora.control.services.snapshots import get_snapshot, list_snapshots


@view(PREFIX + "/snapshots", "Snapshots")
async def snapshots_of_tenant(page: Page) -> View:
    """All snapshots with their times and sizes."""
    found: list[SnapshotInfo] = []
    for name in await list_snapshots(page.control, page.tenant):
        found.append(await get_snapshot(page.control, page.tenant, name=name))
        await let_others_run()
    return View(template="snapshots.html", title="Snapshots", watch="control tenants", values={"snapshots": found})
