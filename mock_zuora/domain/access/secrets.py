"""Redaction by value: replaces the secrets that this server issued or was configured with.

Generated secrets have a checksum, so they are recognised without a list of them, also after their tenant is gone.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice
from typing import Final
from urllib.parse import unquote

from mock_zuora.domain.errors import CUT, one_line
from mock_zuora.domain.ids import SECRET_DIGITS, is_generated

REDACTED: Final = "redacted"
MIN_ANYWHERE: Final = 8
"""Secrets with fewer characters are redacted as whole words only: a secret ``mess`` must not garble ``message``. Of a
secret that was cut, fewer characters are shown."""
MAX_DECODED: Final = 3
"""How many times a text can be percent-encoded and still be searched."""
KEPT: Final = 10_000
"""At least this many of the latest configured secrets are kept, and at most twice as many."""
_FEW: Final = 50
"""With at most this many configured secrets, it is fastest to search for each of them."""
_WIDTH: Final = 4
"""Characters of the start of a secret by which it is found among many. Shorter ones are redacted by name only: a secret
``s`` must not garble ``1 s``."""
_IS_DIGIT: Final = bytes(b"0"[0] if chr(byte) in "0123456789abcdef" else b" "[0] for byte in range(256))
_RUN: Final = b"0" * SECRET_DIGITS
_CUT_GENERATED: Final = re.compile(rf"[0-9a-f]{{{MIN_ANYWHERE},{SECRET_DIGITS - 1}}}\Z")
CUT_CHARACTER: Final = re.compile(rf"(?:%[0-9A-Fa-f]?|\\(?:u[0-9A-Fa-f]{{0,3}})?|\ufffd){{1,3}}(?={CUT}|\Z)")
"""The beginning of an encoded character where a text was cut."""
_ENCODED: Final = re.compile("%[0-9A-Fa-f]")
_WORDS: Final = re.compile(r"[^\s'\"/?&=;,]+"), re.compile(r"[^\s'\"]+")
"""What can be percent-encoded: the parts of a URL, and a URL as a whole."""


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
        self._sorted: list[str] | None = None
        """The configured secrets in order, for the search for a cut one; made on first use after a change."""
        self._longest = 0

    def add(self, values: Iterable[str]) -> None:
        """Makes configured secrets known, also as messages show them: in lower case, with escapes, or as JSON."""
        for secret in values:
            # A generated secret is recognised without being listed. Each tenant has one.
            if without_generated(secret) == REDACTED:
                continue
            # Headers are read as Latin-1.
            for read in (secret, secret.encode("utf-8", "replace").decode("latin-1")):
                for value in (read, read.lower(), one_line(read), json.dumps(read)[1:-1]):
                    self._add(value)
        if len(self._configured) > 2 * KEPT:
            latest = islice(self._configured, len(self._configured) - KEPT, None)
            self._configured, self._lengths = {}, {}
            for value in list(latest):
                self._add(value)
        self._sorted = None

    def _add(self, value: str) -> None:
        if len(value) >= _WIDTH and value not in self._configured and without_generated(value) == value:
            self._configured[value] = None
            self._lengths.setdefault(value[:_WIDTH], set()).add(len(value))

    def redact(self, text: str) -> str:
        """A text in which every secret is redacted: plain or percent-encoded, whole or cut where ``…`` marks a cut."""
        text = self._without_plain(text)
        # First in the whole text, because that is faster and rarely finds any.
        if self._is_encoded(text):
            for words in _WORDS:
                text = words.sub(lambda found: REDACTED if self._is_encoded(found[0]) else found[0], text)
        return text

    def _is_encoded(self, text: str) -> bool:
        """Whether a text contains a percent-encoded secret."""
        for _ in range(MAX_DECODED):
            if _ENCODED.search(text) is None:
                return False
            text = CUT_CHARACTER.sub("", unquote(text))
            if self._without_plain(text) != text:
                return True
        return False

    def _without_plain(self, text: str) -> str:
        text = without_generated(text)
        if CUT in text:
            *cut, rest = text.split(CUT)
            text = CUT.join([*map(self._without_cut, cut), rest])
        # The longest first: one secret can be part of another.
        for value in sorted(self._found_in(text), key=len, reverse=True):
            if len(value) >= MIN_ANYWHERE:
                text = text.replace(value, REDACTED)
            else:
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", REDACTED, text)
        return text

    def _without_cut(self, text: str) -> str:
        """A text that was cut, without the beginning of a secret at its end."""
        text = _CUT_GENERATED.sub(REDACTED, text)
        if self._sorted is None:
            self._sorted = sorted(self._configured)
            self._longest = max(map(len, self._sorted), default=0)
        for at in range(max(0, len(text) - self._longest), len(text) - MIN_ANYWHERE + 1):
            if text[at : at + _WIDTH] in self._lengths:
                next_one = bisect_left(self._sorted, text[at:])
                if next_one < len(self._sorted) and self._sorted[next_one].startswith(text[at:]):
                    return text[:at] + REDACTED
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
