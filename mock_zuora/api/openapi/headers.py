"""The headers of requests and responses, as components of the document."""

from collections.abc import Iterable
from typing import Any, Final

from mock_zuora.api.pipeline.request_headers import MAX_TRACK_ID_LENGTH
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE

_TRACK_ID: Final = {"type": "string", "maxLength": MAX_TRACK_ID_LENGTH, "pattern": "^[ !#-&(-9<-~]*$"}


def _header(name: str, description: str, schema: dict[str, Any], example: str | None = None) -> dict[str, Any]:
    header = {"name": name, "in": "header", "required": False, "description": description, "schema": schema}
    return header if example is None else {**header, "example": example}


REQUEST: Final[dict[str, dict[str, Any]]] = {
    each["name"]: each
    for each in (
        _header(
            "Zuora-Version",
            f"Selects the error format, among others. The default is the tenant's own version; a version that is not "
            f"supported is processed as {DEFAULT_VERSION}. Supported: {', '.join(TABLE)}.",
            {"type": "string"},
            # The examples of responses are those of this version.
            DEFAULT_VERSION,
        ),
        _header(
            "Zuora-Track-Id",
            f"Returned as sent. At most {MAX_TRACK_ID_LENGTH} printable US-ASCII characters, none of `: ; \" '`.",
            _TRACK_ID,
            "order-4711",
        ),
        _header(
            "Zuora-Entity-Ids",
            "The entities of the request. If the tenant lists entities, any other is refused.",
            {"type": "string"},
            EXAMPLE_ID,
        ),
        _header(
            "Zuora-Org-Ids",
            "The organisations of the request, separated by commas. If the tenant lists organisations, any other "
            "is refused.",
            {"type": "string"},
            EXAMPLE_ID,
        ),
        _header(
            "Accept-Encoding", "With `gzip`, responses over 1,000 bytes are compressed.", {"type": "string"}, "gzip"
        ),
        # The next two have no example, because tools send one with every request: its body is not compressed, and the
        # key would be that of another request.
        _header(
            "Content-Encoding",
            "`gzip` if the body of the request is compressed; nothing else is supported.",
            {"type": "string", "enum": ["identity", "gzip"], "default": "identity"},
        ),
        _header(
            "Idempotency-Key",
            "Ignored, unless the assumption `idempotency-key` chooses otherwise: then the first response to a request "
            "with this key is kept for 24 hours, and a key that belongs to another request is refused.",
            {"type": "string"},
        ),
        _header(
            "If-Match",
            "The ETag of the record's version that the client knows: a record in another version is not changed. "
            "`*` stands for any version.",
            {"type": "string"},
            "*",
        ),
    )
}
"""Every request header by name. ``Authorization`` is a security scheme, as OpenAPI wants it."""

OF_EVERY_REQUEST: Final = (
    "Zuora-Version", "Zuora-Track-Id", "Zuora-Entity-Ids", "Zuora-Org-Ids", "Accept-Encoding",
)  # fmt: skip
"""The request headers of every operation that needs an access token."""
OF_REQUESTS_WITH_BODY: Final = ("Content-Encoding",)
"""The request headers of those of them that have a body, too."""
OF_TOKEN_REQUESTS: Final = ("Zuora-Track-Id",)

RESPONSE: Final[dict[str, dict[str, Any]]] = {
    "Zuora-Request-Id": {
        "description": "The id of the request.",
        "required": True,
        "schema": {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36},
    },
    "Zuora-Track-Id": {"description": "The request's `Zuora-Track-Id`, if it has one.", "schema": _TRACK_ID},
    "Content-Encoding": {
        "description": "`gzip` if the response is compressed.",
        "schema": {"type": "string", "enum": ["gzip"]},
    },
    "RateLimit-Limit": {
        "description": "The limit of the window that is nearest to exhaustion, then every window's limit with its "
        "length in seconds. Missing for a tenant without limits.",
        "schema": {"type": "string", "examples": ["2250000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"]},
    },
    "RateLimit-Remaining": {
        "description": "Requests left in that window.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Reset": {
        "description": "Seconds until that window ends.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-RateLimit-Limit-minute": {
        "description": "Token requests per minute and IP address.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-RateLimit-Remaining-minute": {
        "description": "Token requests left in this minute.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Retry-After": {
        "description": "Seconds after which the request can be tried again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "required": True,
        "schema": {"type": "string", "enum": ["Bearer"]},
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

IN_EVERY_RESPONSE: Final = (
    "Zuora-Request-Id", "Zuora-Track-Id", "Content-Encoding", "RateLimit-Limit", "RateLimit-Remaining",
    "RateLimit-Reset",
)  # fmt: skip
IN_TOKEN_RESPONSES: Final = (
    "Zuora-Request-Id", "Zuora-Track-Id", "Content-Encoding", "X-RateLimit-Limit-minute",
    "X-RateLimit-Remaining-minute",
)  # fmt: skip
BY_STATUS: Final = {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",)}
"""Headers that only responses with that status have."""


def references(names: Iterable[str]) -> dict[str, Any]:
    """References to response headers of these names."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
