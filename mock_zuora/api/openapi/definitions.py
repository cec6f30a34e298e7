"""The facts of the operations on definitions and migrations."""

from typing import Any, Final

from mock_zuora.api.openapi.operation_docs import Body, Facts, Failures, Link
from mock_zuora.api.openapi.shared_refusals import (
    CREATE_DENIED,
    DELETE_DENIED,
    OBJECT_NOT_FOUND,
    OF_JSON,
    OF_PATH_PARAMETERS,
    UPDATE_DENIED,
    VIEW_DENIED,
)
from mock_zuora.api.responses import definition_json
from mock_zuora.api.schemas.definitions import (
    Definition,
    DefinitionList,
    DefinitionsRequest,
    Migration,
    MigrationRequest,
)
from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category, Resource, ZuoraError
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.refusals import request_invalid

_REQUEST: Final[dict[str, Any]] = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {"brand__c": {"type": "string", "label": "Brand"}},
    "required": ["brand__c"],
    "filterable": ["brand__c"],
}
_DEFINITION: Final = {
    **definition_json(definition_from(_REQUEST), ()),
    "Id": EXAMPLE_ID,
    "CreatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "CreatedDate": EXAMPLE_DATE,
    "UpdatedById": "2c92c0f96a07409d016a0a58ab1172ec",
    "UpdatedDate": EXAMPLE_DATE,
}
_ACTION: Final[dict[str, Any]] = {
    "type": "addField",
    "namespace": "default",
    "object": "vehicle",
    "field": {"name": "color__c", "definition": {"type": "string", "label": "Color"}},
}
_OF_OBJECT: Final[Failures] = {"object_not_found": OBJECT_NOT_FOUND, **OF_PATH_PARAMETERS}


def _refused(resource: Resource, category: Category, message: str) -> ZuoraError:
    return ZuoraError(resource, category, message)


