"""Checks the header row of a file against the operation and the object of its job."""

from mock_zuora.domain import refusals
from mock_zuora.domain.jobs.header_diagnosis import UPDATE, unknown_column
from mock_zuora.domain.objects.definition import SYSTEM_FIELDS, Definition


def check_header(header: tuple[str, ...], operation: str, definition: Definition, *, is_one_line: bool = False) -> None:
    """Checks that a header row fits the operation and the object of its job.

    ``is_one_line`` says that the file has no line break, which explains some headers.

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
            message = unknown_column(header, index, definition, operation, is_one_line=is_one_line)
            raise refusals.column_unknown(message)
    if operation == UPDATE and "id" not in seen:
        raise refusals.id_column_missing()


def is_id_column(name: str) -> bool:
    """Whether the column holds record ids. The reference writes ``id``, the guide ``Id``: any letter case (D)."""
    return name.lower() == "id"
