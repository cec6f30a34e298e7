"""Checks the header row of a file against the operation and the object of its job."""

from typing import Final

from mock_zuora.domain import refusals
from mock_zuora.domain.jobs.header_diagnosis import unknown_column
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS, Definition

UPDATE: Final = "update"
"""The operation whose files need an id column; other files must not have one."""


def check_header(header: tuple[str, ...], operation: str, definition: Definition) -> None:
    """Checks that a header row fits the operation and the object of its job.

    Raises ZuoraError 71013720, 71013721, 71013722, 71013730.
    """
    seen: set[str] = set()
    for index, name in enumerate(header):
        key = "id" if is_id_column(name) else name
        if key in seen:
            raise refusals.column_duplicate(name)
        seen.add(key)
        if key == "id":
            if operation != UPDATE:
                raise refusals.column_of_system(name, operation)
        elif name in SYSTEM_FIELDS:
            raise refusals.column_of_system(name, operation)
        elif definition.field(name) is None:
            raise refusals.column_unknown(unknown_column(header, index, definition))
    if operation == UPDATE and "id" not in seen:
        raise refusals.id_column_missing()


def is_id_column(name: str) -> bool:
    """Whether the column holds record ids. The reference writes ``id``, the guide ``Id``: any letter case (D)."""
    return name.lower() == "id"
