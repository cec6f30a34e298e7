"""From the Authorization header to the caller."""

from typing import Final

from mock_zuora.api.request_context import Call
from mock_zuora.domain.tenants.tenant import Caller, Tenant

TOKEN_PATH: Final = "/oauth/token"
"""The one path that is called without a token."""


def bearer_of(call: Call) -> str | None:
    """The bearer token of a call; None if it brings none."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def tenant_of(call: Call) -> Tenant:
    """Whose token it is, even if it has expired; of any other call, the default tenant."""
    return call.registry.tenant_of(bearer_of(call))


def caller_of(call: Call) -> Caller:
    """Whose call it is. Raises ZuoraError 90000011 without a good token."""
    return call.registry.authenticate(bearer_of(call))
