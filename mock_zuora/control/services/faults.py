"""The faults of a tenant."""

from mock_zuora.control.bounds import require_room
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.control.faults import Fault, FaultRule
from mock_zuora.control.operations import operation
from mock_zuora.domain import limits
from mock_zuora.domain.errors import quote


@operation("faults.all", "GET", "/faults")
async def list_faults(control: Control, tenant: str) -> list[Fault]:
    """Lists the faults of a tenant with their hits, in the order in which they were added."""
    return control.instruments(tenant).faults.all()


@operation("faults.add", "POST", "/faults")
async def add_fault(control: Control, tenant: str, rule: FaultRule) -> Fault:
    """Adds a fault for requests by path, operation and method: all of them, a number of them, the n-th, or at random.

    Of several faults that match a request, the first one hits. Requests without a valid token are never hit.
    """
    if rule.operation is not None and rule.operation not in control.operation_ids:
        known = ", ".join(sorted(control.operation_ids))
        raise Invalid(f"operation: {quote(rule.operation)} is not valid; expected one of {known}")
    faults = control.instruments(tenant).faults
    require_room("faults", tenant, len(faults) + 1, limits.MAX_FAULTS)
    return faults.add(rule)


@operation("faults.clear", "DELETE", "/faults")
async def clear_faults(control: Control, tenant: str) -> None:
    """Removes every fault of a tenant."""
    control.instruments(tenant).faults.clear()


@operation("faults.get", "GET", "/faults/{id}")
async def get_fault(control: Control, tenant: str, *, id: str) -> Fault:
    """Returns a fault with its current hits."""
    fault = control.instruments(tenant).faults.get(id)
    if fault is None:
        raise Unknown(f"id: tenant {quote(tenant)} has no fault {quote(id)}")
    return fault


@operation("faults.remove", "DELETE", "/faults/{id}")
async def remove_fault(control: Control, tenant: str, *, id: str) -> None:
    """Removes a fault."""
    fault = await get_fault(control, tenant, id=id)
    control.instruments(tenant).faults.remove(fault.id)
