"""The operations on definitions. Each checks the whole request before it changes anything."""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any, Final

from mock_zuora.domain import limits, refusals
from mock_zuora.domain.access.permissions import require_permission, require_view_permission
from mock_zuora.domain.errors import Category, Resource, ZuoraError, counted, quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, Relationship
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.objects.definition_rules import check_new
from mock_zuora.domain.objects.field_document import check_defaults
from mock_zuora.domain.objects.migration import ACTIONS, migrate, refuse_action
from mock_zuora.domain.tenants.tenant import Caller, Tenant

_EXPECTED: Final[Mapping[str, str]] = {
    "type": f"one of {', '.join(ACTIONS)}",
    "namespace": f"'{DEFAULT_NAMESPACE}'",
    "object": "the API name of an object",
}
"""The required keys of every action (D), with what messages expect."""


def list_definitions(caller: Caller) -> list[Definition]:
    """Lists the custom objects of the tenant in order of creation. Raises ZuoraError 71012512."""
    require_view_permission(caller.permissions)
    return [each for each in caller.tenant.store.objects.definitions() if each.namespace == DEFAULT_NAMESPACE]


def retrieve(caller: Caller, object_name: str) -> Definition:
    """Returns one custom object. Raises ZuoraError 71012512, 71000040."""
    require_view_permission(caller.permissions)
    return _find(caller.tenant, object_name)


def related_from(tenant: Tenant, object_name: str) -> list[tuple[str, Relationship]]:
    """The manyToOne relationships with this object, each with the name of the object that defines it (D)."""
    return all_related(tenant).get(object_name, [])


def all_related(tenant: Tenant) -> dict[str, list[tuple[str, Relationship]]]:
    """The manyToOne relationships with each object that has any."""
    related: dict[str, list[tuple[str, Relationship]]] = {}
    for each in tenant.store.objects.definitions():
        for relationship in each.relationships:
            if relationship.namespace == DEFAULT_NAMESPACE:
                related.setdefault(relationship.object, []).append((each.object, relationship))
    return related


def create(caller: Caller, documents: Any) -> list[Definition]:
    """Creates all of the custom objects, given as documents by name, or none.

    Raises ZuoraError 71012515, 71000020, 71000022, 71000230 (exists already), 71000040 (related object), and those of
    ``definition_from`` and ``check_new``.
    """
    require_permission(caller.permissions, Operation.CREATE)
    if documents is None:
        raise ZuoraError(Resource.DEFINITION, Category.MISSING, "definitions is missing; expected definitions by name.")
    if not isinstance(documents, Mapping) or not documents:
        raise ZuoraError(
            Resource.DEFINITION,
            Category.INVALID,
            f"definitions: {quote(documents)} is not an object of definitions by name.",
        )
    if len(documents) > limits.MAX_DEFINITIONS_OF_REQUEST:
        raise ZuoraError(
            Resource.DEFINITION,
            Category.RULE,
            f"definitions has {len(documents)} definitions; expected at most {limits.MAX_DEFINITIONS_OF_REQUEST}.",
        )
    tenant, now = caller.tenant, caller.tenant.clock.now()
    checked = [_checked(caller, name, document) for name, document in documents.items()]
    for each in checked:
        check_new(each, caller.choices)
    for each in checked:
        _check_targets(tenant, each, {other.object for other in checked})
    created = [each.stamped(tenant.ids.uuid(), caller.user.id, now) for each in checked]
    for each in created:
        if tenant.store.objects.definition(DEFAULT_NAMESPACE, each.object) is None:
            tenant.store.objects.define(each)
        else:
            tenant.store.objects.redefine(each)
    return created


def _checked(caller: Caller, name: str, document: Any) -> Definition:
    if not isinstance(document, Mapping):
        raise ZuoraError(Resource.DEFINITION, Category.INVALID, f"definitions.{quote(name)[1:-1]} is not an object.")
    definition = definition_from(document)
    check_defaults(definition.fields.values(), caller.choices)
    if definition.object != name:
        raise refusals.object_invalid(definition.object, f"{quote(name)}, the key of the definition")
    tenant = caller.tenant
    existing = tenant.store.objects.definition(DEFAULT_NAMESPACE, name)
    # An object that a job created without a schema can be defined while it is empty (M).
    if existing is not None and not (
        existing.is_open and len(tenant.store.objects.table(DEFAULT_NAMESPACE, name)) == 0
    ):
        raise ZuoraError(
            Resource.DEFINITION_OBJECT,
            Category.RULE,
            f"object: a custom object {quote(name)} exists already; change it by a migration.",
        )
    return definition


