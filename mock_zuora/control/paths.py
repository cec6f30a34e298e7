"""Paths of the control API, and methods and path patterns in faults and searches. Standard library only: clients use
it, too."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from mock_zuora.domain.errors import expected, quote

CONTROL_PREFIX: Final = "/__mock/v1"
"""Prefix of every path of the control API."""
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""The methods of requests that faults and searches accept, in upper or lower case."""
METHODS_SENTENCE: Final = f"one of {', '.join(METHODS)}"
MAX_MATCHED_PATH: Final = 1_024
"""Characters of a path that are compared with a pattern. The paths of all operations are shorter."""
MATCHED_PER_CHUNK: Final = 2_000
"""Characters of patterns that are compared with paths at once: usually less than a millisecond of work, 30 at most."""
_ANY_SEGMENTS: Final = "(?:[^/]*+/)*?"
"""As few whole segments as possible."""


def match_whole_paths(routes: Iterable[Any]) -> None:
    """Makes routes match whole paths: the ``$`` of their expressions also matches before a line feed at the end."""
    for route in routes:
        route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z")


def allowed_methods(routes: Iterable[Any], path: str) -> str:
    """The methods of every route at a path, separated by commas; empty if the path has none."""
    methods = {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    return ", ".join(sorted(methods))


def path_parameters(template: str) -> list[str]:
    """The parameter names in a path template such as ``/jobs/{id}/step``."""
    return re.findall(r"\{(\w+)\}", template)


def check_method(method: str | None) -> None:
    """Raises ValueError for a method that no client sends."""
    if method is not None and method.upper() not in METHODS:
        raise ValueError(f"method: {quote(method)} is not valid; {expected(METHODS)}")


def check_pattern(pattern: str | None) -> None:
    """Raises ValueError for a pattern that no path can match."""
    if pattern is not None and (not pattern.startswith(("/", "*")) or "?" in pattern):
        raise ValueError(
            f"path: {quote(pattern)} is not valid; expected a pattern that begins with / or *, without host and query"
        )


def last_text(pattern: str) -> str:
    """The last text of a pattern that is not a star, which every matching path contains; empty if it has none."""
    return re.split(r"\*+", pattern.rstrip("*"))[-1]


@lru_cache(maxsize=512)
def matcher_of(pattern: str) -> Callable[[str], object]:
    """Returns the function whose result is true for a path that matches: ``*`` within one segment, ``**`` across them.

    Its time is the product of the lengths of pattern and path at most, because the expression never backtracks into a
    text that it has found. It need not: what follows the first occurrence of a text can begin there as well as after a
    later one in the same segment. The path should have at most ``MAX_MATCHED_PATH`` characters.
    """
    return re.compile(_expression(pattern), re.DOTALL).fullmatch


def _expression(pattern: str) -> str:
    """The regular expression of a pattern. What is between two ``**`` is matched as early in the path as possible."""
    first, *others = [part.split("*") for part in re.sub(r"\*{2,}", "**", pattern).split("**")]
    if not others:
        return _last_texts(first)
    *between, last = others
    found = "".join(map(_first_match, between))
    return f"{_texts(first)}{found}{_ANY_SEGMENTS}{_last_texts(['', *last])}"


def _first_match(texts: Sequence[str]) -> str:
    """The first match of texts that begin in any segment."""
    return f"(?>.*?{re.escape(texts[0])})" if len(texts) == 1 else f"(?>{_ANY_SEGMENTS}{_texts(['', *texts])})"


def _texts(texts: Sequence[str]) -> str:
    """Texts with anything but a slash between them: the first match of each."""
    first, *others = map(re.escape, texts)
    return first + "".join(f"(?>[^/]*?{each})" for each in others)


def _last_texts(texts: Sequence[str]) -> str:
    """Such texts, of which the last one ends the path."""
    *before, last = texts
    return f"{_texts(before)}[^/]*{re.escape(last)}" if before else re.escape(last)
