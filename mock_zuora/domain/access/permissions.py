"""Who may do what (D)."""

from collections.abc import Set
from enum import StrEnum

from mock_zuora.domain import errors
from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.job import Operation


class Permission(StrEnum):
    """The three permissions: "View", "Edit" and "Delete Custom Objects"."""

    VIEW = "view"
    EDIT = "edit"
    DELETE = "delete"


EVERY_PERMISSION = frozenset(Permission)

_FOR = {
    Operation.CREATE: (Permission.EDIT, Category.CREATE_DENIED, "create"),
    Operation.UPDATE: (Permission.EDIT, Category.UPDATE_DENIED, "update"),
    Operation.DELETE: (Permission.DELETE, Category.DELETE_DENIED, "delete"),
}


def require_for(held: Set[Permission], operation: Operation) -> None:
    """What creating, updating and deleting need, by a job and its file (D), and on records and definitions.

    Raises ZuoraError 71012513, 71012514, 71012515.
    """
    permission, category, verb = _FOR[operation]
    if permission not in held:
        raise errors.permission_denied(category, verb)


def require_view(held: Set[Permission]) -> None:
    """What retrieving a job (D), and reading records and definitions, needs. Raises ZuoraError 71012512."""
    if Permission.VIEW not in held:
        raise errors.permission_denied(Category.READ_DENIED, "view")
