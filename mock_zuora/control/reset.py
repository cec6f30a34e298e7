"""Resets of a tenant to its initial state, all of it or parts, and seeds that replace the initial state."""

from collections.abc import Set
from typing import Final, Literal, get_args

from mock_zuora.config.seed_file import TenantSeed, changed_template
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.errors import Invalid, Refused
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant

Scope = Literal["jobs", "records", "tokens", "clock", "faults", "journal", "settings", "snapshots"]
"""A part of a tenant that can be reset by itself."""
EVERY_SCOPE: Final[frozenset[Scope]] = frozenset(get_args(Scope))


def reset_tenant(registry: TenantRegistry, before: Tenant, scopes: Set[Scope]) -> None:
    """Resets these parts of a tenant at once, except for faults, journal and snapshots, which it does not hold."""
    name, wanted = before.name, set(scopes)
    if "records" in wanted:
        # Unfinished jobs would miss the records that are gone.
        wanted.add("jobs")
    fresh = registry.fresh_tenant(registry.templates[name])
    if "jobs" in wanted:
        registry.idempotency_records.forget(name)
    if "tokens" in wanted:
        registry.tokens.forget(name)
    if "records" not in wanted:
        fresh.store = before.store.without_jobs()
    # A tenant that keeps its jobs stays the same object, so that no half-processed job starts again. Without its jobs
    # it is a new object, so that processing which still runs writes nothing to it.
    after = fresh if "jobs" in wanted else before
    holders = fresh if "tokens" in wanted else before
    after.users, after.clients = holders.users, holders.clients
    after.settings = fresh.settings if "settings" in wanted else before.settings
    after.clock = fresh.clock if "clock" in wanted else before.clock
    after.consulted = before.consulted
    registry.tenants[name] = after


def seeded_plan(
    registry: TenantRegistry, before: TenantTemplate, settings: TenantSettings, seed: TenantSeed
) -> TenantTemplate:
    """A tenant's initial state after a seed. What the seed omits stays as in ``before`` and ``settings``.

    Raises Invalid, and Refused for an OAuth client that another tenant has.
    """
    try:
        plan = changed_template(before, seed, settings)
    except SettingsError as error:
        raise Invalid(str(error)) from None
    for client in plan.clients:
        other = registry.tenant_of_client(client.id)
        if other is not None and other.name != plan.name:
            raise Refused(f"clients: {quote(client.id)} already belongs to tenant {quote(other.name)}")
    return plan


def restart_from(registry: TenantRegistry, before: Tenant, plan: TenantTemplate) -> None:
    """Replaces a tenant's initial state, jobs and records. Its clock, counters and planned outcomes stay."""
    fresh = registry.fresh_tenant(plan, before.clock)
    fresh.rate_limiter, fresh.fidelity = before.rate_limiter, before.fidelity
    fresh.planned_outcomes, fresh.consulted = before.planned_outcomes, before.consulted
    _keep_added(fresh, before, registry.templates[plan.name])
    registry.idempotency_records.forget(plan.name)
    registry.templates[plan.name], registry.tenants[plan.name] = plan, fresh


def _keep_added(fresh: Tenant, before: Tenant, plan: TenantTemplate) -> None:
    """Keeps the users and clients that control requests added, because tokens in use belong to them."""
    planned_users, planned_clients = {each.name for each in plan.users}, {each.id for each in plan.clients}
    users = {name: each for name, each in before.users.items() if name not in planned_users | fresh.users.keys()}
    fresh.users = {**fresh.users, **users}
    clients = {key: each for key, each in before.clients.items() if key not in planned_clients}
    fresh.clients = {**{key: each for key, each in clients.items() if each.user in fresh.users}, **fresh.clients}
