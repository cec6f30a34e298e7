"""The headers that every operation checks: origin, version, track id, entities and organisations."""

from collections.abc import Sequence
from typing import Final

from mock_zuora.api.errors import entity_denied, origin_denied
from mock_zuora.api.request_context import RequestContext
from mock_zuora.api.versions import DEFAULT_VERSION
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import quote
from mock_zuora.domain.fidelity import Deviation

MAX_TRACK_ID_LENGTH: Final = 64
_FORBIDDEN_IN_TRACK_ID: Final = frozenset(":;\"'")


def check_origin(context: RequestContext) -> None:
    """Refuses a request that a web page of another origin sends (M). Raises HttpRefusal."""
    origin, host = context.headers.get("origin"), context.headers.get("host")
    if origin is not None and context.emulator.hosts.is_foreign(origin, host):
        raise origin_denied(origin)


def set_version(context: RequestContext) -> None:
    """Sets the version of a request: its header, else the tenant's own version, else the default (D).

    A version that is not listed makes the choices of the default version.
    """
    versions, header = context.emulator.versions, context.headers.get("zuora-version")
    context.version = context.tenant.settings.version or DEFAULT_VERSION if header is None else header
    context.of_version = versions.get(context.version, versions[DEFAULT_VERSION])


def check_version(context: RequestContext) -> None:
    """Warns about a version that is not listed; strict mode refuses it with ZuoraError 71013020."""
    version = context.version
    if version not in context.emulator.versions:
        context.warn(
            Deviation.UNLISTED_VERSION,
            f"Zuora-Version {quote(version)} is not a listed version; the request is processed as {DEFAULT_VERSION}.",
        )


def track_id_of(context: RequestContext) -> str | None:
    """The track id that the response returns (D); None if it is missing or not valid."""
    text = context.headers.get("zuora-track-id")
    return text if text is not None and _is_track_id(text) else None


def check_track_id(context: RequestContext) -> None:
    """Refuses a track id that is not valid. Raises ZuoraError 71013020 (A)."""
    text = context.headers.get("zuora-track-id")
    if text is not None and context.track_id is None:
        raise refusals.request_invalid(
            f"Zuora-Track-Id: {quote(text)} is not valid; expected at most {MAX_TRACK_ID_LENGTH} US-ASCII characters, "
            "none of : ; \" '."
        )


def _is_track_id(text: str) -> bool:
    is_printable = len(text) <= MAX_TRACK_ID_LENGTH and text.isascii() and text.isprintable()
    return is_printable and not _FORBIDDEN_IN_TRACK_ID & set(text)


def check_entities(context: RequestContext) -> None:
    """Refuses entities and organisations that a tenant with a list does not list (D). Raises HttpRefusal 403."""
    if "zuora-entity-ids" in context.headers:
        _check_listed(context, "Zuora-Entity-Ids", context.tenant.entities)
    if "zuora-org-ids" in context.headers:
        _check_listed(context, "Zuora-Org-Ids", context.tenant.orgs)


def _check_listed(context: RequestContext, header: str, listed: Sequence[str]) -> None:
    for each in context.headers[header.lower()].split(",") if listed else ():
        if each.strip() not in listed:
            raise entity_denied(header, each.strip())
