"""Patterns of paths, as faults and searches take them."""

import re
from functools import lru_cache


def fits(pattern: str, path: str) -> bool:
    """Whether a path is of that pattern: ``*`` is anything within one segment, ``**`` anything at all."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts), re.DOTALL)
