"""Parses a definition from its JSON schema, and formats it as one.

Seed files hold the same documents, so that they can hold the export of a tenant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from mock_zuora.domain.errors import Category, Resource, quote
from mock_zuora.domain.objects.definition import (
    MAX_DESCRIPTION_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_NAME_LENGTH,
    SYSTEM_FIELDS,
    Definition,
    Relationship,
    is_object_name,
)
from mock_zuora.domain.objects.definition_rules import check_change
from mock_zuora.domain.objects.document_checks import flag_from, refuse, refuse_unknown, text_from
from mock_zuora.domain.objects.field import DEFAULT_MAX_LENGTH, Field, FieldType
from mock_zuora.domain.objects.field_document import field_from
from mock_zuora.domain.objects.relationship_document import ONE_TO_MANY, relationship_document, relationship_from

UNDOCUMENTED_KEYS: Final = ("title", "enableRecordMigration")
"""Keys that exports of the UI have and the reference does not document. They are accepted and have no effect (M)."""
_DOCUMENT_KEYS: Final = frozenset(
    {
        "object", "label", "description", "type", "properties", "required", "filterable", "unique", "auditable",
        "relationships", "enableCreateRecordAuditing", "enableDeleteRecordAuditing", *UNDOCUMENTED_KEYS,
    }
)  # fmt: skip

_MAX_PROPERTIES: Final = 1_000
_FILTERABLE_SYSTEM_FIELDS: Final = tuple(each.name for each in SYSTEM_FIELDS.values() if each.filterable)


def definition_from(document: Mapping[str, Any]) -> Definition:
    """Parses a definition from its JSON schema.

    Accepts one of the ``definitions`` of a POST body (``object``, ``label``, ``properties``, …), and one of a list
    response, which has the same under ``schema`` (D: a list response can be posted back). Checks the rules that no
    assumption decides; ``definition_rules.check_new`` checks all. Raises ZuoraError 71000220, 71000222 (object),
    710005xx (filterable) and 710000xx (everything else).
    """
    is_exported = "schema" in document
    document = document.get("schema", document)
    if not isinstance(document, Mapping):
        raise refuse(f"schema: {quote(document)} is not an object.")
    name = _name_of(document)
    where = f"definition '{name}'"
    refuse_unknown(where, document, _DOCUMENT_KEYS)
    if document.get("type", "object") != "object":
        raise refuse(f"{where}: type {quote(document['type'])} is not 'object'.")
    label = text_from(document, "label", where, MAX_LABEL_LENGTH)
    if label is None and not is_exported:
        raise refuse(f"{where}: label is missing; expected the label of the object.", Category.MISSING)
    _check_undocumented(where, document)
    fields = _fields(name, document, is_exported=is_exported)
    relationships = _relationships(name, document, fields, is_exported=is_exported)
    fields = related_are_filterable(fields, relationships)
    definition = Definition(
        object=name,
        label=label or name,
        description=text_from(document, "description", where, MAX_DESCRIPTION_LENGTH),
        fields=MappingProxyType(fields),
        relationships=relationships,
        audits_creation=flag_from(where, document, "enableCreateRecordAuditing"),
        audits_deletion=flag_from(where, document, "enableDeleteRecordAuditing"),
    )
    check_change(Definition(object=name), definition, None)
    return definition


def definitions_by_name(definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Documents by name, each with the name of its object where it has none, as a POST needs them (M)."""
    return {name: _with_name(document, name) for name, document in definitions.items()}


def _with_name(document: Any, name: str) -> Any:
    has_name = not isinstance(document, Mapping) or "object" in document or "schema" in document
    return document if has_name else {"object": name, **document}


def _name_of(document: Mapping[str, Any]) -> str:
    name = document.get("object")
    if name is None:
        raise refuse(
            "object is missing; expected the API name of the object.", Category.MISSING, Resource.DEFINITION_OBJECT
        )
    if not isinstance(name, str) or not is_object_name(name):
        expected = f"an API name of 1 to {MAX_NAME_LENGTH} characters without spaces or slashes"
        raise refuse(f"object: {quote(name)} is not {expected}.", resource=Resource.DEFINITION_OBJECT)
    return name


def undocumented_keys(document: Any) -> list[str]:
    """The keys of a definition's document that the reference does not document."""
    document = document.get("schema", document) if isinstance(document, Mapping) else document
    return [key for key in UNDOCUMENTED_KEYS if key in document] if isinstance(document, Mapping) else []


def _check_undocumented(where: str, document: Mapping[str, Any]) -> None:
    text_from(document, "title", where, MAX_DESCRIPTION_LENGTH)
    if document.get("enableRecordMigration") is not None:
        flag_from(where, document, "enableRecordMigration")


