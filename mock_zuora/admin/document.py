"""The OpenAPI document of the control API, derived from its operations."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, TypeAdapter

from mock_zuora.admin.examples import BODIES, OWN_PATHS, PATHS
from mock_zuora.control.documents import INFO, SERVERS
from mock_zuora.control.paths import CONTROL_PREFIX, path_parameters
from mock_zuora.control.services import OPERATIONS, ControlOperation

_REF: Final = "#/components/schemas/{model}"
_TENANT: Final[dict[str, Any]] = {
    "name": "tenant",
    "in": "query",
    "required": False,
    "description": "the tenant, by default the first one",
    "schema": {"type": "string"},
}


class ControlErrorBody(BaseModel):
    """Why a request failed. It changed nothing."""

    error: str
    kind: str
    position: int | None = Field(default=None, description="position of a mistake in a text, from 1; usually omitted")


_REASONS: Final = {
    400: "a value is not valid",
    401: "the control token is missing or wrong",
    403: "the client is not allowed to use the control API",
    404: "nothing of that name exists",
    409: "not possible in the current state, or not in time",
    503: "the server is still seeding",
}
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": reason, "model": ControlErrorBody} for status, reason in _REASONS.items()
}
_SECURITY_SCHEMES: Final = {
    "controlToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The control token of a server that was started with `--control token`. Others require none.",
    }
}


def _documented_routes(app: FastAPI) -> list[APIRoute]:
    """The routes of the operations with all that the document shows.

    The routes of the app have none of it, because building the models takes several times as long as the rest.
    """
    endpoints = {each.name: each.endpoint for each in app.routes if isinstance(each, APIRoute)}
    return [
        APIRoute(CONTROL_PREFIX + each.path, endpoints[each.name], methods=[each.method], **_declaration(each))
        for each in OPERATIONS.values()
    ]


def _declaration(operation: ControlOperation) -> dict[str, Any]:
    summary, _, more = (operation.run.__doc__ or "").partition("\n\n")
    return {
        "operation_id": operation.name,
        "tags": [_tag_of(operation)[0]],
        "summary": " ".join(summary.split()),
        "description": " ".join((operation.run.__doc__ or "").split()),
        "response_model": operation.response_type,
        "status_code": 204 if operation.response_type is None else 200,
        "responses": _ERRORS,
        "openapi_extra": _request_of(operation),
    }


def _tag_of(operation: ControlOperation) -> tuple[str, str]:
    """The name and description of the tag: those of the service module."""
    module = sys.modules[operation.run.__module__]
    return module.__name__.rpartition(".")[2].replace("_", " "), (module.__doc__ or "").partition(".")[0] + "."


def _request_of(operation: ControlOperation) -> dict[str, Any]:
    in_path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "example": OWN_PATHS.get((operation.name, name), PATHS[name]),
        }
        for name in path_parameters(operation.path)
    ]
    if operation.method in ("GET", "DELETE") or not operation.options:
        return {"parameters": [*in_path, _TENANT, *_query_of(operation)]}
    schema = operation.adapter.json_schema()
    media = {"schema": {"$ref": _REF.format(model=schema["title"])}, "example": BODIES[operation.name]}
    body = {"required": bool(schema.get("required")), "content": {"application/json": media}}
    return {"parameters": [*in_path, _TENANT], "requestBody": body}


def _query_of(operation: ControlOperation) -> Iterator[dict[str, Any]]:
    schema = operation.adapter.json_schema(ref_template=_REF)
    required = schema.get("required", ())
    for name, each in schema["properties"].items():
        # A query has no null. A parameter without a default has none that the document could name.
        [option, *_] = each.get("anyOf", [each])
        own = {**option, "default": each.get("default")}
        shown = {key: value for key, value in own.items() if key not in ("title", "description") and value is not None}
        description = {key: each[key] for key in ("description",) if key in each}
        yield {"name": name, "in": "query", "required": name in required, **description, "schema": shown}


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The document. Schemas of requests are added here, because the operations validate requests themselves."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        routes=_documented_routes(app),
        description="What a test can do to the mock server. Not part of the emulated API.",
    )
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (each.name, "validation", each.adapter) for each in OPERATIONS.values() if each.options
    ]
    _, requests = TypeAdapter.json_schemas(adapters, ref_template=_REF)
    schemas = made["components"]["schemas"] | {name: _request_schema(each) for name, each in requests["$defs"].items()}
    return {
        "openapi": made["openapi"],
        "info": {**made["info"], **INFO},
        "servers": SERVERS,
        "tags": [{"name": name, "description": text} for name, text in dict(map(_tag_of, OPERATIONS.values())).items()],
        # Only a server with a control token requires it.
        "security": [{}, {"controlToken": []}],
        "paths": made["paths"],
        "components": {"schemas": used_schemas(schemas, made["paths"]), "securitySchemes": _SECURITY_SCHEMES},
    }


def _request_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with defaults in the descriptions: generated clients would require each field that has one."""
    for each in schema.get("properties", {}).values():
        default = each.pop("default", None)
        if default not in (None, [], {}):
            each["description"] = "; ".join(filter(None, [each.get("description"), f"default {json.dumps(default)}"]))
    if "description" in schema:
        schema["description"] = re.sub(r"\s*Raises \w+ .*", "", schema["description"], flags=re.DOTALL)
    for each in _nodes(schema):
        # For generators that know neither tuples nor constants.
        if "prefixItems" in each:
            each.setdefault("items", {"anyOf": each["prefixItems"]})
        if "const" in each:
            each["enum"] = [each.pop("const")]
    return schema


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(each)


def used_schemas(schemas: Mapping[str, Any], part: Any) -> dict[str, Any]:
    """The schemas that a part of a document refers to, and those that these refer to, by name."""
    used, waiting = set[str](), [part]
    while waiting:
        found = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(waiting.pop()))) - used
        used |= found
        waiting += [schemas[name] for name in found]
    return {name: schemas[name] for name in sorted(used)}
