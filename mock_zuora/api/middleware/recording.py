"""What a journal keeps of a call: the beginning of its bodies, and no secret."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response
from starlette.types import Message, Receive

from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.request_context import Call
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER
from mock_zuora.control.results import RecordedRequest, timestamp

REDACTED: Final = "redacted"
_SECRET_HEADERS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "apiaccesskeyid", "apisecretaccesskey"}
)
_SECRET_NAMES: Final = ("client_secret", "access_token", "refresh_token", "jti", "assertion", "password")
_ANY_NAME: Final = "|".join(_SECRET_NAMES)
_SECRETS: Final = re.compile(
    rf"""((?:^|[?&\s])(?:{_ANY_NAME})=)[^&\s]*|("(?:{_ANY_NAME})"\s*:\s*")(?:[^"\\]|\\.)*""", re.IGNORECASE
)
_FRAME: Final = 500
"""What a call takes beside its texts, roughly."""
_SHOWN_OF_FORMS: Final = ("client_id", "grant_type")
_NAMES_OF_FORMS: Final = (*_SHOWN_OF_FORMS, "client_secret")


class BodyRecorder:
    """Passes a request's body on, and remembers its beginning and its length."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._beginning = bytearray()
        self.length = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        self.length += len(body)
        if len(self._beginning) < MAX_RECORDED_BODY:
            self._beginning += body[: MAX_RECORDED_BODY - len(self._beginning)]
        return message

    @property
    def beginning(self) -> bytes:
        """The first bytes of the body, at most ``MAX_RECORDED_BODY``."""
        return bytes(self._beginning)


def readable(body: bytes) -> str:
    """A body, or the beginning of one, as text without secrets."""
    return without_secrets(body.decode("utf-8", "replace"))


def without_secrets(text: str) -> str:
    """A form, a query or JSON with the values of secret names redacted."""
    lower = text.lower()
    if not lower or not any([name in lower for name in _SECRET_NAMES]):
        # Nearly always; to look for the names alone costs far less than the pattern.
        return text
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}{REDACTED}", text)


def form_without_secrets(body: bytes) -> str:
    """What is sent for a token: nothing but what is known not to be secret, however the rest is written."""
    said = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    shown = [(name, value if name in _SHOWN_OF_FORMS else REDACTED) for name, value in said if name in _NAMES_OF_FORMS]
    return urlencode(shown) if len(shown) == len(said) else urlencode([*shown, (REDACTED, REDACTED)])


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers; of a secret one only its scheme."""
    kept = dict(headers)
    for name in _SECRET_HEADERS & kept.keys():
        scheme, blank, _ = kept[name].partition(" ")
        kept[name] = f"{scheme} {REDACTED}" if blank else REDACTED
    return kept


class JournalEntry:
    """A call as it is kept: what it takes to make a ``RecordedRequest`` of it. Most calls are never looked at again.

    No response: the client got none. ``body`` is the answer's before compression. Headers and queries go in without
    secrets, and so does what is sent and answered for a token; other bodies are looked through when somebody asks.
    """

    __slots__ = (
        "_answer", "_at", "_beginning", "_body_bytes", "_duration", "_fault", "_headers", "_id", "_query", "_tenant",
        "_user", "method", "path", "size", "status", "warnings",
    )  # fmt: skip

    def __init__(
        self, call: Call, recorder: BodyRecorder, response: Response | None, body: bytes, *, at: int, duration: float
    ) -> None:
        self._id = call.request_id
        self._at = at
        self.method = call.method
        self.path = call.path[:MAX_RECORDED_HEADER]
        self._query = without_secrets(call.query[:MAX_RECORDED_HEADER])
        self._headers = kept_headers(call.headers)
        self._beginning = recorder.beginning
        self._body_bytes = recorder.length
        self._tenant = call.tenant.name
        self._user = call.known_caller.user.name if call.known_caller else None
        self.status = None if response is None else response.status_code
        self._answer = body[:MAX_RECORDED_BODY]
        self._duration = duration
        self._fault = call.fault.id if call.fault else None
        self.warnings = tuple([f"{each.deviation.key}: {each.message}" for each in call.warnings])
        if call.path == TOKEN_PATH:
            self._beginning = form_without_secrets(self._beginning).encode()
            self._answer = readable(self._answer).encode()
        self.size = (
            _FRAME + len(self.path) + len(self._query) + len(self._beginning) + len(self._answer)
            + sum(map(len, self._headers)) + sum(map(len, self._headers.values())) + sum(map(len, self.warnings))
        )  # fmt: skip

    def request(self) -> RecordedRequest:
        """The call, to be read."""
        return RecordedRequest(
            id=self._id,
            at=timestamp(self._at),
            method=self.method,
            path=self.path,
            query=self._query,
            headers={name: value[:MAX_RECORDED_HEADER] for name, value in self._headers.items()},
            body=readable(self._beginning),
            body_bytes=self._body_bytes,
            tenant=self._tenant,
            user=self._user,
            status=self.status,
            response_body=readable(self._answer),
            duration=self._duration,
            fault=self._fault,
            warnings=self.warnings,
        )
