"""JSON in lines, as a page shows a recorded body."""

import json
import re
from typing import Final

_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_OPENING: Final = frozenset("{[")
_CLOSING: Final = frozenset("}]")
_MAX_INDENTED: Final = 40
"""Levels that are indented, so that the lines of a deeply nested body stay short."""


def indented(text: str) -> str:
    """A JSON object or list with one member on a line; any other text as it is.

    The text is not converted, so that numbers, escapes and repeated names are shown as they were sent.
    """
    try:
        if not isinstance(json.loads(text), dict | list):
            return text
    except (ValueError, RecursionError):
        return text
    parts: list[str] = []
    previous, depth = "", 0
    for token in _TOKEN.findall(text):
        depth -= token in _CLOSING
        is_first, is_last = previous in _OPENING, token in _CLOSING
        if previous == "," or is_first != is_last:
            parts.append("\n" + "  " * min(depth, _MAX_INDENTED))
        parts.append(": " if token == ":" else token)
        depth += token in _OPENING
        previous = token
    return "".join(parts)
