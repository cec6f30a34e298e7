"""Access tokens: who may use one, and until when."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Final, Protocol

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.clock import HOUR, SECOND

TOKEN_LIFE: Final = HOUR
"""A token ends after one hour (D)."""
EXPIRES_IN: Final = TOKEN_LIFE // SECOND - 2
"""What the answer says of it, in seconds: 3598 (O)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token that was issued here: held to its tenant, its user, and its hour on that tenant's clock."""

    text: str
    jti: str
    tenant: str
    user: str
    permissions: Set[Permission] | None = None
    """What it may do; None: what its user may."""
    expires_at: int


class AccessTokenRepository(Protocol):
    """The tokens of all tenants: a token is looked up before its tenant is known."""

    def add(self, token: AccessToken) -> None: ...

    def get(self, text: str) -> AccessToken | None: ...

    def forget(self, tenant: str) -> None:
        """Forgets every token of a tenant."""
        ...
