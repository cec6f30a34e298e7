"""Access control for ``/__mock``.

Requests from web pages are refused: no CORS header is ever sent, and a foreign Origin is refused. So is a Host that a
web page can have as its own name (DNS rebinding), unless the request has the control token. The control API accepts
clients on this machine unless the setting ``control`` allows others. Liveness and readiness are open to every client.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.config.hosts import TrustedHosts, foreign_origin, is_loopback
from mock_zuora.config.settings import ControlMode
from mock_zuora.domain.errors import quote

OPEN_PATHS: Final = frozenset({"/__mock/livez", "/__mock/readyz"})
"""Paths that are open to every client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """Who may use the control API."""

    mode: ControlMode = ControlMode.LOCAL
    token: str | None = field(default=None, repr=False)
    """The bearer token that clients must send, with ``control=token``."""
    hosts: TrustedHosts = field(default_factory=TrustedHosts)
    """The hosts that a request may name."""


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

    def __init__(self, app: ASGIApp, access: AccessPolicy = LOCAL_ONLY, redact: Callable[[str], str] = str) -> None:
        self._app = app
        self._access = access
        self._redact = redact

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        denial = self._check_web_page(headers)
        if denial is None and scope["path"] not in OPEN_PATHS:
            denial = self._check_client(scope, headers)
        if denial is None:
            await self._app(scope, receive, send)
        else:
            refusal = JSONResponse(
                {"error": self._redact(denial.reason), "kind": "denied"}, denial.status, denial.headers
            )
            await refusal(scope, receive, send)

    def _check_web_page(self, headers: Headers) -> _Denial | None:
        # HTTP/1.0 clients, such as health checks, may send no Host. Browsers always do.
        host = ", ".join(headers.getlist("host")) if "host" in headers else None
        has_token = self._access.mode is ControlMode.TOKEN and self._has_token(headers.get("authorization", ""))
        if host is not None and not has_token and not self._access.hosts.accept(host):
            return _Denial(403, _foreign_host(host))
        for origin in headers.getlist("origin"):
            if self._access.hosts.is_foreign(origin, host, is_trusted=has_token):
                return _Denial(403, foreign_origin(origin))
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


def _foreign_host(host: str) -> str:
    return (
        f"Host: {quote(host)} is not accepted under /__mock, because a web page could have that name (DNS rebinding); "
        "expected localhost, an IP address, a name without a dot, or a name that the server was started with: "
        "--allowed-host NAME."
    )