def _check_targets(tenant: Tenant, definition: Definition, others: Set[str] = frozenset()) -> None:
    """Checks that every related custom object exists or is created by the same request (A)."""
    for each in definition.relationships:
        if each.namespace == DEFAULT_NAMESPACE and each.object not in {definition.object, *others}:
            _find(tenant, each.object)


def delete(caller: Caller, object_name: str) -> None:
    """Deletes a custom object without records (D).

    Raises ZuoraError 71012514, 71000040, and 71000030 for an object that has records, an unfinished job (A), or a
    relationship of another object with it (A).
    """
    require_permission(caller.permissions, Operation.DELETE)
    tenant = caller.tenant
    definition = _find(tenant, object_name)
    count = len(tenant.store.objects.table(DEFAULT_NAMESPACE, object_name))
    if count:
        raise _in_use(object_name, f"it has {counted(count, 'record')}")
    if any((job.namespace, job.object) == (DEFAULT_NAMESPACE, object_name) for job in tenant.store.jobs.unfinished()):
        raise _in_use(object_name, "it has a bulk job that has not ended")
    others = [name for name, _ in related_from(tenant, object_name) if name != object_name]
    if others:
        raise _in_use(object_name, f"object '{others[0]}' has a relationship with it")
    tenant.store.objects.remove(definition.namespace, definition.object)
    tenant.write_logs.pop((definition.namespace, definition.object), None)


def _in_use(object_name: str, reason: str) -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION,
        Category.RULE,
        f"Object {quote(object_name)} cannot be deleted: {reason}; only an empty one can.",
    )


def migrate_definition(caller: Caller, actions: Any) -> Mapping[str, Any]:
    """Changes a custom object by one action, and returns the action.

    Raises ZuoraError 71012513, 71002820, 71002822, 71002830 (actions), 71000040, and those of ``migrate``.
    """
    require_permission(caller.permissions, Operation.UPDATE)
    action = _action_from(actions)
    tenant = caller.tenant
    definition = _find(tenant, action["object"])
    records = tenant.store.objects.table(DEFAULT_NAMESPACE, definition.object)
    migration = migrate(definition, action, caller.choices, has_records=len(records) > 0)
    _check_targets(tenant, migration.definition)
    check_defaults(migration.definition.fields.values(), caller.choices, definition.fields)
    after = replace(migration.definition, updated_by=caller.user.id, updated_at=tenant.clock.now())
    tenant.store.objects.redefine(after, migration.renamed)
    # The old records that a read delay would show do not fit the new definition.
    tenant.write_logs.pop((definition.namespace, definition.object), None)
    return action


def _action_from(actions: Any) -> Mapping[str, Any]:
    if actions is None:
        raise refuse_action("actions is missing; expected a list of exactly one action.", Category.MISSING)
    if not isinstance(actions, list):
        raise refuse_action(f"actions: {quote(actions)} is not a list of exactly one action.")
    if len(actions) != 1:
        raise refuse_action(f"actions has {len(actions)} actions; a migration takes exactly one.", Category.RULE)
    action = actions[0]
    if not isinstance(action, Mapping):
        raise refuse_action(f"actions[0]: {quote(action)} is not an object.")
    for key in _EXPECTED:
        if action.get(key) is None:
            raise refuse_action(f"actions[0].{key} is missing; expected {_EXPECTED[key]}.", Category.MISSING)
    if action["type"] not in ACTIONS:
        raise refuse_action(f"actions[0].type: {quote(action['type'])} is not one of {', '.join(ACTIONS)}.")
    if action["namespace"] != DEFAULT_NAMESPACE:
        raise refuse_action(f"actions[0].namespace: {quote(action['namespace'])} is not '{DEFAULT_NAMESPACE}'.")
    if not isinstance(action["object"], str):
        raise refuse_action(f"actions[0].object: {quote(action['object'])} is not the API name of an object.")
    return action


def _find(tenant: Tenant, object_name: str) -> Definition:
    definition = tenant.store.objects.definition(DEFAULT_NAMESPACE, object_name)
    if definition is None:
        raise refusals.object_not_found(object_name)
    return definition
