"""Results of control operations, the same from every transport. They pickle, and ignore fields of a newer server.

Standard library only: the client of a remote server needs nothing else. Timestamps are aware ``datetime`` in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_zuora.control.faults import Fault
from mock_zuora.control.job_results import JobStatusChange, PlannedOutcomeInfo
from mock_zuora.domain.assumptions.assumption import BY_VERSION, Observation
from mock_zuora.domain.jobs.job import Status


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
    records_so_far: int = 0
    """Records that a job in progress has written or deleted; the same as ``records_processed`` at its end."""
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
class ClockTime:
    """A tenant's clock. ``speed`` is its seconds per real second, 0 while it is frozen."""

    now: datetime
    speed: float
    real_time: datetime | None = None
    """The server's real time at ``now``; None from a server of an earlier version."""
    next_due: datetime | None = None
    """When the clock moves a job next; None if no unfinished job is waiting for it."""


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
    is_temporary: bool = False
    """Whether a control request created it. It is removed when no request has named it for an hour of real time."""
    unfinished_jobs: int = 0
    """As of the latest request that named the tenant: listing tenants does not apply their clocks."""
    requests: int = 0
    """The number of recorded requests of its clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInfo:
    """A snapshot of a tenant."""

    name: str
    clock: datetime
    """The tenant's time when it was saved, to which it is restored."""
    objects: int
    records: int
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInfo:
    """A setting of the server, or of a tenant, as it is now."""

    name: str
    value: Any
    """As JSON types; ``redacted`` for a secret that is set."""
    origin: str
    """Where it was set: ``test`` (a control request), ``seed``, ``flag`` (or an argument of ``MockZuora``),
    ``variable``, ``mounts`` (found in the folder ``mounts``) or ``default``. For ``assume``, where the choice with the
    highest precedence was set."""
    is_of_tenant: bool
    """Whether ``configure`` can change it for a tenant. The others are fixed when the server starts."""
    description: str
    choices: tuple[str, ...] = ()
    """The values that it accepts, if there are few."""
    group: str = ""
    """The group in which ``mock-zuora serve --help`` lists it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedTenant:
    """A new tenant with its OAuth client."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    created_at: datetime | None = None
    """The time of the clock of the tenant that the request named; None from a server of an earlier version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedTenant:
    """What was planned for a tenant that was removed, but never used: most likely a mistake of its test."""

    unused_faults: tuple[Fault, ...]
    """Faults that hit fewer requests than expected."""
    pending_outcomes: PendingOutcomes
    """Planned outcomes that applied to no job."""


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
    errors: tuple[str, ...] = ()
    """The error codes with which requests or rows are refused because of it. Where other behaviours have the same code,
    a text of the message follows: ``71013620: a file can be uploaded``. ``*`` stands for any code."""
    probe: str | None = None
    """The probe of ``mock-zuora verify`` that checks it."""
    observed: Observation | None = None
    """What was observed of a Zuora tenant, if the settings of this tenant have it."""


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
    observed: Observation | None = None
    """The observation of a Zuora tenant that the choice in force comes from, if any. ``holds`` is about its row."""

    @property
    def other_choices(self) -> tuple[str, ...]:
        """The choices that no request has met, each of which would have made a difference if it was consulted."""
        known = self.met or (self.choice,)
        return tuple(each for each in self.choices if each not in known and each != BY_VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a request or a row was refused."""

    code: int
    rules: tuple[Behaviour, ...]
    """The behaviours of the fidelity ledger that have the code and, as far as it is given, the message. Those of the
    assumptions come first. Empty for a code that only a fault or a planned outcome has."""
    assumptions: tuple[AssumptionInfo, ...]
    """The assumptions that the refusal rests on."""
