"""How deeply the JSON of requests can be nested, so that no conversion or message of it exhausts the stack."""

from typing import Final

from mock_zuora.domain import limits

_LONG: Final = 1_000_000
"""Characters. The brackets of a longer text are not counted, because that would delay other threads."""


def is_too_deep(document: object, text: str) -> bool:
    """Whether a document, which was parsed from a text, is nested deeper than ``limits.MAX_JSON_NESTING``.

    Looks at the document level by level, unless the text is short and has too few brackets.
    """
    if len(text) < _LONG and text.count("[") + text.count("{") <= limits.MAX_JSON_NESTING:
        return False
    level: list[object] = [document]
    for _ in range(limits.MAX_JSON_NESTING):
        level = [
            each
            for outer in level
            if isinstance(outer, dict | list)
            for each in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(each, dict | list)
        ]
        if not level:
            return False
    return True


def too_deep_sentence() -> str:
    """What a refusal says, after the name of the document."""
    return f"is nested too deeply; expected at most {limits.MAX_JSON_NESTING} levels"
