"""How the resources of a handle call the control API."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, time
from os import PathLike, fspath
from typing import Any, Protocol, TypeVar
from uuid import UUID

from mock_zuora.client.options import Permissions
from mock_zuora.control.errors import Invalid, is_control_error
from mock_zuora.control.results import UserInfo

__tracebackhide__ = is_control_error

Result = TypeVar("Result")


class Call(Protocol):
    """Runs a control operation for the handle's tenant. Options that are None are left out."""

    def __call__(self, method: str, path: str, /, **values: Any) -> Any: ...


class WithId(Protocol):
    """An object with an id: a ``JobInfo``, a ``Fault``, or a model of the official client."""

    @property
    def id(self) -> object: ...


Identified = str | UUID | Mapping[str, Any] | WithId
"""What names a job or a fault: its id, an object with an id, or the JSON of a response with ``Id`` or ``id``."""


def id_of(named: Identified, field: str = "id") -> str:
    """The id of a job or a fault. Raises Invalid, with the name of the field, for anything else."""
    found: object = named
    if isinstance(named, Mapping):
        found = named.get("Id", named.get("id"))
    elif not isinstance(named, str | UUID):
        found = getattr(named, "id", None)
    if not isinstance(found, str | UUID):
        sentence = "expected an id, an object that has one, or a response with an Id"
        raise Invalid(f"{field}: {named!r} is not valid; {sentence}")
    return str(found)


def as_json(value: object) -> str:
    """A value as JSON. Dates, which TOML documents contain, and paths are texts. Raises TypeError, ValueError."""
    return json.dumps(value, allow_nan=False, default=_json_text)


def _json_text(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, PathLike):
        return str(fspath(value))
    raise TypeError(f"{value!r:.100} of type {type(value).__name__}")


def not_json(values: Mapping[str, Any]) -> str:
    """A sentence about the option that is not possible in JSON."""
    for name, value in values.items():
        try:
            as_json(value)
        except (TypeError, ValueError) as error:
            return f"{name}: {value!r:.100} cannot be sent as JSON: {error}"
    return "the names of the options cannot be sent as JSON"


async def in_thread(function: Callable[[], Result]) -> Result:
    """Runs a function that blocks in another thread, so that the event loop does not wait for it."""
    from anyio import CapacityLimiter
    from anyio.to_thread import run_sync

    # A limiter of its own, because the program may need all the threads of the usual one.
    return await run_sync(function, abandon_on_cancel=True, limiter=CapacityLimiter(1))


def is_on_event_loop() -> bool:
    """Whether an event loop of asyncio runs in this thread."""
    # Without asyncio there is none, and importing it takes longer than all the rest.
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


def object_of(name: str, document: Any) -> Mapping[str, Any]:
    """A document that is a JSON object. Raises Invalid with the name of the argument for anything else."""
    if isinstance(document, Mapping) and all(isinstance(key, str) for key in document):
        return document
    raise Invalid(f"{name}: {document!r:.100} is not valid; expected an object with texts as keys")


def name_of(user: str | UserInfo | None) -> str | None:
    """The name of a user."""
    return user.name if isinstance(user, UserInfo) else user


def permissions_of(permissions: Permissions | None) -> str | list[str] | None:
    """Permissions as a list, or the one that is a text."""
    return permissions if permissions is None or isinstance(permissions, str) else list(permissions)
