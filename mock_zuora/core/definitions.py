"""The objects: which fields they have, and how a definition is read from the document that the API takes.

The document is the one that ``GET`` and ``POST /objects/definitions/default`` use, so a seed file can hold what a
tenant exported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from mock_zuora.core.errors import Category, Resource, ZuoraError, show
from mock_zuora.core.fields import (
    DEFAULT_LONGEST_TEXT,
    LONGEST_TEXT,
    Field,
    FieldType,
    Mismatch,
    from_json,
)

CUSTOM_SUFFIX: Final = "__c"
LONGEST_NAME: Final = 64
LONGEST_LABEL: Final = 64
LONGEST_DESCRIPTION: Final = 250
MOST_FIELDS: Final = 50
MOST_FILTERABLE: Final = 10
MOST_UNIQUE: Final = 5
MOST_OPTIONS: Final = 250
LONGEST_FILTERABLE_TEXT: Final = 512

DEFAULT_NAMESPACE: Final = "default"
ZUORA_NAMESPACE: Final = "com_zuora"
NAMESPACES: Final = (DEFAULT_NAMESPACE, ZUORA_NAMESPACE)
ZUORA_OBJECTS: Final = ("SavedQuery",)
"""The objects of the com_zuora namespace that bulk jobs support (D)."""


def _system(name: str, type: FieldType, format: str | None = None) -> Field:
    return Field(name=name, type=type, label=name, format=format, required=True, filterable=True, is_system=True)


SYSTEM_FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        each.name: each
        for each in (
            _system("Id", FieldType.UUID, "uuid"),
            _system("CreatedById", FieldType.TEXT, "uuid"),
            _system("UpdatedById", FieldType.TEXT, "uuid"),
            _system("CreatedDate", FieldType.DATETIME, "date-time"),
            _system("UpdatedDate", FieldType.DATETIME, "date-time"),
        )
    }
)
"""The fields that the service keeps itself, in every object; all of them filterable (O)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One object. ``fields`` holds its custom fields by API name.

    A definition without a schema (``is_open``) takes any column whose name ends in ``__c`` and keeps its text (M).
    """

    object: str
    namespace: str = DEFAULT_NAMESPACE
    label: str = ""
    description: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    is_open: bool = False

    def field(self, name: str) -> Field | None:
        """The field of that name, custom or system; None if the object has none. Names are case-sensitive (D)."""
        found = self.fields.get(name) or SYSTEM_FIELDS.get(name)
        if found is None and self.is_open and self._admits(name):
            return Field(name=name, max_length=LONGEST_TEXT, filterable=True)
        return found

    def _admits(self, name: str) -> bool:
        # (I) The fields of Zuora's own objects are not in the reference of custom objects, so any name is taken there.
        if self.namespace == ZUORA_NAMESPACE:
            return 0 < len(name) <= LONGEST_NAME and name.isprintable()
        return is_custom_name(name)

    @property
    def unique_fields(self) -> tuple[str, ...]:
        """The names of the fields whose values no two records share."""
        return tuple(each.name for each in self.fields.values() if each.unique)


def is_custom_name(name: str) -> bool:
    """Whether it is an API name that a custom field can have (D): it ends in ``__c`` and has something before that."""
    return name.endswith(CUSTOM_SUFFIX) and len(CUSTOM_SUFFIX) < len(name) <= LONGEST_NAME and name.isprintable()


def is_object_name(name: str) -> bool:
    """Whether it can be the API name of an object: 1 to 64 (D) printable characters without spaces (I)."""
    return 1 <= len(name) <= LONGEST_NAME and name.isprintable() and not any(each.isspace() for each in name)


def open_definition(namespace: str, object_name: str) -> Definition:
    """The definition of an object that nobody defined (M)."""
    return Definition(object=object_name, namespace=namespace, label=object_name, is_open=True)


# From the document


def _refuse(message: str, category: Category = Category.INVALID) -> ZuoraError:
    return ZuoraError(Resource.DEFINITION, category, message)


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


def definition_from(document: Mapping[str, Any]) -> Definition:
    """A definition from the JSON schema that describes it.

    Takes the inside of a POST body's ``definitions`` (``object``, ``label``, ``properties``, …) or what a list answers
    (``schema`` around the same). Raises ZuoraError (710000 with the category of the mistake) that names what is wrong.
    """
    document = document.get("schema", document)
    if not isinstance(document, Mapping):
        raise _refuse(f"schema: {show(document)} is not an object")
    name = document.get("object")
    if not isinstance(name, str) or not is_object_name(name):
        raise _refuse(f"object: {show(name)} is not an API name of 1 to {LONGEST_NAME} characters without spaces")
    _refuse_unknown(f"definition '{name}'", document, _DOCUMENT_KEYS)
    label = _text(document, "label", f"definition '{name}'", LONGEST_LABEL) or name
    description = _text(document, "description", f"definition '{name}'", LONGEST_DESCRIPTION)
    properties = document.get("properties", {})
    if not isinstance(properties, Mapping):
        raise _refuse(f"properties of '{name}': {show(properties)} is not an object of fields by name")
    fields = {key: field_from(key, value) for key, value in properties.items() if key not in SYSTEM_FIELDS}
    if len(fields) > MOST_FIELDS:
        raise _refuse(
            f"object '{name}' has {len(fields)} custom fields; at most {MOST_FIELDS} are possible", Category.RULE
        )
    for key in _names(document, "required", name, fields):
        fields[key] = replace(fields[key], required=True)
    for key in _names(document, "filterable", name, fields):
        fields[key] = replace(fields[key], filterable=True)
    for key in _names(document, "unique", name, fields):
        fields[key] = replace(fields[key], unique=True)
    _check_limits(name, fields.values())
    return Definition(object=name, label=label, description=description, fields=MappingProxyType(fields))


def _refuse_unknown(where: str, document: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in document:
        if key not in known:
            raise _refuse(
                f"{where}: unknown key {show(key)}; expected {', '.join(sorted(known))}", Category.UNKNOWN_FIELD
            )


def _text(document: Mapping[str, Any], key: str, where: str, longest: int) -> str | None:
    text = document.get(key)
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > longest:
        raise _refuse(f"{where}: {key} must be a string of at most {longest} characters, not {show(text)}")
    return text


def _names(document: Mapping[str, Any], key: str, name: str, fields: Mapping[str, Field]) -> list[str]:
    names = document.get(key, [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _refuse(f"{key} of '{name}': {show(names)} is not a list of field names")
    for each in names:
        if each not in fields and each not in SYSTEM_FIELDS:
            raise _refuse(f"{key} of '{name}': the object has no field {show(each)}", Category.UNKNOWN_FIELD)
    return [each for each in names if each in fields]


def _check_limits(name: str, fields: Iterable[Field]) -> None:
    fields = list(fields)
    filterable = [each for each in fields if each.filterable]
    unique = [each for each in fields if each.unique]
    if len(filterable) > MOST_FILTERABLE:
        raise _refuse(
            f"object '{name}' has {len(filterable)} filterable fields; at most {MOST_FILTERABLE}", Category.RULE
        )
    if len(unique) > MOST_UNIQUE:
        raise _refuse(f"object '{name}' has {len(unique)} unique fields; at most {MOST_UNIQUE}", Category.RULE)
    for each in unique:
        if not each.filterable:
            raise _refuse(f"Field [{each.name}] of '{name}' is unique, so it must be filterable too", Category.RULE)
    for each in filterable:
        if each.type in (FieldType.TEXT, FieldType.URL) and each.max_length > LONGEST_FILTERABLE_TEXT:
            raise _refuse(
                f"Field [{each.name}] of '{name}' is filterable, so its maxLength can be at most "
                f"{LONGEST_FILTERABLE_TEXT}, not {each.max_length}",
                Category.RULE,
            )


def field_from(name: str, document: Any) -> Field:
    """A custom field from its part of the schema. Raises ZuoraError as ``definition_from`` does."""
    where = f"Field [{show(name)[1:-1]}]"
    if not isinstance(name, str) or not is_custom_name(name):
        raise _refuse(
            f"{where}: the API name of a custom field ends in {CUSTOM_SUFFIX}, at most {LONGEST_NAME} characters"
        )
    if not isinstance(document, Mapping):
        raise _refuse(f"{where}: {show(document)} is not an object")
    _refuse_unknown(where, document, _FIELD_KEYS)
    made = Field(
        name=name,
        type=_type_of(where, document),
        label=_text(document, "label", where, LONGEST_LABEL),
        description=_text(document, "description", where, LONGEST_DESCRIPTION),
        format=document.get("format"),
        max_length=_max_length(where, document),
        options=_options(where, document),
        minimum=_bound(where, document, "minimum"),
        maximum=_bound(where, document, "maximum"),
        exclusive_minimum=_bound(where, document, "exclusiveMinimum"),
        exclusive_maximum=_bound(where, document, "exclusiveMaximum"),
    )
    return _with_default(made, document.get("default"))


def _type_of(where: str, document: Mapping[str, Any]) -> FieldType:
    type, format = document.get("type"), document.get("format")
    if type in ("integer", "number", "boolean"):
        return FieldType(type)
    if type != "string":
        raise _refuse(f"{where}: type {show(type)} is not one of string, integer, number, boolean")
    if "enum" in document:
        return FieldType.MULTISELECT if document.get("multiselect") is True else FieldType.PICKLIST
    formats = {"url": FieldType.URL, "date": FieldType.DATE, "date-time": FieldType.DATETIME, "uuid": FieldType.UUID}
    # (I) A format that the reference does not list ("email" stands in one of its samples) is text.
    return formats.get(format, FieldType.TEXT) if isinstance(format, str) else FieldType.TEXT


def _max_length(where: str, document: Mapping[str, Any]) -> int:
    length = document.get("maxLength", DEFAULT_LONGEST_TEXT)
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= LONGEST_TEXT:
        raise _refuse(f"{where}: maxLength {show(length)} is not an integer from 1 to {LONGEST_TEXT}")
    return length


def _options(where: str, document: Mapping[str, Any]) -> tuple[str, ...]:
    options = document.get("enum")
    if options is None:
        return ()
    if not isinstance(options, list) or not all(isinstance(each, str) and each for each in options):
        raise _refuse(f"{where}: enum {show(options)} is not a list of non-empty strings")
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise _refuse(f"{where}: enum has {len(options)} options; expected 1 to {MOST_OPTIONS}", Category.RULE)
    return tuple(options)


def _bound(where: str, document: Mapping[str, Any], key: str) -> int | float | None:
    bound = document.get(key)
    if bound is None:
        return None
    if isinstance(bound, bool) or not isinstance(bound, int | float):
        raise _refuse(f"{where}: {key} {show(bound)} is not a number")
    return bound


def _with_default(made: Field, default: Any) -> Field:
    if default is None:
        return made
    try:
        return replace(made, default=from_json(made, default))
    except Mismatch as mismatch:
        raise _refuse(f"default: {mismatch.message}", mismatch.category) from None
