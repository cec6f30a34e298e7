"""Parses a custom field from its property of a JSON schema, with every limit of the reference."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, quote
from mock_zuora.domain.objects.definition import (
    CUSTOM_NAME,
    MAX_DESCRIPTION_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_NAME_LENGTH,
    is_custom_name,
)
from mock_zuora.domain.objects.document_checks import flag_from, refuse, refuse_unknown, text_from
from mock_zuora.domain.objects.field import (
    DEFAULT_MAX_LENGTH,
    MAX_TEXT_LENGTH,
    Field,
    FieldType,
    FieldValidationError,
)
from mock_zuora.domain.objects.field_values import from_json

MAX_OPTIONS: Final = 250

_NO_FIELDS: Final[Mapping[str, Field]] = MappingProxyType({})
_KEYS: Final = frozenset(
    {
        "type", "format", "label", "description", "maxLength", "enum", "multiselect", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "default", "displayName", "origin",
    }
)  # fmt: skip


def field_from(name: str, document: Any) -> Field:
    """Parses a custom field. Raises ZuoraError 710000xx."""
    where = f"Field [{quote(name)[1:-1]}]"
    if not isinstance(name, str) or not is_custom_name(name):
        raise refuse(f"{where}: expected {CUSTOM_NAME} and has at most {MAX_NAME_LENGTH} characters.")
    if not isinstance(document, Mapping):
        raise refuse(f"{where}: {quote(document)} is not an object.")
    refuse_unknown(where, document, _KEYS)
    type = _type_of(where, document)
    _check_display_name(where, document, type)
    field = Field(
        name=name,
        type=type,
        label=text_from(document, "label", where, MAX_LABEL_LENGTH),
        description=text_from(document, "description", where, MAX_DESCRIPTION_LENGTH),
        format=text_from(document, "format", where, MAX_LABEL_LENGTH),
        max_length=_max_length(where, document),
        options=_options(where, document),
        minimum=_bound(where, document, "minimum"),
        maximum=_bound(where, document, "maximum"),
        exclusive_minimum=_bound(where, document, "exclusiveMinimum"),
        exclusive_maximum=_bound(where, document, "exclusiveMaximum"),
        document=_stored_document(document),
    )
    return _with_default(field, document.get("default"))


def _stored_document(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document without the origin, which is always custom."""
    return MappingProxyType({key: value for key, value in document.items() if key != "origin" and value is not None})


def _type_of(where: str, document: Mapping[str, Any]) -> FieldType:
    type, format = document.get("type"), document.get("format")
    if type is None:
        raise refuse(f"{where}: type is missing; expected string, integer, number or boolean.", Category.MISSING)
    if type in ("integer", "number", "boolean"):
        return FieldType(type)
    if type != "string":
        raise refuse(f"{where}: type {quote(type)} is not one of string, integer, number, boolean.")
    is_multiselect = flag_from(where, document, "multiselect")
    if document.get("enum") is not None:
        return FieldType.MULTISELECT if is_multiselect else FieldType.PICKLIST
    formats = {"url": FieldType.URL, "date": FieldType.DATE, "date-time": FieldType.DATETIME, "uuid": FieldType.UUID}
    # (A) A format that the reference does not list is text. One of its samples uses "email".
    return formats.get(format, FieldType.TEXT) if isinstance(format, str) else FieldType.TEXT


def _check_display_name(where: str, document: Mapping[str, Any], type: FieldType) -> None:
    if flag_from(where, document, "displayName") and type not in (FieldType.TEXT, FieldType.URL):
        raise refuse(f"{where}: displayName applies to text fields only, not to {type}.", Category.RULE)


def _max_length(where: str, document: Mapping[str, Any]) -> int:
    length = document.get("maxLength", DEFAULT_MAX_LENGTH)
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MAX_TEXT_LENGTH:
        raise refuse(f"{where}: maxLength {quote(length)} is not an integer from 1 to {MAX_TEXT_LENGTH}.")
    return length


def _options(where: str, document: Mapping[str, Any]) -> tuple[str, ...]:
    options = document.get("enum")
    if options is None:
        return ()
    if not isinstance(options, list) or not all(isinstance(each, str) and each for each in options):
        raise refuse(f"{where}: enum {quote(options)} is not a list of non-empty strings.")
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise refuse(f"{where}: enum has {len(options)} options; expected 1 to {MAX_OPTIONS}.", Category.RULE)
    return tuple(options)


def _bound(where: str, document: Mapping[str, Any], key: str) -> int | float | None:
    bound = document.get(key)
    if bound is None:
        return None
    is_number = isinstance(bound, int | float) and not isinstance(bound, bool)
    if not is_number or (isinstance(bound, float) and not math.isfinite(bound)):
        raise refuse(f"{where}: {key} {quote(bound)} is not a number.")
    number: int | float = bound
    return number


def _with_default(field: Field, default: Any) -> Field:
    if default is None:
        return field
    try:
        return replace(field, default=from_json(field, default))
    except FieldValidationError as invalid:
        raise refuse(f"default: {invalid.message}", invalid.category) from None


def check_defaults(fields: Iterable[Field], choices: Choices, before: Mapping[str, Field] = _NO_FIELDS) -> None:
    """Checks the new and changed defaults of a request against the choices of assumptions. Raises ZuoraError 710000xx.

    Definitions in seeds and saved states do not depend on choices.
    """
    for each in fields:
        if each.default is not None and each != before.get(each.name):
            try:
                from_json(each, each.default, choices)
            except FieldValidationError as invalid:
                refused = refuse(f"default: {invalid.message}", invalid.category)
                refused.assumption = invalid.assumption
                raise refused from None
