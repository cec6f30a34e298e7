"""Paths of the control API, and path patterns in faults and searches. Standard library only: clients use it, too."""

import re
from functools import lru_cache
from typing import Final

from mock_zuora.domain.errors import quote

CONTROL_PREFIX: Final = "/__mock/v1"
"""Prefix of every path of the control API."""


def path_parameters(template: str) -> list[str]:
    """The parameter names in a path template such as ``/jobs/{id}/step``."""
    return re.findall(r"\{(\w+)\}", template)


def check_pattern(pattern: str | None) -> None:
    """Raises ValueError for a pattern that no path can match."""
    if pattern is not None and (not pattern.startswith(("/", "*")) or "?" in pattern):
        raise ValueError(
            f"path: {quote(pattern)} is not valid; expected a pattern that begins with / or *, without host and query"
        )


def matches_pattern(pattern: str, path: str) -> bool:
    """Whether a path matches a pattern: ``*`` matches within one segment, ``**`` across segments."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts), re.DOTALL)
