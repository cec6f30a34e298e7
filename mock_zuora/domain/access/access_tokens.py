"""OAuth access tokens."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Final, Protocol

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.clock import HOUR, SECOND

TOKEN_LIFETIME: Final = HOUR
"""Tokens expire one hour after they are issued (D)."""
EXPIRES_IN: Final = TOKEN_LIFETIME // SECOND - 2
"""``expires_in`` of the token response, in seconds: 3598 (O)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token that this server issued, bound to a tenant and a user. It expires by the tenant's clock."""

    text: str
    jti: str
    tenant: str
    user: str
    permissions: Set[Permission] | None = None
    """The token's permissions; None for those of its user."""
    expires_at: int


class AccessTokenRepository(Protocol):
    """The tokens of all tenants: a token is looked up before its tenant is known."""

    note: Callable[..., None]
    """Called with every change."""

    def __iter__(self) -> Iterator[AccessToken]: ...

    def add(self, token: AccessToken, now: int | None = None) -> None:
        """Stores a token. Drops old ones of its tenant beyond their bounds; ``now``, its time, tells the expired ones.

        Some expired tokens are kept, so that they are refused as expired.
        """
        ...

    def postpone(self, tenant: str, milliseconds: int) -> None:
        """Lets every token of a tenant expire later, or earlier if negative, because its clock was set."""
        ...

    def get(self, text: str) -> AccessToken | None: ...

    def drop(self, text: str) -> None: ...

    def forget(self, tenant: str) -> None:
        """Deletes every token of a tenant."""
        ...
