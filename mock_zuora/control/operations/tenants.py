"""The server, its tenants, their settings, tokens, clients, clock and state."""

from dataclasses import asdict
from enum import Enum
from typing import Any

from mock_zuora import __version__
from mock_zuora.config.seed_file import TenantSeed
from mock_zuora.config.settings import TenantOptions
from mock_zuora.control import results
from mock_zuora.control.ledger import behaviours
from mock_zuora.control.operations.table import operation
from mock_zuora.control.requests import Ahead, ClockChange, NewClient, NewTenant, NewToken, Said, WhatToReset
from mock_zuora.control.reset import EVERY_SCOPE
from mock_zuora.control.state import TenantState
from mock_zuora.control.verbs import Control
from mock_zuora.domain.clock import date_text
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant


@operation("info", Said, results.Info)
async def info(control: Control, tenant: str, said: Said) -> results.Info:
    """Says which server this is, who may use its control API, and how the tenant stands."""
    found = control.tenant(tenant)
    return results.Info(
        version=__version__,
        control=control.mode,
        tenants=tuple(control.registry.tenants),
        tenant=found.name,
        clock=_time(found),
        settings=_settings(found.settings),
    )


@operation("fidelity", Said, list[results.Behaviour])
async def fidelity(control: Control, tenant: str, said: Said) -> list[results.Behaviour]:
    """Lists what the emulated API does, with where each behaviour is known from and which tests prove it."""
    return list(behaviours())


@operation("tenants.all", Said, list[results.Tenant])
async def tenants(control: Control, tenant: str, said: Said) -> list[results.Tenant]:
    """Lists the tenants, in the order in which they were made; the first is the default one."""
    registry = control.registry
    return [_tenant(each, is_default=each is registry.default_tenant) for each in registry.tenants.values()]


@operation("tenants.add", NewTenant, results.NewTenant)
async def add_tenant(control: Control, tenant: str, said: NewTenant) -> results.NewTenant:
    """Makes a tenant that begins like the default one, with an OAuth client of its own."""
    made, client = control.add_tenant(said.name)
    return results.NewTenant(name=made.name, client_id=client.id, client_secret=client.secret)


@operation("tenants.drop", Said, None)
async def drop_tenant(control: Control, tenant: str, said: Said, name: str) -> None:
    """Removes a tenant with all that belongs to it; the default one stays."""
    control.drop_tenant(name)


@operation("reset", WhatToReset, None)
async def reset(control: Control, tenant: str, said: WhatToReset) -> None:
    """Takes a tenant back to what it began with, at once; with a scope, only that much of it.

    ``records`` are the objects with their records, and take the jobs along; ``jobs`` go with their files and errors,
    the outcomes planned for them, idempotency keys and counters; ``tokens`` go with the users and OAuth clients that
    control calls added.
    """
    control.reset(tenant, frozenset(said.scope) or EVERY_SCOPE)


@operation("seed", TenantSeed, None)
async def seed(control: Control, tenant: str, said: TenantSeed) -> None:
    """Gives a tenant other things to begin with (as in a seed file), and lets it begin with them: jobs and records go.

    What the seed does not name stays, and so do the clock, the settings, the tokens and the planned outcomes.
    """
    control.seed(tenant, said)


@operation("settings", Said, dict[str, Any])
async def settings(control: Control, tenant: str, said: Said) -> dict[str, Any]:
    """Says how a tenant is set."""
    return _settings(control.tenant(tenant).settings)


@operation("configure", TenantOptions, dict[str, Any])
async def configure(control: Control, tenant: str, said: TenantOptions) -> dict[str, Any]:
    """Changes settings of a tenant, from now on; what is not named stays. Gives all of them."""
    named = {name: getattr(said, name) for name in said.model_fields_set}
    return _settings(control.configure(tenant, named))


@operation("token", NewToken, results.IssuedToken)
async def token(control: Control, tenant: str, said: NewToken) -> results.IssuedToken:
    """Gives a bearer token of a tenant, for any of its users and with any permissions."""
    permissions = None if said.permissions is None else frozenset(said.permissions)
    made = control.token(tenant, said.user, permissions)
    return results.IssuedToken(
        access_token=made.text, tenant=made.tenant, user=made.user, expires_at=date_text(made.expires_at)
    )


@operation("client", NewClient, results.Client)
async def client(control: Control, tenant: str, said: NewClient) -> results.Client:
    """Gives a new OAuth client of a tenant, for POST /oauth/token."""
    return _client(control.add_client(tenant, said.user))


@operation("clock", Said, results.Time)
async def clock(control: Control, tenant: str, said: Said) -> results.Time:
    """Says where a tenant's clock stands, and how fast it runs."""
    return _time(control.tenant(tenant))


@operation("clock.change", ClockChange, results.Time)
async def change_clock(control: Control, tenant: str, said: ClockChange) -> results.Time:
    """Stops a tenant's clock, lets it run again, or lets it run at another speed."""
    speed = said.speed if said.speed is not None else float(not said.frozen)
    return _time(control.run_at(tenant, speed))


@operation("clock.advance", Ahead, results.Time)
async def advance(control: Control, tenant: str, said: Ahead) -> results.Time:
    """Moves a tenant's clock ahead, and answers when everything that is due by then has been done."""
    await control.advance(tenant, said.seconds)
    return _time(control.tenant(tenant))


@operation("export_state", Said, dict[str, Any])
async def export_state(control: Control, tenant: str, said: Said) -> dict[str, Any]:
    """Gives a tenant's users, objects, records and jobs as one document, to be imported again. It holds no secret."""
    return (await control.export_state(tenant)).document()


@operation("import_state", TenantState, None)
async def import_state(control: Control, tenant: str, said: TenantState) -> None:
    """Gives a tenant the state of an exported document instead of its own; the clock goes on from there."""
    control.import_state(tenant, said)


def _settings(settings: TenantSettings) -> dict[str, Any]:
    return {name: each.value if isinstance(each, Enum) else each for name, each in asdict(settings).items()}


def _time(tenant: Tenant) -> results.Time:
    return results.Time(now=date_text(tenant.clock.now()), speed=tenant.clock.speed)


def _client(made: OAuthClient) -> results.Client:
    return results.Client(client_id=made.id, client_secret=made.secret, user=made.user)


def _tenant(tenant: Tenant, *, is_default: bool) -> results.Tenant:
    return results.Tenant(name=tenant.name, type=tenant.type, users=tuple(tenant.users), is_default=is_default)
