"""The headers of every call: track id, entities and organisations, rate limits."""

from typing import Final

from mock_zuora.api.call import Call
from mock_zuora.api.errors import entity_denied, rate_exceeded
from mock_zuora.core import errors
from mock_zuora.core.errors import show
from mock_zuora.core.quotas import RateLimits, Standing

LONGEST_TRACK_ID: Final = 64
_FORBIDDEN_IN_TRACK_ID: Final = frozenset(":;\"'")


def check_track_id(call: Call) -> None:
    """Takes the call's track id, to come back as sent (D). Raises ZuoraError 71013020 for one against its rule (I)."""
    text = call.headers.get("zuora-track-id")
    if text is None:
        return
    if (
        len(text) > LONGEST_TRACK_ID
        or not text.isascii()
        or not text.isprintable()
        or _FORBIDDEN_IN_TRACK_ID & set(text)
    ):
        raise errors.request_invalid(
            f"Zuora-Track-Id: {show(text)} is not valid; expected at most {LONGEST_TRACK_ID} US-ASCII characters, "
            "none of : ; \" '."
        )
    call.track_id = text


def check_entities(call: Call) -> None:
    """Refuses entities and organisations that are not the tenant's, where it lists any (D). Raises Refusal 403."""
    for header, own in (("Zuora-Entity-Ids", call.tenant.entities), ("Zuora-Org-Ids", call.tenant.orgs)):
        text = call.headers.get(header.lower())
        if text is None or not own:
            continue
        for each in text.split(","):
            if each.strip() not in own:
                raise entity_denied(header, each.strip())


def spend_request(call: Call) -> None:
    """Counts the call against its tenant's limits, and says in its answer how the tenant stands. Raises Refusal 429."""
    tenant = call.tenant
    limits = tenant.rate_limits
    if limits is None:
        return
    standing = tenant.quota.spend(limits, tenant.clock.now())
    call.response_headers.update(_standing_headers(limits, standing))
    if standing.refused:
        raise rate_exceeded(standing.reset)


def _standing_headers(limits: RateLimits, standing: Standing) -> dict[str, str]:
    return {
        "RateLimit-Limit": f"{standing.limit}, {limits.minute};w=60, {limits.hour};w=3600, {limits.day};w=86400",
        "RateLimit-Remaining": str(standing.remaining),
        "RateLimit-Reset": str(standing.reset),
    }
