"""Errors of pydantic as sentences for people, without secrets."""

from collections.abc import Iterable
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from mock_zuora.config.suggestions import did_you_mean
from mock_zuora.domain.errors import quote

_EXPECTATIONS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a valid key",
    "bool_parsing": "expected true or false",
    "int_parsing": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "string_type": "expected a string",
    "model_type": "expected an object",
    "dict_type": "expected an object",
    "list_type": "expected a list",
    "too_short": "expected at least one entry",
    "string_too_short": "expected a string that is not empty",
    "string_too_long": "expected at most {max_length} characters",
    "string_pattern_mismatch": "expected text that matches {pattern}",
    "too_long": "expected at most {max_length} entries",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "int_parsing_size": "expected a whole number with fewer digits",
    "greater_than": "expected a number greater than {gt}",
    "greater_than_equal": "expected a number of at least {ge}",
    "less_than": "expected a number less than {lt}",
    "less_than_equal": "expected a number of at most {le}",
    "finite_number": "expected a finite number",
    "timezone_aware": "expected its offset from UTC as well, such as 2026-01-01T00:00:00Z",
}
"""With the bounds of the error in braces."""
_PUBLIC_CLIENT_KEYS: Final = ("id", "user")


def sentence_of(error: ErrorDetails, model: type[BaseModel] | None = None) -> str:
    """Formats an error of pydantic as ``key: value is not valid; expected X``. Never shows what could be a secret.

    With the model that refused it, an unknown key gets the known one that it resembles.
    """
    key = ".".join(str(part) for part in error["loc"][1:] if part != "[key]")
    template = _EXPECTATIONS.get(error["type"])
    sentence = _expected(error["msg"]) if template is None else template.format_map(error.get("ctx", {}))
    if _can_be_shown(error):
        sentence = f"{quote(error['input'])} is not valid; {sentence}"
    if model is not None and error["type"] == "extra_forbidden":
        sentence += did_you_mean(str(error["loc"][-1]), _keys_at(model, error["loc"][1:-1]))
    return f"{key}: {sentence}" if key else sentence


def _keys_at(model: type[BaseModel], path: Iterable[int | str]) -> list[str]:
    """The keys of the model at a path of fields and indexes."""
    current: type[BaseModel] | None = model
    for part in path:
        if current is not None and isinstance(part, str):
            current = _model_in(current.model_fields[part].annotation) if part in current.model_fields else None
    return [] if current is None else list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model in an annotation such as ``list[Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each)) is not None), None)


def _expected(message: str) -> str:
    message = message.removeprefix("Value error, ")
    expected = message.removeprefix("Input should be ")
    return message if expected == message else f"expected {expected}"


def _can_be_shown(error: ErrorDetails) -> bool:
    parts = [str(part) for part in error["loc"]]
    # An unknown key, a list or an object can contain a secret. The message of a value_error already names the value.
    if error["type"] in ("missing", "extra_forbidden", "value_error") or isinstance(error["input"], list | dict):
        return False
    if "clients" in parts and parts[-1] not in _PUBLIC_CLIENT_KEYS:
        return False
    return not any("secret" in part or "token" in part for part in parts)
