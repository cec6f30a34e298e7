"""Control operations: service functions with their method and path, and the one place where requests are validated."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from inspect import Parameter, signature
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic_core import ErrorDetails

from mock_zuora.config.sentences import sentence_of
from mock_zuora.config.suggestions import did_you_mean
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Invalid
from mock_zuora.control.json_types import to_json
from mock_zuora.control.options import MAX_WAIT_SECONDS
from mock_zuora.control.paths import path_parameters
from mock_zuora.control.pieces import PER_PIECE, Pieces, list_of, object_of

Service = TypeVar("Service", bound=Callable[..., Awaitable[Any]])


Timeout = Annotated[float, Field(ge=0, le=MAX_WAIT_SECONDS, allow_inf_nan=False, description="real seconds")]


@dataclass(frozen=True)
class ControlOperation:
    """A control operation.

    ``run`` takes the control and the tenant's name. Its keyword-only parameters are path parameters and options; or a
    third positional parameter takes all options as one object. Their annotations validate requests, and the return
    annotation is the type of the response, None for an operation that returns nothing.
    """

    name: str
    method: str
    path: str
    """Path template below the prefix of the control API."""
    run: Callable[..., Awaitable[Any]]
    waits: bool
    """Whether it responds only after an event or a timeout."""

    @cached_property
    def options(self) -> list[Parameter]:
        """The parameters of ``run`` that take options."""
        in_path = path_parameters(self.path)
        return [each for each in list(signature(self.run).parameters.values())[2:] if each.name not in in_path]

    @property
    def takes_object(self) -> bool:
        """Whether it takes all options as one object."""
        return any(each.kind is not Parameter.KEYWORD_ONLY for each in self.options)

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The validator of its options."""
        if self.takes_object:
            return TypeAdapter(self.options[0].annotation)
        fields: dict[str, Any] = {
            each.name: (each.annotation, ... if each.default is each.empty else each.default) for each in self.options
        }
        title = self.name.title().replace(".", "").replace("_", "")
        model = create_model(title, __config__=ConfigDict(extra="forbid"), **fields)
        return TypeAdapter(model)

    @property
    def response_type(self) -> Any:
        """The type of its response. A long document is one object, or of the type that its annotation names."""
        returned: Any = self.run.__annotations__["return"]
        if get_origin(returned) is Annotated:
            return get_args(returned)[1]
        return dict[str, Any] if returned is Pieces else returned

    def arguments(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of ``run`` for options as JSON types. Raises Invalid."""
        try:
            request = self.adapter.validate_python(options)
        except ValidationError as error:
            mistakes = error.errors(include_url=False)
            # An unknown name explains more than the missing one that it was mistaken for.
            mistake = next((each for each in mistakes if _is_unknown(each)), mistakes[0])
            raise Invalid(_sentence(mistake, self)) from None
        return {self.options[0].name: request} if self.takes_object else dict(request)


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
    """Runs an operation for a tenant, by default the first one, and returns JSON types, or Pieces of a long document.

    ``values`` are options and path parameters together. Raises a ControlError; nothing was changed then.
    """
    parameters = {name: str(values[name]) for name in path_parameters(operation.path)}
    arguments = operation.arguments({name: value for name, value in values.items() if name not in parameters})
    if operation.method != "GET":
        await control.runner.keep_up()
    try:
        result = await operation.run(control, control.name_of(tenant), **arguments, **parameters)
    finally:
        control.runner.note_activity()
        if operation.method != "GET" and (name := control.name_of(tenant)) in control.registry.tenants:
            control.instrumentation.of(name).control_requests += 1
    return _document(result)


def _document(result: Any) -> Any:
    """A result as JSON types. One with a long list is in pieces, which are made while it is sent."""
    if isinstance(result, Pieces):
        return result
    if _is_long(result):
        return list_of(map(to_json, result))
    if is_dataclass(result):
        members = {each.name: getattr(result, each.name) for each in fields(result)}
        if any(map(_is_long, members.values())):
            return object_of(
                {name: map(to_json, each) if _is_long(each) else to_json(each) for name, each in members.items()}
            )
    return to_json(result)


def _is_long(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > PER_PIECE


def split_commas(value: object) -> object:
    """Accepts a list as a text with commas too, as in a query. For ``BeforeValidator``."""
    return value.split(",") if isinstance(value, str) else value


def _is_unknown(mistake: ErrorDetails) -> bool:
    return mistake["type"] in ("extra_forbidden", "unexpected_keyword_argument")


def _sentence(mistake: ErrorDetails, operation: ControlOperation) -> str:
    where = ".".join(str(part) for part in mistake["loc"])
    if _is_unknown(mistake) and len(mistake["loc"]) == 1:
        known = list(operation.adapter.json_schema().get("properties", ()))
        advice = did_you_mean(where, known) or f"; expected {', '.join(known) or 'no fields'}"
        return f"{where}: there is no such field{advice}"
    if not where:
        return str(mistake["msg"]).removeprefix("Value error, ")
    if mistake["type"] == "tuple_type":
        mistake["type"] = "list_type"
    mistake["loc"] = ("", *mistake["loc"])
    return sentence_of(mistake)
