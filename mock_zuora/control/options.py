"""Fields of request types. Standard library only: the request types of the public API are results as well.

A request type is a frozen dataclass. Pydantic reads the constraints from the metadata of its fields, refuses unknown
fields because of ``__pydantic_config__ = STRICT``, and reports a ValueError from ``__post_init__``.
"""

from dataclasses import MISSING, field
from typing import Any, Final

STRICT: Final = {"extra": "forbid"}
MAX_WAIT_SECONDS: Final = 600
"""Real seconds: the maximum of a fault's delay, and of the timeout of a wait."""


def option(description: str | None = None, *, default: Any = None, **constraints: Any) -> Any:
    """A field with constraints by the names of pydantic's ``Field``; without a default it is required."""
    return field(default=default, metadata={"description": description, **constraints})


REQUIRED: Final = MISSING


def seconds(description: str, *, default: Any, maximum: float = MAX_WAIT_SECONDS) -> Any:
    """A field for a number of seconds."""
    return option(description, default=default, ge=0, le=maximum, allow_inf_nan=False)
