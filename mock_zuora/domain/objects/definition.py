"""The definition of an object: its fields, system fields and relationships."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue.objects import FILTERABLE_SYSTEM_FIELDS
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.objects.field import MAX_TEXT_LENGTH, Field, FieldType

CUSTOM_SUFFIX: Final = "__c"
CUSTOM_NAME: Final = f"an API name of letters, digits and underscores that ends in {CUSTOM_SUFFIX}"
"""What the API name of a custom field is, for messages."""
MAX_NAME_LENGTH: Final = 64
MAX_LABEL_LENGTH: Final = 64
MAX_DESCRIPTION_LENGTH: Final = 250

DEFAULT_NAMESPACE: Final = "default"
ZUORA_NAMESPACE: Final = "com_zuora"
NAMESPACES: Final = (DEFAULT_NAMESPACE, ZUORA_NAMESPACE)
ZUORA_OBJECTS: Final = ("SavedQuery",)
"""The objects of namespace com_zuora that bulk jobs support (D)."""

_CUSTOM_NAME: Final = re.compile(rf"[A-Za-z0-9_]+{CUSTOM_SUFFIX}")
_FOREIGN_NAME: Final = re.compile(r"^\s|\s$|[;|]")
"""What no field of Zuora's own objects is called: names with spaces around them, and several names in one."""


def _system(name: str, type: FieldType, format: str, *, filterable: bool) -> Field:
    return Field(name=name, type=type, label=name, format=format, required=True, filterable=filterable, is_system=True)


SYSTEM_FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        each.name: each
        for each in (
            _system("Id", FieldType.UUID, "uuid", filterable=True),
            _system("CreatedById", FieldType.TEXT, "uuid", filterable=False),
            _system("UpdatedById", FieldType.TEXT, "uuid", filterable=False),
            _system("CreatedDate", FieldType.DATETIME, "date-time", filterable=True),
            _system("UpdatedDate", FieldType.DATETIME, "date-time", filterable=True),
        )
    }
)
"""The fields that every object has and Zuora sets. All are required (O); three are always filterable (O)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A many-to-one relationship: a field of this object holds the ``Id`` of a record of another object (D)."""

    namespace: str
    object: str
    fields: Mapping[str, str]
    enforces_mapping: bool = True
    """``enforceValidMapping``: whether a write checks that the related record exists (D)."""

    def is_same_as(self, other: "Relationship") -> bool:
        """Whether both relate the same fields to the same object, enforced or not."""
        return (self.namespace, self.object, self.fields) == (other.namespace, other.object, other.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The definition of one object. ``fields`` holds its custom fields by API name.

    An open definition (``is_open``) has no schema: it accepts every field whose name ends in ``__c``, as text (M).
    ``stamped`` sets id, users and timestamps, which are milliseconds of the tenant's clock.
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
        """The custom or system field with this name, or None. Names are case-sensitive (D)."""
        field = self.fields.get(name) or SYSTEM_FIELDS.get(name)
        if field is None and self.is_open and self._accepts(name):
            return Field(name=name, max_length=MAX_TEXT_LENGTH, filterable=True)
        return field

    def _accepts(self, name: str) -> bool:
        # (A) Objects of Zuora accept any name, because the reference to custom objects does not list their fields.
        if self.namespace == ZUORA_NAMESPACE:
            return 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable() and not _FOREIGN_NAME.search(name)
        return is_custom_name(name)

    def stamped(self, definition_id: str, user_id: str, timestamp: int) -> "Definition":
        """The definition with its id, and with the user and time of its creation."""
        return replace(
            self,
            id=definition_id,
            created_by=user_id,
            created_at=timestamp,
            updated_by=user_id,
            updated_at=timestamp,
        )

    @property
    def unique_fields(self) -> tuple[str, ...]:
        """The names of the fields whose values must be unique."""
        return tuple(each.name for each in self.fields.values() if each.unique)


def is_filterable(field: Field, choices: Choices) -> bool:
    """Whether filters and queries can use a field. For users in system fields, an assumption decides."""
    if field.filterable or not field.is_system:
        return field.filterable
    return choices.of(FILTERABLE_SYSTEM_FIELDS) == "all"


def filterability_assumption(field: Field) -> Assumption | None:
    """The assumption that decides whether the field is filterable, or None."""
    return FILTERABLE_SYSTEM_FIELDS if field.is_system and not field.filterable else None


def filterable_system_fields(choices: Choices) -> list[str]:
    """The names of the filterable system fields, which every definition lists."""
    has_users = choices.of(FILTERABLE_SYSTEM_FIELDS) == "all"
    return [name for name, field in SYSTEM_FIELDS.items() if field.filterable or has_users]


def is_custom_name(name: str) -> bool:
    """Whether this is a valid API name of a custom field.

    It ends in ``__c`` and has at most 64 characters (D), which are ASCII letters, digits and underscores (A).
    """
    return len(name) <= MAX_NAME_LENGTH and _CUSTOM_NAME.fullmatch(name) is not None


def is_object_name(name: str) -> bool:
    """Whether this is a valid API name of an object: 1 to 64 (D) printable characters, no spaces or slashes (A)."""
    return 1 <= len(name) <= MAX_NAME_LENGTH and name.isprintable() and not any(each in "/\\ " for each in name)


def open_definition(namespace: str, object_name: str) -> Definition:
    """The definition, without a schema, of an object that was used before it was defined (M)."""
    return Definition(object=object_name, namespace=namespace, label=object_name, is_open=True)
