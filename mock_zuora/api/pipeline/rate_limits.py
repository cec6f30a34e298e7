"""Rate limits: counts requests and reports the limits in the response headers (D)."""

from typing import Final

from mock_zuora.api.errors import rate_limit_exceeded
from mock_zuora.api.request_context import RequestContext
from mock_zuora.domain.access.rate_limits import RateLimiter, RateLimits, RateLimitStatus

RATE_LIMIT_HEADER: Final = "RateLimit-Limit"
_TOKEN_LIMIT_HEADER: Final = "X-RateLimit-Limit-minute"
_TOKEN_REMAINING_HEADER: Final = "X-RateLimit-Remaining-minute"


def count_request(context: RequestContext) -> None:
    """Counts the request against its tenant's limits. Raises HttpRefusal 429."""
    tenant = context.tenant
    limits = tenant.rate_limits
    if limits is None:
        return
    status = tenant.rate_limiter.count_request(limits, tenant.clock.now())
    context.response_headers.update(_headers(limits, status))
    if status.refused:
        raise rate_limit_exceeded(status.reset)


def add_rate_limit_headers(context: RequestContext) -> None:
    """Reports the limits in the response to a request that is not counted."""
    tenant = context.tenant
    limits = tenant.rate_limits
    if limits is not None:
        status = tenant.rate_limiter.limit_status(limits, tenant.clock.now())
        context.response_headers.update(_headers(limits, status))


def count_token_request(context: RequestContext) -> None:
    """Counts a token request against its IP address, which is how they are limited (D). Raises HttpRefusal 429."""
    # (A) The reference does not give the number: each address gets the default tenant's requests per minute.
    tenant = context.registry.default_tenant
    limits = tenant.rate_limits
    if limits is None:
        return
    limiter = tenant.token_rate_limiters.setdefault(context.peer, RateLimiter())
    status = limiter.count_token_request(limits, tenant.clock.now())
    context.response_headers[_TOKEN_LIMIT_HEADER] = str(status.limit)
    context.response_headers[_TOKEN_REMAINING_HEADER] = str(status.remaining)
    if status.refused:
        raise rate_limit_exceeded(status.reset)


def _headers(limits: RateLimits, status: RateLimitStatus) -> dict[str, str]:
    return {
        RATE_LIMIT_HEADER: f"{status.limit}, {limits.minute};w=60, {limits.hour};w=3600, {limits.day};w=86400",
        "RateLimit-Remaining": str(status.remaining),
        "RateLimit-Reset": str(status.reset),
    }