def document_of(
    definition: Definition,
    filterable_system_fields: Iterable[str] = _FILTERABLE_SYSTEM_FIELDS,
    related_from: Iterable[tuple[str, Relationship]] = (),
) -> dict[str, Any]:
    """Formats a definition with its system fields as a JSON schema, like the samples of the API (O).

    ``related_from`` are relationships of other objects with this one, each with the name of the object that defines it.
    The document shows their oneToMany side (O).
    """
    custom = definition.fields.values()
    document: dict[str, Any] = {"object": definition.object, "label": definition.label, "type": "object"}
    if definition.description is not None:
        document["description"] = definition.description
    document["properties"] = {
        **{each.name: _custom_document(each) for each in custom},
        **{each.name: _system_document(each) for each in SYSTEM_FIELDS.values()},
    }
    document["required"] = [each.name for each in custom if each.required] + list(SYSTEM_FIELDS)
    document["filterable"] = [each.name for each in custom if each.filterable] + list(filterable_system_fields)
    document["unique"] = [each.name for each in custom if each.unique]
    document["auditable"] = [each.name for each in custom if each.is_auditable]
    document["enableCreateRecordAuditing"] = definition.audits_creation
    document["enableDeleteRecordAuditing"] = definition.audits_deletion
    document["relationships"] = [
        *(relationship_document(each) for each in definition.relationships),
        *(relationship_document(_mirrored(each, name), ONE_TO_MANY) for name, each in related_from),
    ]
    return document


def _mirrored(relationship: Relationship, name: str) -> Relationship:
    """A relationship of the object with that name, as the related object sees it."""
    fields = {theirs: ours for ours, theirs in relationship.fields.items()}
    return replace(relationship, object=name, fields=fields)


def _custom_document(field: Field) -> dict[str, Any]:
    """The document of a field. It shows the maxLength of text fields even if it was omitted (O)."""
    has_length = field.type in (FieldType.TEXT, FieldType.URL, FieldType.PICKLIST, FieldType.MULTISELECT)
    return {**field.document, **({"maxLength": field.max_length} if has_length else {}), "origin": "custom"}


def _system_document(field: Field) -> dict[str, Any]:
    return {"label": field.label, "type": "string", "format": field.format, "origin": "system"}


# Parts of the document


def _fields(name: str, document: Mapping[str, Any], *, is_exported: bool) -> dict[str, Field]:
    properties = document.get("properties", {})
    if not isinstance(properties, Mapping):
        raise refuse(f"properties of '{name}': {quote(properties)} is not an object of fields by name.")
    if len(properties) > _MAX_PROPERTIES:
        # Refused before each of them is checked. Definitions in seed files can have more fields than others.
        raise refuse(f"Object '{name}' has {len(properties)} fields; at most 50 are possible.", Category.RULE)
    fields = {
        key: field_from(key, _as_sent(value) if is_exported else value)
        for key, value in properties.items()
        if not _is_system(key, value)
    }
    for each in fields.values():
        if not is_exported and each.label is None:
            raise refuse(f"Field [{each.name}] of '{name}': label is missing.", Category.MISSING)
    for key in _names(document, "required", name, fields):
        fields[key] = replace(fields[key], required=True)
    for key in _names(document, "filterable", name, fields):
        fields[key] = replace(fields[key], filterable=True)
    for key in _names(document, "unique", name, fields):
        fields[key] = replace(fields[key], unique=True)
    for key in _names(document, "auditable", name, fields):
        fields[key] = replace(fields[key], is_auditable=True)
    return fields


def _as_sent(document: Any) -> Any:
    """A field of an exported definition without the maxLength that exports show for fields which were sent without."""
    if isinstance(document, Mapping) and document.get("maxLength") == DEFAULT_MAX_LENGTH:
        return {key: value for key, value in document.items() if key != "maxLength"}
    return document


def _is_system(name: str, document: Any) -> bool:
    """Whether this is a system field of an exported definition. Clients cannot define system fields (A)."""
    return name in SYSTEM_FIELDS and isinstance(document, Mapping) and document.get("origin") == "system"


def related_are_filterable(fields: Mapping[str, Field], relationships: Iterable[Relationship]) -> dict[str, Field]:
    """The fields, with every field of a relationship made filterable (O)."""
    related = {name for each in relationships for name in each.fields}
    return {name: replace(each, filterable=True) if name in related else each for name, each in fields.items()}


def _names(document: Mapping[str, Any], key: str, name: str, fields: Mapping[str, Field]) -> list[str]:
    resource = Resource.DEFINITION_FILTERABLE if key == "filterable" else Resource.DEFINITION
    names = document.get(key, [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise refuse(f"{key} of '{name}': {quote(names)} is not a list of field names.", resource=resource)
    for each in names:
        if each not in fields and each not in SYSTEM_FIELDS:
            raise refuse(f"{key} of '{name}': the object has no field {quote(each)}.", Category.UNKNOWN_FIELD, resource)
    return [each for each in names if each in fields]


def _relationships(
    name: str, document: Mapping[str, Any], fields: Mapping[str, Field], *, is_exported: bool
) -> tuple[Relationship, ...]:
    documents = document.get("relationships", [])
    if not isinstance(documents, list):
        raise refuse(f"relationships of '{name}': {quote(documents)} is not a list.")
    # Exported definitions can show the oneToMany side, which follows from the manyToOne of the other object (D).
    return tuple(
        relationship_from(f"relationships[{index}] of '{name}'", each, fields)
        for index, each in enumerate(documents)
        if not (isinstance(each, Mapping) and each.get("cardinality") == ONE_TO_MANY)
        and not (is_exported and _is_of_system_field(each))
    )


def _is_of_system_field(relationship: Any) -> bool:
    """Whether this is a relationship of a system field with users, which exports of Zuora show (O)."""
    mapping = relationship.get("fields") if isinstance(relationship, Mapping) else None
    return isinstance(mapping, Mapping) and bool(mapping) and mapping.keys() <= SYSTEM_FIELDS.keys()
