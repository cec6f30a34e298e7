"""Hints for requests whose path no operation has."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from fastapi.routing import APIRoute

_MAX_LENGTH: Final = 1_000
"""Characters. Longer paths get no hint."""


def similar_path(routes: Sequence[APIRoute], path: str) -> str | None:
    """The path that was probably meant: without extra slashes, a version prefix or a misspelt segment."""
    if len(path) > _MAX_LENGTH:
        return None
    cleaned = re.sub(r"/{2,}", "/", path).rstrip("/")
    candidates = [cleaned, cleaned.lower(), re.sub(r"^/v\d+(?=/)", "", cleaned.lower())]
    for candidate in candidates:
        if any(route.path_regex.match(candidate) for route in routes):
            return candidate
    templates = list(dict.fromkeys(route.path for route in routes))
    return next(iter(get_close_matches(cleaned, templates, n=1, cutoff=0.7)), None)
