"""Rate limits: counts requests and reports the limits in the response headers (D)."""

from typing import Final

from mock_zuora.api.errors import rate_limit_exceeded
from mock_zuora.api.request_context import RequestContext
from mock_zuora.domain.access.rate_limits import (
    MAX_TOKEN_REQUESTS_PER_ADDRESS,
    TOKEN_LIMITS,
    RateLimiter,
    RateLimits,
    RateLimitStatus,
)
from mock_zuora.domain.assumptions.catalogue.requests import REFUSED_REQUESTS
from mock_zuora.domain.clock import MINUTE, SECOND
from mock_zuora.domain.fidelity import Deviation

RATE_LIMIT_HEADER: Final = "RateLimit-Limit"
_TOKEN_LIMIT_HEADER: Final = "X-RateLimit-Limit-minute"
_TOKEN_REMAINING_HEADER: Final = "X-RateLimit-Remaining-minute"


def count_request(context: RequestContext) -> None:
    """Counts the request against its tenant's limits. Raises HttpRefusal 429."""
    tenant = context.tenant
    limits = tenant.rate_limits
    if limits is None:
        return
    status = _counted(context, tenant.rate_limiter, limits)
    context.response_headers.update(_headers(limits, status))
    if status.refused:
        raise rate_limit_exceeded(status.reset)


def _counted(context: RequestContext, rate_limiter: RateLimiter, limits: RateLimits) -> RateLimitStatus:
    now = context.tenant.clock.now()
    status = rate_limiter.count_request(limits, now)
    if not status.refused:
        return status
    is_counted = context.choices.of(REFUSED_REQUESTS) == "count"
    context.reason = context.choices.reason(REFUSED_REQUESTS)
    return rate_limiter.count_refused(limits, now) if is_counted else status


def add_rate_limit_headers(context: RequestContext) -> None:
    """Reports the limits in the response to a request that is not counted."""
    tenant = context.tenant
    limits = tenant.rate_limits
    if limits is not None:
        status = tenant.rate_limiter.limit_status(limits, tenant.clock.now())
        context.response_headers.update(_headers(limits, status))


def count_token_request(context: RequestContext) -> None:
    """Counts a token request against the limits of its tenant, and against that of its IP address (D).

    A test suite requests tokens faster than real clients do, so more requests per address cause a warning, and a
    refusal in strict mode only (M). Raises HttpRefusal 429.
    """
    tenant = context.tenant
    if tenant.rate_limits is None:
        return
    status = _counted(context, tenant.token_rate_limiter, TOKEN_LIMITS)
    context.response_headers[_TOKEN_LIMIT_HEADER] = str(status.limit)
    context.response_headers[_TOKEN_REMAINING_HEADER] = str(status.remaining)
    if status.refused:
        raise rate_limit_exceeded(status.reset)
    now = tenant.clock.now()
    count = tenant.token_requests.count_request(context.peer, now)
    if count > MAX_TOKEN_REQUESTS_PER_ADDRESS and tenant.settings.strict:
        raise rate_limit_exceeded(-(-(MINUTE - now % MINUTE) // SECOND))
    if count == MAX_TOKEN_REQUESTS_PER_ADDRESS + 1:
        context.warn(
            Deviation.TOO_MANY_TOKENS,
            f"More than {MAX_TOKEN_REQUESTS_PER_ADDRESS} access tokens were requested from one IP address in a minute.",
        )


def _headers(limits: RateLimits, status: RateLimitStatus) -> dict[str, str]:
    return {
        RATE_LIMIT_HEADER: f"{status.limit}, {limits.minute};w=60, {limits.hour};w=3600, {limits.day};w=86400",
        "RateLimit-Remaining": str(status.remaining),
        "RateLimit-Reset": str(status.reset),
    }
