"""What the journal keeps of a request: the first bytes of its bodies, and no secrets."""

import json
from asyncio import timeout
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from starlette.types import Message, Receive

from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.api.middleware.redaction import form_without_secrets, headers_without_secrets, without_secrets
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.request_body import beginning_of_gzip, is_gzip
from mock_zuora.api.request_context import RequestContext
from mock_zuora.control.faults import Effect
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER
from mock_zuora.control.recorded_requests import RecordedRequest, RequestSummary, contains, is_error
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.errors import CUT, shortened
from mock_zuora.domain.tenants.tenant import Tenant

_FRAME: Final = 500
"""Bytes that an entry needs beside its texts, roughly."""
_MARGIN: Final = 256
"""What is kept beyond the recorded beginning of a text, so that a secret at its end is recognised."""
_MAX_BODY: Final = MAX_RECORDED_BODY + _MARGIN
_MAX_HEADER: Final = MAX_RECORDED_HEADER + _MARGIN
_MAX_UNREAD_BYTES: Final = 64 * 1024
"""The longest body that is read only for the journal. A large upload is refused unread."""
_MAX_UNREAD_SECONDS: Final = 0.2
"""How long the response waits for a body that only the journal reads. Nearly all clients have sent it already."""
_JOBS: Final = ["", "objects", "jobs"]
"""The segments of the path of all jobs. Those of one job have its id next."""
_MAX_ID: Final = 100
_MAX_MESSAGE: Final = 300
"""Characters of a message in a summary."""


