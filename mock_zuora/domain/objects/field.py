"""A field of an object: its type and the limits that its definition sets. ``field_values`` converts its values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.errors import Category

Value = str | int | float | bool
"""A stored value. Dates and UUIDs are text."""

MAX_TEXT_LENGTH: Final = 8_192
"""The largest ``maxLength``, in characters, that a text field can set (D)."""
DEFAULT_MAX_LENGTH: Final = 512
"""The ``maxLength`` of a text field that sets none (D)."""


class FieldType(StrEnum):
    """The types of custom fields (D)."""

    TEXT = "text"
    URL = "url"
    PICKLIST = "picklist"
    MULTISELECT = "multiselect"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    UUID = "uuid"


class FieldValidationError(Exception):
    """A value that its field does not accept: the error category and a message that names the field and the value.

    ``assumption`` is the assumption that this rests on, if it rests on one.
    """

    def __init__(self, category: Category, message: str, assumption: Assumption | None = None) -> None:
        super().__init__(message)
        self.category = category
        self.message = message
        self.assumption = assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A custom or system field of an object, with every limit that its definition sets."""

    name: str
    type: FieldType = FieldType.TEXT
    label: str | None = None
    description: str | None = None
    format: str | None = None
    max_length: int = DEFAULT_MAX_LENGTH
    options: tuple[str, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    default: Value | None = None
    required: bool = False
    filterable: bool = False
    unique: bool = False
    is_auditable: bool = False
    is_system: bool = False
    document: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The property of the JSON schema that the field was read from."""
