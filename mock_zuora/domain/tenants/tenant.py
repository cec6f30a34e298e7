"""A tenant with its users, OAuth clients and records."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.access.rate_limits import (
    LIMITS_BY_TYPE,
    AddressCounter,
    RateLimiter,
    RateLimits,
    rate_limits_from,
)
from mock_zuora.domain.assumptions.choices import NO_CHOICES, Choices
from mock_zuora.domain.clock import Clock
from mock_zuora.domain.fidelity import FidelityMonitor
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.planned_outcomes import PlannedOutcomes
from mock_zuora.domain.jobs.processing import RunningJob
from mock_zuora.domain.limits import Drop
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Value
from mock_zuora.domain.ports import ObjectRepository, Table, TenantStore
from mock_zuora.domain.records.read_delay import PreviousVersion, WriteLog
from mock_zuora.domain.records.record import Record, Stamp
from mock_zuora.domain.tenants.settings import TenantSettings


@dataclass(frozen=True, slots=True)
class User:
    """A user of a tenant."""

    id: str
    name: str
    permissions: Set[Permission] = EVERY_PERMISSION


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An OAuth client. Its tokens act as ``user``, the name of a user of the tenant."""

    id: str
    secret: str = field(repr=False)
    user: str


@dataclass(frozen=True, slots=True)
class ObjectRecords:
    """The records of one object of a tenant. Reads use ``table`` directly, writes go through this class."""

    definition: Definition
    table: Table
    objects: ObjectRepository
    write_log: WriteLog | None
    """Records changes in a tenant with a read delay; None in others."""

    def put(self, record: Record) -> None:
        """Stores a new or changed record."""
        before = None if self.write_log is None else self.table.get(record.id)
        self.table.put(record)
        if self.write_log is not None:
            position = self.table.position(record.id) or 0
            self.write_log.add(record.updated_at, record.id, PreviousVersion(before, position))

    def add(self, ids: Sequence[str], stamp: Stamp, columns: Sequence[Sequence[Value | None]]) -> None:
        """Stores new records; see ``Table.add``."""
        self.table.add(ids, stamp, columns)
        if self.write_log is not None:
            for each in ids:
                self.write_log.add(stamp[3], each, PreviousVersion(None, self.table.position(each) or 0))

    def remove(self, record_id: str, timestamp: int) -> bool:
        """Deletes a record; False if it does not exist."""
        if self.write_log is not None:
            before = self.table.get(record_id)
            if before is not None:
                position = self.table.position(record_id) or 0
                self.write_log.add(timestamp, record_id, PreviousVersion(before, position))
        return self.table.remove(record_id)

    def exists(self, relationship: Relationship, record_id: str) -> bool:
        """Whether the related object has a record with this id."""
        if self.objects.definition(relationship.namespace, relationship.object) is None:
            return False
        return self.objects.table(relationship.namespace, relationship.object).get(record_id) is not None


@dataclass(slots=True, kw_only=True)
class Tenant:
    """One tenant with everything that belongs to it.

    Look it up by its name in each request: a reset replaces the object.
    """

    name: str
    number: int
    type: str = "production"
    settings: TenantSettings
    clock: Clock
    ids: Ids
    store: TenantStore
    users: Mapping[str, User]
    clients: Mapping[str, OAuthClient] = field(default_factory=dict)
    entity: str
    """The tenant's own entity id. ``entities`` are the ids that a request may name in its header."""
    entities: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    is_isolated: bool = False
    """Whether the tenant was created for one test (M). Idempotency keys, which Zuora shares between all tenants, are
    then the tenant's own, so that parallel tests do not collide."""
    rate_limiter: RateLimiter = field(default_factory=RateLimiter)
    token_rate_limiter: RateLimiter = field(default_factory=RateLimiter)
    token_requests: AddressCounter = field(default_factory=AddressCounter)
    fidelity: FidelityMonitor = field(default_factory=FidelityMonitor)
    consulted: dict[str, set[str]] = field(default_factory=dict)
    """The assumptions that were consulted, in order of their first use, with the choices that were in force. A reset
    keeps them: they belong to the test, not to the state."""
    planned_outcomes: PlannedOutcomes = field(default_factory=PlannedOutcomes)
    write_logs: dict[tuple[str, str], WriteLog] = field(default_factory=dict)
    """By namespace and object, in a tenant with a read delay."""
    reported_drops: set[Drop] = field(default_factory=set)
    """The kinds of items of the store whose drops were logged."""
    running_job: RunningJob | None = None
    """The job whose processing has begun and not finished."""

    def choices(self, of_version: Mapping[str, str] = NO_CHOICES) -> Choices:
        """The choices in force for a request or job, whose version has these choices."""
        return Choices(self.settings.assume, of_version, self.consulted)

    def records(self, definition: Definition) -> ObjectRecords:
        """The records of a defined object."""
        objects = self.store.objects
        key = (definition.namespace, definition.object)
        return ObjectRecords(definition, objects.table(*key), objects, self._write_log_of(key))

    def _write_log_of(self, key: tuple[str, str]) -> WriteLog | None:
        if self.settings.read_milliseconds == 0:
            return None
        write_log = self.write_logs.setdefault(key, WriteLog())
        write_log.forget_until(self.clock.now() - self.settings.read_milliseconds)
        return write_log

    @property
    def default_user(self) -> User:
        """The first user, whom a token without a user acts as."""
        return next(iter(self.users.values()))

    @property
    def rate_limits(self) -> RateLimits | None:
        """The limits in force: those of the setting, else those of the tenant's type; None if they are off."""
        setting = self.settings.rate_limits
        return LIMITS_BY_TYPE[self.type] if setting is None else rate_limits_from(setting)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: the tenant, the user, and the permissions of the token.

    ``of_version`` are the choices of assumptions that the version of the request makes.
    """

    tenant: Tenant
    user: User
    permissions: Set[Permission]
    of_version: Mapping[str, str] = field(default_factory=dict)

    @property
    def choices(self) -> Choices:
        """The choices in force for the request."""
        return self.tenant.choices(self.of_version)
