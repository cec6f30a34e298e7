import pytest

from mock_zuora.control.services.snapshots import save_snapshot

pytestmark = pytest.mark.anyio


async def test_snapshot_is_taken_after_due_jobs(control, tenant, submit_file):
    submit_file(5_000)
    tenant.clock.advance(60_000)
    await save_snapshot(control, "default", name="one")
    assert control.instruments("default").snapshots["one"].store.jobs.unfinished() == []
