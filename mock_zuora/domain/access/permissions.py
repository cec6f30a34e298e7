"""The permissions of users and tokens (D)."""

from collections.abc import Set
from enum import StrEnum

from mock_zuora.domain.errors import Category
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.refusals import permission_denied, record_permission_denied


class Permission(StrEnum):
    """The permissions "View", "Edit" and "Delete Custom Objects"."""

    VIEW = "view"
    EDIT = "edit"
    DELETE = "delete"


EVERY_PERMISSION = frozenset(Permission)

_REQUIRED = {
    Operation.CREATE: (Permission.EDIT, Category.CREATE_DENIED, "create"),
    Operation.UPDATE: (Permission.EDIT, Category.UPDATE_DENIED, "update"),
    Operation.DELETE: (Permission.DELETE, Category.DELETE_DENIED, "delete"),
}


def require_permission(permissions: Set[Permission], operation: Operation) -> None:
    """Checks the permission to create, update or delete, by a job and its file (D), records or definitions.

    Raises ZuoraError 71012513, 71012514, 71012515.
    """
    permission, category, verb = _REQUIRED[operation]
    if permission not in permissions:
        raise permission_denied(category, verb)


def require_record_permission(permissions: Set[Permission], operation: Operation) -> None:
    """Checks the permission to create records, or to update or delete several, with a refusal of its own (D, S).

    Raises ZuoraError 71012513, 71012514, 71012515.
    """
    permission, category, verb = _REQUIRED[operation]
    if permission not in permissions:
        raise record_permission_denied(category, verb)


def require_view_permission(permissions: Set[Permission]) -> None:
    """Checks the permission to retrieve jobs (D), records and definitions. Raises ZuoraError 71012512."""
    if Permission.VIEW not in permissions:
        raise permission_denied(Category.READ_DENIED, "view")
