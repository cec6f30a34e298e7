"""Access control for ``/__mock``.

Requests from web pages are refused: no CORS header is ever sent, and a foreign Origin is refused. While the server
listens on loopback only, a foreign Host is refused too, which stops a page whose own name resolves to 127.0.0.1 (DNS
rebinding). The control API accepts clients on this machine unless the setting ``control`` allows others. Liveness and
readiness are open to everyone.
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
"""Paths that are open to everyone."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is a loopback address of this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    # An IPv4 client of a dual-stack socket.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_of(authority: str) -> str:
    """The host in ``host:port``; the port is optional."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """Who may use the control API."""

    mode: ControlMode = ControlMode.LOCAL
    token: str | None = field(default=None, repr=False)
    """The bearer token that clients must send, with ``control=token``."""


LOCAL_ONLY: Final = AccessPolicy()
"""The default policy."""


@dataclass(frozen=True, slots=True)
class _Denial:
    """Why a request is refused."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(default_factory=dict)


class AccessControl:
    """ASGI middleware that refuses requests from clients without access."""

    def __init__(self, app: ASGIApp, *, loopback_only: bool, access: AccessPolicy = LOCAL_ONLY) -> None:
        self._app = app
        self._loopback_only = loopback_only
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        denial = self._check_web_page(headers)
        if denial is None and scope["path"] not in OPEN_PATHS:
            denial = self._check_client(scope, headers)
        if denial is None:
            await self._app(scope, receive, send)
        else:
            refusal = JSONResponse({"error": denial.reason, "kind": "denied"}, denial.status, denial.headers)
            await refusal(scope, receive, send)

    def _check_web_page(self, headers: Headers) -> _Denial | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._loopback_only and not is_loopback(host_of(host)):
            return _Denial(
                403, f"Host: '{host[:100]}' is not a name of this machine; the server listens on loopback only."
            )
        if origin is not None and origin.lower() not in (f"http://{host}".lower(), f"https://{host}".lower()):
            return _Denial(
                403,
                f"Origin: '{origin[:100]}' is not this server's; requests from other web pages are refused.",
            )
        return None

    def _check_client(self, scope: Scope, headers: Headers) -> _Denial | None:
        if self._access.mode is ControlMode.OPEN:
            return None
        if self._access.mode is ControlMode.TOKEN:
            return None if self._has_token(headers.get("authorization", "")) else _NO_TOKEN
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if is_loopback(peer):
            return None
        return _Denial(
            403,
            f"control: {peer} is not this machine, and only clients on this machine have access; "
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
