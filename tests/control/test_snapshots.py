import pytest

from mock_zuora.control.snapshots import restore, take
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.operations import Submission, submit
from mock_zuora.domain.jobs.planned_outcomes import PlannedFailure


@pytest.fixture
def submitted(caller):
    return lambda: submit(caller, Submission(Operation.CREATE, "default", "vehicle"))


def test_snapshot_does_not_contain_later_changes(tenant, submitted, time):
    snapshot = take(tenant)
    submitted()
    assert list(restore(tenant, snapshot, time).store.jobs.newest_first()) == []


def test_snapshot_does_not_contain_changes_after_a_restore(tenant, submitted, time, registry):
    first = submitted()
    snapshot = take(tenant)
    restored = restore(tenant, snapshot, time)
    restored.store.jobs.save(first.cancelled(1, "me"))
    assert restore(tenant, snapshot, time).store.jobs.get(first.id) == first


def test_restored_clock_continues_from_the_time_of_the_snapshot(tenant, time):
    tenant.clock.run_at(2)
    snapshot, then = take(tenant), tenant.clock.now()
    time.pass_seconds(60)
    restored = restore(tenant, snapshot, time)
    time.pass_seconds(1)
    assert restored.clock.now() == then + 2_000


def test_planned_outcomes_and_users_are_not_part_of_a_snapshot(tenant, time):
    snapshot = take(tenant)
    tenant.planned_outcomes.fail_next(PlannedFailure())
    assert restore(tenant, snapshot, time).planned_outcomes.describe()["failures"] == 1
