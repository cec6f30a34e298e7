"""The OpenAPI document of the control API, derived from its operations."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field, TypeAdapter

from mock_zuora.control.paths import path_parameters
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


def declaration(operation: ControlOperation) -> dict[str, Any]:
    """The arguments of FastAPI's ``add_api_route`` for an operation."""
    summary, _, more = (operation.run.__doc__ or "").partition("\n\n")
    return {
        "name": operation.name,
        "operation_id": operation.name,
        "tags": [operation.name.partition(".")[0]],
        "summary": " ".join(summary.split()),
        "description": " ".join(more.split()),
        "response_model": operation.response_type,
        "status_code": 204 if operation.response_type is None else 200,
        "responses": _ERRORS,
        "openapi_extra": _request_of(operation),
    }


def _request_of(operation: ControlOperation) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in path_parameters(operation.path)
    ]
    if operation.method in ("GET", "DELETE") or not operation.options:
        return {"parameters": [*in_path, _TENANT, *_query_of(operation)]}
    schema = {"$ref": _REF.format(model=operation.adapter.json_schema()["title"])}
    return {"parameters": [*in_path, _TENANT], "requestBody": {"content": {"application/json": {"schema": schema}}}}


def _query_of(operation: ControlOperation) -> Iterator[dict[str, Any]]:
    schema = operation.adapter.json_schema(ref_template=_REF)
    required = schema.get("required", ())
    for name, each in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in required, "schema": each}


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The document. Schemas of requests are added here, because the operations validate requests themselves."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        routes=app.routes,
        description="What a test can do to the mock server. Not part of the emulated API.",
    )
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (each.name, "validation", each.adapter) for each in OPERATIONS.values() if each.options
    ]
    _, schemas = TypeAdapter.json_schemas(adapters, ref_template=_REF)
    document["components"]["schemas"].update(schemas["$defs"])
    return document
