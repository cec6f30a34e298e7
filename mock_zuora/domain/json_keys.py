"""The rule about keys of JSON objects: each occurs once. Parsers without it silently keep the last value."""

from typing import Any

from mock_zuora.domain.errors import quote


class DuplicateKeyError(ValueError):
    """A JSON object has a key more than once."""


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An ``object_pairs_hook`` for ``json.loads``. Raises DuplicateKeyError.

    It is Python code, so that a thread which parses a long document lets other threads run.
    """
    document = dict(pairs)
    if len(document) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKeyError(f"key {quote(key)} occurs more than once; expected unique keys")
            seen.add(key)
    return document
