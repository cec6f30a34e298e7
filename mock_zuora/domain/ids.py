"""Ids and random numbers of a tenant, repeatable from a seed. Only this module reads randomness."""

import random
import re
import secrets
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, TypeVar

Item = TypeVar("Item")

SECRET_DIGITS: Final = 32
"""Hexadecimal digits of a generated secret."""
_RANDOM_DIGITS: Final = 24
"""The others are a checksum of them."""

_BLOCK: Final = 16 * 256
"""Random bytes that are drawn at once, for 256 UUIDs. Another number would change the ids of every seed."""
_PIECE: Final = 16 * 16
"""Bytes of a block that become UUIDs at once. As text they need six times the memory, in each tenant."""
_VERSION = bytes(0x40 | byte & 0x0F for byte in range(256))
_VARIANT = bytes(0x80 | byte & 0x3F for byte in range(256))
"""The two tables set the bits that make 16 random bytes a version 4 UUID: the high bits of byte 6 and byte 8."""
_GROUPS = re.compile("(.{8})(.{4})(.{4})(.{4})(.{12})")

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def is_uuid(text: str) -> bool:
    """Whether a text has the form of a UUID, in upper or lower case."""
    return _UUID.fullmatch(text) is not None


def is_generated(digits: bytes) -> bool:
    """Whether these hexadecimal digits are a secret that a server generated. Of others, one in 2**32 looks like it."""
    checksum = digits[_RANDOM_DIGITS:]
    # Fast, because a text can have thousands of candidates.
    return len(digits) == SECRET_DIGITS and zlib.crc32(digits[:_RANDOM_DIGITS]) == int(checksum, 16)


class Ids:
    """Generates ids. With a seed, the same sequence of calls returns the same ids.

    UUIDs are generated in blocks, which costs a tenth of ``uuid.uuid4`` for each record of a bulk file.
    """

    def __init__(self, seed: str | None = None) -> None:
        self._seed = seed
        self._block = b""
        self._uuids: list[str] = []

    @cached_property
    def _random(self) -> random.Random:
        # Made on first use: it takes 2.5 KB, and few tenants have faults that draw from theirs.
        return random.Random(self._seed if self._seed is not None else secrets.token_bytes(32))

    def hex(self) -> str:
        """32 hexadecimal digits for access tokens and other secrets: 24 random ones and a checksum."""
        digits = self._random.randbytes(16).hex()[:_RANDOM_DIGITS]
        return f"{digits}{zlib.crc32(digits.encode()):08x}"

    def uuid(self) -> str:
        """A random UUID (version 4) in lower case."""
        if not self._uuids:
            block = self._block or self._random.randbytes(_BLOCK)
            self._block, piece = block[:-_PIECE], block[-_PIECE:]
            self._uuids = _uuids(bytearray(piece))
        return self._uuids.pop()

    def unused_uuid(self, find: Callable[[str], object | None]) -> str:
        """A UUID for which ``find`` finds nothing.

        A seeded sequence starts again when a tenant's jobs are reset or a state is imported; its records stay.
        """
        while find(candidate := self.uuid()) is not None:
            pass
        return candidate

    def chance(self) -> float:
        """A random number from 0 up to, but not including, 1."""
        return self._random.random()

    def pick(self, items: Sequence[Item]) -> Item:
        """A random item."""
        return self._random.choice(items)


def _uuids(data: bytearray) -> list[str]:
    data[6::16] = data[6::16].translate(_VERSION)
    data[8::16] = data[8::16].translate(_VARIANT)
    return ["-".join(groups) for groups in _GROUPS.findall(data.hex())]
