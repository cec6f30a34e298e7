"""Tenants and snapshots as JSON, without their objects and jobs: what the state file keeps of them."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

from pydantic import TypeAdapter

from mock_zuora.control.snapshots import Snapshot
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.clock import Clock
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedOutcomes, PlannedRejection
from mock_zuora.domain.ports import TenantStore
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant, User

_SETTINGS: Final = TypeAdapter(TenantSettings)
_PLANS: Final = TypeAdapter(tuple[tuple[PlannedFailure, ...], tuple[PlannedRejection, ...], tuple[JobMatcher, ...]])


def signature(tenant: Tenant) -> tuple[Any, ...]:
    """Equal as long as the document of a tenant is the same. It costs far less than the document."""
    return (
        tenant.store.key,
        tenant.settings,
        tenant.clock.anchor,
        tenant.planned_outcomes.plans(),
        tuple(tenant.users.values()),
        tuple(tenant.clients.values()),
    )


def tenant_document(tenant: Tenant, template: TenantTemplate) -> dict[str, Any]:
    """A tenant's users, clients, settings, clock and planned outcomes, without what its template says."""
    listed = {each.id for each in template.clients}
    return {
        "store": tenant.store.key,
        "number": tenant.number,
        "entity": tenant.entity,
        "is_isolated": tenant.is_isolated,
        "users": [
            {"id": each.id, "name": each.name, "permissions": sorted(each.permissions)}
            for each in tenant.users.values()
        ],
        "clients": [asdict(each) for each in tenant.clients.values() if tenant.is_isolated or each.id not in listed],
        "settings": _changed_settings(tenant.settings, template.settings),
        "clock": tenant.clock.anchor,
        "plans": _PLANS.dump_python(tenant.planned_outcomes.plans(), mode="json"),
    }


def _changed_settings(settings: TenantSettings, usual: TenantSettings) -> dict[str, Any]:
    """The settings that control requests have changed: those of flags and seeds may be others after a restart."""
    before, after = _SETTINGS.dump_python(usual, mode="json"), _SETTINGS.dump_python(settings, mode="json")
    return {name: value for name, value in after.items() if value != before[name]}


def restore_tenant(
    registry: TenantRegistry, name: str, document: dict[str, Any], store: TenantStore, starts: int
) -> Tenant:
    """The tenant of a document. A tenant that no seed lists has a template like the default one.

    ``starts`` is how often the file was opened: with a random seed, later ids must differ from the stored ones.
    """
    users = {each["name"]: _user(each) for each in document["users"]}
    clients = {each["id"]: OAuthClient(**each) for each in document["clients"]}
    template = registry.templates.get(name)
    if template is None:
        listed = tuple(
            UserTemplate(name=each.name, id=each.id, permissions=each.permissions) for each in users.values()
        )
        template = registry.template_like(None, name, clients=tuple(clients.values()), users=listed)
        # A tenant that a seed no longer lists does not expire.
        template = replace(template, is_isolated=document["is_isolated"])
        registry.templates[name] = template
    tenant = registry.empty_tenant(template, document["number"])
    tenant.entity = document["entity"]
    tenant.store = store
    tenant.users = {**tenant.users, **users}
    tenant.clients = {**clients, **tenant.clients}
    registry.secrets.add(each.secret for each in clients.values())
    tenant.settings = _SETTINGS.validate_python(
        {**_SETTINGS.dump_python(template.settings, mode="json"), **document["settings"]}
    )
    tenant.clock = _clock(document["clock"], registry.time_source)
    tenant.planned_outcomes = PlannedOutcomes(*_PLANS.validate_python(document["plans"]))
    if registry.random_seed is not None:
        tenant.ids = Ids(f"{registry.random_seed}/{name}/{starts}")
    return tenant


def _user(document: dict[str, Any]) -> User:
    return User(document["id"], document["name"], frozenset(map(Permission, document["permissions"])))


def _clock(anchor: list[Any], source: Callable[[], int]) -> Clock:
    """A clock that has run on while the server was down."""
    time, real_time, speed = anchor
    return Clock(source, start=time + int(max(0, source() - real_time) * speed), speed=speed)


def snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot's settings and clock."""
    return {
        "store": snapshot.store.key,
        "settings": _SETTINGS.dump_python(snapshot.settings, mode="json"),
        "now": snapshot.now,
        "speed": snapshot.speed,
    }


def snapshot_from(document: dict[str, Any], store: TenantStore) -> Snapshot:
    """The snapshot of a document."""
    return Snapshot(store, _SETTINGS.validate_python(document["settings"]), document["now"], document["speed"])
