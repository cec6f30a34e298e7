"""The server itself: its version, its tenants, the fidelity ledger, and the assumptions."""

from dataclasses import asdict

from mock_zuora import __version__
from mock_zuora.control.context import Control, choices_of_version
from mock_zuora.control.ledger import behaviours
from mock_zuora.control.operations import operation
from mock_zuora.control.results import AssumptionInfo, Behaviour, ServerInfo
from mock_zuora.control.services.clock import clock_time
from mock_zuora.control.services.settings import settings_of
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS


@operation("info", "GET", "/info")
async def get_info(control: Control, tenant: str) -> ServerInfo:
    """Returns the server's version, who may use its control API, and the state of a tenant."""
    found = control.tenant(tenant)
    return ServerInfo(
        version=__version__,
        control=control.mode,
        tenants=tuple(control.registry.tenants),
        tenant=found.name,
        clock=clock_time(found),
        settings=settings_of(found),
    )


@operation("fidelity", "GET", "/fidelity")
async def list_behaviours(control: Control, tenant: str) -> list[Behaviour]:
    """Lists the behaviours of the emulated API with their sources, and where they are in the code."""
    return list(behaviours())


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
        )
        for each in ASSUMPTIONS.values()
        for setting in [each.in_force(found.settings.assume, of_version)]
    ]
