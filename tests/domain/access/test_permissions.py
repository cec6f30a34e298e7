import pytest

from mock_zuora.domain.access.permissions import (
    EVERY_PERMISSION,
    Permission,
    require_permission,
    require_view_permission,
)
from mock_zuora.domain.jobs.job import Operation

NEEDED = [
    ("create", Permission.EDIT, 71012515),
    ("update", Permission.EDIT, 71012513),
    ("delete", Permission.DELETE, 71012514),
]


@pytest.mark.parametrize(("operation", "needed", "code"), NEEDED)
def test_an_operation_needs_its_permission_and_no_other(refused, operation, needed, code):
    require_permission({needed}, Operation(operation))
    error = refused(code, lambda: require_permission(EVERY_PERMISSION - {needed}, Operation(operation)))
    assert error.message == f"User does not have permission to {operation} custom objects."


def test_reading_needs_the_permission_to_view(refused):
    require_view_permission({Permission.VIEW})
    error = refused(71012512, lambda: require_view_permission(EVERY_PERMISSION - {Permission.VIEW}))
    assert error.message == "User does not have permission to view custom objects."


def test_there_are_three_permissions():
    assert {each.value for each in EVERY_PERMISSION} == {"view", "edit", "delete"}
