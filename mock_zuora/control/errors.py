"""Errors of control operations. Every transport raises the same exceptions."""

from typing import Any, ClassVar


class ControlError(Exception):
    """A control operation failed and changed nothing. The message names the field, the value and what was expected."""

    kind: ClassVar[str] = "refused"
    """Its name in HTTP responses."""
    status: ClassVar[int] = 409
    """Its HTTP status."""

    def __init__(self, message: str = "", *, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position
        """The position of a mistake in the text of an option, counted from 1; None for other errors."""


class Unknown(ControlError, LookupError):
    """Nothing of that name exists. The message lists the names that do."""

    kind, status = "unknown", 404


class Invalid(ControlError, ValueError):
    """A value is not valid. The message names the field, the value and what was expected."""

    kind, status = "invalid", 400


class Refused(ControlError):
    """The operation is not possible in the current state."""


class TimedOut(ControlError, TimeoutError):
    """A wait timed out. The message describes the current state."""

    kind = "timed_out"


class Denied(ControlError, PermissionError):
    """The server does not accept control requests from this client. The message says what it expects."""

    kind, status = "denied", 403


class Unreachable(ControlError, ConnectionError):
    """No mock_zuora server responded, or it stopped. The message names the address."""

    kind, status = "unreachable", 503


ERRORS: tuple[type[ControlError], ...] = (Unknown, Invalid, Refused, TimedOut, Denied, Unreachable)


def error_of(kind: str, message: str, position: int | None = None) -> ControlError:
    """The exception for an HTTP response; ``Refused`` for an unknown kind."""
    found: type[ControlError] = next((each for each in ERRORS if each.kind == kind), Refused)
    return found(message, position=position)


def is_control_error(info: Any) -> bool:
    """Value of ``__tracebackhide__`` in the client's modules.

    pytest then shows a control error at the line of the test, and every other error, which would be a bug here, with
    all frames.
    """
    return isinstance(info.value, ControlError)
