"""Puts the document together: FastAPI's paths and parameters, and what ``facts`` says of each operation."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from mock_zuora.api.openapi import definitions, headers, jobs, oauth, records
from mock_zuora.api.openapi.models import schema_of, schemas_of
from mock_zuora.api.openapi.operation_docs import Body, Facts
from mock_zuora.api.openapi.responses import error_responses, success_response
from mock_zuora.api.openapi.sharing import share_examples, share_responses
from mock_zuora.api.pipeline.idempotency import METHODS
from mock_zuora.api.schemas.errors import Error, ErrorSince2024, OAuthError

FACTS: Final[Mapping[str, Facts]] = {
    **jobs.OPERATIONS, **definitions.OPERATIONS, **records.OPERATIONS, **oauth.OPERATIONS,
}  # fmt: skip
DESCRIPTION: Final = """\
What the emulator mock_zuora answers: Zuora's custom object jobs, and the custom objects behind them.

Refusals have one of two bodies, which the `Zuora-Version` of the call decides. Each operation lists every refusal that
is documented for it, with an example of both. Calls are made with a bearer token of `POST /oauth/token`.
"""
_KEPT_OF_FASTAPI: Final = ("tags", "summary", "operationId")


def openapi_document(api: FastAPI) -> dict[str, Any]:
    """The document of the API's operations."""
    made = get_openapi(title=api.title, version=api.version, routes=api.routes)
    paths: dict[str, Any] = {}
    for path, operations in made["paths"].items():
        paths[path] = {
            method: _operation(method, operation, FACTS[operation["operationId"]])
            for method, operation in operations.items()
        }
    examples = share_examples(paths)
    return {
        "openapi": made["openapi"],
        "info": {
            "title": api.title,
            "version": api.version,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas_of(_models()),
            "parameters": headers.REQUEST,
            "headers": headers.ANSWER,
            "responses": share_responses(paths),
            "examples": examples,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of `POST /oauth/token`."}
            },
        },
    }


def document_json(document: dict[str, Any]) -> str:
    """The document as it is committed, printed and served."""
    return json.dumps(document, indent=2) + "\n"


def _operation(method: str, operation: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    is_token = operation["operationId"] == oauth.TOKEN
    made: dict[str, Any] = {key: operation[key] for key in _KEPT_OF_FASTAPI}
    made["description"] = facts.description
    made["security"] = [] if is_token else [{"token": []}]
    made["parameters"] = [
        *(_parameter(each, facts.defaults) for each in operation.get("parameters", ())),
        *({"$ref": f"#/components/parameters/{name}"} for name in _request_headers(method, facts, is_token=is_token)),
    ]
    if facts.body is not None:
        made["requestBody"] = _request_body(facts.body)
    made["responses"] = {
        "200": success_response(facts, is_token=is_token),
        **error_responses(method, operation, facts, is_token=is_token),
    }
    return made


def _request_headers(method: str, facts: Facts, *, is_token: bool) -> tuple[str, ...]:
    if is_token:
        return ("Zuora-Track-Id", *facts.headers)
    return (*headers.ALWAYS, *(("Idempotency-Key",) if method.upper() in METHODS else ()), *facts.headers)


def _parameter(parameter: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter without what FastAPI adds: a title, and a null that no query can hold."""
    schema = dict(parameter["schema"])
    for option in schema.pop("anyOf", ()):
        if option != {"type": "null"}:
            schema |= option
    schema = {key: value for key, value in schema.items() if key not in ("title", "description")}
    if parameter["name"] in defaults:
        schema["default"] = defaults[parameter["name"]]
    return {**parameter, "schema": schema}


def _request_body(body: Body) -> dict[str, Any]:
    media = {"schema": schema_of(body.schema), "example": body.example}
    return {"required": True, "content": {body.media_type: media}}


def _models() -> Iterator[type[BaseModel]]:
    yield from (Error, ErrorSince2024, OAuthError)
    for facts in FACTS.values():
        for schema in (facts.answer, facts.body.schema if facts.body else None):
            if isinstance(schema, type):
                yield schema
