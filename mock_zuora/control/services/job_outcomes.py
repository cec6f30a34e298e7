"""Planned outcomes for later jobs of a tenant. Their paths must be registered before ``/jobs/{id}``."""

from mock_zuora.control.bounds import require_room_for_outcome
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Unknown
from mock_zuora.control.job_results import PlannedOutcomeInfo, PlannedRow
from mock_zuora.control.operations import operation
from mock_zuora.control.results import PendingOutcomes
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs.job import Outcome
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from mock_zuora.domain.tenants.tenant import Tenant


@operation("jobs.outcomes", "GET", "/jobs/outcomes")
async def list_outcomes(control: Control, tenant: str) -> PendingOutcomes:
    """Lists and counts the planned outcomes that are still waiting for a job."""
    planned = control.tenant(tenant).planned_outcomes
    plans = tuple([_info(*each) for each in planned.numbered()])
    return PendingOutcomes(**planned.describe(), plans=plans)


@operation("jobs.fail_next", "POST", "/jobs/outcomes/failure")
async def fail_next(control: Control, tenant: str, failure: PlannedFailure) -> None:
    """Makes the next job fail after a number of records."""
    _with_room(control, tenant).planned_outcomes.fail_next(failure)


@operation("jobs.reject_rows", "POST", "/jobs/outcomes/rejection")
async def reject_rows(control: Control, tenant: str, rejection: PlannedRejection) -> None:
    """Rejects rows of the next file, by number or by value."""
    _with_room(control, tenant).planned_outcomes.reject_rows(rejection)


@operation("jobs.hold_next", "POST", "/jobs/outcomes/hold")
async def hold_next(control: Control, tenant: str, matcher: JobMatcher) -> None:
    """Keeps the next job in progress until it is stepped."""
    _with_room(control, tenant).planned_outcomes.hold_next(matcher)


@operation("jobs.clear_outcomes", "DELETE", "/jobs/outcomes")
async def clear_outcomes(control: Control, tenant: str) -> None:
    """Removes the planned outcomes."""
    control.tenant(tenant).planned_outcomes.clear()


@operation("jobs.remove_outcome", "DELETE", "/jobs/outcomes/{id}")
async def remove_outcome(control: Control, tenant: str, *, id: str) -> None:
    """Removes one planned outcome."""
    planned = control.tenant(tenant).planned_outcomes
    numbers = {_id_of(number, kind): number for number, kind, _ in planned.numbered()}
    if id not in numbers:
        raise Unknown(f"id: tenant {quote(tenant)} has no planned outcome {quote(id)} that waits for a job")
    planned.remove(numbers[id])


def _with_room(control: Control, tenant: str) -> Tenant:
    found = control.tenant(tenant)
    require_room_for_outcome(found)
    return found


def _id_of(number: int, kind: Outcome) -> str:
    return f"{kind}-{number}"


def _info(number: int, kind: Outcome, plan: JobMatcher) -> PlannedOutcomeInfo:
    rows = plan.rows if isinstance(plan, PlannedRejection) else {}
    return PlannedOutcomeInfo(
        id=_id_of(number, kind),
        kind=kind.value,
        object=plan.object,
        operation=None if plan.operation is None else plan.operation.value,
        code=getattr(plan, "code", None),
        message=getattr(plan, "message", None),
        after_records=plan.after_records if isinstance(plan, PlannedFailure) else None,
        rows=tuple([PlannedRow(row=row, code=code, message=text) for row, (code, text) in sorted(rows.items())]),
        where=dict(plan.where) if isinstance(plan, PlannedRejection) else {},
    )
