"""The initial state of a tenant, and how it is seeded from it."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, Definition, open_definition
from mock_zuora.domain.records.record import Record, Values
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant

DEFAULT_TENANT = "default"
DEFAULT_USER = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTemplate:
    """A user of a new tenant. Without an id, one is generated."""

    name: str = DEFAULT_USER
    id: str | None = None
    permissions: Set[Permission] = EVERY_PERMISSION


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTemplate:
    """A record of a new tenant. Without an id, one is generated; the other defaults are those of a new record."""

    object: str
    id: str | None = None
    values: Values
    created_by: str | None = None
    created_at: int | None = None
    updated_by: str | None = None
    updated_at: int | None = None
    version: int = 1

    def record(self, record_id: str, user_id: str, now: int) -> Record:
        """The record with this id, by default created by this user at this time."""
        created_by, created_at = self.created_by or user_id, now if self.created_at is None else self.created_at
        updated_at = created_at if self.updated_at is None else self.updated_at
        updated_by = self.updated_by or created_by
        return Record(record_id, created_by, created_at, updated_by, updated_at, self.version, self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantTemplate:
    """A tenant's initial state. A token that was not issued here acts as the first user."""

    name: str = DEFAULT_TENANT
    type: str = "production"
    settings: TenantSettings = TenantSettings()
    users: tuple[UserTemplate, ...] = (UserTemplate(),)
    clients: tuple[OAuthClient, ...] = ()
    entities: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    records: tuple[RecordTemplate, ...] = ()
    is_isolated: bool = False
    """See ``Tenant.is_isolated``."""


def seed(tenant: Tenant, template: TenantTemplate) -> Iterator[None]:
    """Adds the definitions and records of a template to a new tenant. Yields after every chunk of records."""
    objects = tenant.store.objects
    user_id, now = tenant.default_user.id, tenant.clock.now()
    for definition in template.definitions:
        objects.define(definition.stamped(tenant.ids.uuid(), user_id, now))
    for count, each in enumerate(template.records, 1):
        if objects.definition(DEFAULT_NAMESPACE, each.object) is None:
            opened = open_definition(DEFAULT_NAMESPACE, each.object)
            objects.define(opened.stamped(tenant.ids.uuid(), user_id, now))
        record = each.record(each.id or tenant.ids.uuid(), user_id, now)
        objects.table(DEFAULT_NAMESPACE, each.object).put(record)
        if count % ROWS_PER_CHUNK == 0:
            yield
