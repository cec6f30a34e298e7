"""How the resources of a handle call the control API."""

from typing import Any, Protocol

from mock_zuora.control.errors import Invalid, is_control_error
from mock_zuora.control.faults import Fault
from mock_zuora.control.results import JobInfo

__tracebackhide__ = is_control_error


class Call(Protocol):
    """Runs a control operation for the handle's tenant. Options that are None are left out."""

    def __call__(self, method: str, path: str, /, **values: Any) -> Any: ...


def id_of(named: str | JobInfo | Fault) -> str:
    """The id of a job or a fault. Raises Invalid for anything else."""
    if isinstance(named, JobInfo | Fault):
        return named.id
    if not isinstance(named, str):
        raise Invalid(f"id: {named!r} is not valid; expected an id, or an object that has one")
    return named
