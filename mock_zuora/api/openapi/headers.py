"""The headers of calls and of answers, as components of the document."""

from typing import Any, Final

from mock_zuora.api.pipeline.headers import MAX_TRACK_ID_LENGTH
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE
from mock_zuora.domain.access.idempotency_keys import MAX_KEY_LENGTH

_TRACK_ID: Final = {"type": "string", "maxLength": MAX_TRACK_ID_LENGTH, "pattern": "^[ !#-&(-9<-~]*$"}


def _header(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


REQUEST: Final[dict[str, dict[str, Any]]] = {
    each["name"]: each
    for each in (
        _header(
            "Zuora-Version",
            f"Picks the shape of errors, among others. Without it the tenant's own version counts; one that is not "
            f"supported is processed as {DEFAULT_VERSION}. Supported: {', '.join(TABLE)}.",
            {"type": "string", "examples": [next(iter(TABLE)), list(TABLE)[-1]]},
        ),
        _header(
            "Zuora-Track-Id",
            f"Comes back as sent. At most {MAX_TRACK_ID_LENGTH} printable US-ASCII characters, none of `: ; \" '`.",
            _TRACK_ID,
        ),
        _header(
            "Zuora-Entity-Ids",
            "The entities that the call is about; refused if one is not among the tenant's own, where it lists any.",
            {"type": "string"},
        ),
        _header(
            "Zuora-Org-Ids",
            "The organisations that the call is about, with commas between them; refused if one is not among the "
            "tenant's own, where it lists any.",
            {"type": "string"},
        ),
        _header("Accept-Encoding", "With `gzip`, answers over 1,000 bytes come compressed.", {"type": "string"}),
        _header(
            "Content-Encoding",
            "`gzip` if the body of the call is compressed; nothing else is taken.",
            {"type": "string", "examples": ["gzip"]},
        ),
        _header(
            "Idempotency-Key",
            "The first result of a call with this key, good or bad, is kept for 24 hours and given again to the same "
            "call; a key that was used for another call is refused.",
            {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
        ),
        _header(
            "If-Match",
            "The ETag of the record's version that the caller has seen: in another version the record is not changed.",
            {"type": "string"},
        ),
    )
}
"""Every request header by name. ``Authorization`` is a security scheme, as OpenAPI wants it."""

ALWAYS: Final = (
    "Zuora-Version", "Zuora-Track-Id", "Zuora-Entity-Ids", "Zuora-Org-Ids", "Accept-Encoding", "Content-Encoding",
)  # fmt: skip
"""The request headers of every operation that takes a token."""

ANSWER: Final[dict[str, dict[str, Any]]] = {
    "Zuora-Request-Id": {
        "description": "The id that the service gave to the call.",
        "required": True,
        "schema": {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36},
    },
    "Zuora-Track-Id": {"description": "The call's `Zuora-Track-Id`, if it has one.", "schema": _TRACK_ID},
    "Content-Encoding": {
        "description": "`gzip` if the answer is compressed.",
        "schema": {"type": "string", "enum": ["gzip"]},
    },
    "RateLimit-Limit": {
        "description": "The limit of the window that is nearest to its end, then every window's limit with its length "
        "in seconds. Not there for a tenant without limits.",
        "schema": {"type": "string", "examples": ["2250000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"]},
    },
    "RateLimit-Remaining": {
        "description": "How many calls are left in that window.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Reset": {
        "description": "Seconds until that window ends.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-RateLimit-Limit-minute": {
        "description": "How many tokens an address can ask for in a minute.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-RateLimit-Remaining-minute": {
        "description": "How many of them are left.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Retry-After": {
        "description": "Seconds after which the call can be tried again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
    "Allow": {
        "description": "The methods of the path.",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The record's version, for `If-Match`.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
    },
}
"""Every response header by name."""

IN_EVERY_ANSWER: Final = (
    "Zuora-Request-Id", "Zuora-Track-Id", "Content-Encoding", "RateLimit-Limit", "RateLimit-Remaining",
    "RateLimit-Reset",
)  # fmt: skip
IN_TOKEN_ANSWERS: Final = (
    "Zuora-Request-Id", "Zuora-Track-Id", "Content-Encoding", "X-RateLimit-Limit-minute",
    "X-RateLimit-Remaining-minute",
)  # fmt: skip
BY_STATUS: Final = {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",)}
"""What an answer of that status has besides."""
