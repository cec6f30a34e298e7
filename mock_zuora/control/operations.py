"""Control operations: service functions with their method and path, and the one place where requests are validated."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mock_zuora.config.settings import sentence_of
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.json_types import to_json
from mock_zuora.control.options import STRICT
from mock_zuora.control.paths import path_parameters

Service = TypeVar("Service", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The request of an operation without options."""

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True)
class ControlOperation:
    """A control operation.

    ``run`` takes the control, the tenant's name, a request unless there are no options, and the parameters of the path
    by name. The types of request and response are those of its annotations.
    """

    name: str
    method: str
    path: str
    """Path template below the prefix of the control API."""
    run: Callable[..., Awaitable[Any]]
    waits: bool
    """Whether it responds only after an event or a timeout."""

    @property
    def request_type(self) -> Any:
        """The type of its options; ``NoOptions`` if there are none."""
        other = ("control", "tenant", "return", *path_parameters(self.path))
        return next((kind for name, kind in self.run.__annotations__.items() if name not in other), NoOptions)

    @property
    def response_type(self) -> Any:
        """The type of its result; None if it returns nothing."""
        return self.run.__annotations__["return"]


OPERATIONS: Final[dict[tuple[str, str], ControlOperation]] = {}
"""Every operation by method and path template. A fixed path comes before one with a parameter in its place."""


def operation(name: str, method: str, path: str, *, waits: bool = False) -> Callable[[Service], Service]:
    """Registers a service function as an operation, with its name in the document."""

    def register(run: Service) -> Service:
        OPERATIONS[method, path] = ControlOperation(name, method, path, run, waits)
        return run

    return register


async def run_operation(
    control: Control, operation: ControlOperation, tenant: str | None, values: Mapping[str, Any]
) -> Any:
    """Runs an operation for a tenant, by default the first one, and returns JSON types.

    ``values`` are options and path parameters together. Raises a ControlError; nothing was changed then.
    """
    parameters = {name: str(values[name]) for name in path_parameters(operation.path)}
    options = {name: value for name, value in values.items() if name not in parameters}
    request = validated(operation.request_type, options)
    arguments = () if isinstance(request, NoOptions) else (request,)
    name = control.registry.default_tenant.name if tenant is None else tenant
    return to_json(await operation.run(control, name, *arguments, **parameters))


def validated(request_type: Any, options: Mapping[str, Any]) -> Any:
    """The request from JSON types. Raises Invalid."""
    try:
        return adapter_of(request_type).validate_python(options)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        # An unknown name explains more than the missing one that it was mistaken for.
        mistake = next((each for each in mistakes if _is_unknown(each)), mistakes[0])
        raise Invalid(_sentence(mistake, request_type)) from None


@cache
def adapter_of(request_type: Any) -> TypeAdapter[Any]:
    """The validator of a request type, built on first use."""
    return TypeAdapter(request_type)


def split_commas(value: object) -> object:
    """Accepts a list as a text with commas too, as in a query. For ``BeforeValidator``."""
    return value.split(",") if isinstance(value, str) else value


def _is_unknown(mistake: ErrorDetails) -> bool:
    return mistake["type"] in ("extra_forbidden", "unexpected_keyword_argument")


def _sentence(mistake: ErrorDetails, request_type: Any) -> str:
    where = ".".join(str(part) for part in mistake["loc"])
    if _is_unknown(mistake) and len(mistake["loc"]) == 1:
        known = ", ".join(adapter_of(request_type).json_schema().get("properties", ())) or "no fields"
        return f"{where}: there is no such field; expected {known}"
    if not where:
        return str(mistake["msg"]).removeprefix("Value error, ")
    if mistake["type"] == "tuple_type":
        mistake["type"] = "list_type"
    mistake["loc"] = ("", *mistake["loc"])
    return sentence_of(mistake)