_OF_DEFINITION: Final[Failures] = {
    "object_missing": refusals.object_missing(),
    "object_invalid": refusals.object_invalid(
        "two words", "an API name of 1 to 64 characters without spaces or slashes"
    ),
    "object_exists": _refused(
        Resource.DEFINITION_OBJECT, Category.RULE, "object: a custom object 'vehicle' exists already."
    ),
    "definitions_missing": _refused(
        Resource.DEFINITION, Category.MISSING, "definitions is missing; expected definitions by name."
    ),
    "definition_invalid": _refused(
        Resource.DEFINITION, Category.INVALID, "Field [brand]: expected the API name of a custom field."
    ),
    "key_unknown": _refused(Resource.DEFINITION, Category.UNKNOWN_FIELD, "Field [brand__c]: unknown key 'kind'."),
    "too_many_fields": _refused(
        Resource.DEFINITION, Category.RULE, "Object 'vehicle' has 51 custom fields; at most 50 are possible."
    ),
    "default_not_an_integer": _refused(
        Resource.DEFINITION, Category.INVALID_INTEGER, "default: Field [doors__c] expects an integer."
    ),
    "default_not_a_number": _refused(
        Resource.DEFINITION, Category.INVALID_NUMBER, "default: Field [price__c] expects a number."
    ),
    "default_not_a_boolean": _refused(
        Resource.DEFINITION, Category.INVALID_BOOLEAN, "default: Field [electric__c] expects a boolean."
    ),
    "default_not_a_string": _refused(
        Resource.DEFINITION, Category.INVALID_STRING, "default: Field [color__c] expects one of red, blue."
    ),
    "filterable_invalid": _refused(
        Resource.DEFINITION_FILTERABLE, Category.INVALID, "filterable of 'vehicle': 4 is not a list of field names."
    ),
    "filterable_unknown": _refused(
        Resource.DEFINITION_FILTERABLE,
        Category.UNKNOWN_FIELD,
        "filterable of 'vehicle': the object has no field 'size__c'.",
    ),
    "too_many_filterable": _refused(
        Resource.DEFINITION_FILTERABLE,
        Category.RULE,
        "Object 'vehicle' has 11 filterable fields; at most 10 are possible.",
    ),
    "namespace_invalid": refusals.namespace_invalid("custom"),
}
_LIST: Final = Facts(
    description="Every custom object of the tenant, with its schema; or only which there are.",
    success="The custom objects by API name.",
    answer=DefinitionList,
    example={"definitions": {"vehicle": _DEFINITION}, "count": 1},
    failures={
        "select_invalid": request_invalid("select: 'name' is not valid; expected type."),
        "view_denied": VIEW_DENIED,
    },
)
_CREATE: Final = Facts(
    description="Creates custom objects, all of them or none. The answer of a list can be posted as it is.",
    success="The custom objects that were created, by API name.",
    answer=DefinitionList,
    example={"definitions": {"vehicle": _DEFINITION}, "count": 1},
    body=Body("application/json", DefinitionsRequest, {"definitions": {"vehicle": _REQUEST}}),
    failures={**OF_JSON, **_OF_DEFINITION, "create_denied": CREATE_DENIED},
)
_RETRIEVE: Final = Facts(
    description="One custom object with its schema.",
    success="The custom object.",
    answer=Definition,
    example=_DEFINITION,
    links={
        "delete": Link(
            "Delete_CustomObjectDefinitionByType",
            {"object": "$response.body#/type"},
            "Delete the object if it is empty.",
        )
    },
    failures={**_OF_OBJECT, "view_denied": VIEW_DENIED},
)
_DELETE: Final = Facts(
    description="Deletes a custom object that has no records, no job that has not ended, and no other object's "
    "relationship.",
    success="The path of the custom object that is no longer there.",
    answer={"type": "string", "format": "uri-reference"},
    example="/objects/definitions/default/vehicle",
    failures={
        **_OF_OBJECT,
        "object_in_use": _refused(
            Resource.DEFINITION, Category.RULE, "Object 'vehicle' cannot be deleted: it has 3 records."
        ),
        "delete_denied": DELETE_DENIED,
    },
)
_MIGRATE: Final = Facts(
    description="Changes a custom object by one action.",
    success="The action that was carried out.",
    answer=Migration,
    example={"actions": [_ACTION]},
    body=Body("application/json", MigrationRequest, {"actions": [_ACTION]}),
    failures={
        **OF_JSON,
        **_OF_DEFINITION,
        "actions_missing": _refused(
            Resource.MIGRATION_ACTIONS, Category.MISSING, "actions is missing; expected a list of exactly one action."
        ),
        "actions_invalid": _refused(Resource.MIGRATION_ACTIONS, Category.INVALID, "actions[0]: 4 is not an object."),
        "action_key_unknown": _refused(
            Resource.MIGRATION_ACTIONS, Category.UNKNOWN_FIELD, "actions[0]: unknown key 'kind'."
        ),
        "actions_count": _refused(
            Resource.MIGRATION_ACTIONS, Category.RULE, "actions has 2 actions; a migration takes exactly one."
        ),
        "field_not_found": _refused(
            Resource.MIGRATION_ACTIONS,
            Category.NOT_FOUND,
            "actions[0].field.name: object 'vehicle' has no custom field 'size__c'.",
        ),
        "target_missing": _refused(
            Resource.MIGRATION_TARGET_NAME, Category.MISSING, "actions[0].field.targetName is missing."
        ),
        "target_invalid": _refused(
            Resource.MIGRATION_TARGET_NAME,
            Category.INVALID,
            "actions[0].field.targetName: 'size' is not the API name of a custom field, which ends in __c.",
        ),
        "target_taken": _refused(
            Resource.MIGRATION_TARGET_NAME,
            Category.RULE,
            "actions[0].field.targetName: object 'vehicle' has a field 'brand__c' already.",
        ),
        "object_not_found": OBJECT_NOT_FOUND,
        "update_denied": UPDATE_DENIED,
    },
)

OPERATIONS: Final = {
    "GET_AllCustomObjectDefinitionsInNamespace": _LIST,
    "POST_CustomObjectDefinitions": _CREATE,
    "GET_CustomObjectDefinitionByType": _RETRIEVE,
    "Delete_CustomObjectDefinitionByType": _DELETE,
    "POST_UpdateCustomObjectDefinition": _MIGRATE,
}
