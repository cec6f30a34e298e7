"""What path operations declare for the OpenAPI document beside their parameters.

Handlers read bodies and make responses themselves, so FastAPI cannot derive those. Schemas (``api/schemas``) and
examples (``api/openapi/examples.py``) are only named here and loaded when the document is made: loading them at every
start would cost 100 ms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

JSON: Final = "application/json"
JOB_PATH: Final = {"id": "$response.body#/Id"}
"""The parameters of a link from a job to an operation on it."""
DEFAULTS: Final = "x-defaults"
"""Where an operation has the defaults of its parameters until the document is complete."""
PATH_REFERENCE: Final[Mapping[str, Any]] = {"type": "string", "format": "uri-reference"}


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request: the name of its schema or the schema itself, the name of an example, its media type."""

    schema: str | Mapping[str, Any]
    example: str
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Link:
    """How a response leads to another operation: the operation's id, and where the response has its parameters."""

    name: str
    operation_id: str
    parameters: Mapping[str, str]
    description: str


@dataclass(frozen=True, slots=True)
class Success:
    """A successful response: its schema, the name of its example, its links, and headers that it alone has."""

    schema: str | Mapping[str, Any]
    example: str
    links: tuple[Link, ...] = ()
    headers: tuple[str, ...] = ()


def documentation(
    success: Success,
    body: Body | None = None,
    headers: tuple[str, ...] = (),
    defaults: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The ``openapi_extra`` of a path operation.

    ``headers`` are request headers that it alone accepts; ``defaults`` are those of its query parameters, which FastAPI
    declares as optional.
    """
    media = {"schema": _schema(success.schema), "example": success.example}
    response: dict[str, Any] = {
        "content": {JSON: media},
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in success.headers},
        "links": {
            each.name: {
                "operationId": each.operation_id,
                "parameters": dict(each.parameters),
                "description": each.description,
            }
            for each in success.links
        },
    }
    extra: dict[str, Any] = {"responses": {"200": {key: value for key, value in response.items() if value}}}
    if defaults:
        extra[DEFAULTS] = dict(defaults)
    if headers:
        extra["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in headers]
    if body is not None:
        content = {body.media_type: {"schema": _schema(body.schema), "example": body.example}}
        extra["requestBody"] = {"required": True, "content": content}
    return extra


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a path operation beyond those that every operation has."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}


def _schema(schema: str | Mapping[str, Any]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else dict(schema)
