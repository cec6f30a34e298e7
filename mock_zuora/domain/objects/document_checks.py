"""Checks that all parts of a definition's document share."""

from collections.abc import Mapping
from typing import Any

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.errors import Category, Resource, ZuoraError, quote


def refuse(
    message: str,
    category: Category = Category.INVALID,
    resource: Resource = Resource.DEFINITION,
    assumption: Assumption | None = None,
) -> ZuoraError:
    """An error about a definition."""
    return ZuoraError(resource, category, message, assumption=assumption)


def refuse_unknown(where: str, document: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raises ZuoraError 71000021 for an unknown key."""
    for key in document:
        if key not in known:
            raise refuse(
                f"{where}: unknown key {quote(key)}; expected {', '.join(sorted(known))}.", Category.UNKNOWN_FIELD
            )


def text_from(document: Mapping[str, Any], key: str, where: str, max_length: int) -> str | None:
    """An optional text of a document, or None. Raises ZuoraError 71000020."""
    text = document.get(key)
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > max_length:
        raise refuse(f"{where}: {key} must be a string of at most {max_length} characters, not {quote(text)}.")
    return text


def flag_from(where: str, document: Mapping[str, Any], key: str) -> bool:
    """An optional boolean of a document, false by default. Raises ZuoraError 71000020."""
    flag = document.get(key, False)
    if not isinstance(flag, bool):
        raise refuse(f"{where}: {key} {quote(flag)} is not true or false.")
    return flag
