"""Parses a definition from its JSON schema, with every limit of the reference, and formats it as one.

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
from mock_zuora.domain.objects.document_checks import flag_from, refuse, refuse_unknown, text_from
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.objects.field_document import field_from
from mock_zuora.domain.objects.relationship_document import ONE_TO_MANY, relationship_document, relationship_from

MAX_FIELDS: Final = 50
MAX_FILTERABLE_FIELDS: Final = 10
MAX_UNIQUE_FIELDS: Final = 5
MAX_AUDITABLE_FIELDS: Final = 5
MAX_RELATIONSHIPS: Final = 2
MAX_FILTERABLE_TEXT_LENGTH: Final = 512

_DOCUMENT_KEYS: Final = frozenset(
    {
        "object", "label", "description", "type", "properties", "required", "filterable", "unique", "auditable",
        "relationships", "enableCreateRecordAuditing", "enableDeleteRecordAuditing",
    }
)  # fmt: skip


def definition_from(document: Mapping[str, Any]) -> Definition:
    """Parses a definition from its JSON schema.

    Accepts one of the ``definitions`` of a POST body (``object``, ``label``, ``properties``, …), and one of a list
    response, which has the same under ``schema`` (D: a list response can be posted back). Raises ZuoraError 71000220,
    71000222 (object), 710005xx (filterable) and 710000xx (everything else).
    """
    is_exported = "schema" in document
    document = document.get("schema", document)
    if not isinstance(document, Mapping):
        raise refuse(f"schema: {quote(document)} is not an object.")
    name = document.get("object")
    if name is None:
        raise refuse(
            "object is missing; expected the API name of the object.", Category.MISSING, Resource.DEFINITION_OBJECT
        )
    if not isinstance(name, str) or not is_object_name(name):
        expected = f"an API name of 1 to {MAX_NAME_LENGTH} characters without spaces or slashes"
        raise refuse(f"object: {quote(name)} is not {expected}.", resource=Resource.DEFINITION_OBJECT)
    where = f"definition '{name}'"
    refuse_unknown(where, document, _DOCUMENT_KEYS)
    if document.get("type", "object") != "object":
        raise refuse(f"{where}: type {quote(document['type'])} is not 'object'.")
    label = text_from(document, "label", where, MAX_LABEL_LENGTH)
    if label is None and not is_exported:
        raise refuse(f"{where}: label is missing; expected the label of the object.", Category.MISSING)
    fields = _fields(name, document, needs_labels=not is_exported)
    relationships = _relationships(name, document, fields)
    fields = related_are_filterable(fields, relationships)
    check_limits(name, fields.values(), relationships)
    return Definition(
        object=name,
        label=label or name,
        description=text_from(document, "description", where, MAX_DESCRIPTION_LENGTH),
        fields=MappingProxyType(fields),
        relationships=relationships,
        audits_creation=flag_from(where, document, "enableCreateRecordAuditing"),
        audits_deletion=flag_from(where, document, "enableDeleteRecordAuditing"),
    )


def document_of(definition: Definition) -> dict[str, Any]:
    """Formats a definition with its system fields as a JSON schema, like the samples of the API (O)."""
    custom = definition.fields.values()
    document: dict[str, Any] = {"object": definition.object, "label": definition.label, "type": "object"}
    if definition.description is not None:
        document["description"] = definition.description
    document["properties"] = {
        **{each.name: {**each.document, "origin": "custom"} for each in custom},
        **{each.name: _system_document(each) for each in SYSTEM_FIELDS.values()},
    }
    document["required"] = [each.name for each in custom if each.required] + list(SYSTEM_FIELDS)
    document["filterable"] = [each.name for each in custom if each.filterable] + list(SYSTEM_FIELDS)
    document["unique"] = [each.name for each in custom if each.unique]
    document["auditable"] = [each.name for each in custom if each.is_auditable]
    document["enableCreateRecordAuditing"] = definition.audits_creation
    document["enableDeleteRecordAuditing"] = definition.audits_deletion
    document["relationships"] = [relationship_document(each) for each in definition.relationships]
    return document


def _system_document(field: Field) -> dict[str, Any]:
    return {"label": field.label, "type": "string", "format": field.format, "origin": "system"}


# Parts of the document


def _fields(name: str, document: Mapping[str, Any], *, needs_labels: bool) -> dict[str, Field]:
    properties = document.get("properties", {})
    if not isinstance(properties, Mapping):
        raise refuse(f"properties of '{name}': {quote(properties)} is not an object of fields by name.")
    fields = {key: field_from(key, value) for key, value in properties.items() if not _is_system(key, value)}
    for each in fields.values():
        if needs_labels and each.label is None:
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


def check_limits(name: str, fields: Iterable[Field], relationships: tuple[Relationship, ...] = ()) -> None:
    """Checks the maximum numbers of fields and relationships (D). Raises ZuoraError 71000030, 71000530."""
    fields = list(fields)
    counted = (
        ("custom", len(fields), MAX_FIELDS, Resource.DEFINITION),
        ("filterable", sum(each.filterable for each in fields), MAX_FILTERABLE_FIELDS, Resource.DEFINITION_FILTERABLE),
        ("unique", sum(each.unique for each in fields), MAX_UNIQUE_FIELDS, Resource.DEFINITION),
        ("auditable", sum(each.is_auditable for each in fields), MAX_AUDITABLE_FIELDS, Resource.DEFINITION),
    )
    for kind, count, maximum, resource in counted:
        if count > maximum:
            raise refuse(
                f"Object '{name}' has {count} {kind} fields; at most {maximum} are possible.", Category.RULE, resource
            )
    if len(relationships) > MAX_RELATIONSHIPS:
        raise refuse(
            f"Object '{name}' has {len(relationships)} manyToOne relationships; at most {MAX_RELATIONSHIPS}.",
            Category.RULE,
        )
    for each in fields:
        _check_flags(name, each)


def _check_flags(name: str, field: Field) -> None:
    if field.unique and not field.filterable:
        raise refuse(f"Field [{field.name}] of '{name}' is unique, so it must be filterable too.", Category.RULE)
    has_length = field.type in (FieldType.TEXT, FieldType.URL)
    if field.filterable and has_length and field.max_length > MAX_FILTERABLE_TEXT_LENGTH:
        raise refuse(
            f"Field [{field.name}] of '{name}' is filterable, so its maxLength can be at most "
            f"{MAX_FILTERABLE_TEXT_LENGTH}, not {field.max_length}.",
            Category.RULE,
            Resource.DEFINITION_FILTERABLE,
        )


def _relationships(name: str, document: Mapping[str, Any], fields: Mapping[str, Field]) -> tuple[Relationship, ...]:
    documents = document.get("relationships", [])
    if not isinstance(documents, list):
        raise refuse(f"relationships of '{name}': {quote(documents)} is not a list.")
    # Exported definitions can show the oneToMany side, which follows from the manyToOne of the other object (D).
    return tuple(
        relationship_from(f"relationships[{index}] of '{name}'", each, fields)
        for index, each in enumerate(documents)
        if not (isinstance(each, Mapping) and each.get("cardinality") == ONE_TO_MANY)
    )
