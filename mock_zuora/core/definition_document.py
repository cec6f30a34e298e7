"""A definition as the document that the API takes and gives: a JSON schema. Read with every limit of the reference.

A seed file holds the same documents, so it can hold what a tenant exported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from mock_zuora.core.definitions import (
    CUSTOM_SUFFIX,
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_NAME,
    NAMESPACES,
    SYSTEM_FIELDS,
    Definition,
    Relationship,
    is_custom_name,
    is_object_name,
)
from mock_zuora.core.errors import Category, Resource, ZuoraError, show
from mock_zuora.core.fields import DEFAULT_LONGEST_TEXT, LONGEST_TEXT, Field, FieldType, Mismatch, from_json

MOST_FIELDS: Final = 50
MOST_FILTERABLE: Final = 10
MOST_UNIQUE: Final = 5
MOST_AUDITABLE: Final = 5
MOST_OPTIONS: Final = 250
MOST_RELATIONSHIPS: Final = 2
LONGEST_FILTERABLE_TEXT: Final = 512

_DOCUMENT_KEYS: Final = frozenset(
    {
        "object", "label", "description", "type", "properties", "required", "filterable", "unique", "auditable",
        "relationships", "enableCreateRecordAuditing", "enableDeleteRecordAuditing",
    }
)  # fmt: skip
_FIELD_KEYS: Final = frozenset(
    {
        "type", "format", "label", "description", "maxLength", "enum", "multiselect", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "default", "displayName", "origin",
    }
)  # fmt: skip
_RELATIONSHIP_KEYS: Final = frozenset({"cardinality", "fields", "namespace", "object", "recordConstraints"})
MANY_TO_ONE: Final = "manyToOne"
ONE_TO_MANY: Final = "oneToMany"


def _refuse(
    message: str, category: Category = Category.INVALID, resource: Resource = Resource.DEFINITION
) -> ZuoraError:
    return ZuoraError(resource, category, message)


def definition_from(document: Mapping[str, Any]) -> Definition:
    """A definition from the JSON schema that describes it.

    Takes the inside of a POST body's ``definitions`` (``object``, ``label``, ``properties``, …), or what a list
    answers: the same as ``schema`` in an envelope of ids and dates (D: a list's answer can be posted back). Raises
    ZuoraError that names what is wrong: 71000220, 71000222 (object), 710005xx (filterable), 710000xx (the rest).
    """
    is_exported = "schema" in document
    document = document.get("schema", document)
    if not isinstance(document, Mapping):
        raise _refuse(f"schema: {show(document)} is not an object.")
    name = document.get("object")
    if name is None:
        raise _refuse(
            "object is missing; expected the API name of the object.", Category.MISSING, Resource.DEFINITION_OBJECT
        )
    if not isinstance(name, str) or not is_object_name(name):
        expected = f"an API name of 1 to {LONGEST_NAME} characters without spaces or slashes"
        raise _refuse(f"object: {show(name)} is not {expected}.", resource=Resource.DEFINITION_OBJECT)
    where = f"definition '{name}'"
    _refuse_unknown(where, document, _DOCUMENT_KEYS)
    if document.get("type", "object") != "object":
        raise _refuse(f"{where}: type {show(document['type'])} is not 'object'.")
    label = text_from(document, "label", where, LONGEST_LABEL)
    if label is None and not is_exported:
        raise _refuse(f"{where}: label is missing; expected the label of the object.", Category.MISSING)
    fields = _fields(name, document, needs_labels=not is_exported)
    relationships = _relationships(name, document, fields)
    check_limits(name, fields.values(), relationships)
    return Definition(
        object=name,
        label=label or name,
        description=text_from(document, "description", where, LONGEST_DESCRIPTION),
        fields=MappingProxyType(fields),
        relationships=relationships,
        audits_creation=_boolean(where, document, "enableCreateRecordAuditing"),
        audits_deletion=_boolean(where, document, "enableDeleteRecordAuditing"),
    )


def document_of(definition: Definition) -> dict[str, Any]:
    """The JSON schema of a definition, with its system fields, as the API's samples show it (O)."""
    own = definition.fields.values()
    document: dict[str, Any] = {"object": definition.object, "label": definition.label, "type": "object"}
    if definition.description is not None:
        document["description"] = definition.description
    document["properties"] = {
        **{each.name: {**each.document, "origin": "custom"} for each in own},
        **{each.name: _system_document(each) for each in SYSTEM_FIELDS.values()},
    }
    document["required"] = [each.name for each in own if each.required] + list(SYSTEM_FIELDS)
    document["filterable"] = [each.name for each in own if each.filterable] + list(SYSTEM_FIELDS)
    document["unique"] = [each.name for each in own if each.unique]
    document["auditable"] = [each.name for each in own if each.is_auditable]
    document["enableCreateRecordAuditing"] = definition.audits_creation
    document["enableDeleteRecordAuditing"] = definition.audits_deletion
    document["relationships"] = [relationship_document(each) for each in definition.relationships]
    return document


def _system_document(field: Field) -> dict[str, Any]:
    return {"label": field.label, "type": "string", "format": field.format, "origin": "system"}


def relationship_document(relationship: Relationship, cardinality: str = MANY_TO_ONE) -> dict[str, Any]:
    """A relationship as the API shows it."""
    return {
        "cardinality": cardinality,
        "namespace": relationship.namespace,
        "object": relationship.object,
        "fields": dict(relationship.fields),
        "recordConstraints": {"create": {"enforceValidMapping": relationship.enforces_mapping}},
    }


# The parts


def _refuse_unknown(where: str, document: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in document:
        if key not in known:
            raise _refuse(
                f"{where}: unknown key {show(key)}; expected {', '.join(sorted(known))}.", Category.UNKNOWN_FIELD
            )


def text_from(document: Mapping[str, Any], key: str, where: str, longest: int) -> str | None:
    """A text of a document; None if it is not there. Raises ZuoraError 71000020."""
    text = document.get(key)
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > longest:
        raise _refuse(f"{where}: {key} must be a string of at most {longest} characters, not {show(text)}.")
    return text


def _boolean(where: str, document: Mapping[str, Any], key: str) -> bool:
    flag = document.get(key, False)
    if not isinstance(flag, bool):
        raise _refuse(f"{where}: {key} {show(flag)} is not true or false.")
    return flag


def _fields(name: str, document: Mapping[str, Any], *, needs_labels: bool) -> dict[str, Field]:
    properties = document.get("properties", {})
    if not isinstance(properties, Mapping):
        raise _refuse(f"properties of '{name}': {show(properties)} is not an object of fields by name.")
    fields = {key: field_from(key, value) for key, value in properties.items() if key not in SYSTEM_FIELDS}
    for each in fields.values():
        if needs_labels and each.label is None:
            raise _refuse(f"Field [{each.name}] of '{name}': label is missing.", Category.MISSING)
    for key in _names(document, "required", name, fields):
        fields[key] = replace(fields[key], required=True)
    for key in _names(document, "filterable", name, fields):
        fields[key] = replace(fields[key], filterable=True)
    for key in _names(document, "unique", name, fields):
        fields[key] = replace(fields[key], unique=True)
    for key in _names(document, "auditable", name, fields):
        fields[key] = replace(fields[key], is_auditable=True)
    return fields


def _names(document: Mapping[str, Any], key: str, name: str, fields: Mapping[str, Field]) -> list[str]:
    resource = Resource.DEFINITION_FILTERABLE if key == "filterable" else Resource.DEFINITION
    names = document.get(key, [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _refuse(f"{key} of '{name}': {show(names)} is not a list of field names.", resource=resource)
    for each in names:
        if each not in fields and each not in SYSTEM_FIELDS:
            raise _refuse(f"{key} of '{name}': the object has no field {show(each)}.", Category.UNKNOWN_FIELD, resource)
    return [each for each in names if each in fields]


def check_limits(name: str, fields: Iterable[Field], relationships: tuple[Relationship, ...] = ()) -> None:
    """Refuses an object with more of something than it can have (D). Raises ZuoraError 71000030, 71000530."""
    fields = list(fields)
    counted = (
        ("custom", len(fields), MOST_FIELDS, Resource.DEFINITION),
        ("filterable", sum(each.filterable for each in fields), MOST_FILTERABLE, Resource.DEFINITION_FILTERABLE),
        ("unique", sum(each.unique for each in fields), MOST_UNIQUE, Resource.DEFINITION),
        ("auditable", sum(each.is_auditable for each in fields), MOST_AUDITABLE, Resource.DEFINITION),
    )
    for what, count, most, resource in counted:
        if count > most:
            raise _refuse(
                f"Object '{name}' has {count} {what} fields; at most {most} are possible.", Category.RULE, resource
            )
    if len(relationships) > MOST_RELATIONSHIPS:
        raise _refuse(
            f"Object '{name}' has {len(relationships)} manyToOne relationships; at most {MOST_RELATIONSHIPS}.",
            Category.RULE,
        )
    for each in fields:
        _check_flags(name, each)


def _check_flags(name: str, field: Field) -> None:
    if field.unique and not field.filterable:
        raise _refuse(f"Field [{field.name}] of '{name}' is unique, so it must be filterable too.", Category.RULE)
    has_length = field.type in (FieldType.TEXT, FieldType.URL)
    if field.filterable and has_length and field.max_length > LONGEST_FILTERABLE_TEXT:
        raise _refuse(
            f"Field [{field.name}] of '{name}' is filterable, so its maxLength can be at most "
            f"{LONGEST_FILTERABLE_TEXT}, not {field.max_length}.",
            Category.RULE,
            Resource.DEFINITION_FILTERABLE,
        )


# A field


def field_from(name: str, document: Any) -> Field:
    """A custom field from its part of the schema. Raises ZuoraError 710000xx."""
    where = f"Field [{show(name)[1:-1]}]"
    if not isinstance(name, str) or not is_custom_name(name):
        raise _refuse(
            f"{where}: expected the API name of a custom field, which ends in {CUSTOM_SUFFIX} and has at most "
            f"{LONGEST_NAME} characters."
        )
    if not isinstance(document, Mapping):
        raise _refuse(f"{where}: {show(document)} is not an object.")
    _refuse_unknown(where, document, _FIELD_KEYS)
    type = _type_of(where, document)
    _check_display_name(where, document, type)
    made = Field(
        name=name,
        type=type,
        label=text_from(document, "label", where, LONGEST_LABEL),
        description=text_from(document, "description", where, LONGEST_DESCRIPTION),
        format=text_from(document, "format", where, LONGEST_LABEL),
        max_length=_max_length(where, document),
        options=_options(where, document),
        minimum=_bound(where, document, "minimum"),
        maximum=_bound(where, document, "maximum"),
        exclusive_minimum=_bound(where, document, "exclusiveMinimum"),
        exclusive_maximum=_bound(where, document, "exclusiveMaximum"),
        document=_kept(document, type),
    )
    return _with_default(made, document.get("default"))


def _kept(document: Mapping[str, Any], type: FieldType) -> Mapping[str, Any]:
    """What the API shows of the field later: what was said, and a text's maxLength even if it was not (O)."""
    kept = {key: value for key, value in document.items() if key != "origin" and value is not None}
    if type in (FieldType.TEXT, FieldType.PICKLIST, FieldType.MULTISELECT):
        kept.setdefault("maxLength", DEFAULT_LONGEST_TEXT)
    return MappingProxyType(kept)


def _type_of(where: str, document: Mapping[str, Any]) -> FieldType:
    type, format = document.get("type"), document.get("format")
    if type is None:
        raise _refuse(f"{where}: type is missing; expected string, integer, number or boolean.", Category.MISSING)
    if type in ("integer", "number", "boolean"):
        return FieldType(type)
    if type != "string":
        raise _refuse(f"{where}: type {show(type)} is not one of string, integer, number, boolean.")
    is_multiselect = _boolean(where, document, "multiselect")
    if document.get("enum") is not None:
        return FieldType.MULTISELECT if is_multiselect else FieldType.PICKLIST
    formats = {"url": FieldType.URL, "date": FieldType.DATE, "date-time": FieldType.DATETIME, "uuid": FieldType.UUID}
    # (I) A format that the reference does not list ("email" stands in one of its samples) is text.
    return formats.get(format, FieldType.TEXT) if isinstance(format, str) else FieldType.TEXT


def _check_display_name(where: str, document: Mapping[str, Any], type: FieldType) -> None:
    if _boolean(where, document, "displayName") and type not in (FieldType.TEXT, FieldType.URL):
        raise _refuse(f"{where}: displayName applies to text fields only, not to {type}.", Category.RULE)


def _max_length(where: str, document: Mapping[str, Any]) -> int:
    length = document.get("maxLength", DEFAULT_LONGEST_TEXT)
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= LONGEST_TEXT:
        raise _refuse(f"{where}: maxLength {show(length)} is not an integer from 1 to {LONGEST_TEXT}.")
    return length


def _options(where: str, document: Mapping[str, Any]) -> tuple[str, ...]:
    options = document.get("enum")
    if options is None:
        return ()
    if not isinstance(options, list) or not all(isinstance(each, str) and each for each in options):
        raise _refuse(f"{where}: enum {show(options)} is not a list of non-empty strings.")
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise _refuse(f"{where}: enum has {len(options)} options; expected 1 to {MOST_OPTIONS}.", Category.RULE)
    return tuple(options)


def _bound(where: str, document: Mapping[str, Any], key: str) -> int | float | None:
    bound = document.get(key)
    if bound is None:
        return None
    if isinstance(bound, bool) or not isinstance(bound, int | float):
        raise _refuse(f"{where}: {key} {show(bound)} is not a number.")
    return bound


def _with_default(made: Field, default: Any) -> Field:
    if default is None:
        return made
    try:
        return replace(made, default=from_json(made, default))
    except Mismatch as mismatch:
        raise _refuse(f"default: {mismatch.message}", mismatch.category) from None


# A relationship


def _relationships(name: str, document: Mapping[str, Any], fields: Mapping[str, Field]) -> tuple[Relationship, ...]:
    documents = document.get("relationships", [])
    if not isinstance(documents, list):
        raise _refuse(f"relationships of '{name}': {show(documents)} is not a list.")
    # The oneToMany side is implied by the other object's manyToOne (D); an exported definition may show it.
    return tuple(
        relationship_from(f"relationships[{at}] of '{name}'", each, fields)
        for at, each in enumerate(documents)
        if not (isinstance(each, Mapping) and each.get("cardinality") == ONE_TO_MANY)
    )


def relationship_from(where: str, document: Any, fields: Mapping[str, Field]) -> Relationship:
    """A manyToOne relationship of an object with those fields. Raises ZuoraError 710000xx, 71000120."""
    if not isinstance(document, Mapping):
        raise _refuse(f"{where}: {show(document)} is not an object.")
    _refuse_unknown(where, document, _RELATIONSHIP_KEYS)
    if document.get("cardinality", MANY_TO_ONE) != MANY_TO_ONE:
        raise _refuse(f"{where}: cardinality {show(document['cardinality'])} is not '{MANY_TO_ONE}'.")
    for key in ("namespace", "object", "fields"):
        if document.get(key) is None:
            raise _refuse(f"{where}: {key} is missing.", Category.MISSING)
    namespace, target, mapping = document["namespace"], document["object"], document["fields"]
    if namespace not in NAMESPACES:
        expected = " or ".join(NAMESPACES)
        raise _refuse(
            f"{where}: namespace {show(namespace)} is not {expected}.", resource=Resource.DEFINITION_NAMESPACE
        )
    if not isinstance(target, str) or not is_object_name(target):
        raise _refuse(f"{where}: object {show(target)} is not the API name of an object.")
    if not isinstance(mapping, Mapping) or len(mapping) != 1 or not all(isinstance(to, str) for to in mapping.values()):
        raise _refuse(f"{where}: fields {show(mapping)} is not one field of this object with the field that it names.")
    for name in mapping:
        if name not in fields:
            raise _refuse(f"{where}: the object has no custom field {show(name)}.", Category.UNKNOWN_FIELD)
    return Relationship(
        namespace=namespace, object=target, fields=dict(mapping), enforces_mapping=_enforces_mapping(where, document)
    )


def _enforces_mapping(where: str, document: Mapping[str, Any]) -> bool:
    place: Any = document.get("recordConstraints", {})
    for key in ("create", "enforceValidMapping"):
        if not isinstance(place, Mapping):
            raise _refuse(
                f"{where}: recordConstraints {show(document['recordConstraints'])} is not of the documented form."
            )
        place = place.get(key, True if key == "enforceValidMapping" else {})
    if not isinstance(place, bool):
        raise _refuse(f"{where}: enforceValidMapping {show(place)} is not true or false.")
    return place
