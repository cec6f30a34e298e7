"""The server itself: its version, its tenants, the fidelity ledger, and the assumptions."""

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Annotated, Final

from pydantic import Field

from mock_zuora import __version__
from mock_zuora.control.context import Control, choices_of_version
from mock_zuora.control.errors import Invalid
from mock_zuora.control.ledger import behaviours, rules_of
from mock_zuora.control.operations import operation
from mock_zuora.control.results import AssumptionInfo, Behaviour, Explanation, ServerInfo
from mock_zuora.control.services.clock import clock_time
from mock_zuora.control.services.settings import settings_of
from mock_zuora.domain.assumptions.assumption import BY_VERSION, Assumption, Observation, Setting
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.settings import TenantSettings

_ASSUMPTION: Final = re.compile(r"assumption ([\w-]+)=")
"""The names of assumptions in a reason; see ``Choices.reason``."""


@operation("info", "GET", "/info")
async def get_info(control: Control, tenant: str) -> ServerInfo:
    """Returns the server's version, who may use its control API, and the state of a tenant."""
    found = control.tenant(tenant)
    return ServerInfo(
        version=__version__,
        control=control.settings.control.value,
        tenants=tuple(control.registry.tenants),
        tenant=found.name,
        clock=clock_time(found),
        settings=settings_of(found),
    )


@operation("fidelity", "GET", "/fidelity")
async def list_behaviours(control: Control, tenant: str) -> list[Behaviour]:
    """Lists the behaviours of the emulated API with their sources, their places in the code, and what was observed."""
    return _with_observations(behaviours(), control.tenant(tenant).settings)


@operation("requests.explain", "GET", "/errors/{code}")
async def explain(
    control: Control,
    tenant: str,
    *,
    code: str,
    message: Annotated[str, Field(description="the message of the error, which tells the rules of a code apart")] = "",
    reason: Annotated[str, Field(description="reason of the recorded request or the rejected row")] = "",
) -> Explanation:
    """Returns the rules of the fidelity ledger, and the assumptions, because of which a request or row was refused."""
    if not re.fullmatch("[1-9][0-9]{7}", code):
        raise Invalid(f"code: {quote(code)} is not valid; expected an error code of 8 digits")
    assumptions = {each.name: each for each in await list_assumptions(control, tenant)}
    named = [assumptions[name] for name in dict.fromkeys(_ASSUMPTION.findall(reason)) if name in assumptions]
    of_assumptions = [row for each in named for row in behaviours() if row.id == each.row]
    rules = {row.id: row for row in [*of_assumptions, *rules_of(int(code), message)]}
    observed = _with_observations(rules.values(), control.tenant(tenant).settings)
    return Explanation(code=int(code), rules=tuple(observed), assumptions=tuple(named))


@operation("assumptions.all", "GET", "/assumptions")
async def list_assumptions(control: Control, tenant: str) -> list[AssumptionInfo]:
    """Lists the assumptions with their choices, and those in force for requests of the tenant's default version."""
    found = control.tenant(tenant)
    of_version = choices_of_version(control, found)
    return [
        AssumptionInfo(
            **asdict(each),
            choice=setting.choice,
            origin=setting.origin.value,
            is_consulted=each.name in found.consulted,
            met=tuple(sorted(found.consulted.get(each.name, ()))),
            observed=_observation(each, setting),
        )
        for each in ASSUMPTIONS.values()
        for setting in [each.in_force(found.settings.assume, of_version)]
    ]


def _observation(assumption: Assumption, setting: Setting) -> Observation | None:
    """What was observed about an assumption. Its row holds if the default was observed, which the row describes."""
    if setting.observed is None or assumption.default == BY_VERSION:
        return setting.observed
    return replace(setting.observed, holds=setting.choice == assumption.default)


def _with_observations(rows: Iterable[Behaviour], settings: TenantSettings) -> list[Behaviour]:
    """Rows with what was observed of them, or else of their assumptions."""
    observed = {
        each.row: _observation(each, setting)
        for each in ASSUMPTIONS.values()
        if (setting := settings.assume.get(each.name)) is not None
    } | {row: each.observed for row, each in settings.observed.items()}
    return [replace(row, observed=found) if (found := observed.get(row.id)) else row for row in rows]
