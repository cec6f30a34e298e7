"""Makes the document: what FastAPI derives from the routes, completed with schemas, examples, headers and errors."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from mock_zuora.api.openapi import headers
from mock_zuora.api.openapi.examples import EXAMPLES
from mock_zuora.api.openapi.models import schemas_of
from mock_zuora.api.openapi.responses import (
    MEANINGS,
    OF_RECORDS,
    error_response,
    records_error_response,
    token_error_response,
)
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.pipeline.idempotency import METHODS
from mock_zuora.api.routes.documentation import DEFAULTS

DESCRIPTION: Final = """\
What the emulator mock_zuora serves: Zuora's custom object jobs, and the custom objects behind them.

An error has one of two formats, which the `Zuora-Version` of the request selects; each status has an example of both.
Requests need an access token of `POST /oauth/token`.
"""
_OF_EVERY_OPERATION: Final = (400, 401, 403, 429)
_OF_KEYED_METHODS: Final = (409, 422)
_OF_TOKEN_REQUESTS: Final = (400, 401, 429)


def openapi_document(api: FastAPI) -> dict[str, Any]:
    """The document of the API's operations."""
    made = get_openapi(title=api.title, version=api.version, routes=api.routes)
    for path, method, operation in _operations(made):
        _complete(path, method, operation)
    statuses = {status for _, _, each in _operations(made) for status in each["responses"] if status != "200"}
    components = {
        "schemas": {},
        "parameters": headers.REQUEST,
        "headers": headers.RESPONSE,
        "responses": {
            **{
                f"Status{status}": error_response(int(status)) for status in sorted(statuses) if int(status) in MEANINGS
            },
            **{f"Records{status}": records_error_response(status) for status in OF_RECORDS},
        },
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "An access token of `POST /oauth/token`."}
        },
    }
    document = {
        "openapi": made["openapi"],
        "info": {
            "title": api.title,
            "version": api.version,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": made["paths"],
        "components": components,
    }
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    components["schemas"] = schemas_of(named)
    return document


def document_json(document: dict[str, Any]) -> str:
    """The document as it is committed, printed and served."""
    return json.dumps(document, indent=2) + "\n"


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    is_token = path == TOKEN_PATH
    names = headers.OF_TOKEN_REQUESTS if is_token else headers.OF_EVERY_REQUEST
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
    operation["responses"] = _responses(operation["responses"], is_token=is_token, keyed=keyed)


def _parameter(parameter: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """A parameter with its default, without FastAPI's title, and without the null that no query can hold."""
    schema = dict(parameter["schema"])
    for option in schema.pop("anyOf", ()):
        if option != {"type": "null"}:
            schema |= option
    schema = {key: schema[key] for key in schema if key not in ("title", "description")}
    if parameter["name"] in defaults:
        schema["default"] = defaults[parameter["name"]]
    return {**parameter, "schema": schema}


def _responses(declared: dict[str, Any], *, is_token: bool, keyed: bool) -> dict[str, Any]:
    success = declared["200"]
    names = headers.IN_TOKEN_RESPONSES if is_token else headers.IN_EVERY_RESPONSE
    success["headers"] = {**headers.references(names), **success.get("headers", {})}
    [media] = success["content"].values()
    media["example"] = EXAMPLES[media["example"]]
    if is_token:
        return {"200": success, **{str(status): token_error_response(status) for status in _OF_TOKEN_REQUESTS}}
    # FastAPI adds a 422 of its own, which no operation here returns.
    own = {int(status) for status in declared} - {200, 422}
    statuses = sorted({*own, *_OF_EVERY_OPERATION, *(_OF_KEYED_METHODS if keyed else ())})
    components = {each: f"Records{each}" if each in own & OF_RECORDS.keys() else f"Status{each}" for each in statuses}
    return {"200": success, **{str(each): {"$ref": f"#/components/responses/{components[each]}"} for each in statuses}}
