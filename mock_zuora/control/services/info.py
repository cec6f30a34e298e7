"""The server itself: its version, its tenants, and the fidelity ledger."""

from mock_zuora import __version__
from mock_zuora.control.context import Control
from mock_zuora.control.ledger import behaviours
from mock_zuora.control.operations import operation
from mock_zuora.control.results import Behaviour, ServerInfo
from mock_zuora.control.services.clock import clock_time
from mock_zuora.control.services.settings import settings_of


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
