"""What a journal keeps of a call: the beginning of its bodies, and no secret."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response
from starlette.types import Message, Receive

from mock_zuora.api.call import Call
from mock_zuora.control.journal import LONGEST_BODY, LONGEST_HEADER
from mock_zuora.control.results import Request
from mock_zuora.core.clock import date_text

REDACTED: Final = "redacted"
_SECRET_HEADERS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "apiaccesskeyid", "apisecretaccesskey"}
)
_SECRET_NAMES: Final = ("client_secret", "access_token", "refresh_token", "jti", "assertion", "password")
_ANY_NAME: Final = "|".join(_SECRET_NAMES)
_SECRETS: Final = re.compile(
    rf"""((?:^|[?&\s])(?:{_ANY_NAME})=)[^&\s]*|("(?:{_ANY_NAME})"\s*:\s*")(?:[^"\\]|\\.)*""", re.IGNORECASE
)
_TOKEN_PATH: Final = "/oauth/token"
_SHOWN_OF_FORMS: Final = ("client_id", "grant_type")
_NAMES_OF_FORMS: Final = (*_SHOWN_OF_FORMS, "client_secret")


class Recorder:
    """Passes a request's body on, and remembers its beginning and its length."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._beginning = bytearray()
        self.length = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        self.length += len(body)
        if len(self._beginning) < LONGEST_BODY:
            self._beginning += body[: LONGEST_BODY - len(self._beginning)]
        return message

    @property
    def beginning(self) -> bytes:
        """The first bytes of the body, at most ``LONGEST_BODY``."""
        return bytes(self._beginning)


def readable(body: bytes) -> str:
    """The beginning of a body as text, without secrets."""
    return without_secrets(body[:LONGEST_BODY].decode("utf-8", "replace"))


def without_secrets(text: str) -> str:
    """A form, a query or JSON with the values of secret names redacted."""
    lower = text.lower()
    if not any(name in lower for name in _SECRET_NAMES):
        # Nearly always; to look for the names alone costs far less than the pattern.
        return text
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}{REDACTED}", text)


def form_without_secrets(body: bytes) -> str:
    """What is sent for a token: nothing but what is known not to be secret, however the rest is written."""
    said = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    shown = [(name, value if name in _SHOWN_OF_FORMS else REDACTED) for name, value in said if name in _NAMES_OF_FORMS]
    return urlencode(shown) if len(shown) == len(said) else urlencode([*shown, (REDACTED, REDACTED)])


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The beginnings of the headers; of a secret one only its scheme."""
    return {name: _kept(name, value[:LONGEST_HEADER]) for name, value in headers.items()}


def _kept(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if blank else REDACTED


def request_of(
    call: Call, recorder: Recorder, response: Response | None, body: bytes, *, at: int, duration: float
) -> Request:
    """The call for the journal; no response: the client got none. ``body`` is the answer's before compression."""
    is_for_token = call.path == _TOKEN_PATH
    return Request(
        id=call.request_id,
        at=date_text(at),
        method=call.method,
        path=call.path[:LONGEST_HEADER],
        query=without_secrets(call.query[:LONGEST_HEADER]),
        headers=kept_headers(call.headers),
        body=form_without_secrets(recorder.beginning) if is_for_token else readable(recorder.beginning),
        body_bytes=recorder.length,
        tenant=call.tenant.name,
        user=call.known_caller.user.name if call.known_caller else None,
        status=None if response is None else response.status_code,
        response_body=readable(body),
        duration=duration,
        fault=call.fault.id if call.fault else None,
        warnings=tuple(f"{each.deviation.key}: {each.message}" for each in call.warnings),
    )
