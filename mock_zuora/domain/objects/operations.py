"""The operations on definitions and their migrations. Each checks everything first and writes last."""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any, Final

from mock_zuora.domain import errors
from mock_zuora.domain.access.permissions import require_for, require_view
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, Relationship
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.objects.migration import ACTIONS, migrate, refuse_action
from mock_zuora.domain.tenants.tenant import Caller, Tenant

_EXPECTED: Final[Mapping[str, str]] = {
    "type": f"one of {', '.join(ACTIONS)}",
    "namespace": f"'{DEFAULT_NAMESPACE}'",
    "object": "the API name of an object",
}
"""What every action of a migration says (D)."""


def list_definitions(caller: Caller) -> list[Definition]:
    """The custom objects of the tenant, in the order of their creation. Raises ZuoraError 71012512."""
    require_view(caller.permissions)
    return [each for each in caller.tenant.store.objects.definitions() if each.namespace == DEFAULT_NAMESPACE]


def retrieve(caller: Caller, object_name: str) -> Definition:
    """One custom object. Raises ZuoraError 71012512, 71000040."""
    require_view(caller.permissions)
    return _find(caller.tenant, object_name)


def related_from(tenant: Tenant, object_name: str) -> list[tuple[str, Relationship]]:
    """The relationships in which other objects name this one: the other's name with its manyToOne relationship (D)."""
    return [
        (each.object, relationship)
        for each in tenant.store.objects.definitions()
        for relationship in each.relationships
        if (relationship.namespace, relationship.object) == (DEFAULT_NAMESPACE, object_name)
    ]


def create(caller: Caller, documents: Any) -> list[Definition]:
    """Creates custom objects, all or none, from their documents by name.

    Raises ZuoraError 71012515, 71000020, 71000022, 71000230 (it exists already), 71000040 (a relationship's object),
    and those of ``definition_from``.
    """
    require_for(caller.permissions, Operation.CREATE)
    if documents is None:
        raise ZuoraError(Resource.DEFINITION, Category.MISSING, "definitions is missing; expected definitions by name.")
    if not isinstance(documents, Mapping) or not documents:
        raise ZuoraError(
            Resource.DEFINITION,
            Category.INVALID,
            f"definitions: {quote(documents)} is not an object of definitions by name.",
        )
    tenant, by, now = caller.tenant, caller.user.id, caller.tenant.clock.now()
    made = [_checked(tenant, name, document) for name, document in documents.items()]
    for each in made:
        _check_targets(tenant, each, {other.object for other in made})
    made = [each.made(tenant.ids.uuid(), by, now) for each in made]
    for each in made:
        if tenant.store.objects.definition(DEFAULT_NAMESPACE, each.object) is None:
            tenant.store.objects.define(each)
        else:
            tenant.store.objects.redefine(each)
    return made


def _checked(tenant: Tenant, name: str, document: Any) -> Definition:
    if not isinstance(document, Mapping):
        raise ZuoraError(Resource.DEFINITION, Category.INVALID, f"definitions.{quote(name)[1:-1]} is not an object.")
    definition = definition_from(document)
    if definition.object != name:
        raise errors.object_invalid(definition.object, f"{quote(name)}, the name that the definition stands under")
    known = tenant.store.objects.definition(DEFAULT_NAMESPACE, name)
    # An object that a job created without a schema can still be given one while it is empty (M).
    if known is not None and not (known.is_open and len(tenant.store.objects.table(DEFAULT_NAMESPACE, name)) == 0):
        raise ZuoraError(
            Resource.DEFINITION_OBJECT,
            Category.RULE,
            f"object: a custom object {quote(name)} exists already; change it by a migration.",
        )
    return definition


def _check_targets(tenant: Tenant, definition: Definition, others: Set[str] = frozenset()) -> None:
    """Refuses a relationship with a custom object that neither exists nor is among the others (A)."""
    for each in definition.relationships:
        if each.namespace == DEFAULT_NAMESPACE and each.object not in {definition.object, *others}:
            _find(tenant, each.object)


def delete(caller: Caller, object_name: str) -> None:
    """Deletes a custom object without records (D).

    Raises ZuoraError 71012514, 71000040, and 71000030 for one with records, with an unfinished job (A) or with another
    object's relationship (A).
    """
    require_for(caller.permissions, Operation.DELETE)
    tenant = caller.tenant
    definition = _find(tenant, object_name)
    count = len(tenant.store.objects.table(DEFAULT_NAMESPACE, object_name))
    if count:
        raise _in_use(object_name, f"it has {count} records")
    if any((job.namespace, job.object) == (DEFAULT_NAMESPACE, object_name) for job in tenant.store.jobs.unfinished()):
        raise _in_use(object_name, "it has a bulk job that has not ended")
    others = [name for name, _ in related_from(tenant, object_name) if name != object_name]
    if others:
        raise _in_use(object_name, f"object '{others[0]}' has a relationship with it")
    tenant.store.objects.remove(definition.namespace, definition.object)
    tenant.write_logs.pop((definition.namespace, definition.object), None)


def _in_use(object_name: str, why: str) -> ZuoraError:
    return ZuoraError(
        Resource.DEFINITION,
        Category.RULE,
        f"Object {quote(object_name)} cannot be deleted: {why}; only an empty one can.",
    )


def migrate_definition(caller: Caller, actions: Any) -> Mapping[str, Any]:
    """Changes a custom object by one action, and gives the action back.

    Raises ZuoraError 71012513, 71002820, 71002822, 71002830 (actions), 71000040, and those of ``migrations.migrate``.
    """
    require_for(caller.permissions, Operation.UPDATE)
    action = _action_from(actions)
    tenant = caller.tenant
    definition = _find(tenant, action["object"])
    records = tenant.store.objects.table(DEFAULT_NAMESPACE, definition.object)
    migration = migrate(definition, action, has_records=len(records) > 0)
    _check_targets(tenant, migration.definition)
    after = replace(migration.definition, updated_by=caller.user.id, updated_at=tenant.clock.now())
    tenant.store.objects.redefine(after, migration.renamed)
    # What lists show with a read delay is the records as they were, which the old definition described.
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
        raise errors.object_not_found(object_name)
    return definition
