"""Authentication: from the Authorization header to the caller."""

from typing import Final

from mock_zuora.api.request_context import RequestContext

TOKEN_PATH: Final = "/oauth/token"
"""The only path that needs no access token."""


def bearer_token(authorization: str) -> str | None:
    """The access token of an Authorization header; None if it has none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def authenticate(context: RequestContext) -> None:
    """Finds out who is calling. Raises ZuoraError 90000011 without a valid access token."""
    context.authenticated = context.registry.authenticate(context.access_token, context.of_version)
