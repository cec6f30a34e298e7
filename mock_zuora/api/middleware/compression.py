"""gzip for the responses to clients that accept it."""

import gzip
from typing import Final

from mock_zuora.api.middleware.collected_response import CollectedResponse

MAX_UNCOMPRESSED_BYTES: Final = 1_000
"""Responses over this many bytes are compressed (D)."""
_LEVEL: Final = 5


def compress(response: CollectedResponse, accept_encoding: str) -> None:
    """Compresses the body of a response in place, if it is large enough and the client accepts gzip."""
    if len(response.body) <= MAX_UNCOMPRESSED_BYTES:
        return
    headers = {b"vary": b"Accept-Encoding"}
    if accepts_gzip(accept_encoding):
        response.body = gzip.compress(response.body, _LEVEL, mtime=0)
        headers |= {b"content-encoding": b"gzip", b"content-length": str(len(response.body)).encode()}
    response.set_headers(headers)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header accepts gzip: by name or by ``*``, and not with ``q=0``."""
    weights: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=").strip()
        weights[coding.strip()] = weight.strip("0.") != "" if weight else True
    return weights.get("gzip", weights.get("*", False))
