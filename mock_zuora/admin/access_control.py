"""Who is let in to the mock's own paths.

What a page in somebody's browser could send is refused: no CORS header is ever sent, a request with a foreign Origin is
refused, and, while the server is bound to loopback, one with a foreign Host too, which is what a page gets that had its
own name resolved to 127.0.0.1. The control API is for callers on this machine, unless the setting ``control`` says
otherwise; whether the server is alive and ready is for everybody.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.config.settings import ControlMode

OPEN_PATHS: Final = frozenset({"/__mock/livez", "/__mock/readyz"})
"""What everybody may ask."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    # An IPv4 caller of a socket that takes both kinds.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_of(authority: str) -> str:
    """The host of ``host:port``, with or without a port."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """Who may use the control API."""

    mode: ControlMode = ControlMode.LOCAL
    token: str | None = field(default=None, repr=False)
    """What callers send as a bearer token, with ``control=token``."""


LOCAL_ONLY: Final = AccessPolicy()
"""What there is unless the setting says otherwise."""


@dataclass(frozen=True, slots=True)
class _Denial:
    """Why somebody is not let in."""

    status: int
    why: str
    headers: Mapping[str, str] = field(default_factory=dict)


class AccessControl:
    """Lets in who may come in, and answers everybody else."""

    def __init__(self, app: ASGIApp, *, loopback_only: bool, access: AccessPolicy = LOCAL_ONLY) -> None:
        self._app = app
        self._loopback_only = loopback_only
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        closed = self._web_page(headers)
        if closed is None and scope["path"] not in OPEN_PATHS:
            closed = self._stranger(scope, headers)
        if closed is None:
            await self._app(scope, receive, send)
        else:
            refusal = JSONResponse({"error": closed.why, "kind": "denied"}, closed.status, closed.headers)
            await refusal(scope, receive, send)

    def _web_page(self, headers: Headers) -> _Denial | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._loopback_only and not is_loopback(host_of(host)):
            return _Denial(403, f"Host: '{host[:100]}' is not this machine's; the server listens on loopback only.")
        if origin is not None and origin.lower() not in (f"http://{host}".lower(), f"https://{host}".lower()):
            return _Denial(403, f"Origin: '{origin[:100]}' is not this server's; web pages of others are not let in.")
        return None

    def _stranger(self, scope: Scope, headers: Headers) -> _Denial | None:
        if self._access.mode is ControlMode.OPEN:
            return None
        if self._access.mode is ControlMode.TOKEN:
            return None if self._has_token(headers.get("authorization", "")) else _NO_TOKEN
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if is_loopback(peer):
            return None
        return _Denial(
            403,
            f"control: calls come from this machine only, and {peer} is not it; "
            "start the server with --control open, or with --control token and --control-token.",
        )

    def _has_token(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        expected = (self._access.token or "").encode()
        return scheme.lower() == "bearer" and bool(expected) and hmac.compare_digest(token.strip().encode(), expected)


_NO_TOKEN: Final = _Denial(
    401,
    "Authorization: expected 'Bearer <control token>', the token that the server was started with.",
    {"WWW-Authenticate": "Bearer"},
)
