"""Aliases of access tokens, by which the journal tells tokens apart without showing them."""

from hashlib import blake2b
from typing import Final

MAX_ALIASES: Final = 10_000
"""So many tokens of a tenant are remembered. An older one gets a new alias when it is used again."""


class TokenAliases:
    """``token-1``, ``token-2`` and so on, in the order in which the tokens of one tenant are first recorded."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._last = 0

    def of(self, token: str) -> str:
        """The alias of a token, known to the server or not."""
        # A digest, because a client can send tokens of any length.
        key = blake2b(token.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._last = self._last + 1
            if len(self._numbers) > MAX_ALIASES:
                del self._numbers[next(iter(self._numbers))]
        return f"token-{number}"

    def clear(self) -> None:
        """Forgets every token. The next one is ``token-1``."""
        self._numbers.clear()
        self._last = 0
