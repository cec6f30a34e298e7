"""What Python's parser of JSON accepts and this project refuses: keys that occur twice, and NaN and infinity.

Parsers without the first rule silently keep the last value.
"""

from typing import Any, NoReturn

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


def reject_constant(name: str) -> NoReturn:
    """A ``parse_constant`` for ``json.loads``: ``NaN``, ``Infinity`` and ``-Infinity`` raise ValueError."""
    raise ValueError(f"{name} is not a JSON value")
