"""A tenant, its users and clients, and the settings that say how its jobs live."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.access.rate_limits import LIMITS_BY_TYPE, RateLimiter, RateLimits, rate_limits_from
from mock_zuora.domain.clock import SECOND, Clock
from mock_zuora.domain.fidelity import FidelityMonitor
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.planned_outcomes import PlannedOutcomes
from mock_zuora.domain.jobs.processing import RunningJob
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.ports import ObjectRepository, Table, TenantStore
from mock_zuora.domain.records.read_delay import PreviousVersion, WriteLog
from mock_zuora.domain.records.record import Record


class Transitions(StrEnum):
    """How jobs move (M)."""

    IMMEDIATE = "immediate"
    TIME = "time"
    POLLS = "polls"
    MANUAL = "manual"


class ExecutionOrder(StrEnum):
    """In which order the jobs that are due run. The real service guarantees none (D)."""

    FIFO = "fifo"
    SHUFFLED = "shuffled"


class Auth(StrEnum):
    """Whether a bearer token must have been issued here, and a client be listed."""

    LENIENT = "lenient"
    STRICT = "strict"


class DefinitionMode(StrEnum):
    """What a job on an object that nobody defined gets: an object without a schema, or a refusal (M)."""

    AUTO = "auto"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """How one tenant behaves. Delays are seconds of its clock."""

    transitions: Transitions = Transitions.TIME
    accept_delay: float = 0.0
    queue_delay: float = 0.05
    processing_time: float = 0.2
    processing_polls: int = 2
    concurrent_job_limit: int = 5
    rate_limits: str | None = None
    auth: Auth = Auth.LENIENT
    strict: bool = False
    definitions: DefinitionMode = DefinitionMode.AUTO
    execution_order: ExecutionOrder = ExecutionOrder.FIFO
    version: str | None = None
    read_delay: float = 0.0

    @property
    def read_milliseconds(self) -> int:
        return round(self.read_delay * SECOND)

    @property
    def accept_milliseconds(self) -> int:
        return round(self.accept_delay * SECOND)

    @property
    def queue_milliseconds(self) -> int:
        return round(self.queue_delay * SECOND)

    @property
    def processing_milliseconds(self) -> int:
        return round(self.processing_time * SECOND)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works in a tenant."""

    id: str
    name: str
    permissions: Set[Permission] = EVERY_PERMISSION


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth client: its user is who its tokens act as."""

    id: str
    secret: str = field(repr=False)
    user: str


@dataclass(frozen=True, slots=True)
class ObjectRecords:
    """The records of one object of a tenant: reading goes to the table, and every change through here."""

    definition: Definition
    table: Table
    objects: ObjectRepository
    recent: WriteLog | None
    """Where changes are noted, in a tenant whose reads are delayed."""

    def put(self, record: Record) -> None:
        """Writes a record, new or changed."""
        before = None if self.recent is None else self.table.get(record.id)
        self.table.put(record)
        if self.recent is not None:
            self.recent.note(record.updated_at, record.id, PreviousVersion(before, self.table.place(record.id) or 0))

    def remove(self, record_id: str, at: int) -> bool:
        """Deletes a record; False if it was not there."""
        if self.recent is not None:
            before = self.table.get(record_id)
            if before is not None:
                self.recent.note(at, record_id, PreviousVersion(before, self.table.place(record_id) or 0))
        return self.table.remove(record_id)

    def exists(self, relationship: Relationship, record_id: str) -> bool:
        """Whether the related object has a record with this id."""
        if self.objects.definition(relationship.namespace, relationship.object) is None:
            return False
        return self.objects.table(relationship.namespace, relationship.object).get(record_id) is not None


@dataclass(slots=True, kw_only=True)
class Tenant:
    """One tenant with everything that belongs to it. Look it up by its name at each call; a reset makes a new one."""

    name: str
    number: int
    type: str = "production"
    settings: TenantSettings
    clock: Clock
    ids: Ids
    store: TenantStore
    users: Mapping[str, User]
    clients: Mapping[str, Client] = field(default_factory=dict)
    entity: str
    """The entity that the tenant itself is; ``entities`` are those that a call may name, where it lists any."""
    entities: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    is_isolated: bool = False
    """Whether it was made for one test (M): what the service keeps for all of its tenants together, the idempotency
    keys, it has for itself, so that tests that run side by side never meet."""
    rate_limiter: RateLimiter = field(default_factory=RateLimiter)
    token_rate_limiters: dict[str, RateLimiter] = field(default_factory=dict)
    """Requests for tokens by address. Whose they are is not known yet, so the default tenant counts them."""
    fidelity: FidelityMonitor = field(default_factory=FidelityMonitor)
    planned_outcomes: PlannedOutcomes = field(default_factory=PlannedOutcomes)
    write_logs: dict[tuple[str, str], WriteLog] = field(default_factory=dict)
    running_job: RunningJob | None = None
    """The job whose rows are being taken, if one is half-way."""

    def records(self, definition: Definition) -> ObjectRecords:
        """The records of an object that is defined here."""
        objects = self.store.objects
        key = (definition.namespace, definition.object)
        return ObjectRecords(definition, objects.table(*key), objects, self._write_log_of(key))

    def _write_log_of(self, key: tuple[str, str]) -> WriteLog | None:
        if self.settings.read_milliseconds == 0:
            return None
        recent = self.write_logs.setdefault(key, WriteLog())
        recent.forget(self.clock.now() - self.settings.read_milliseconds)
        return recent

    @property
    def default_user(self) -> User:
        """Whom a token acts as that says nothing of a user: the first."""
        return next(iter(self.users.values()))

    @property
    def rate_limits(self) -> RateLimits | None:
        """The limits in force: the setting's, else those of the tenant's type; None: off."""
        named = self.settings.rate_limits
        return LIMITS_BY_TYPE[self.type] if named is None else rate_limits_from(named)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is: the tenant, the user, and what the token lets them do."""

    tenant: Tenant
    user: User
    permissions: Set[Permission]
