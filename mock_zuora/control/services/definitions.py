"""The definitions of a tenant's objects."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from mock_zuora.control.context import Control, caller_of
from mock_zuora.control.errors import Invalid, Refused
from mock_zuora.control.operations import operation
from mock_zuora.domain.errors import Category, Resource, ZuoraError
from mock_zuora.domain.objects import operations
from mock_zuora.domain.objects.definition_document import definitions_by_name, document_of


def _by_name(definitions: object) -> object:
    """A list of definitions by the names of their objects; the definitions of a request say their names."""
    if not isinstance(definitions, list):
        return definitions
    named: dict[str, Any] = {}
    for index, each in enumerate(definitions):
        schema = each.get("schema", each) if isinstance(each, dict) else None
        name = schema.get("object") if isinstance(schema, dict) else None
        if not isinstance(name, str):
            raise ValueError(f"[{index}].object is missing; expected the API name of the object")
        if name in named:
            raise ValueError(f"[{index}].object: '{name}' is listed more than once")
        named[name] = each
    return named


@operation("define", "POST", "/definitions")
async def define_objects(
    control: Control,
    tenant: str,
    *,
    definitions: Annotated[
        dict[str, Any],
        BeforeValidator(_by_name),
        Field(description="by object, as POST /objects/definitions takes them"),
    ],
) -> dict[str, Any]:
    """Defines objects, all of them or none, as a POST of definitions does. Returns their definitions by name."""
    caller = caller_of(control, control.tenant(tenant))
    try:
        created = operations.create(caller, definitions_by_name(definitions))
    except ZuoraError as refused:
        is_conflict = (refused.resource, refused.category) == (Resource.DEFINITION_OBJECT, Category.RULE)
        raise (Refused if is_conflict else Invalid)(refused.message) from None
    return {each.object: document_of(each) for each in created}
