"""What a journal keeps of a call: the beginning of its bodies, and no secret."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response
from starlette.types import Message, Receive

from mock_zuora.api.call import Call
from mock_zuora.control.journal import LONGEST_BODY, Exchange
from mock_zuora.core.clock import date_text

REDACTED: Final = "redacted"
_SECRET_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "apisecretaccesskey"})
_SECRET_NAMES: Final = ("client_secret", "access_token", "jti")
_SECRETS: Final = re.compile(
    rf"""(client_secret=)[^&\s]*|("(?:{"|".join(_SECRET_NAMES)})"\s*:\s*")[^"]*""", re.IGNORECASE
)


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
    def text(self) -> str:
        return readable(bytes(self._beginning))


def readable(body: bytes) -> str:
    """The beginning of a body as text, without secrets."""
    if not body:
        return ""
    text = body[:LONGEST_BODY].decode("utf-8", "replace")
    # Looked for first: the pattern costs more than all the rest of an entry, and hardly a body has a secret.
    lowered = text.lower()
    if not any(name in lowered for name in _SECRET_NAMES):
        return text
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}{REDACTED}", text)


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers; of a secret one only its scheme."""
    shown = dict(headers)
    for name in _SECRET_HEADERS & headers.keys():
        scheme, space, _ = headers[name].partition(" ")
        shown[name] = f"{scheme} {REDACTED}" if space else REDACTED
    return shown


def exchange_of(
    call: Call, recorder: Recorder, response: Response | None, body: bytes, *, at: int, duration: float
) -> Exchange:
    """The call for the journal; no response: the client got none. ``body`` is the answer's before compression."""
    return Exchange(
        id=call.request_id,
        at=date_text(at),
        method=call.method,
        path=call.path,
        query=call.query,
        headers=without_secrets(call.headers),
        body=recorder.text,
        body_bytes=recorder.length,
        user=call.known_caller.user.name if call.known_caller else None,
        status=None if response is None else response.status_code,
        response_body=readable(body),
        duration=duration,
        fault=call.fault.id if call.fault else None,
        warnings=tuple([f"{each.deviation.key}: {each.message}" for each in call.warnings]),
    )
