"""What the document says of one operation beyond its path and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from mock_zuora.api.errors import Refusal
from mock_zuora.api.routes.oauth import OAuthRefusal
from mock_zuora.domain.errors import ZuoraError

Failure = ZuoraError | Refusal | OAuthRefusal
Failures = Mapping[str, Failure]
"""Refusals of an operation by a name for each: the examples of its error responses."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request: its media type, its schema, and an example."""

    media_type: str
    schema: type[BaseModel] | Mapping[str, Any]
    example: Any


@dataclass(frozen=True, slots=True)
class Link:
    """How an answer leads to another operation: its id, and where its parameters are in the answer."""

    operation_id: str
    parameters: Mapping[str, str]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one operation."""

    description: str
    success: str
    """What a success means, in a sentence."""
    answer: type[BaseModel] | Mapping[str, Any]
    example: Any
    failures: Failures
    body: Body | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What query parameters are that the call leaves out."""
    headers: tuple[str, ...] = ()
    """Request headers beyond those of every operation."""
    answer_headers: tuple[str, ...] = ()
    """Headers of a success beyond those of every operation."""
