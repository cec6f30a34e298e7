"""From the Authorization header to the caller."""

from mock_zuora.api.call import Call
from mock_zuora.core.tenants import Caller


def caller_of(call: Call) -> Caller:
    """Whose call it is. Raises ZuoraError 90000011 without a good token."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    token = token.strip()
    bearer = token if scheme.lower() == "bearer" and token else None
    # Before the token is checked: also a call with an expired one is its tenant's.
    call.known_tenant = call.world.tenant_of(bearer)
    return call.world.authenticate(bearer)
