"""Recorded requests, whole or in one line, and fidelity warnings. Standard library only, as ``results``."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from mock_zuora.control.recorded_bodies import Fields, form_fields, json_value, query_fields

_Parsed = TypeVar("_Parsed")


def is_error(status: int | None, error_code: int | None) -> bool:
    """Whether a request failed, wholly or for some of its records. Without a complete response, the status is None."""
    return status is None or status >= 400 or error_code is not None


def contains(text: str, parts: Iterable[str]) -> bool:
    """Whether one of the parts contains a text, in any letter case."""
    sought = text.lower()
    return any(sought in part.lower() for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request to the emulated API and its response. Secrets are redacted, and long bodies are cut off.

    As text, it is one line: ``GET /objects/jobs?pageSize=1: 200``.
    """

    id: str
    """The ``Zuora-Request-Id`` of the response."""
    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: str
    """As text, gunzipped if it was sent with ``Content-Encoding: gzip``. See also ``content``."""
    body_bytes: int
    """Length of the whole body as sent, or of what the server read before it refused the request."""
    tenant: str
    user: str | None
    status: int | None
    """None if the client got no complete response: a fault cut it off, or the client disconnected."""
    response_body: str
    duration: float
    """Real seconds."""
    fault: str | None
    """Id of the fault that hit the request."""
    warnings: tuple[str, ...]
    """Fidelity warnings, each ``kind: message``."""
    reason: str = ""
    """The reason of a 401, or the assumption that a refusal or a rejected row rests on; usually empty."""
    is_body_cut: bool = False
    """Whether only the beginning of the body was recorded, or received."""
    body_base64: str = ""
    """The recorded bytes of a body that is not UTF-8, which ``body`` cannot show; otherwise empty."""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name, without those that the connection adds (``date``). Empty without a complete response."""
    operation: str | None = None
    """Operation id of the API's document; None if no operation has this method and path."""
    error_code: int | None = None
    """Code of the error with which the request, or some of its records (``allowPartialSuccess``), were refused."""
    job_id: str | None = None
    """Id of the job that the request created, or that its path names."""
    token: str | None = None
    """Alias of the access token, such as ``token-1``, in the order in which the tenant's tokens were first used; the
    same for every request with the token until the server stops. None without an access token."""
    is_replay: bool = False
    """Whether the response is the kept one of an earlier request with the same idempotency key."""
    message: str = ""
    """Message of that error, also if the response does not have it (401)."""

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        status = "no response" if self.status is None else str(self.status)
        return f"{self.method} {self.path}{query}: {status}"

    @property
    def is_error(self) -> bool:
        """Whether the status is 400 or more, there was no complete response, or some of the records were refused."""
        return is_error(self.status, self.error_code)

    def contains(self, text: str) -> bool:
        """Whether the path, the query or a body contains a text, in any letter case."""
        return contains(text, (self.path, self.query, self.body, self.response_body))

    @property
    def content(self) -> bytes:
        """The body as bytes, gunzipped: all of it, or the recorded beginning. Secrets are redacted here, too."""
        return b64decode(self.body_base64) if self.body_base64 else self.body.encode()

    @property
    def params(self) -> Fields:
        """The parameters of the query; a list for a name that occurs several times."""
        return query_fields(self.query)

    @property
    def form(self) -> Fields:
        """The fields of a urlencoded or multipart body; a list for a name that occurs several times.

        The content of an uploaded file is text, too. Raises ValueError for any other body, and for one that was cut.
        """
        return self._parsed(lambda: form_fields(self.headers.get("content-type", ""), self.content))

    def json(self) -> Any:
        """The body as a JSON value. Raises ValueError for a body that is not JSON, and for one that was cut."""
        return self._parsed(lambda: json_value(self.body))

    def _parsed(self, parse: Callable[[], _Parsed]) -> _Parsed:
        """Raises ValueError that names the request."""
        where = f"{self.method} {self.path}: the body"
        if self.is_body_cut:
            recorded = len(self.content)
            cause = f"only its first {recorded} bytes were recorded"
            if not recorded:
                # The end of an incomplete text is not shown, because it can be half of a secret.
                read = f"has read only {self.body_bytes} bytes of it" if self.body_bytes else "has not read it"
                cause = f"the server {read}"
            raise ValueError(f"{where} cannot be parsed: {cause}")
        try:
            return parse()
        except ValueError as error:
            raise ValueError(f"{where} {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequests:
    """A page of the requests that match a search."""

    requests: tuple[RecordedRequest, ...]
    dropped: int
    """How many requests the journal has dropped since it was last cleared."""
    total: int = 0
    """How many requests match, on this page and on others."""
    has_more: bool = False
    """Whether there is a next page, ``after`` the last request of this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSummary:
    """A recorded request in one line of a list. Its fields mean the same as those of ``RecordedRequest``."""

    id: str
    at: datetime
    method: str
    path: str
    query: str
    status: int | None
    duration: float
    user: str | None
    operation: str | None = None
    error_code: int | None = None
    message: str = ""
    """At most 300 characters."""
    reason: str = ""
    job_id: str | None = None
    fault: str | None = None
    token: str | None = None
    is_replay: bool = False
    is_error: bool = False
    warnings: int = 0
    """How many fidelity warnings it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSummaries:
    """A page of the requests that match a search, in one line each; see ``RecordedRequests``."""

    requests: tuple[RequestSummary, ...]
    dropped: int
    total: int = 0
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCount:
    """How many requests match a search, and how many the journal has dropped since it was last cleared."""

    count: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityWarning:
    """A request that was accepted although Zuora does not document it."""

    kind: str
    message: str
    at: datetime
    method: str
    path: str
    request_id: str
    advice: str = ""
    """What the client should do instead."""
