"""Access tokens and OAuth clients of a tenant."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from mock_zuora.control.bounds import require_room
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Unknown
from mock_zuora.control.operations import operation, split_commas
from mock_zuora.control.results import ClientCredentials, IssuedToken, timestamp
from mock_zuora.domain import limits
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant, User

UserName = Annotated[str | None, Field(min_length=1, description="the first user if omitted")]


@operation("token", "POST", "/tokens")
async def issue_token(
    control: Control,
    tenant: str,
    *,
    user: UserName = None,
    permissions: Annotated[list[Permission], BeforeValidator(split_commas)] | None = None,
) -> IssuedToken:
    """Issues an access token of a tenant, by default for its first user and with the permissions of its user.

    An unknown user is added with every permission.
    """
    found = control.tenant(tenant)
    allowed = None if permissions is None else frozenset(permissions)
    issued = control.registry.issue_token(found, _user_of(found, user), allowed)
    return IssuedToken(
        access_token=issued.text, tenant=issued.tenant, user=issued.user, expires_at=timestamp(issued.expires_at)
    )


@operation("client", "POST", "/clients")
async def create_client(control: Control, tenant: str, *, user: UserName = None) -> ClientCredentials:
    """Creates an OAuth client of a tenant, for POST /oauth/token. Its tokens act as the user."""
    found = control.tenant(tenant)
    holder = found.default_user if user is None else found.users.get(user)
    if holder is None:
        known = ", ".join(found.users)
        raise Unknown(f"user: tenant {quote(tenant)} has no user {quote(user)}; expected one of {known}")
    require_room("clients", tenant, len(found.clients) + 1, limits.MAX_CLIENTS)
    created = OAuthClient(found.ids.uuid(), found.ids.hex(), holder.name)
    found.clients = {**found.clients, created.id: created}
    return ClientCredentials(client_id=created.id, client_secret=created.secret, user=created.user)


def _user_of(tenant: Tenant, name: str | None) -> User:
    if name is None:
        return tenant.default_user
    if name not in tenant.users:
        require_room("users", tenant.name, len(tenant.users) + 1, limits.MAX_USERS)
        tenant.users = {**tenant.users, name: User(tenant.ids.uuid(), name, EVERY_PERMISSION)}
    return tenant.users[name]
