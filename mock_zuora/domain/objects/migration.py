"""Applies one migration action to a definition.

An object with records cannot lose a field, get a required field, or get a unique constraint (D).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote
from mock_zuora.domain.objects.definition import (
    CUSTOM_NAME,
    MAX_DESCRIPTION_LENGTH,
    MAX_LABEL_LENGTH,
    Definition,
    Relationship,
    is_custom_name,
)
from mock_zuora.domain.objects.definition_document import related_are_filterable
from mock_zuora.domain.objects.definition_rules import check_change
from mock_zuora.domain.objects.document_checks import text_from
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.objects.field_document import field_from
from mock_zuora.domain.objects.relationship_document import relationship_from

_FIELD_ACTION_KEYS: Final = frozenset(
    {"name", "definition", "required", "filterable", "unique", "auditable", "targetName"}
)
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "addField": frozenset({"field"}),
    "deleteField": frozenset({"field"}),
    "updateField": frozenset({"field"}),
    "renameField": frozenset({"field"}),
    "updateObject": frozenset({"label", "description", "enableCreateRecordAuditing", "enableDeleteRecordAuditing"}),
    "addRelationship": frozenset({"relationship"}),
    "deleteRelationship": frozenset({"relationship"}),
}
ACTIONS: Final = tuple(_KEYS)
"""The action types (D)."""
_COMMON_KEYS: Final = frozenset({"type", "namespace", "object"})


def refuse_action(message: str, category: Category = Category.INVALID) -> ZuoraError:
    """An error about a migration action."""
    return ZuoraError(Resource.MIGRATION_ACTIONS, category, message)


@dataclass(frozen=True, slots=True)
class Migration:
    """The result of an action. ``renamed`` is the old and new name of a renamed field."""

    definition: Definition
    renamed: tuple[str, str] | None = None


def migrate(definition: Definition, action: Mapping[str, Any], choices: Choices, *, has_records: bool) -> Migration:
    """Applies an action, whose ``type`` is one of the seven, to a definition.

    Raises ZuoraError 71002820, 71002821, 71002822, 71002830, 71002520, 71002522, 71002530
    (targetName), and those of ``field_from``, ``relationship_from`` and ``check_change``.
    """
    known = _KEYS[action["type"]] | _COMMON_KEYS
    for key in action:
        if key not in known:
            raise refuse_action(
                f"actions[0]: unknown key {quote(key)}; {action['type']} takes {', '.join(sorted(known))}.",
                Category.UNKNOWN_FIELD,
            )
    migration = _APPLY[action["type"]](definition, action, has_records)
    check_change(definition, migration.definition, choices)
    return migration


# Fields


def _field_of(action: Mapping[str, Any]) -> Mapping[str, Any]:
    field = action.get("field")
    if field is None:
        raise refuse_action(
            "actions[0].field is missing; expected the field that the action is about.", Category.MISSING
        )
    if not isinstance(field, Mapping):
        raise refuse_action(f"actions[0].field: {quote(field)} is not an object.")
    for key in field:
        if key not in _FIELD_ACTION_KEYS:
            raise refuse_action(f"actions[0].field: unknown key {quote(key)}.", Category.UNKNOWN_FIELD)
    if not isinstance(field.get("name"), str):
        category = Category.MISSING if field.get("name") is None else Category.INVALID
        raise refuse_action(
            f"actions[0].field.name: {quote(field.get('name'))} is not the API name of a field.", category
        )
    return field


def _existing(definition: Definition, field: Mapping[str, Any]) -> Field:
    existing = definition.fields.get(field["name"])
    if existing is None:
        raise refuse_action(
            f"actions[0].field.name: object '{definition.object}' has no custom field {quote(field['name'])}.",
            Category.UNKNOWN_FIELD,
        )
    return existing


def _flag(field: Mapping[str, Any], key: str, current: bool) -> bool:
    flag = field.get(key, current)
    if not isinstance(flag, bool):
        raise refuse_action(f"actions[0].field.{key}: {quote(flag)} is not true or false.")
    return flag


def _with_flags(field: Field, document: Mapping[str, Any], before: Field, has_records: bool) -> Field:
    changed = replace(
        field,
        required=_flag(document, "required", before.required),
        filterable=_flag(document, "filterable", before.filterable),
        unique=_flag(document, "unique", before.unique),
        is_auditable=_flag(document, "auditable", before.is_auditable),
    )
    if has_records and changed.required and not before.required:
        raise _records_forbid(f"Field [{field.name}] cannot become required")
    if has_records and changed.unique and not before.unique:
        raise _records_forbid(f"Field [{field.name}] cannot become unique")
    return changed


def _records_forbid(what: str) -> ZuoraError:
    return refuse_action(f"{what} while the object has records.", Category.RULE)


def _with_fields(definition: Definition, fields: Mapping[str, Field]) -> Definition:
    return replace(definition, fields=MappingProxyType(dict(fields)))


def _add_field(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    document = _field_of(action)
    name = document["name"]
    if name in definition.fields:
        raise refuse_action(
            f"actions[0].field.name: object '{definition.object}' has a field {quote(name)} already.", Category.RULE
        )
    if document.get("definition") is None:
        raise refuse_action("actions[0].field.definition is missing; expected the new field's.", Category.MISSING)
    field = field_from(name, document["definition"])
    added = _with_flags(field, document, Field(name=name), has_records)
    return Migration(_with_fields(definition, {**definition.fields, name: added}))


def _delete_field(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    field = _existing(definition, _field_of(action))
    if has_records:
        raise _records_forbid(f"Field [{field.name}] cannot be deleted")
    for relationship in definition.relationships:
        if field.name in relationship.fields:
            raise refuse_action(
                f"Field [{field.name}] belongs to the relationship with '{relationship.object}'; delete that first.",
                Category.RULE,
            )
    return Migration(_with_fields(definition, {k: v for k, v in definition.fields.items() if k != field.name}))


def _update_field(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    document = _field_of(action)
    before = _existing(definition, document)
    changes = document.get("definition") or {}
    if not isinstance(changes, Mapping):
        raise refuse_action(f"actions[0].field.definition: {quote(changes)} is not an object.")
    field = field_from(before.name, {**before.document, **changes})
    if field.type is not before.type:
        raise refuse_action(
            f"Field [{before.name}] is of type {before.type}, which cannot be changed to {field.type}.", Category.RULE
        )
    after = _with_flags(field, document, before, has_records)
    if not after.filterable and any(before.name in each.fields for each in definition.relationships):
        raise refuse_action(f"Field [{before.name}] belongs to a relationship, so it stays filterable.", Category.RULE)
    return Migration(_with_fields(definition, {**definition.fields, before.name: after}))


def _rename_field(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    document = _field_of(action)
    before = _existing(definition, document)
    target = document.get("targetName")
    if target is None:
        raise _refuse_target("actions[0].field.targetName is missing; expected the field's new name.", Category.MISSING)
    if not isinstance(target, str) or not is_custom_name(target):
        raise _refuse_target(
            f"actions[0].field.targetName: {quote(target)} is not valid; expected {CUSTOM_NAME}.",
            Category.INVALID,
        )
    if target in definition.fields:
        raise _refuse_target(
            f"actions[0].field.targetName: object '{definition.object}' has a field {quote(target)} already.",
            Category.RULE,
        )
    fields = {
        (target if name == before.name else name): (replace(each, name=target) if name == before.name else each)
        for name, each in definition.fields.items()
    }
    relationships = tuple(
        replace(each, fields={(target if name == before.name else name): to for name, to in each.fields.items()})
        for each in definition.relationships
    )
    renamed = replace(_with_fields(definition, fields), relationships=relationships)
    return Migration(renamed, (before.name, target))


def _refuse_target(message: str, category: Category) -> ZuoraError:
    return ZuoraError(Resource.MIGRATION_TARGET_NAME, category, message)


# The object and its relationships


def _update_object(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    changed = definition
    if action.get("label") is not None:
        changed = replace(changed, label=text_from(action, "label", "actions[0]", MAX_LABEL_LENGTH) or changed.label)
    if action.get("description") is not None:
        changed = replace(changed, description=text_from(action, "description", "actions[0]", MAX_DESCRIPTION_LENGTH))
    for key in ("enableCreateRecordAuditing", "enableDeleteRecordAuditing"):
        if key in action and not isinstance(action[key], bool):
            raise refuse_action(f"actions[0].{key}: {quote(action[key])} is not true or false.")
    return Migration(
        replace(
            changed,
            audits_creation=action.get("enableCreateRecordAuditing", changed.audits_creation),
            audits_deletion=action.get("enableDeleteRecordAuditing", changed.audits_deletion),
        )
    )


def _relationship_of(definition: Definition, action: Mapping[str, Any]) -> Relationship:
    document = action.get("relationship")
    if document is None:
        raise refuse_action("actions[0].relationship is missing.", Category.MISSING)
    return relationship_from("actions[0].relationship", document, definition.fields)


def _add_relationship(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    added = _relationship_of(definition, action)
    if any(each.is_same_as(added) for each in definition.relationships):
        raise refuse_action(f"Object '{definition.object}' has this relationship already.", Category.RULE)
    relationships = (*definition.relationships, added)
    fields = related_are_filterable(definition.fields, relationships)
    return Migration(replace(definition, fields=MappingProxyType(fields), relationships=relationships))


def _delete_relationship(definition: Definition, action: Mapping[str, Any], has_records: bool) -> Migration:
    deleted = _relationship_of(definition, action)
    remaining = tuple(each for each in definition.relationships if not each.is_same_as(deleted))
    if len(remaining) == len(definition.relationships):
        raise refuse_action(f"Object '{definition.object}' has no such relationship with '{deleted.object}'.")
    return Migration(replace(definition, relationships=remaining))


_APPLY: Final[Mapping[str, Callable[[Definition, Mapping[str, Any], bool], Migration]]] = {
    "addField": _add_field,
    "deleteField": _delete_field,
    "updateField": _update_field,
    "renameField": _rename_field,
    "updateObject": _update_object,
    "addRelationship": _add_relationship,
    "deleteRelationship": _delete_relationship,
}
