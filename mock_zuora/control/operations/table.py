"""The table of the control operations, and the one way in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mock_zuora.config.settings import sentence_of
from mock_zuora.control.addresses import ADDRESSES, Address
from mock_zuora.control.errors import Invalid
from mock_zuora.control.results import to_json
from mock_zuora.control.verbs import Control

Run = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what can be said to it, what it gives (a class, a list of one, or None), and what it does."""

    name: str
    address: Address
    says: type[BaseModel]
    gives: Any
    run: Run

    @property
    def sentences(self) -> str:
        """What it does, for people."""
        return self.run.__doc__ or ""


OPERATIONS: Final[dict[str, Operation]] = {}


def operation(name: str, says: type[BaseModel], gives: Any) -> Callable[[Run], Run]:
    """Puts a function into the table: it takes the control, the tenant's name, what was said, what the path says."""

    def put(run: Run) -> Run:
        OPERATIONS[name] = Operation(name, ADDRESSES[name], says, gives, run)
        return run

    return put


async def carry_out(control: Control, name: str, tenant: str | None, said: Mapping[str, Any]) -> Any:
    """Carries an operation out; without a tenant, for the default one. Gives JSON types.

    Raises a ControlError; nothing was changed then.
    """
    found = OPERATIONS[name]
    of_path = found.address.of_path(said)
    rest = {key: value for key, value in said.items() if key not in of_path}
    try:
        checked = found.says.model_validate(rest)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        # A name that is not known says more than the one that is missing in its place.
        telling = next((each for each in mistakes if each["type"] == "extra_forbidden"), mistakes[0])
        raise Invalid(_sentence(telling, found.says)) from None
    chosen = control.registry.default_tenant.name if tenant is None else tenant
    return _json(await found.run(control, chosen, checked, **of_path))


def _sentence(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in mistake["loc"])
    if mistake["type"] == "extra_forbidden" and len(mistake["loc"]) == 1:
        known = ", ".join(model.model_fields) or "nothing"
        return f"{where}: there is no such field here; expected {known}"
    if not where:
        return str(mistake["msg"]).removeprefix("Value error, ")
    mistake["loc"] = ("", *mistake["loc"])
    return sentence_of(mistake)


def _json(result: Any) -> Any:
    if isinstance(result, list):
        return [_json(each) for each in result]
    return to_json(result) if is_dataclass(result) else result
