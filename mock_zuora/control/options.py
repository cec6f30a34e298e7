"""Fields of request dataclasses. Standard library only, because clients use these dataclasses, too.

Pydantic reads the constraints from the metadata of the fields, refuses unknown fields because of
``__pydantic_config__ = STRICT``, and reports a ValueError from ``__post_init__``.
"""

from dataclasses import field
from typing import Any, Final

STRICT: Final = {"extra": "forbid"}
MAX_WAIT_SECONDS: Final = 600
"""Real seconds: the maximum of a fault's delay, and of the timeout of a wait."""


def option(description: str | None = None, *, default: Any = None, **constraints: Any) -> Any:
    """A field with constraints by the names of pydantic's ``Field``."""
    return field(default=default, metadata={"description": description, **constraints})


def real_seconds(description: str, *, default: float) -> Any:
    """A field for real seconds, at most ``MAX_WAIT_SECONDS``."""
    return option(description, default=default, ge=0, le=MAX_WAIT_SECONDS, allow_inf_nan=False)
