"""Identifiers and chance of one tenant, repeatable from a seed. The only reader of randomness."""

import random
import secrets
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

_BLOCK = 256
_VARIANT = "89ab"


class Ids:
    """Mints ids. With a seed, the same sequence of calls gives the same ids.

    Ids are cut from blocks of random bytes: a record of a bulk file costs a slice of a string, not a system call.
    """

    def __init__(self, seed: str | None = None) -> None:
        self._random = random.Random(seed if seed is not None else secrets.token_bytes(32))
        self._block = ""
        self._at = 0

    def hex(self) -> str:
        """32 hexadecimal digits: tokens and the like."""
        if self._at == len(self._block):
            self._block = self._random.randbytes(16 * _BLOCK).hex()
            self._at = 0
        start = self._at
        self._at = start + 32
        return self._block[start : self._at]

    def uuid(self) -> str:
        """A random UUID (version 4), lower case."""
        text = self.hex()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{_VARIANT[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"

    def chance(self) -> float:
        """A number from 0 up to, but without, 1."""
        return self._random.random()

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, drawn by chance."""
        return self._random.choice(items)
