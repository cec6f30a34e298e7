"""Refuses what a person creates with control requests beyond its bound; see ``domain/limits.py``."""

from mock_zuora.control.errors import Refused
from mock_zuora.domain import limits
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant


def require_room(what: str, tenant: str, count: int, bound: int) -> None:
    """Raises Refused if a tenant would have more than ``bound`` items of a kind."""
    if count > bound:
        raise Refused(f"{what}: tenant {quote(tenant)} would have {count:,}; expected at most {bound:,}")


def require_room_for_holders(tenant: Tenant | TenantTemplate) -> None:
    """Raises Refused if a tenant has too many users or OAuth clients."""
    require_room("users", tenant.name, len(tenant.users), limits.MAX_USERS)
    require_room("clients", tenant.name, len(tenant.clients), limits.MAX_CLIENTS)


def require_room_for_outcome(tenant: Tenant) -> None:
    """Raises Refused if a tenant has as many planned outcomes as it may have."""
    planned = sum(tenant.planned_outcomes.describe().values())
    require_room("outcomes", tenant.name, planned + 1, limits.MAX_PLANNED_OUTCOMES)
