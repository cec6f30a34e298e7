import pytest

from mock_zuora.control.errors import ERRORS, ControlError, Refused, TimedOut, Unknown, Unreachable, error_of


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.kind)
def test_error_keeps_its_type_over_http(error):
    again = error_of(error.kind, "status: why not")
    assert (type(again), str(again)) == (error, "status: why not")


def test_error_of_unknown_kind_is_refused():
    assert type(error_of("overloaded", "later")) is Refused


@pytest.mark.parametrize(("error", "kind"), [(Unknown, LookupError), (TimedOut, TimeoutError), (Unreachable, OSError)])
def test_errors_extend_builtin_exceptions(error, kind):
    assert issubclass(error, kind) and issubclass(error, ControlError)
