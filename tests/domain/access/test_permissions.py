import pytest

from mock_zuora.domain.access.permissions import (
    EVERY_PERMISSION,
    Permission,
    require_permission,
    require_record_permission,
    require_view_permission,
)
from mock_zuora.domain.jobs.job import Operation

REQUIRED = [
    ("create", Permission.EDIT, 71012515),
    ("update", Permission.EDIT, 71012513),
    ("delete", Permission.DELETE, 71012514),
]


@pytest.mark.parametrize(("operation", "required", "code"), REQUIRED)
def test_operation_needs_its_permission_and_no_other(assert_refused, operation, required, code):
    require_permission({required}, Operation(operation))
    error = assert_refused(code, lambda: require_permission(EVERY_PERMISSION - {required}, Operation(operation)))
    assert error.message == f"User does not have permission to {operation} custom objects."


def test_reading_needs_view_permission(assert_refused):
    require_view_permission({Permission.VIEW})
    error = assert_refused(71012512, lambda: require_view_permission(EVERY_PERMISSION - {Permission.VIEW}))
    assert error.message == "User does not have permission to view custom objects."


def test_permissions_are_view_edit_and_delete():
    assert {each.value for each in EVERY_PERMISSION} == {"view", "edit", "delete"}


def test_every_operation_needs_a_permission():
    assert {Operation(operation) for operation, _, _ in REQUIRED} == set(Operation)
    assert {permission for _, permission, _ in REQUIRED} | {Permission.VIEW} == set(Permission)


@pytest.mark.fidelity("permissions-05")
@pytest.mark.parametrize(("operation", "required", "code"), REQUIRED)
def test_refusal_of_several_records_rests_on_an_assumption(assert_refused, operation, required, code):
    require_record_permission({required}, Operation(operation))
    lacking = EVERY_PERMISSION - {required}
    error = assert_refused(code, lambda: require_record_permission(lacking, Operation(operation)))
    assert error.message == f"User does not have permission to {operation} custom objects."
    assert error.assumption.name == "record-permission-status"
