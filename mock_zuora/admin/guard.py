"""Keeps web pages out of the mock's own paths: what a page in somebody's browser could send is refused here.

No CORS header is ever sent. A request with a foreign Origin is refused; while the server is bound to loopback, one
with a foreign Host too, which is what a page gets that had its own name resolved to 127.0.0.1.
"""

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(authority: str) -> str:
    """The host of ``host:port``, with or without a port."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


class Guard:
    """Refuses what a foreign web page could have sent."""

    def __init__(self, app: ASGIApp, *, loopback_only: bool) -> None:
        self._app = app
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = self._why_not(Headers(scope=scope))
        if why is None:
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"error": why}, 403)(scope, receive, send)

    def _why_not(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._loopback_only and not is_loopback(host_of(host)):
            return f"Host: '{host[:100]}' is not this machine's; the server listens on loopback only."
        if origin is not None and origin.lower() not in (f"http://{host}".lower(), f"https://{host}".lower()):
            return f"Origin: '{origin[:100]}' is not this server's; web pages of others are not let in."
        return None
