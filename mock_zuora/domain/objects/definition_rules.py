"""The rules for definitions: how many fields of which kind an object can have, and what each field can be.

A definition is checked with the choices of a request when a client creates or changes it. A definition from a seed file
or a saved state is checked without choices: no assumption refuses it, and no rule that is newer than the file.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue.objects import FILTERABLE_LIMIT, TEXT_LIMIT
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, Resource
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.document_checks import refuse
from mock_zuora.domain.objects.field import Field, FieldType

MAX_FIELDS: Final = 50
MAX_FILTERABLE_FIELDS: Final = 10
MAX_UNIQUE_FIELDS: Final = 5
MAX_AUDITABLE_FIELDS: Final = 5
MAX_RELATIONSHIPS: Final = 2
MAX_FILTERABLE_TEXT_LENGTH: Final = 512
MAX_SHORT_TEXT_LENGTH: Final = 255
"""The largest ``maxLength`` of a text field that the guide calls Text, and not Long Text."""
MAX_OPTION_LENGTH: Final = 255

_FILTERABLE: Final = "filterable"


def check_new(definition: Definition, choices: Choices) -> None:
    """Checks the definition that a client creates. Raises ZuoraError 71000022, 71000030, 71000530."""
    if not definition.fields:
        raise refuse(
            f"properties of '{definition.object}': there is no custom field; expected at least one.", Category.MISSING
        )
    check_change(Definition(object=definition.object), definition, choices)


def check_change(before: Definition, after: Definition, choices: Choices | None) -> None:
    """Checks what a change adds to a definition. Raises ZuoraError 71000030, 71000530."""
    if before.fields and not after.fields:
        raise refuse(f"Object '{after.object}' needs at least one custom field.", Category.RULE)
    counts, known = _counts(before), {replace(each, name="") for each in before.fields.values()}
    for kind, (count, maximum) in _counts(after).items():
        if count > max(maximum, counts[kind][0]):
            _refuse_count(after.object, kind, count, maximum, choices)
    for each in after.fields.values():
        if replace(each, name="") not in known:
            _check_flags(after.object, each)
            if choices is not None:
                _check_field(after.object, each, choices)


def _counts(definition: Definition) -> dict[str, tuple[int, int]]:
    """The counted parts of a definition, each with its number and its maximum (D, S)."""
    fields = definition.fields.values()
    return {
        "custom": (len(fields), MAX_FIELDS),
        _FILTERABLE: (_number(each.filterable for each in fields), MAX_FILTERABLE_FIELDS),
        "unique": (_number(each.unique for each in fields), MAX_UNIQUE_FIELDS),
        "auditable": (_number(each.is_auditable for each in fields), MAX_AUDITABLE_FIELDS),
        "displayName": (_number(_is_display_name(each) for each in fields), 1),
        "relationship": (len(definition.relationships), MAX_RELATIONSHIPS),
    }


def _number(flags: Iterable[bool]) -> int:
    return sum(flags)


def _refuse_count(name: str, kind: str, count: int, maximum: int, choices: Choices | None) -> None:
    if kind == "relationship":
        raise refuse(
            f"Object '{name}' has {count} manyToOne relationships; at most {maximum} are possible.", Category.RULE
        )
    assumption: Assumption | None = None
    resource = Resource.DEFINITION_FILTERABLE if kind == _FILTERABLE else Resource.DEFINITION
    if kind == _FILTERABLE:
        if choices is None or choices.of(FILTERABLE_LIMIT) == "none":
            return
        assumption = FILTERABLE_LIMIT
    if kind == "displayName" and choices is None:
        return
    raise refuse(
        f"Object '{name}' has {count} {kind} fields; at most {maximum} {'is' if maximum == 1 else 'are'} possible.",
        Category.RULE,
        resource,
        assumption,
    )


def _is_display_name(field: Field) -> bool:
    return field.document.get("displayName") is True


def _check_flags(name: str, field: Field) -> None:
    if field.unique and not field.filterable:
        raise refuse(f"Field [{field.name}] of '{name}' is unique, so it must be filterable too.", Category.RULE)
    has_length = field.type in (FieldType.TEXT, FieldType.URL)
    if field.filterable and has_length and field.max_length > MAX_FILTERABLE_TEXT_LENGTH:
        raise _too_long(name, field, MAX_FILTERABLE_TEXT_LENGTH)


def _check_field(name: str, field: Field, choices: Choices) -> None:
    if field.filterable and field.type in (FieldType.URL, FieldType.MULTISELECT):
        raise refuse(
            f"Field [{field.name}] of '{name}' is of type {field.type}, which can be neither filterable nor unique.",
            Category.RULE,
            Resource.DEFINITION_FILTERABLE,
        )
    if field.filterable and field.type is FieldType.PICKLIST and field.max_length > MAX_FILTERABLE_TEXT_LENGTH:
        raise _too_long(name, field, MAX_FILTERABLE_TEXT_LENGTH)
    if field.filterable and field.type is FieldType.TEXT:
        _check_text_limit(name, field, choices)
    if _is_display_name(field) and (field.type is not FieldType.TEXT or field.format is not None):
        raise refuse(
            f"Field [{field.name}] of '{name}': displayName applies to text fields without a format only.",
            Category.RULE,
        )
    for option in field.options:
        if len(option) > MAX_OPTION_LENGTH:
            raise refuse(
                f"Field [{field.name}] of '{name}': an option of enum has {len(option)} characters; expected at most "
                f"{MAX_OPTION_LENGTH}.",
                Category.RULE,
            )


def _check_text_limit(name: str, field: Field, choices: Choices) -> None:
    is_decisive = "maxLength" in field.document and field.max_length > MAX_SHORT_TEXT_LENGTH
    if is_decisive and choices.of(TEXT_LIMIT) == "255":
        raise _too_long(name, field, MAX_SHORT_TEXT_LENGTH, TEXT_LIMIT)


def _too_long(name: str, field: Field, maximum: int, assumption: Assumption | None = None) -> Exception:
    return refuse(
        f"Field [{field.name}] of '{name}' is filterable, so its maxLength can be at most {maximum}, not "
        f"{field.max_length}.",
        Category.RULE,
        Resource.DEFINITION_FILTERABLE,
        assumption,
    )
