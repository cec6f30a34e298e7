"""Users, access tokens and OAuth clients of a tenant."""

from dataclasses import replace
from itertools import islice
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from mock_zuora.config.option_types import TEN_YEARS
from mock_zuora.config.suggestions import did_you_mean
from mock_zuora.control.bounds import require_room
from mock_zuora.control.context import Control
from mock_zuora.control.errors import Unknown
from mock_zuora.control.operations import operation, split_commas
from mock_zuora.control.results import ClientCredentials, IssuedToken, UserInfo
from mock_zuora.domain import limits
from mock_zuora.domain.access.access_tokens import TOKEN_LIFETIME
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.clock import SECOND, timestamp
from mock_zuora.domain.errors import expected, quote
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant, User

_MAX_NAME: Final = 1_000
"""Characters of a user's name."""
_MAX_LISTED: Final = 10
"""Names of users that a message lists."""
_MAX_COMPARED: Final = 1_000
"""Names of users that are compared with a name that does not exist."""
UserName = Annotated[str | None, Field(min_length=1, max_length=_MAX_NAME, description="the first user if omitted")]
Permissions = Annotated[list[Permission], BeforeValidator(split_commas)]
Lifetime = Annotated[float, Field(ge=0, le=TEN_YEARS, allow_inf_nan=False, description="seconds of the tenant's clock")]


@operation("user", "POST", "/users")
async def put_user(
    control: Control,
    tenant: str,
    *,
    name: Annotated[str, Field(min_length=1, max_length=_MAX_NAME)],
    permissions: Permissions | None = None,
) -> UserInfo:
    """Adds a user of a tenant, by default with every permission, or changes the permissions of an existing one.

    They apply to the next request, also with tokens that the user already has.
    """
    found = control.tenant(tenant)
    user = _user_of(found, name)
    if permissions is not None:
        user = replace(user, permissions=frozenset(permissions))
        found.users = {**found.users, name: user}
    return UserInfo(
        id=user.id, name=user.name, permissions=tuple(each.value for each in Permission if each in user.permissions)
    )


@operation("token", "POST", "/tokens")
async def issue_token(
    control: Control,
    tenant: str,
    *,
    user: UserName = None,
    permissions: Permissions | None = None,
    lifetime: Lifetime = TOKEN_LIFETIME / SECOND,
) -> IssuedToken:
    """Issues an access token of a tenant, by default for its first user and with the permissions of its user.

    An unknown user is added with every permission. The token expires after ``lifetime`` seconds, by default an hour.
    """
    found = control.tenant(tenant)
    allowed = None if permissions is None else frozenset(permissions)
    issued = control.registry.issue_token(found, _user_of(found, user), allowed, round(lifetime * SECOND))
    return IssuedToken(
        access_token=issued.text, tenant=issued.tenant, user=issued.user, expires_at=timestamp(issued.expires_at)
    )


@operation("client", "POST", "/clients")
async def create_client(control: Control, tenant: str, *, user: UserName = None) -> ClientCredentials:
    """Creates an OAuth client of a tenant, for POST /oauth/token. Its tokens act as the user."""
    found = control.tenant(tenant)
    holder = found.default_user if user is None else found.users.get(user)
    if holder is None:
        known = [quote(each) for each in islice(found.users, _MAX_LISTED)]
        advice = did_you_mean(user or "", islice(found.users, _MAX_COMPARED)) or f"; {expected(known)}"
        raise Unknown(f"user: tenant {quote(tenant)} has no user {quote(user)}{advice}")
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
