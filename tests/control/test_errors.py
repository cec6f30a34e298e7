import pytest

from mock_zuora.control.errors import ERRORS, ControlError, Refused, TimedOut, Unknown, Unreachable, error_of


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.kind)
def test_an_error_is_the_same_after_a_way_over_http(error):
    again = error_of(error.kind, "status: why not")
    assert (type(again), str(again)) == (error, "status: why not")


def test_an_error_of_a_newer_server_is_a_refusal():
    assert type(error_of("overloaded", "later")) is Refused


@pytest.mark.parametrize(("error", "kind"), [(Unknown, LookupError), (TimedOut, TimeoutError), (Unreachable, OSError)])
def test_an_error_is_also_what_python_calls_it(error, kind):
    assert issubclass(error, kind) and issubclass(error, ControlError)
