"""Authentication: from the Authorization header to the caller."""

from typing import Final

from mock_zuora.api.request_context import RequestContext
from mock_zuora.domain.tenants.tenant import Tenant

TOKEN_PATH: Final = "/oauth/token"
"""The only path that needs no access token."""


def bearer_token(context: RequestContext) -> str | None:
    """The access token of the Authorization header; None if there is none."""
    scheme, _, token = context.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def tenant_of_token(context: RequestContext) -> Tenant:
    """The tenant of the access token, even if it has expired; the default tenant for any other request."""
    return context.registry.tenant_of(bearer_token(context))


def authenticate(context: RequestContext) -> None:
    """Finds out who is calling. Raises ZuoraError 90000011 without a valid access token."""
    context.authenticated = context.registry.authenticate(bearer_token(context))
