"""How the resources of a handle call the control API."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from mock_zuora.control.errors import Invalid, is_control_error

__tracebackhide__ = is_control_error


class Call(Protocol):
    """Runs a control operation for the handle's tenant. Options that are None are left out."""

    def __call__(self, method: str, path: str, /, **values: Any) -> Any: ...


class WithId(Protocol):
    """An object with an id: a ``JobInfo``, a ``Fault``, or a model of the official client."""

    @property
    def id(self) -> object: ...


Identified = str | UUID | Mapping[str, Any] | WithId
"""What names a job or a fault: its id, an object with an id, or the JSON of a response with ``Id`` or ``id``."""


def id_of(named: Identified) -> str:
    """The id of a job or a fault. Raises Invalid for anything else."""
    found: object = named
    if isinstance(named, Mapping):
        found = named.get("Id", named.get("id"))
    elif not isinstance(named, str | UUID):
        found = getattr(named, "id", None)
    if not isinstance(found, str | UUID):
        raise Invalid(f"id: {named!r} is not valid; expected an id, an object that has one, or a response with an Id")
    return str(found)
