"""From the Authorization header to the caller."""

from mock_zuora.api.call import Call
from mock_zuora.core.tenants import Caller


def caller_of(call: Call) -> Caller:
    """Whose call it is. Raises ZuoraError 90000011 without a good token."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    token = token.strip()
    return call.world.authenticate(token if scheme.lower() == "bearer" and token else None)
