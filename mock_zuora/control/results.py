"""Results of control operations, the same from every transport. They pickle, and ignore fields of a newer server.

Standard library only: the client of a remote server needs nothing else. Timestamps are aware ``datetime`` in UTC.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from mock_zuora.control.job_results import JobStatusChange, PlannedOutcomeInfo
from mock_zuora.control.recorded_bodies import Fields, form_fields, json_value, query_fields
from mock_zuora.domain.assumptions.assumption import BY_VERSION
from mock_zuora.domain.jobs.job import Status

_Parsed = TypeVar("_Parsed")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(milliseconds: int) -> datetime:
    """The time of a tenant's clock, which counts milliseconds since 1970, as a ``datetime`` in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """Why a job failed."""

    code: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInfo:
    """A bulk job. ``processing_time`` is in milliseconds."""

    id: str
    namespace: str
    object: str
    operation: str
    status: str
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    processing_time: int
    records_processed: int
    rejected_rows: int = 0
    """All rejected rows so far; ``jobs.errors`` lists at most 10,000 of them."""
    error: JobError | None = None
    rows: int | None = None
    """Rows of its file below the header; None before the upload and for a delete job."""
    history: tuple[JobStatusChange, ...] = ()
    """Every status so far, oldest first."""
    due_at: datetime | None = None
    """When the tenant's clock moves it to its next status; None if the clock does not."""
    polls_left: int | None = None
    """How many more retrievals return ``in_progress``; None if retrievals are not counted."""
    next_by: str | None = None
    """What moves it to its next status: ``clock``, ``poll``, ``upload`` or ``control request``; None at its end."""
    planned: tuple[str, ...] = ()
    """Kinds of planned outcomes (``failure``, ``rejection``, ``hold``) that have applied to it, and of waiting ones
    that will if no other job comes before it."""

    @property
    def has_ended(self) -> bool:
        """Whether the status is final."""
        return Status(self.status).is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A rejected row of a job's file. Row 1 is the header."""

    row: int
    code: int
    message: str
    record: Mapping[str, Any]
    """The values of the row by column."""
    reason: str = ""
    """The assumption that the rejection rests on; empty if it rests on none."""
    record_id: str = ""
    """The id that responses can show: generated for a create, and as the row has it for an update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOutcomes:
    """The planned outcomes that are still waiting for a job, and how many they are."""

    failures: int
    rejections: int
    holds: int
    plans: tuple[PlannedOutcomeInfo, ...] = ()
    """The planned outcomes themselves: failures, rejections, then holds, each in the order of planning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityWarning:
    """A request that was accepted although Zuora does not document it."""

    kind: str
    message: str
    at: datetime
    method: str
    path: str
    request_id: str


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
    """Code of the error with which the request was refused."""
    job_id: str | None = None
    """Id of the job that the request created, or that its path names."""
    token: str | None = None
    """Alias of the access token, such as ``token-1``, in the order in which the tenant's tokens were first used; the
    same for every request with the token until the server stops. None without an access token."""
    is_replay: bool = False
    """Whether the response is the kept one of an earlier request with the same idempotency key."""

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        status = "no response" if self.status is None else str(self.status)
        return f"{self.method} {self.path}{query}: {status}"

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
    """Requests that match a search, oldest first, and how many the journal has dropped since it was last cleared."""

    requests: tuple[RecordedRequest, ...]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCount:
    """How many requests match a search, and how many the journal has dropped since it was last cleared."""

    count: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime:
    """A tenant's clock. ``speed`` is its seconds per real second, 0 while it is frozen."""

    now: datetime
    speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """Credentials of an OAuth client, for ``POST /oauth/token``."""

    client_id: str
    client_secret: str = field(repr=False)
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A bearer token. It expires at ``expires_at`` on its tenant's clock."""

    access_token: str = field(repr=False)
    tenant: str
    user: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantInfo:
    """A tenant of the server."""

    name: str
    type: str
    users: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedTenant:
    """A new tenant with its OAuth client."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """The server, and the tenant that the request named."""

    version: str
    """Version of mock_zuora."""
    control: str
    """Who may use the control API: ``local``, ``open`` or ``token``."""
    tenants: tuple[str, ...]
    tenant: str
    clock: ClockTime
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """A user of a tenant."""

    id: str
    """The id that records and jobs show, as ``CreatedById`` and ``UpdatedById``."""
    name: str
    permissions: tuple[str, ...]
    """Any of ``view``, ``edit`` and ``delete``, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A row of the fidelity ledger: a behaviour of the emulated API and its source."""

    id: str
    what: str
    source: str
    """``documented`` by the reference, ``SDK``, ``observed`` in an official sample, ``assumed`` where the reference is
    silent or contradicts itself, or ``mock only``."""
    instead: str | None = None
    """What Zuora could do instead, for assumed behaviours."""
    code: tuple[str, ...]
    """Places in the package, each ``domain/jobs/job.py:Status``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionInfo:
    """An assumption about what Zuora's documentation leaves open, and the choice in force for a tenant."""

    name: str
    question: str
    choices: Mapping[str, str]
    """What each choice does."""
    default: str
    evidence: str
    row: str
    """Its row of the fidelity ledger."""
    choice: str
    """The choice in force for requests of the tenant's default version."""
    origin: str
    """Where it was set: ``test``, ``seed``, ``flag``, ``variable``, ``version`` or ``default``."""
    is_consulted: bool
    """Whether the choice made a difference to a request so far."""
    met: tuple[str, ...] = ()
    """The choices that made a difference to requests: usually the one in force, and several after a change."""

    @property
    def other_choices(self) -> tuple[str, ...]:
        """The choices that no request has met, each of which would have made a difference if it was consulted."""
        known = self.met or (self.choice,)
        return tuple(each for each in self.choices if each not in known and each != BY_VERSION)
