"""What the parts of a definition's document have in common: how they are refused, and their texts and flags."""

from collections.abc import Mapping
from typing import Any

from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote


def refuse(message: str, category: Category = Category.INVALID, resource: Resource = Resource.DEFINITION) -> ZuoraError:
    return ZuoraError(resource, category, message)


def refuse_unknown(where: str, document: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in document:
        if key not in known:
            raise refuse(
                f"{where}: unknown key {quote(key)}; expected {', '.join(sorted(known))}.", Category.UNKNOWN_FIELD
            )


def text_from(document: Mapping[str, Any], key: str, where: str, longest: int) -> str | None:
    """A text of a document; None if it is not there. Raises ZuoraError 71000020."""
    text = document.get(key)
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > longest:
        raise refuse(f"{where}: {key} must be a string of at most {longest} characters, not {quote(text)}.")
    return text


def flag_from(where: str, document: Mapping[str, Any], key: str) -> bool:
    flag = document.get(key, False)
    if not isinstance(flag, bool):
        raise refuse(f"{where}: {key} {quote(flag)} is not true or false.")
    return flag
