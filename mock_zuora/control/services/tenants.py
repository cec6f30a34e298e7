"""The tenants of a server: created, dropped, reset and seeded."""

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from mock_zuora.config.seed_file import TenantSeed
from mock_zuora.control.bounds import require_room_for_holders
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Refused
from mock_zuora.control.operations import operation, split_commas
from mock_zuora.control.pieces import PER_PIECE
from mock_zuora.control.reset import EVERY_SCOPE, Scope, reset_tenant, restart_from, seeded_plan
from mock_zuora.control.results import CreatedTenant, DroppedTenant, TenantInfo
from mock_zuora.control.services.job_outcomes import list_outcomes
from mock_zuora.control.services.settings import check_version
from mock_zuora.domain import limits
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient

_NAME: Final = re.compile(r"[^/\x00-\x1f\x7f]{1,200}")


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{quote(name)} is not valid; expected 1 to 200 characters without slashes")
    return name


@operation("tenants.all", "GET", "/tenants")
async def list_tenants(control: Control, tenant: str) -> list[TenantInfo]:
    """Lists the tenants in the order of their creation. The first one is the default."""
    return await run_in_chunks(_tenants(control))


@operation("tenants.add", "POST", "/tenants")
async def add_tenant(
    control: Control,
    tenant: str,
    *,
    name: Annotated[str, AfterValidator(_check_name)] | None = None,
    seed: TenantSeed | None = None,
) -> CreatedTenant:
    """Creates a tenant with the initial state of the one that the request names, and with an OAuth client of its own.

    It has no other client, because a client belongs to one tenant. A ``seed`` changes its initial state, as ``PUT
    /seed`` does. Without a name it gets a new one. It is removed when no request has named it for an hour of real time.
    """
    registry = control.registry
    model = control.tenant(tenant)
    name = _free_name(control) if name is None else name
    if name in registry.tenants:
        raise Refused(f"name: tenant {quote(name)} already exists")
    if len(registry.tenants) >= limits.MAX_TENANTS:
        raise Refused(f"name: the server has {limits.MAX_TENANTS:,} tenants, the maximum; remove some first")
    plan = registry.template_like(model.name, name, clients=())
    if seed is not None:
        plan = _seeded(control, plan, plan.settings, seed)
    ids = registry.default_tenant.ids
    client = OAuthClient(ids.uuid(), ids.hex(), plan.users[0].name)
    control.instrumentation.drop(name)
    now = timestamp(model.clock.now())
    registry.add_tenant(replace(plan, clients=(client, *plan.clients)))
    return CreatedTenant(name=name, client_id=client.id, client_secret=client.secret, created_at=now)


@operation("tenants.drop", "DELETE", "/tenants/{name}")
async def drop_tenant(control: Control, tenant: str, *, name: str) -> DroppedTenant:
    """Removes a tenant with all that belongs to it, and returns what was planned for it but never used.

    The default tenant cannot be removed.
    """
    control.tenant(name)
    faults, outcomes = control.instrumentation.of(name).faults.all(), await list_outcomes(control, name)
    try:
        control.registry.drop_tenant(name)
    except LookupError as error:
        raise Refused(f"name: {error}") from None
    control.instrumentation.drop(name)
    return DroppedTenant(unused_faults=tuple(each for each in faults if each.is_unused), pending_outcomes=outcomes)


@operation("reset", "POST", "/reset")
async def reset(
    control: Control, tenant: str, *, scope: Annotated[tuple[Scope, ...], BeforeValidator(split_commas)] = ()
) -> None:
    """Resets a tenant to its initial state at once, or only the parts in ``scope``.

    ``records`` are the objects with their records, and include ``jobs``; ``jobs`` include files and errors, planned
    outcomes, idempotency keys and counters; ``tokens`` include the users and OAuth clients that control requests added.
    """
    scopes = frozenset(scope) or EVERY_SCOPE
    reset_tenant(control.registry, control.tenant(tenant), scopes)
    instruments = control.instrumentation.of(tenant)
    for name in {"faults", "journal", "snapshots"} & scopes:
        getattr(instruments, name).clear()
    if {"jobs", "records"} & scopes:
        instruments.files.clear()
    if {"journal", "tokens"} <= scopes:
        # Neither a recorded request nor a valid token has an alias any more.
        instruments.token_aliases.clear()


@operation("seed", "PUT", "/seed")
async def seed(control: Control, tenant: str, seed: TenantSeed) -> None:
    """Replaces a tenant's initial state, with a document as in a seed file, and resets its jobs and records to it.

    What the seed omits stays, and so do the clock, the settings, the tokens and the planned outcomes.
    """
    found = control.tenant(tenant)
    plan = _seeded(control, control.registry.templates[tenant], found.settings, seed)
    restart_from(control.registry, found, plan)


def _seeded(control: Control, before: TenantTemplate, settings: TenantSettings, seed: TenantSeed) -> TenantTemplate:
    """An initial state after a seed. Raises Invalid and Refused."""
    plan = seeded_plan(control.registry, before, settings, seed)
    check_version(control, plan.settings)
    require_room_for_holders(plan)
    return plan


def _tenants(control: Control) -> Generator[None, None, list[TenantInfo]]:
    default, listed = control.registry.default_tenant, list[TenantInfo]()
    for number, each in enumerate(list(control.registry.tenants.values()), 1):
        has_instruments = each.name in control.instrumentation
        listed.append(
            TenantInfo(
                name=each.name,
                type=each.type,
                users=tuple(each.users),
                is_default=each is default,
                is_temporary=each.is_isolated,
                unfinished_jobs=len(each.store.jobs.unfinished()),
                requests=len(control.instrumentation.of(each.name).journal) if has_instruments else 0,
            )
        )
        if number % PER_PIECE == 0:
            yield
    return listed


def _free_name(control: Control) -> str:
    names = (f"tenant-{number}" for number in control.tenant_numbers)
    return next(name for name in names if name not in control.registry.tenants)
