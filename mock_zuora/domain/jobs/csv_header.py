"""Checks the header row of a file against the operation and the object of its job."""

from typing import Final

from mock_zuora.domain import refusals
from mock_zuora.domain.errors import quote
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS, Definition

UPDATE: Final = "update"
"""The operation whose files need an id column; other files must not have one."""
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}
"""What spreadsheets of some countries write instead of commas."""


def check_header(header: tuple[str, ...], operation: str, definition: Definition) -> None:
    """Checks that a header row fits the operation and the object of its job.

    Raises ZuoraError 71013720, 71013721, 71013722, 71013730.
    """
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        key = "id" if is_id_column(name) else name
        if key in seen:
            raise refusals.column_duplicate(name)
        seen.add(key)
        if key == "id":
            if operation != UPDATE:
                raise refusals.column_of_system(name, operation)
        elif name in SYSTEM_FIELDS:
            raise refusals.column_of_system(name, operation)
        elif not _is_field(name, definition):
            raise refusals.column_unknown(_unknown_column_message(name, number, definition))
    if operation == UPDATE and "id" not in seen:
        raise refusals.id_column_missing()


def is_id_column(name: str) -> bool:
    """Whether the column holds record ids. The reference writes ``id``, the guide ``Id``: any letter case (D)."""
    return name.lower() == "id"


def _is_field(name: str, definition: Definition) -> bool:
    if definition.field(name) is None:
        return False
    # An object without a schema takes any name, but not two names in one, nor a name with spaces around it.
    return name in definition.fields or (name == name.strip() and _separator_in(name) is None)


def _separator_in(name: str) -> str | None:
    return next((word for character, word in _SEPARATORS.items() if character in name), None)


def _unknown_column_message(name: str, number: int, definition: Definition) -> str:
    if not name:
        return (
            f"Column {number} of the header row has no name; expected the API name of a field, and no comma at the end "
            "of the row."
        )
    if (separator := _separator_in(name)) is not None:
        return f"Column {quote(name)} contains {separator}; expected column names that are separated by commas."
    stripped = name.strip()
    if stripped != name and (is_id_column(stripped) or definition.field(stripped) is not None):
        return f"Column {quote(name)} has spaces around its name; expected {quote(stripped)}."
    if definition.is_open:
        return f"Column {quote(name)} is not the API name of a custom field; expected a name that ends in __c."
    known = ", ".join(definition.fields)
    return (
        f"Column {quote(name)} is not a field of object '{definition.object}'; names are case-sensitive, "
        f"and its fields are {quote(known)}."
    )
