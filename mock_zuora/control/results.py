"""What the control calls give back: small values, the same whichever door they come through.

Only the standard library is imported here: the client of a server that runs elsewhere needs nothing more.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """Why a job failed."""

    code: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A bulk job as it is. Moments are texts as the API writes them, ``processing_time`` is milliseconds."""

    id: str
    namespace: str
    object: str
    operation: str
    status: str
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str
    processing_time: int
    records_processed: int
    error: JobError | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing moves it any more."""
        return self.status in ("completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A rejected row of a job's file: its number (row 1 is the header), why, and what it said."""

    row: int
    code: int
    message: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOutcomes:
    """How many outcomes wait for a job to come."""

    failures: int
    rejections: int
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault as it was added, and how often it matched and hit a call up to now."""

    id: str
    path: str | None = None
    method: str | None = None
    operation: str | None = None
    status: int | None = None
    code: int | None = None
    message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None
    delay: float = 0.0
    reset: bool = False
    truncate: bool = False
    stall: bool = False
    times: int | None = None
    nth: int | None = None
    probability: float = 1.0
    matched: int = 0
    hits: int = 0
    used_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityWarning:
    """Something that was accepted, but that the real service does not document."""

    kind: str
    message: str
    at: str
    method: str
    path: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of the emulated API and its answer. Secrets are redacted; of bodies, the beginning is kept."""

    id: str
    """The ``Zuora-Request-Id`` of the answer."""
    at: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: str
    body_bytes: int
    """The length of the whole body as it was sent."""
    tenant: str
    user: str | None
    status: int | None
    """None if the client got no whole answer: a fault broke the call off, or the client left."""
    response_body: str
    duration: float
    """Real seconds."""
    fault: str | None
    """The id of the fault that hit it."""
    warnings: tuple[str, ...]
    """The fidelity warnings, each ``kind: message``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The calls that a search found, oldest first, and how many the journal has dropped since it was last cleared."""

    requests: tuple[Request, ...]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many calls a search found, and how many the journal has dropped since it was last cleared."""

    count: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A tenant's clock: ``speed`` is how many of its seconds pass in a real one, 0 while it is frozen."""

    now: str
    speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An OAuth client, for ``POST /oauth/token``."""

    client_id: str
    client_secret: str = field(repr=False)
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A bearer token; it ends at ``expires_at`` on its tenant's clock."""

    access_token: str = field(repr=False)
    tenant: str
    user: str
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A tenant of the server."""

    name: str
    type: str
    users: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """A tenant that was just made, with its OAuth client."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """The server, and the tenant that was asked for."""

    version: str
    """Of mock_zuora."""
    control: str
    """Who may use the control API: ``local``, ``open``, ``token``."""
    tenants: tuple[str, ...]
    tenant: str
    clock: Time
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A behaviour of the emulated API: where it is known from, where it is in the code, and what proves it."""

    id: str
    what: str
    source: str
    """``documented`` by the official reference, ``observed`` in an official sample, ``assumed`` where that is silent
    or contradicts itself, or ``mock only``."""
    instead: str | None = None
    """What the real service could do instead; said of assumed behaviours only."""
    code: tuple[str, ...]
    """Places in the package, each ``domain/jobs/job.py:Status``."""


def to_json(result: Any) -> Any:
    """A result as JSON types."""
    return asdict(result)


def from_json(kind: type[Result], document: Mapping[str, Any]) -> Result:
    """The result that a JSON document says; what a newer server adds is left out."""
    known = {each.name: document[each.name] for each in fields(kind) if each.name in document}  # type: ignore[arg-type]
    for name, inner in _INNER.get(kind, {}).items():
        if known.get(name) is not None:
            known[name] = inner(known[name])
    return kind(**known)


def _requests(documents: list[Mapping[str, Any]]) -> tuple[Request, ...]:
    return tuple(from_json(Request, each) for each in documents)


_INNER: Mapping[type, Mapping[str, Any]] = {
    Job: {"error": lambda document: from_json(JobError, document)},
    Request: {"warnings": tuple},
    Requests: {"requests": _requests},
    Tenant: {"users": tuple},
    Behaviour: {"code": tuple},
    Info: {"tenants": tuple, "clock": lambda document: from_json(Time, document)},
}