class BodyRecorder:
    """Passes on a request's body, and keeps its first bytes and its length, as far as it is read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._beginning = bytearray()
        self.has_ended = False
        self.is_incomplete = False
        """Whether the client disconnected before the end."""
        self.is_announced = False
        self.length = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.is_incomplete = not self.has_ended
        self.has_ended = not message.get("more_body", False)
        body = message.get("body", b"")
        self.length += len(body)
        if len(self._beginning) < _MAX_BODY:
            self._beginning += body[: _MAX_BODY - len(self._beginning)]
        return message

    async def read_unread(self, headers: Mapping[str, str]) -> None:
        """Reads a short body that the operation has not read, such as that of a request that a fault hit."""
        length = headers.get("content-length", "")
        self.is_announced = length not in ("", "0") or "transfer-encoding" in headers
        is_short = length.isdecimal() and 0 < int(length[:20]) <= _MAX_UNREAD_BYTES
        if self.has_ended or not is_short or "expect" in headers:
            return  # A client that expects 100 Continue has not sent its body.
        with suppress(TimeoutError):
            async with timeout(_MAX_UNREAD_SECONDS):
                while not self.has_ended and self.length <= _MAX_UNREAD_BYTES:
                    await self()

    @property
    def beginning(self) -> bytes:
        """The first bytes of the body as sent, a few more than are recorded."""
        return bytes(self._beginning)


class JournalEntry:
    """A request with its response, as the journal keeps it. Most are never read, so making one must cost little.

    ``response`` is None if the client got none, and ``plain`` its body before compression in any case. ``token`` is the
    alias of the access token. Secrets are redacted when an entry is read, except in the messages, which have none.
    """

    __slots__ = (
        "_at", "_body", "_body_length", "_duration", "_headers", "_is_body_read",
        "_is_replay", "_query", "_reason", "_refusal", "_response_body", "_response_headers", "_secrets",
        "_submitted", "_tenant", "_token", "fault", "id", "method", "operation", "path", "size", "status",
        "user", "warnings",
    )  # fmt: skip

    def __init__(
        self,
        context: RequestContext,
        tenant: Tenant,
        recorder: BodyRecorder,
        response: CollectedResponse | None,
        plain: bytes,
        duration: float,
        token: str | None,
    ) -> None:
        self.id = context.request_id
        self._at = tenant.clock.now()
        self.method = context.method
        self.path = context.path[:_MAX_HEADER]
        self._query = context.query[:_MAX_HEADER]
        self._headers = context.headers
        self._body = recorder.beginning
        self._body_length = recorder.length
        self._is_body_read = (recorder.has_ended or not recorder.is_announced) and not recorder.is_incomplete
        self._tenant = tenant.name
        self.user = context.authenticated.user.name if context.authenticated else None
        self.status = None if response is None else response.status
        self._response_body = b"" if response is None else plain[:_MAX_BODY]
        self._response_headers = () if response is None else response.headers
        self.operation = context.operation
        self._refusal = "" if response is None else context.refusal
        self._submitted = plain[:_MAX_BODY] if _submits_job(context) else b""
        self._token = token
        self._is_replay = context.is_replay
        self._duration = duration
        self.fault = context.fault.id if context.fault else None
        self._reason = context.reason
        self.warnings = tuple([f"{each.deviation.key}: {each.message}" for each in context.warnings])
        self._secrets = context.registry.secrets
        self.size = (
            _FRAME + len(self.path) + len(self._query) + len(self._body) + len(self._response_body)
            + len(self._reason) + sum(map(len, self._headers)) + sum(map(len, self._headers.values()))
            + sum(map(len, self.warnings)) + sum([len(name) + len(value) for name, value in self._response_headers])
        )  # fmt: skip

    @property
    def error_code(self) -> int | None:
        """The code of the refusal of the request, or of some of its records, that the client received."""
        return int(self._refusal.partition(" ")[0]) if self._refusal else None

    @property
    def is_error(self) -> bool:
        """As ``RecordedRequest.is_error``."""
        return is_error(self.status, self.error_code)

    def contains(self, text: str) -> bool:
        """As ``RecordedRequest.contains``: secrets, which are not shown, are not found either."""
        raw = (self.path, self._query, _text_of(self._body), _text_of(self._response_body))
        # This excludes nearly all entries, at a tenth of the cost of a search in the texts without secrets.
        return (is_gzip(self._headers) or contains(text, raw)) and contains(text, self._searched())

    @property
    def job_id(self) -> str | None:
        """The id of the job that the request created, or that its path names."""
        if self._submitted:
            with suppress(ValueError, TypeError, KeyError):
                return str(json.loads(self._submitted)["Id"])
            return None
        segments = self.path.split("/", len(_JOBS) + 1) if self.operation else []
        is_job = segments[:-1][: len(_JOBS)] == _JOBS and len(segments[len(_JOBS)]) <= _MAX_ID
        return segments[len(_JOBS)] if is_job else None

    def request(self) -> RecordedRequest:
        """The entry as the control API returns it, without secrets."""
        secrets = self._secrets
        headers = headers_without_secrets(self._headers, secrets)
        body, is_body_cut, body_base64 = self._shown_body()
        return RecordedRequest(
            id=self.id,
            at=timestamp(self._at),
            method=secrets.redact(self.method),
            path=self._shown_path(),
            query=self._shown_query(),
            headers={name: value[:MAX_RECORDED_HEADER] for name, value in headers.items()},
            body=body,
            body_bytes=self._body_length,
            is_body_cut=is_body_cut,
            body_base64=body_base64,
            tenant=self._tenant,
            user=self.user,
            status=self.status,
            response_body=self._shown_response_body(),
            response_headers=self._shown_response_headers(),
            operation=self.operation,
            error_code=self.error_code,
            job_id=None if self.job_id is None else secrets.redact(self.job_id),
            token=self._token,
            is_replay=self._is_replay,
            duration=self._duration,
            fault=self.fault,
            warnings=self.warnings,
            reason=self._reason,
            message=self._message,
        )

    def summary(self) -> RequestSummary:
        """The entry in one line of a list, without secrets."""
        secrets = self._secrets
        return RequestSummary(
            id=self.id,
            at=timestamp(self._at),
            method=secrets.redact(self.method),
            path=self._shown_path(),
            query=self._shown_query(),
            status=self.status,
            duration=self._duration,
            user=self.user,
            operation=self.operation,
            error_code=self.error_code,
            message=shortened(self._message, _MAX_MESSAGE),
            reason=self._reason,
            job_id=None if self.job_id is None else secrets.redact(self.job_id),
            fault=self.fault,
            token=self._token,
            is_replay=self._is_replay,
            is_error=self.is_error,
            warnings=len(self.warnings),
        )

    @property
    def _message(self) -> str:
        return self._refusal.partition(" ")[2]

    def _searched(self) -> Iterator[str]:
        """The texts without secrets in which a search looks."""
        yield self._shown_path()
        yield self._shown_query()
        yield self._shown_body()[0]
        yield self._shown_response_body()

    def _shown_path(self) -> str:
        return _beginning(self.path, _MAX_HEADER, self._secrets.redact)[0]

    def _shown_query(self) -> str:
        return _beginning(self._query, _MAX_HEADER, self._hide)[0]

    def _hide(self, text: str) -> str:
        return without_secrets(text, self._secrets)

    def _shown_body(self) -> tuple[str, bool, str]:
        """The beginning of the body as text, whether that is not all, and its bytes in base64 if they are no text."""
        hide = partial(form_without_secrets, secrets=self._secrets) if self.path == TOKEN_PATH else self._hide
        data, is_whole = self._body, self._is_body_read and self._body_length <= len(self._body)
        if is_gzip(self._headers) and (unpacked := beginning_of_gzip(data, _MAX_BODY)) is not None:
            data, has_more = unpacked
            is_whole = is_whole and not has_more
        text, is_cut = _beginning(_text_of(data), _MAX_BODY, hide, is_whole=is_whole)
        if _is_utf8(data):
            return text, is_cut, ""
        # Read as Latin-1, the secrets in it are found, and every byte is kept.
        latin, is_cut = _beginning(data.decode("latin-1"), _MAX_BODY, hide, is_whole=is_whole)
        return text, is_cut, b64encode(latin.encode("latin-1", "replace")).decode()

    def _shown_response_body(self) -> str:
        is_whole = len(self._response_body) < _MAX_BODY
        return _beginning(_text_of(self._response_body), _MAX_BODY, self._hide, is_whole=is_whole)[0]

    def _shown_response_headers(self) -> dict[str, str]:
        sent: dict[str, str] = {}
        for name, value in self._response_headers:
            text = value.decode("latin-1")
            key = name.decode("latin-1")
            sent[key] = f"{sent[key]}, {text}" if key in sent else text
        shown = headers_without_secrets(sent, self._secrets)
        return {name: value[:MAX_RECORDED_HEADER] for name, value in shown.items()}


def _text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, even if the last character is cut."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.end == len(data) and error.reason == "unexpected end of data"
    return True


def _submits_job(context: RequestContext) -> bool:
    """Whether a request can create a job: even if its response is lost, but not if a fault responds instead."""
    is_answered_by_fault = context.fault is not None and context.fault.effect is Effect.STATUS
    return context.method == "POST" and context.path.split("/") == _JOBS and not is_answered_by_fault


def _beginning(text: str, max_kept: int, hide: Callable[[str], str], *, is_whole: bool = True) -> tuple[str, bool]:
    """The recorded beginning of a text, of which a margin more was kept, without secrets; and whether it was cut."""
    if is_whole and len(text) < max_kept:
        shown = hide(text)
        return shown[: max_kept - _MARGIN], len(shown) > max_kept - _MARGIN
    # What the shorter text moved up from the margin can be the beginning of a secret in an unusual encoding.
    return hide(text.rstrip("\ufffd") + CUT)[: -_MARGIN - len(CUT)][: max_kept - _MARGIN], True
