"""The style sheet, the module and the icon: a fixed table of files, which are read once."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

TYPES: Final = {
    "inspector.css": "text/css; charset=utf-8",
    "inspector.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""The names of the files with their types."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, and the ETag that changes with it."""

    content: bytes
    etag: str
    type: str


@cache
def asset(name: str) -> Asset:
    """A file by its name in the table."""
    content = (files(__package__) / "assets" / name).read_bytes()
    return Asset(content, f'"{hashlib.sha256(content).hexdigest()[:16]}"', TYPES[name])


async def asset_response(request: Request) -> Response:
    """Returns a file, or 304 if the browser has it already."""
    name = request.path_params["name"]
    if name not in TYPES:
        return Response("There is no such file.", 404, media_type="text/plain")
    found = asset(name)
    headers = {"ETag": found.etag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers={**headers, "Content-Type": found.type})
