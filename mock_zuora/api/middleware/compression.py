"""gzip for the answers of clients that take it."""

import gzip
from typing import Final

from starlette.responses import Response

SMALLEST: Final = 1_000
"""Answers over this many bytes are compressed (D)."""
_LEVEL: Final = 5


def compress(response: Response, accept_encoding: str) -> None:
    """Compresses the body of a response in place, if it is large enough and the client takes gzip."""
    body = bytes(response.body)
    if len(body) <= SMALLEST:
        return
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip(accept_encoding):
        response.body = gzip.compress(body, _LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header admits gzip: named, or by ``*``, and not with ``q=0``."""
    weights: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=").strip()
        weights[coding.strip()] = weight.strip("0.") != "" if weight else True
    return weights.get("gzip", weights.get("*", False))
