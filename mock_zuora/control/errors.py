"""What can be wrong with a control call: the same exceptions whichever door it comes through."""

from typing import Any, ClassVar


class ControlError(Exception):
    """A control call that was not carried out; nothing was changed. The message says what was said and expected."""

    kind: ClassVar[str] = "refused"
    """Its name in answers over HTTP."""
    status: ClassVar[int] = 409
    """Its status over HTTP."""


class Unknown(ControlError, LookupError):
    """Something of that name is not there; the message says what is."""

    kind, status = "unknown", 404


class Invalid(ControlError, ValueError):
    """A value that cannot be taken; the message names the field, the value and what was expected."""

    kind, status = "invalid", 400


class Refused(ControlError):
    """The call cannot be carried out as things are."""


class TimedOut(ControlError, TimeoutError):
    """What was waited for did not come in time; the message says what is there instead."""

    kind = "timed_out"


class Denied(ControlError, PermissionError):
    """The server does not let this caller in; the message says what it expects."""

    kind, status = "denied", 403


class Unreachable(ControlError, ConnectionError):
    """There is no server, or it went away, or it is no mock_zuora; the message names the address."""

    kind, status = "unreachable", 503


ERRORS: tuple[type[ControlError], ...] = (Unknown, Invalid, Refused, TimedOut, Denied, Unreachable)


def error_of(kind: str, message: str) -> ControlError:
    """The exception of an answer over HTTP."""
    found: type[ControlError] = next((each for each in ERRORS if each.kind == kind), Refused)
    return found(message)


def is_control_error(info: Any) -> bool:
    """What ``__tracebackhide__`` is in the modules of the handle: pytest shows a refusal at the line of the test that
    was refused, and any other error, which would be a mistake here, with all of its frames."""
    return isinstance(info.value, ControlError)
