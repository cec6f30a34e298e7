"""The operations on definitions and migrations over HTTP, with the operation ids of the reference."""

from collections.abc import Iterable
from typing import Annotated, Any, Final
from urllib.parse import quote as percent_encoded

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api.json_bodies import OBJECT_NAME, check_parameters, object_of
from mock_zuora.api.request_context import Call, call_of
from mock_zuora.api.responses import definition_json, json_response
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote
from mock_zuora.domain.objects import operations as definitions
from mock_zuora.domain.objects.definition import Definition

router = APIRouter(tags=["Custom Object Definitions"])

ObjectName = Annotated[
    str,
    Path(description="The API name of the object; case-sensitive."),
    WithJsonSchema({"type": "string", **OBJECT_NAME}),
]
Select = Annotated[
    str | None,
    Query(description="`type`: only the type of each definition."),
    WithJsonSchema({"type": "string", "enum": ["type"]}),
]
_DEFINITIONS: Final = "/objects/definitions/default"
_EXPORTED: Final = ("definitions", "count")
"""What the list answers with, so that its answer can be posted back as it is (D)."""


@router.get(
    _DEFINITIONS,
    operation_id="GET_AllCustomObjectDefinitionsInNamespace",
    summary="List custom object definitions",
)
async def list_definitions(request: Request, select: Select = None) -> Response:
    call = call_of(request)
    check_parameters(call, request, ("select",))
    if select not in (None, "type"):
        raise ZuoraError(Resource.DEFINITION, Category.INVALID, f"select: {quote(select)} is not valid; expected type.")
    listed = definitions.list_definitions(call.caller)
    if select == "type":
        return json_response(
            {"definitions": {each.object: {"type": each.object} for each in listed}, "count": len(listed)}
        )
    return _list_response(call, listed)


@router.post(
    _DEFINITIONS,
    operation_id="POST_CustomObjectDefinitions",
    summary="Create custom object definitions",
)
async def create(request: Request) -> Response:
    call = call_of(request)
    body = await object_of(call, _EXPORTED, Resource.DEFINITION)
    return _list_response(call, definitions.create(call.caller, body.get("definitions")))


@router.get(
    _DEFINITIONS + "/{object}",
    operation_id="GET_CustomObjectDefinitionByType",
    summary="Retrieve a custom object definition",
)
async def retrieve(request: Request, object: ObjectName) -> Response:
    call = call_of(request)
    return json_response(_json_of(call, definitions.retrieve(call.caller, object)))


@router.delete(
    _DEFINITIONS + "/{object}",
    operation_id="Delete_CustomObjectDefinitionByType",
    summary="Delete a custom object definition",
)
async def delete(request: Request, object: ObjectName) -> Response:
    call = call_of(request)
    definitions.delete(call.caller, object)
    return json_response(f"{_DEFINITIONS}/{percent_encoded(object, safe='')}")


@router.post(
    "/objects/migrations",
    operation_id="POST_UpdateCustomObjectDefinition",
    summary="Update a custom object definition",
)
async def migrate(request: Request) -> Response:
    call = call_of(request)
    body = await object_of(call, ("actions",), Resource.MIGRATION_ACTIONS)
    # A job whose rows are being taken goes on by the definition that its file was checked against.
    await call.runner.finish(call.tenant)
    return json_response({"actions": [definitions.migrate_definition(call.caller, body.get("actions"))]})


def _list_response(call: Call, listed: Iterable[Definition]) -> Response:
    documents = {each.object: _json_of(call, each) for each in listed}
    return json_response({"definitions": documents, "count": len(documents)})


def _json_of(call: Call, definition: Definition) -> dict[str, Any]:
    return definition_json(definition, definitions.related_from(call.tenant, definition.object))
