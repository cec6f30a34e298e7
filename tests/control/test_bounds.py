"""What a person creates with control requests is refused beyond its bound, and changes nothing."""

import pytest

from mock_zuora.config.seed_file import TenantSeed
from mock_zuora.control.errors import Refused
from mock_zuora.control.faults import FaultRule
from mock_zuora.control.services import faults, job_outcomes, snapshots, state, tenants, tokens
from mock_zuora.control.state import TenantState
from mock_zuora.domain import limits
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection

pytestmark = [pytest.mark.anyio, pytest.mark.fidelity("mock-12")]


@pytest.fixture(autouse=True)
def low_bounds(monkeypatch):
    names = ("FAULTS", "SNAPSHOTS", "USERS", "CLIENTS", "PLANNED_OUTCOMES", "TENANTS")
    for name in names:
        monkeypatch.setattr(limits, f"MAX_{name}", 2)


async def test_faults_are_bounded(control):
    for _ in range(2):
        await faults.add_fault(control, "default", FaultRule(status=503))
    with pytest.raises(Refused, match="faults: tenant 'default' would have 3; expected at most 2"):
        await faults.add_fault(control, "default", FaultRule(status=503))
    assert len(await faults.list_faults(control, "default")) == 2
    await faults.clear_faults(control, "default")
    await faults.add_fault(control, "default", FaultRule(status=503))


async def test_snapshots_are_bounded_and_can_be_replaced(control):
    for name in ("a", "b", "a"):
        await snapshots.save_snapshot(control, "default", name=name)
    with pytest.raises(Refused, match="snapshots: tenant 'default' would have 3; expected at most 2"):
        await snapshots.save_snapshot(control, "default", name="c")


async def test_users_are_bounded(control, tenant):
    for name in ("ann", "ann", "admin"):
        await tokens.issue_token(control, "default", user=name)
    with pytest.raises(Refused, match="users: tenant 'default' would have 3; expected at most 2"):
        await tokens.issue_token(control, "default", user="bob")
    assert list(tenant.users) == ["admin", "ann"]


async def test_clients_are_bounded(control):
    for _ in range(2):
        await tokens.create_client(control, "default")
    with pytest.raises(Refused, match="clients: tenant 'default' would have 3; expected at most 2"):
        await tokens.create_client(control, "default")


async def test_planned_outcomes_of_all_kinds_together_are_bounded(control):
    await job_outcomes.fail_next(control, "default", PlannedFailure())
    await job_outcomes.hold_next(control, "default", JobMatcher())
    with pytest.raises(Refused, match="outcomes: tenant 'default' would have 3; expected at most 2"):
        await job_outcomes.reject_rows(control, "default", PlannedRejection(where={"brand__c": "vw"}))
    for call, plan in ((job_outcomes.fail_next, PlannedFailure()), (job_outcomes.hold_next, JobMatcher())):
        with pytest.raises(Refused):
            await call(control, "default", plan)
    assert sum(control.tenant("default").planned_outcomes.describe().values()) == 2


async def test_tenants_are_bounded(control):
    await tenants.add_tenant(control, "default")
    with pytest.raises(Refused, match="name: the server has 2 tenants, the maximum"):
        await tenants.add_tenant(control, "default")


async def test_seeded_and_imported_users_are_bounded(control, tenant, registry):
    users = [{"name": name} for name in ("ann", "bob", "cid")]
    with pytest.raises(Refused, match="users: tenant 'default' would have 3"):
        await tenants.seed(control, "default", TenantSeed(users=users))
    document = (await state.export_state(control, "default")).document()
    document["users"] += [{"id": name, "name": name, "permissions": []} for name in ("ann", "bob")]
    with pytest.raises(Refused, match="users: tenant 'default' would have 3"):
        await state.import_state(control, "default", TenantState(**document))
    assert registry.tenants["default"] is tenant and len(tenant.users) == 1
