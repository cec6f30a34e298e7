"""The objects: which fields they have, which of those the service keeps itself, and how objects are related."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.objects.field import MAX_TEXT_LENGTH, Field, FieldType

CUSTOM_SUFFIX: Final = "__c"
MAX_NAME_LENGTH: Final = 64
MAX_LABEL_LENGTH: Final = 64
MAX_DESCRIPTION_LENGTH: Final = 250

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
"""The fields that the service keeps itself, in every object; all of them required and filterable (O)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A many-to-one relationship with another object: this object's field names the ``Id`` of a record there (D)."""

    namespace: str
    object: str
    fields: Mapping[str, str]
    enforces_mapping: bool = True
    """Whether the record must exist on writing; ``enforceValidMapping`` (D)."""

    def is_same_as(self, other: "Relationship") -> bool:
        """Whether it relates the same fields to the same object, enforced or not."""
        return (self.namespace, self.object, self.fields) == (other.namespace, other.object, other.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One object. ``fields`` holds its custom fields by API name.

    A definition without a schema (``is_open``) takes any column whose name ends in ``__c`` and keeps its text (M). Who
    made it and when is there once a tenant has it; moments are milliseconds of the tenant's clock.
    """

    object: str
    namespace: str = DEFAULT_NAMESPACE
    label: str = ""
    description: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()
    audits_creation: bool = False
    audits_deletion: bool = False
    is_open: bool = False
    id: str = ""
    created_by: str = ""
    created_at: int = 0
    updated_by: str = ""
    updated_at: int = 0

    def field(self, name: str) -> Field | None:
        """The field of that name, custom or system; None if the object has none. Names are case-sensitive (D)."""
        found = self.fields.get(name) or SYSTEM_FIELDS.get(name)
        if found is None and self.is_open and self._admits(name):
            return Field(name=name, max_length=MAX_TEXT_LENGTH, filterable=True)
        return found

    def _admits(self, name: str) -> bool:
        # (A) The fields of Zuora's own objects are not in the reference of custom objects, so any name is taken there.
        if self.namespace == ZUORA_NAMESPACE:
            return 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable()
        return is_custom_name(name)

    def made(self, definition_id: str, by: str, at: int) -> "Definition":
        """The definition as a tenant has it: with its id, and who made it when."""
        return replace(self, id=definition_id, created_by=by, created_at=at, updated_by=by, updated_at=at)

    @property
    def unique_fields(self) -> tuple[str, ...]:
        """The names of the fields whose values no two records share."""
        return tuple(each.name for each in self.fields.values() if each.unique)


def is_custom_name(name: str) -> bool:
    """Whether it is an API name that a custom field can have (D): it ends in ``__c`` and has something before that."""
    return name.endswith(CUSTOM_SUFFIX) and len(CUSTOM_SUFFIX) < len(name) <= MAX_NAME_LENGTH and name.isprintable()


def is_object_name(name: str) -> bool:
    """Whether it can be the API name of an object: 1 to 64 (D) printable characters without spaces or slashes (A)."""
    return 1 <= len(name) <= MAX_NAME_LENGTH and name.isprintable() and not any(each in "/\\ " for each in name)


def open_definition(namespace: str, object_name: str) -> Definition:
    """The definition of an object that nobody defined (M)."""
    return Definition(object=object_name, namespace=namespace, label=object_name, is_open=True)
