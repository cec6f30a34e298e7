"""The operations on definitions and migrations over HTTP, with the operation ids of the reference."""

from collections.abc import Generator, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote as percent_encoded

from fastapi import APIRouter, Path, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from mock_zuora.api.json_bodies import OBJECT_NAME, object_of
from mock_zuora.api.pipeline.permissions import requires, requires_view
from mock_zuora.api.pipeline.route import ZuoraRoute
from mock_zuora.api.request_context import RequestContext, context_of
from mock_zuora.api.responses import definition_json, json_response
from mock_zuora.api.routes.documentation import PATH_REFERENCE, Body, Link, Success, documentation, errors
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.domain.assumptions.catalogue.objects import FILTERABLE_SYSTEM_FIELDS
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects import operations as definitions
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.definition_document import undocumented_keys
from mock_zuora.domain.objects.migration import refuse_action

router = APIRouter(tags=["Custom Object Definitions"], route_class=ZuoraRoute)

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
_PER_CHUNK: Final = 50
"""Definitions of a response that are made at once."""
_DEFINITIONS: Final = "/objects/definitions/default"
_DELETE: Final = Link(
    "delete",
    "Delete_CustomObjectDefinitionByType",
    {"object": "$response.body#/type"},
    "Delete the object if it is empty.",
)
_EXPORTED: Final = ("definitions", "count")
"""The keys of a list's response, which can be posted back as it is (D)."""


@router.get(
    _DEFINITIONS,
    operation_id="GET_AllCustomObjectDefinitionsInNamespace",
    dependencies=[requires_view()],
    summary="List custom object definitions",
    response_description="The custom objects by API name.",
    openapi_extra=documentation(Success("DefinitionList", "definitions")),
)
async def list_definitions(request: Request, select: Select = None) -> Response:
    """Lists the custom objects of the tenant with their schemas, or only their types."""
    context = context_of(request)
    if select not in (None, "type"):
        raise ZuoraError(Resource.DEFINITION, Category.INVALID, f"select: {quote(select)} is not valid; expected type.")
    listed = definitions.list_definitions(context.caller)
    if select == "type":
        return json_response(
            {"definitions": {each.object: {"type": each.object} for each in listed}, "count": len(listed)}
        )
    if listed:
        context.choices.of(FILTERABLE_SYSTEM_FIELDS)
    return await _list_response(context, listed)


@router.post(
    _DEFINITIONS,
    operation_id="POST_CustomObjectDefinitions",
    dependencies=[requires(Operation.CREATE)],
    summary="Create custom object definitions",
    response_description="The custom objects that were created, by API name.",
    openapi_extra=documentation(
        Success("DefinitionList", "definitions"), Body("DefinitionsRequest", "new definitions")
    ),
)
async def create(request: Request) -> Response:
    """Creates custom objects, all of them or none. The response of a list can be posted as it is."""
    context = context_of(request)
    body = await object_of(request, _EXPORTED, Resource.DEFINITION)
    _warn_about_keys(context, body.get("definitions"))
    return await _list_response(context, definitions.create(context.caller, body.get("definitions")))


@router.get(
    _DEFINITIONS + "/{object}",
    operation_id="GET_CustomObjectDefinitionByType",
    summary="Retrieve a custom object definition",
    response_description="The custom object.",
    responses=errors(404, 405),
    openapi_extra=documentation(Success("Definition", "definition", (_DELETE,))),
)
async def retrieve(request: Request, object: ObjectName) -> Response:
    """Retrieves a custom object with its schema."""
    context = context_of(request)
    definition = definitions.retrieve(context.caller, object)
    context.choices.of(FILTERABLE_SYSTEM_FIELDS)
    return json_response(_json_of(context, definition))


@router.delete(
    _DEFINITIONS + "/{object}",
    operation_id="Delete_CustomObjectDefinitionByType",
    summary="Delete a custom object definition",
    response_description="The path of the deleted custom object.",
    responses=errors(405),
    openapi_extra=documentation(Success(PATH_REFERENCE, "path of a definition")),
)
async def delete(request: Request, object: ObjectName) -> Response:
    """Deletes a custom object that has no records, no unfinished job and no relationship from another object."""
    context = context_of(request)
    definitions.delete(context.caller, object)
    return json_response(f"{_DEFINITIONS}/{percent_encoded(object, safe='')}")


@router.post(
    "/objects/migrations",
    operation_id="POST_UpdateCustomObjectDefinition",
    dependencies=[requires(Operation.UPDATE)],
    summary="Update a custom object definition",
    response_description="The action that was carried out.",
    openapi_extra=documentation(Success("Migration", "migration"), Body("MigrationRequest", "migration")),
)
async def migrate(request: Request) -> Response:
    """Changes a custom object by one action."""
    context = context_of(request)
    body = await object_of(request, ("actions", "instant"), Resource.MIGRATION_ACTIONS)
    instant = body.get("instant")
    if instant is not None and not isinstance(instant, bool):
        raise refuse_action(f"instant: {quote(instant)} is not true or false.")
    # A running job keeps the definition that its file was checked against.
    await context.emulator.runner.finish(context.tenant)
    action = definitions.migrate_definition(context.caller, body.get("actions"))
    # Every migration is applied at once (M), whatever ``instant`` says. A response repeats it (S).
    return json_response({"actions": [action], **({} if instant is None else {"instant": instant})})


async def _list_response(context: RequestContext, listed: Sequence[Definition]) -> Response:
    documents = await run_in_chunks(_documents(context, listed))
    return json_response({"definitions": documents, "count": len(documents)})


def _documents(context: RequestContext, listed: Sequence[Definition]) -> Generator[None, None, dict[str, Any]]:
    related, documents = definitions.all_related(context.tenant), dict[str, Any]()
    for number, each in enumerate(listed, 1):
        documents[each.object] = definition_json(each, related.get(each.object, ()), context.choices)
        if number % _PER_CHUNK == 0:
            yield
    return documents


def _json_of(context: RequestContext, definition: Definition) -> dict[str, Any]:
    related = definitions.related_from(context.tenant, definition.object)
    return definition_json(definition, related, context.choices)


def _warn_about_keys(context: RequestContext, documents: Any) -> None:
    """Warns about keys of the UI's exports, which the reference does not document. Strict mode refuses them (M)."""
    for name, document in documents.items() if isinstance(documents, dict) else ():
        if keys := undocumented_keys(document):
            listed = " and ".join(map(quote, keys))
            context.warn(
                Deviation.UNDOCUMENTED_DEFINITION_KEY,
                f"definitions.{quote(name)[1:-1]}: {listed} {'is' if len(keys) == 1 else 'are'} not documented, and "
                "ignored.",
            )
