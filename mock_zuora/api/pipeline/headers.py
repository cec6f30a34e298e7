"""The headers of every call: track id, entities and organisations, rate limits."""

from collections.abc import Sequence
from typing import Final

from mock_zuora.api.errors import entity_denied, rate_exceeded
from mock_zuora.api.request_context import Call
from mock_zuora.domain import refusals
from mock_zuora.domain.access.rate_limits import RateLimits, RateLimitStatus
from mock_zuora.domain.errors import quote

MAX_TRACK_ID_LENGTH: Final = 64
_FORBIDDEN_IN_TRACK_ID: Final = frozenset(":;\"'")


def take_track_id(call: Call) -> None:
    """Takes the call's track id, to come back as sent (D), unless it is against its rule."""
    text = call.headers.get("zuora-track-id")
    if text is not None and _is_track_id(text):
        call.track_id = text


def check_track_id(call: Call) -> None:
    """Refuses a track id that is against its rule. Raises ZuoraError 71013020 (A)."""
    text = call.headers.get("zuora-track-id")
    if text is not None and call.track_id is None:
        raise refusals.request_invalid(
            f"Zuora-Track-Id: {quote(text)} is not valid; expected at most {MAX_TRACK_ID_LENGTH} US-ASCII characters, "
            "none of : ; \" '."
        )


def _is_track_id(text: str) -> bool:
    is_fit = len(text) <= MAX_TRACK_ID_LENGTH and text.isascii() and text.isprintable()
    return is_fit and not _FORBIDDEN_IN_TRACK_ID & set(text)


def check_entities(call: Call) -> None:
    """Refuses entities and organisations that are not the tenant's, where it lists any (D). Raises Refusal 403."""
    if "zuora-entity-ids" in call.headers:
        _check_listed(call, "Zuora-Entity-Ids", call.tenant.entities)
    if "zuora-org-ids" in call.headers:
        _check_listed(call, "Zuora-Org-Ids", call.tenant.orgs)


def _check_listed(call: Call, header: str, own: Sequence[str]) -> None:
    for each in call.headers[header.lower()].split(",") if own else ():
        if each.strip() not in own:
            raise entity_denied(header, each.strip())


def count_request(call: Call) -> None:
    """Counts the call against its tenant's limits, and says in its answer how the tenant stands. Raises Refusal 429."""
    tenant = call.tenant
    limits = tenant.rate_limits
    if limits is None:
        return
    limit_status = tenant.rate_limiter.count_request(limits, tenant.clock.now())
    call.response_headers.update(_rate_limit_headers(limits, limit_status))
    if limit_status.refused:
        raise rate_exceeded(limit_status.reset)


def show_rate_limit_status(call: Call) -> None:
    """Says in the answer how the tenant stands, for a call that was not let in and does not count."""
    limits = call.tenant.rate_limits
    if limits is not None:
        limit_status = call.tenant.rate_limiter.limit_status(limits, call.tenant.clock.now())
        call.response_headers.update(_rate_limit_headers(limits, limit_status))


def _rate_limit_headers(limits: RateLimits, limit_status: RateLimitStatus) -> dict[str, str]:
    return {
        "RateLimit-Limit": f"{limit_status.limit}, {limits.minute};w=60, {limits.hour};w=3600, {limits.day};w=86400",
        "RateLimit-Remaining": str(limit_status.remaining),
        "RateLimit-Reset": str(limit_status.reset),
    }
