"""Request targets that are not paths: URLs, which clients send to a proxy, and forms that are not served."""

import re
from typing import Final
from urllib.parse import unquote

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.domain.errors import quote

_URL: Final = re.compile(rb"https?://([^/?#@]+)(/.*)?", re.IGNORECASE)


async def serve_target(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serves a request whose target is not a path: a URL as its path, with its host as the Host (RFC 9112, 3.2.2).

    Other targets, such as ``*`` and those of CONNECT, are refused with 400.
    """
    found = None if scope["method"] == "CONNECT" else _URL.fullmatch(scope["raw_path"])
    if found is None:
        target = quote(scope["path"])
        sentence = f"{scope['method']} {target}: expected a path or an http:// URL; there are no tunnels."
        await JSONResponse({"error": sentence, "kind": "invalid"}, 400)(scope, receive, send)
        return
    path = found[2] or b"/"
    headers = [(b"host", found[1]), *(each for each in scope["headers"] if each[0] != b"host")]
    as_path = {**scope, "raw_path": path, "path": unquote(path.decode("ascii")), "headers": headers}
    await app(as_path, receive, send)
