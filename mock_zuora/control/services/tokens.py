"""Access tokens and OAuth clients of a tenant."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from mock_zuora.control.context import Control
from mock_zuora.control.errors import Unknown
from mock_zuora.control.operations import operation, split_commas
from mock_zuora.control.options import STRICT, option
from mock_zuora.control.results import ClientCredentials, IssuedToken, timestamp
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.errors import quote
from mock_zuora.domain.tenants.tenant import Client, Tenant, User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """An access token to issue."""

    __pydantic_config__ = STRICT
    user: str | None = option(
        "the user it acts as, by default the first one; an unknown user is added with every permission", min_length=1
    )
    permissions: Annotated[tuple[Permission, ...], BeforeValidator(split_commas)] | None = option(
        "what it allows; by default what its user may do"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """An OAuth client to create."""

    __pydantic_config__ = STRICT
    user: str | None = option("the user its tokens act as, by default the first one", min_length=1)


@operation("token", "POST", "/tokens")
async def issue_token(control: Control, tenant: str, token: NewToken) -> IssuedToken:
    """Issues an access token of a tenant, for any user and with any permissions."""
    found = control.tenant(tenant)
    permissions = None if token.permissions is None else frozenset(token.permissions)
    issued = control.registry.issue_token(found, _user_of(found, token.user), permissions)
    return IssuedToken(
        access_token=issued.text, tenant=issued.tenant, user=issued.user, expires_at=timestamp(issued.expires_at)
    )


@operation("client", "POST", "/clients")
async def create_client(control: Control, tenant: str, client: NewClient) -> ClientCredentials:
    """Creates an OAuth client of a tenant, for POST /oauth/token."""
    found = control.tenant(tenant)
    user = found.default_user if client.user is None else found.users.get(client.user)
    if user is None:
        known = ", ".join(found.users)
        raise Unknown(f"user: tenant {quote(tenant)} has no user {quote(client.user)}; expected one of {known}")
    created = Client(found.ids.uuid(), found.ids.hex(), user.name)
    found.clients = {**found.clients, created.id: created}
    return ClientCredentials(client_id=created.id, client_secret=created.secret, user=created.user)


def _user_of(tenant: Tenant, name: str | None) -> User:
    if name is None:
        return tenant.default_user
    if name not in tenant.users:
        tenant.users = {**tenant.users, name: User(tenant.ids.uuid(), name, EVERY_PERMISSION)}
    return tenant.users[name]
