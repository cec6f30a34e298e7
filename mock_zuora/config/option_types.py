"""Types of settings whose values also have a form as text, for flags and environment variables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from mock_zuora.config.documents import is_json_object, json_document
from mock_zuora.config.hosts import cors_origins, host_patterns
from mock_zuora.domain.access.rate_limits import rate_limits_from
from mock_zuora.domain.assumptions.choices import check_choices_of_version, parse_choices
from mock_zuora.domain.assumptions.observed import check_assumed
from mock_zuora.domain.errors import quote

TEN_YEARS: Final = 10 * 366 * 86_400
"""In seconds: the maximum of every duration."""


def check_rate_limits(text: str) -> str:
    """Raises ValueError for a text that is not a choice of rate limits."""
    rate_limits_from(text)
    return text


def from_json(value: object) -> object:
    """A text as the JSON value that it is; other values as they are. Raises ValueError."""
    if not isinstance(value, str):
        return value
    try:
        return json_document(value)
    except ValueError as error:
        raise ValueError(f"{quote(value)} is not valid: {error}") from None


def _checked_row(value: object) -> object:
    value = parse_choices(value) if isinstance(value, str) else value
    return check_choices_of_version(value) if isinstance(value, Mapping) else value


def checked_assume(value: Any) -> Any:
    """A value of ``assume`` as a document; what is neither text nor a mapping as it is. Raises ValueError.

    Text is JSON, or choices with commas between them. It never names a file: a control request can set it.
    """
    if isinstance(value, str):
        value = from_json(value) if is_json_object(value) else parse_choices(value)
    return check_assumed(value) if isinstance(value, Mapping) else value


def _each(check: Callable[[Sequence[str]], tuple[str, ...]]) -> BeforeValidator:
    """Checks a list of texts, or a text with commas between them."""

    def checked(value: object) -> object:
        if isinstance(value, str):
            value = value.split(",") if value.strip() else ()
        is_list = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        return check(value) if is_list else value  # type: ignore[arg-type]

    return BeforeValidator(checked)


HostsOption = Annotated[tuple[str, ...], NoDecode, _each(host_patterns)]
"""Names of hosts, or a text with commas between them."""
OriginsOption = Annotated[tuple[str, ...], NoDecode, _each(cors_origins)]
"""Origins of web pages, or a text with commas between them."""
AssumeOption = Annotated[dict[str, str | dict[str, Any]], NoDecode, BeforeValidator(checked_assume)]
"""Choices by the names of their assumptions, alone or with what was observed, or a text: JSON, or
``put-record=replace,job-limit=429``."""
RowOption = Annotated[dict[str, str], NoDecode, BeforeValidator(_checked_row)]
"""The choices of one version by the names of their assumptions, or such a text."""
Seconds = Annotated[float, Field(ge=0, le=TEN_YEARS, allow_inf_nan=False)]
