"""The OpenAPI document of the control API, from the table of its operations."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from mock_zuora.control.operations import OPERATIONS, Operation

_REF: Final = "#/components/schemas/{model}"
_TENANT: Final[dict[str, Any]] = {
    "name": "tenant",
    "in": "query",
    "required": False,
    "description": "the tenant it is about; the default one if left out",
    "schema": {"type": "string"},
}


class Refusal(BaseModel):
    """Why a call was not carried out; nothing was changed."""

    error: str
    kind: str


_WHY: Final = {
    400: "a value that cannot be taken",
    401: "the control token is missing or wrong",
    403: "a caller who is not let in",
    404: "something of that name is not there",
    409: "it cannot be carried out as things are, or not in time",
    503: "the server is still seeding",
}
_REFUSAL: Final = {"application/json": {"schema": {"$ref": _REF.format(model=Refusal.__name__)}}}
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": why, "content": _REFUSAL} for status, why in _WHY.items()
}


def declared(operation: Operation) -> dict[str, Any]:
    """What a path operation of FastAPI declares of an operation."""
    summary, _, more = operation.sentences.partition("\n\n")
    gives_nothing = operation.gives is None
    return {
        "name": operation.name,
        "operation_id": operation.name,
        "tags": [operation.name.partition(".")[0]],
        "summary": " ".join(summary.split()),
        "description": " ".join(more.split()),
        "response_model": operation.gives,
        "status_code": 204 if gives_nothing else 200,
        "responses": _REFUSALS,
        "openapi_extra": _said_in(operation),
    }


def _said_in(operation: Operation) -> dict[str, Any]:
    of_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in operation.address.names
    ]
    extra: dict[str, Any] = {"parameters": [*of_path, _TENANT]}
    if not operation.says.model_fields:
        return extra
    if operation.address.has_body:
        schema = {"$ref": _REF.format(model=operation.says.__name__)}
        extra["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    else:
        extra["parameters"] += _query_of(operation.says)
    return extra


def _query_of(says: type[BaseModel]) -> list[dict[str, Any]]:
    schema = says.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": each}
        for name, each in schema["properties"].items()
    ]


def complete(admin: FastAPI) -> dict[str, Any]:
    """The document. What is said is read by the table itself, so its schemas are added here."""
    document = get_openapi(
        title=admin.title,
        version=admin.version,
        routes=admin.routes,
        description="What a test may do to the mock server. Not part of the emulated API.",
    )
    said: list[type[BaseModel]] = list(dict.fromkeys([*(each.says for each in OPERATIONS.values()), Refusal]))
    _, bodies = models_json_schema([(each, "validation") for each in said], ref_template=_REF)
    document["components"]["schemas"].update(bodies["$defs"])
    return document
