"""What a tenant begins with: back to it, all of it or a part, and another one."""

from collections.abc import Set
from typing import Final

from mock_zuora.config.seed_file import TenantSeed, changed_template
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.errors import Invalid, Refused
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant

EVERY_SCOPE: Final = frozenset({"jobs", "records", "tokens", "clock", "faults", "journal", "settings", "snapshots"})
"""What a reset can be limited to."""


def reset(registry: TenantRegistry, before: Tenant, scopes: Set[str]) -> None:
    """Takes that much of a tenant back to what it began with, at once; faults, journal and snapshots are not in it."""
    name, wanted = before.name, set(scopes)
    if "records" in wanted:
        # Jobs that have not ended would look for records that are gone.
        wanted.add("jobs")
    fresh = registry.fresh_tenant(registry.templates[name])
    if "jobs" in wanted:
        registry.idempotency_records.forget(name)
    if "tokens" in wanted:
        registry.tokens.forget(name)
    if "records" not in wanted:
        fresh.store = before.store.without_jobs()
    # With its jobs it stays the same tenant: one that is half done is never begun again. Without them it is another:
    # whoever works on those that are gone writes nothing more.
    after = fresh if "jobs" in wanted else before
    holders = fresh if "tokens" in wanted else before
    after.users, after.clients = holders.users, holders.clients
    after.settings = fresh.settings if "settings" in wanted else before.settings
    after.clock = fresh.clock if "clock" in wanted else before.clock
    registry.tenants[name] = after


def plan_of_seed(registry: TenantRegistry, tenant: Tenant, said: TenantSeed) -> TenantTemplate:
    """What a tenant is to begin with after a seed for it alone: what the seed does not name stays.

    Raises Invalid; Refused for an OAuth client that another tenant has.
    """
    try:
        plan = changed_template(registry.templates[tenant.name], said, tenant.settings)
    except SettingsError as error:
        raise Invalid(str(error)) from None
    for client in plan.clients:
        other = registry.tenant_of_client(client.id)
        if other is not None and other.name != plan.name:
            raise Refused(f"clients: {quote(client.id)} is a client of tenant {quote(other.name)} already")
    return plan


def begin_anew(registry: TenantRegistry, before: Tenant, plan: TenantTemplate) -> Tenant:
    """Lets a tenant begin with another plan: its jobs and records go; its clock, what is counted and planned, stay."""
    fresh = registry.fresh_tenant(plan, before.clock)
    fresh.rate_limiter, fresh.fidelity, fresh.planned_outcomes = (
        before.rate_limiter,
        before.fidelity,
        before.planned_outcomes,
    )
    _keep_added(fresh, before, registry.templates[plan.name])
    registry.idempotency_records.forget(plan.name)
    registry.templates[plan.name], registry.tenants[plan.name] = plan, fresh
    return fresh


def _keep_added(fresh: Tenant, before: Tenant, plan: TenantTemplate) -> None:
    """Keeps the users and clients that control calls added to a plan's: tokens in use are theirs."""
    planned = {each.name for each in plan.users}, {each.id for each in plan.clients}
    users = {name: each for name, each in before.users.items() if name not in planned[0]}
    fresh.users = {**fresh.users, **{name: each for name, each in users.items() if name not in fresh.users}}
    clients = {each.id: each for each in before.clients.values() if each.id not in planned[1]}
    fresh.clients = {**{key: each for key, each in clients.items() if each.user in fresh.users}, **fresh.clients}
