"""Redaction of recorded texts: the values of secret names in headers, forms, JSON and multipart, and known secrets."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qsl, unquote_plus, urlencode

from mock_zuora.domain.access.secrets import CUT_CHARACTER, MAX_DECODED, REDACTED, Secrets

_ENDINGS: Final = (
    "token", "secret", "password", "passphrase", "assertion", "authorization", "cookie", "credentials", "apikey",
    "accesskey", "accesskeyid", "secretkey", "privatekey",
)  # fmt: skip
"""How secret names end, without their separators."""
_HINTS: Final = ("token", "secret", "pass", "assertion", "authorization", "cookie", "credentials", "key", "jti")
"""A text with none of them, and without escapes, has no secret name."""
_SCHEMES: Final = ("bearer", "basic")
_SHOWN_OF_FORMS: Final = ("client_id", "grant_type")
_NAMES_OF_FORMS: Final = (*_SHOWN_OF_FORMS, "client_secret")

_STRING: Final = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)("?)', re.DOTALL)
_COLON: Final = re.compile(r"\s*:\s*")
_SCALAR: Final = re.compile(r"[^\s,}\]]*")
_BRACKET: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_PAIR: Final = re.compile(r"[^&?\s]+")
_PAIR_IN_JSON: Final = re.compile(r'[^&?\s"]+')
_NAME: Final = re.compile(r"(?:^|[?&#])([^?&#=]+)(?==)")
"""The names in a query or in a URL."""
_PART: Final = re.compile(r'(name="([^"\r\n]*)"[^\r\n]*(?:\r?\n[^\r\n]+){0,8}\r?\n\r?\n)(.*?)(?=\r?\n--|\Z)', re.DOTALL)
"""A part of a multipart body: its headers from its name on, the name, the content."""


def is_secret_name(name: str) -> bool:
    """Whether the name of a header, field or parameter tells that its value is secret."""
    plain = name.replace("-", "").replace("_", "").lower()
    return plain.endswith(_ENDINGS) or plain == "jti"


def without_secrets(text: str, secrets: Secrets) -> str:
    """A query or body, in any format, with the values of secret names and all known secrets redacted."""
    lower = text.lower()
    is_escaped = "%" in text or "\\" in text
    if is_escaped or any([hint in lower for hint in _HINTS]):
        # Rarely; searching for the hints costs far less than what follows.
        is_json = text.lstrip()[:1] in ("{", "[", '"')
        if is_json or '":' in text:
            text = _json_without_secrets(text, secrets)
        if "=" in text or "%" in text:
            pair = _PAIR_IN_JSON if is_json else _PAIR
            text = pair.sub(lambda found: _pair_without_secrets(found[0], secrets), text)
        if 'name="' in text:
            text = _PART.sub(lambda found: f"{found[1]}{REDACTED}" if is_secret_name(found[2]) else found[0], text)
    return secrets.redact(text)


def form_without_secrets(text: str, secrets: Secrets) -> str:
    """A token request with only the values that are known not to be secret."""
    sent = parse_qsl(text, keep_blank_values=True)
    hidden = {value for name, value in sent if is_secret_name(name)}
    shown = [
        (name, value if name in _SHOWN_OF_FORMS and value not in hidden and _is_clean(value, secrets) else REDACTED)
        for name, value in sent
        if name in _NAMES_OF_FORMS
    ]
    return urlencode(shown if len(shown) == len(sent) else [*shown, (REDACTED, REDACTED)])


def headers_without_secrets(headers: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    """The headers; of a secret header only its scheme, if it is a usual one."""
    shown = {name: _header_value(name, value, secrets) for name, value in headers.items()}
    # One search in all of them costs less than one in each.
    if _is_clean("\n".join([*shown, *shown.values()]), secrets):
        return shown
    return {secrets.redact(name): secrets.redact(value) for name, value in shown.items()}


def _header_value(name: str, value: str, secrets: Secrets) -> str:
    if not is_secret_name(name):
        return without_secrets(value, secrets) if "=" in value or "%" in value else value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if blank and scheme.lower() in _SCHEMES else REDACTED


def _is_clean(text: str, secrets: Secrets) -> bool:
    return secrets.redact(text) == text


def _pair_without_secrets(pair: str, secrets: Secrets) -> str:
    name, equals, value = pair.partition("=")
    if equals and (is_secret_name(unquote_plus(name)) or _has_secret_name(value)):
        return f"{name}={REDACTED}"
    if ("%" in pair or "+" in pair) and not _is_clean(unquote_plus(pair), secrets):
        return f"{name}={REDACTED}" if equals and _is_clean(unquote_plus(name), secrets) else REDACTED
    return pair


def _has_secret_name(value: str) -> bool:
    """Whether a percent-encoded value is a URL or a query with a secret name."""
    for _ in range(MAX_DECODED if "%" in value else 0):
        value = unquote_plus(value)
        if any([is_secret_name(name) for name in _NAME.findall(value)]):
            return True
    return False


def _json_without_secrets(text: str, secrets: Secrets) -> str:
    """JSON, or the beginning of it, in which values of any type are redacted."""
    parts: list[str] = []
    done = 0
    while (found := _STRING.search(text, done)) is not None:
        plain = _unescaped(found[1])
        is_hidden = "\\" in found[1] and not _is_clean(plain, secrets)
        parts += [text[done : found.start()], f'"{REDACTED}{found[2]}' if is_hidden else found[0]]
        done = found.end()
        colon = _COLON.match(text, done)
        if colon is not None and is_secret_name(plain):
            done, closing = _end_of_value(text, colon.end())
            parts += [colon[0], f'"{REDACTED}{closing}']
    return "".join([*parts, text[done:]])


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    for plain in (text, CUT_CHARACTER.sub("", text)):
        with suppress(ValueError):
            return str(json.loads(f'"{plain}"', strict=False))
    return text


def _end_of_value(text: str, at: int) -> tuple[int, str]:
    """Where a JSON value ends, and the quote that ends it in its redacted form; a value that is cut off has none."""
    if text[at : at + 1] == '"':
        found = _STRING.match(text, at)
        return (len(text), "") if found is None else (found.end(), found[2])
    if text[at : at + 1] not in ("[", "{"):
        found = _SCALAR.match(text, at)
        return (len(text) if found is None else found.end()), '"'
    depth = 0
    for found in _BRACKET.finditer(text, at):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.end(), '"'
    return len(text), ""
