"""What the journal keeps of a request: the first bytes of its bodies, and no secrets."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.types import Message, Receive

from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.request_context import RequestContext
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER
from mock_zuora.control.results import RecordedRequest, timestamp
from mock_zuora.domain.tenants.tenant import Tenant

REDACTED: Final = "redacted"
_SECRET_HEADERS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "x-api-key", "apiaccesskeyid", "apisecretaccesskey"}
)
_SCHEMES: Final = ("bearer", "basic")
_SECRET_NAMES: Final = ("client_secret", "access_token", "refresh_token", "jti", "assertion", "password")
_ANY_NAME: Final = "|".join(_SECRET_NAMES)
_SECRETS: Final = re.compile(
    rf"""((?:^|[?&\s])(?:{_ANY_NAME})=)[^&\s]*|("(?:{_ANY_NAME})"\s*:\s*")(?:[^"\\]|\\.)*""", re.IGNORECASE
)
_FRAME: Final = 500
"""Bytes that an entry needs beside its texts, roughly."""
_SHOWN_OF_FORMS: Final = ("client_id", "grant_type")
_NAMES_OF_FORMS: Final = (*_SHOWN_OF_FORMS, "client_secret")


class BodyRecorder:
    """Passes on a request's body, and keeps its first bytes and its length."""

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
    """A body, or its first bytes, as text without secrets."""
    return without_secrets(body.decode("utf-8", "replace"))


def without_secrets(text: str) -> str:
    """A form, a query or JSON with the values of secret names redacted."""
    lower = text.lower()
    if not lower or not any([name in lower for name in _SECRET_NAMES]):
        # Nearly always; searching for the names costs far less than the pattern.
        return text
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}{REDACTED}", text)


def form_without_secrets(body: bytes) -> str:
    """A token request with only the values that are known not to be secret."""
    sent = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    shown = [(name, value if name in _SHOWN_OF_FORMS else REDACTED) for name, value in sent if name in _NAMES_OF_FORMS]
    return urlencode(shown) if len(shown) == len(sent) else urlencode([*shown, (REDACTED, REDACTED)])


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers; of a secret header only its scheme, if it is a usual one."""
    kept = dict(headers)
    for name in _SECRET_HEADERS & kept.keys():
        scheme, blank, _ = kept[name].partition(" ")
        kept[name] = f"{scheme} {REDACTED}" if blank and scheme.lower() in _SCHEMES else REDACTED
    return kept


class JournalEntry:
    """A request with its response, as the journal keeps it. Most are never read, so making one must cost little.

    ``response`` is None if the client got none, else the one before compression. Secrets in headers, queries and token
    requests are redacted at once; other bodies are redacted when they are read.
    """

    __slots__ = (
        "_response_body", "_at", "_body", "_body_length", "_duration", "_fault", "_headers", "_id", "_query", "_reason",
        "_tenant", "_user", "method", "path", "size", "status", "warnings",
    )  # fmt: skip

    def __init__(
        self,
        context: RequestContext,
        tenant: Tenant,
        recorder: BodyRecorder,
        response: CollectedResponse | None,
        duration: float,
    ) -> None:
        self._id = context.request_id
        self._at = tenant.clock.now()
        self.method = context.method
        self.path = context.path[:MAX_RECORDED_HEADER]
        self._query = without_secrets(context.query[:MAX_RECORDED_HEADER])
        self._headers = kept_headers(context.headers)
        self._body = recorder.beginning
        self._body_length = recorder.length
        self._tenant = tenant.name
        self._user = context.authenticated.user.name if context.authenticated else None
        self.status = None if response is None else response.status
        self._response_body = b"" if response is None else response.body[:MAX_RECORDED_BODY]
        self._duration = duration
        self._fault = context.fault.id if context.fault else None
        self._reason = context.reason
        self.warnings = tuple([f"{each.deviation.key}: {each.message}" for each in context.warnings])
        if context.path == TOKEN_PATH:
            self._body = form_without_secrets(self._body).encode()
            self._response_body = readable(self._response_body).encode()
        self.size = (
            _FRAME + len(self.path) + len(self._query) + len(self._body) + len(self._response_body)
            + len(self._reason) + sum(map(len, self._headers)) + sum(map(len, self._headers.values()))
            + sum(map(len, self.warnings))
        )  # fmt: skip

    def request(self) -> RecordedRequest:
        """The entry as the control API returns it."""
        return RecordedRequest(
            id=self._id,
            at=timestamp(self._at),
            method=self.method,
            path=self.path,
            query=self._query,
            headers={name: value[:MAX_RECORDED_HEADER] for name, value in self._headers.items()},
            body=readable(self._body),
            body_bytes=self._body_length,
            tenant=self._tenant,
            user=self._user,
            status=self.status,
            response_body=readable(self._response_body),
            duration=self._duration,
            fault=self._fault,
            warnings=self.warnings,
            reason=self._reason,
        )
