import pytest

from mock_zuora.control.errors import Unknown
from mock_zuora.control.services.job_outcomes import (
    clear_outcomes,
    fail_next,
    hold_next,
    list_outcomes,
    reject_rows,
    remove_outcome,
)
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection

pytestmark = [pytest.mark.anyio, pytest.mark.fidelity("mock-04")]


async def test_id_of_a_removed_outcome_is_not_used_again(control):
    await hold_next(control, "default", JobMatcher())
    await clear_outcomes(control, "default")
    await hold_next(control, "default", JobMatcher())
    [plan] = (await list_outcomes(control, "default")).plans
    with pytest.raises(Unknown, match="id: tenant 'default' has no planned outcome 'hold-1'"):
        await remove_outcome(control, "default", id="hold-1")
    assert plan.id == "hold-2"


async def test_outcomes_are_listed_by_kind_with_what_they_do(control):
    rows = {3: (71012520, "boom"), 2: (71012521, "bang")}
    await hold_next(control, "default", JobMatcher(operation=Operation.DELETE))
    await reject_rows(control, "default", PlannedRejection(rows=rows, object="car"))
    await fail_next(control, "default", PlannedFailure(after_records=5))
    failure, rejection, hold = (await list_outcomes(control, "default")).plans
    assert (failure.code, failure.after_records, failure.object) == (71012560, 5, None)
    assert [(each.row, each.message) for each in rejection.rows] == [(2, "bang"), (3, "boom")]
    assert (rejection.object, hold.kind, hold.operation, hold.code) == ("car", "hold", "delete", None)
