"""Redaction by value: what this server issued or was configured with as a secret is not written to texts.

Generated secrets have a checksum, so they are recognised without a list of them, also after their tenant is gone.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from mock_zuora.domain.ids import SECRET_DIGITS, is_generated

REDACTED: Final = "redacted"
MIN_ANYWHERE: Final = 8
"""Secrets with fewer characters are redacted as whole words only: a secret ``mess`` must not garble ``message``."""
KEPT: Final = 10_000
"""The latest configured secrets, which are kept; of others, up to as many."""
_FEW: Final = 50
"""Up to this many configured secrets, searching for each is the fastest way."""
_WIDTH: Final = 4
"""Characters of the start of a secret by which it is found among many. Shorter ones are redacted by name only: a secret
``s`` must not garble ``1 s``."""
_IS_DIGIT: Final = bytes(b"0"[0] if chr(byte) in "0123456789abcdef" else b" "[0] for byte in range(256))
_RUN: Final = b"0" * SECRET_DIGITS


def without_generated(text: str) -> str:
    """A text in which generated secrets are redacted."""
    # One byte per character, so that positions are the same.
    raw = text.encode("ascii", "replace")
    digits = raw.translate(_IS_DIGIT)
    at = digits.find(_RUN)
    if at < 0:
        return text
    parts, end = [], 0
    while at >= 0:
        if is_generated(raw[at : at + SECRET_DIGITS]):
            parts += [text[end:at], REDACTED]
            end = at = at + SECRET_DIGITS
        else:
            at += 1
        at = digits.find(_RUN, at)
    return "".join([*parts, text[end:]])


class Secrets:
    """The secrets of one server. A configured one stays known after its client or its tenant is gone."""

    def __init__(self) -> None:
        self._configured: dict[str, None] = {}
        self._lengths: dict[str, set[int]] = {}
        """The lengths of the configured secrets by their start."""

    def add(self, values: Iterable[str]) -> None:
        """Makes configured secrets known."""
        for value in values:
            if len(value) >= _WIDTH and value not in self._configured and without_generated(value) == value:
                self._configured[value] = None
                self._lengths.setdefault(value[:_WIDTH], set()).add(len(value))
        if len(self._configured) > 2 * KEPT:
            latest = islice(self._configured, len(self._configured) - KEPT, None)
            self._configured, self._lengths = {}, {}
            self.add(list(latest))

    def redact(self, text: str) -> str:
        """A text in which every secret is redacted."""
        text = without_generated(text)
        # The longest first: one secret can be part of another.
        for value in sorted(self._found_in(text), key=len, reverse=True):
            if len(value) >= MIN_ANYWHERE:
                text = text.replace(value, REDACTED)
            else:
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", REDACTED, text)
        return text

    def _found_in(self, text: str) -> Iterable[str]:
        if len(self._configured) <= _FEW:
            return [value for value in self._configured if value in text]
        # The cost of this does not grow with the number of secrets.
        lengths = self._lengths
        return {
            text[at : at + length]
            for at in range(len(text) - _WIDTH + 1)
            for length in lengths.get(text[at : at + _WIDTH], ())
        } & self._configured.keys()
