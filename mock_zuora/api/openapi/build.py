"""Makes the document: what FastAPI derives from the routes, completed with schemas, examples, headers and errors."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from mock_zuora.api.errors import HttpRefusal, method_not_allowed
from mock_zuora.api.openapi import headers
from mock_zuora.api.openapi.examples import EXAMPLES, PARAMETERS
from mock_zuora.api.openapi.models import schemas_of
from mock_zuora.api.openapi.responses import operation_responses, shared_responses, token_responses
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.pipeline.idempotency import METHODS
from mock_zuora.api.routes.documentation import DEFAULTS
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.control.documents import INFO, SERVERS

DESCRIPTION: Final = """\
What the emulator mock_zuora serves: Zuora's custom object jobs, and the custom objects behind them.

An error has a code and a message; each operation has an example of each status.
Requests need an access token of `POST /oauth/token`.
"""
_TAGS: Final = {
    "Custom Object Jobs": "Bulk jobs that create, update or delete records, with their files and rejected rows.",
    "Custom Object Definitions": "Custom objects and their fields.",
    "Custom Object Records": "Records, one by one or several at once.",
    "OAuth": "Access tokens.",
}
_OF_EVERY_OPERATION: Final = (400, 401, 403, 429)
_OF_KEYED_METHODS: Final = (409, 422)
_OF_TOKEN_REQUESTS: Final = (400, 401, 429)
_METHODS: Final = ("POST", "PUT")
"""A path supports at most one of these."""


def openapi_document(api: FastAPI) -> dict[str, Any]:
    """The document of the API's operations."""
    made = get_openapi(title=api.title, version=api.version, routes=api.routes)
    for path, method, operation in _operations(made):
        _complete(path, method, operation, _not_allowed_at(path, list(made["paths"][path])))
    components = {
        "schemas": {},
        "parameters": headers.REQUEST,
        "headers": headers.RESPONSE,
        "responses": shared_responses(),
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "An access token of `POST /oauth/token`."}
        },
    }
    document = {
        "openapi": made["openapi"],
        "info": {"title": api.title, "version": api.version, "description": DESCRIPTION, **INFO},
        "servers": SERVERS,
        "tags": [{"name": name, "description": description} for name, description in _TAGS.items()],
        "paths": made["paths"],
        "components": components,
    }
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    components["schemas"] = schemas_of(named)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _not_allowed_at(path: str, methods: Iterable[str]) -> HttpRefusal:
    """The refusal of a method that a path does not support. Its ids are those of the examples."""
    known = sorted(each.upper() for each in methods)
    unknown = next(each for each in _METHODS if each not in known)
    place = path.replace("{object}", "vehicle").replace("{id}", EXAMPLE_ID)
    return method_not_allowed(unknown, place, ", ".join(known))


def _complete(path: str, method: str, operation: dict[str, Any], not_allowed: HttpRefusal) -> None:
    is_token = path == TOKEN_PATH
    names = list(headers.OF_TOKEN_REQUESTS if is_token else headers.OF_EVERY_REQUEST)
    if "requestBody" in operation and not is_token:
        names += headers.OF_REQUESTS_WITH_BODY
    keyed = method in METHODS and not is_token
    own, defaults = operation.get("parameters", []), operation.pop(DEFAULTS, {})
    operation["description"] = " ".join(operation["description"].split())
    operation["security"] = [] if is_token else [{"token": []}]
    operation["parameters"] = [
        *(_parameter(each, defaults) for each in own if "$ref" not in each),
        *({"$ref": f"#/components/parameters/{name}"} for name in (*names, *(("Idempotency-Key",) if keyed else ()))),
        *(each for each in own if "$ref" in each),
    ]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["example"] = EXAMPLES[media["example"]]
    success, statuses = _success(operation["responses"], is_token=is_token), _statuses(operation["responses"], keyed)
    operation["responses"] = {
        "200": success,
        **(
            token_responses(operation["operationId"], _OF_TOKEN_REQUESTS)
            if is_token
            else operation_responses(operation["operationId"], statuses, not_allowed)
        ),
    }


def _parameter(parameter: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """A parameter with its default, without FastAPI's title, and without the null that no query can hold."""
    schema = dict(parameter["schema"])
    for option in schema.pop("anyOf", ()):
        if option != {"type": "null"}:
            schema |= option
    schema = {key: schema[key] for key in schema if key not in ("title", "description")}
    if parameter["name"] in defaults:
        schema["default"] = defaults[parameter["name"]]
    example = {"example": PARAMETERS[parameter["name"]]} if parameter["name"] in PARAMETERS else {}
    return {**parameter, "schema": schema, **example}


def _success(declared: dict[str, Any], *, is_token: bool) -> dict[str, Any]:
    success: dict[str, Any] = declared["200"]
    names = headers.IN_TOKEN_RESPONSES if is_token else headers.IN_EVERY_RESPONSE
    success["headers"] = {**headers.references(names), **success.get("headers", {})}
    [media] = success["content"].values()
    media["example"] = EXAMPLES[media["example"]]
    return success


def _statuses(declared: Iterable[str], keyed: bool) -> list[int]:
    """The error statuses of an operation that needs an access token."""
    # FastAPI adds a 422 of its own, which no operation here returns.
    own = {int(status) for status in declared} - {200, 422}
    return sorted({*own, *_OF_EVERY_OPERATION, *(_OF_KEYED_METHODS if keyed else ())})
