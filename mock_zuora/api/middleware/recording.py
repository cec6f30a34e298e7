"""What the journal keeps of a request: the first bytes of its bodies, and no secrets."""

from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.types import Message, Receive

from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.api.middleware.redaction import form_without_secrets, headers_without_secrets, without_secrets
from mock_zuora.api.pipeline.authentication import TOKEN_PATH
from mock_zuora.api.request_context import RequestContext
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER
from mock_zuora.control.results import RecordedRequest, timestamp
from mock_zuora.domain.errors import CUT
from mock_zuora.domain.tenants.tenant import Tenant

_FRAME: Final = 500
"""Bytes that an entry needs beside its texts, roughly."""
_MARGIN: Final = 256
"""What is kept beyond the recorded beginning of a text, so that a secret at its end is recognised."""
_MAX_BODY: Final = MAX_RECORDED_BODY + _MARGIN
_MAX_HEADER: Final = MAX_RECORDED_HEADER + _MARGIN


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
        if len(self._beginning) < _MAX_BODY:
            self._beginning += body[: _MAX_BODY - len(self._beginning)]
        return message

    @property
    def beginning(self) -> bytes:
        """The first bytes of the body, a few more than are recorded."""
        return bytes(self._beginning)


class JournalEntry:
    """A request with its response, as the journal keeps it. Most are never read, so making one must cost little.

    ``response`` is None if the client got none, else the one before compression. Secrets are redacted when an entry is
    read, except in the messages, which have none.
    """

    __slots__ = (
        "_response_body", "_at", "_body", "_body_length", "_duration", "_fault", "_headers", "_id", "_query", "_reason",
        "_secrets", "_tenant", "_user", "method", "path", "size", "status", "warnings",
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
        self.path = context.path[:_MAX_HEADER]
        self._query = context.query[:_MAX_HEADER]
        self._headers = context.headers
        self._body = recorder.beginning
        self._body_length = recorder.length
        self._tenant = tenant.name
        self._user = context.authenticated.user.name if context.authenticated else None
        self.status = None if response is None else response.status
        self._response_body = b"" if response is None else response.body[:_MAX_BODY]
        self._duration = duration
        self._fault = context.fault.id if context.fault else None
        self._reason = context.reason
        self.warnings = tuple([f"{each.deviation.key}: {each.message}" for each in context.warnings])
        self._secrets = context.registry.secrets
        self.size = (
            _FRAME + len(self.path) + len(self._query) + len(self._body) + len(self._response_body)
            + len(self._reason) + sum(map(len, self._headers)) + sum(map(len, self._headers.values()))
            + sum(map(len, self.warnings))
        )  # fmt: skip

    def request(self) -> RecordedRequest:
        """The entry as the control API returns it, without secrets."""
        secrets = self._secrets
        hide, hide_form = partial(without_secrets, secrets=secrets), partial(form_without_secrets, secrets=secrets)
        headers = headers_without_secrets(self._headers, secrets)
        return RecordedRequest(
            id=self._id,
            at=timestamp(self._at),
            method=secrets.redact(self.method),
            path=_beginning(self.path, _MAX_HEADER, secrets.redact),
            query=_beginning(self._query, _MAX_HEADER, hide),
            headers={name: value[:MAX_RECORDED_HEADER] for name, value in headers.items()},
            body=_beginning(self._body, _MAX_BODY, hide_form if self.path == TOKEN_PATH else hide),
            body_bytes=self._body_length,
            tenant=self._tenant,
            user=self._user,
            status=self.status,
            response_body=_beginning(self._response_body, _MAX_BODY, hide),
            duration=self._duration,
            fault=self._fault,
            warnings=self.warnings,
            reason=self._reason,
        )


def _beginning(kept: str | bytes, max_kept: int, hide: Callable[[str], str]) -> str:
    """The recorded beginning of a text, of which a margin more was kept, without secrets."""
    text = kept if isinstance(kept, str) else kept.decode("utf-8", "replace")
    if len(kept) < max_kept:
        return hide(text)[: max_kept - _MARGIN]
    # What the shorter text moved up from the margin can be the beginning of a secret in an unusual encoding.
    return hide(text.rstrip("\ufffd") + CUT)[: -_MARGIN - len(CUT)][: max_kept - _MARGIN]
