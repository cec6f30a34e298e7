"""Access control for ``/__mock``.

Requests from web pages with a foreign Origin are refused, unless ``cors_origin`` or ``allowed_host`` lists it. So is a
Host that a web page can have as its own name (DNS rebinding), unless the request has the control token. The control API
accepts clients on this machine unless the setting ``control`` allows others. Liveness, readiness and the CA certificate
of the server are open to every client.

With ``control=token``, a browser logs in with the token and gets a session. To change anything, its requests need the
server's own Origin.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.admin.sessions import Sessions, is_same_origin
from mock_zuora.config.address import CA_PATH
from mock_zuora.config.hosts import TrustedHosts, foreign_origin, is_loopback
from mock_zuora.config.settings import ControlMode
from mock_zuora.control.paths import CONTROL_PREFIX
from mock_zuora.domain.errors import quote

PROBE_PATHS: Final = frozenset({"/__mock/livez", "/__mock/readyz"})
OPEN_PATHS: Final = PROBE_PATHS | {CA_PATH}
"""Paths that are open to every client."""
LOGIN_PATH: Final = "/__mock/login"
_OPEN_WITH_TOKEN: Final = (LOGIN_PATH, "/__mock/inspector/assets/")
"""What a browser needs to log in. It shows nothing of the server's state."""
_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """Who may use the control API."""

    mode: ControlMode = ControlMode.LOCAL
    token: str | None = field(default=None, repr=False)
    """The bearer token that clients must send, with ``control=token``."""
    hosts: TrustedHosts = field(default_factory=TrustedHosts)
    """The hosts that a request may name."""
    sessions: Sessions = field(default_factory=Sessions, repr=False)
    """The browsers that have logged in with the token."""
    has_read_only_sessions: bool = False
    """Whether these browsers can only read, as with ``inspector=read-only``."""

    def is_token(self, token: str) -> bool:
        """Whether a text is the control token."""
        expected = (self.token or "").encode()
        return bool(expected) and hmac.compare_digest(token.strip().encode(), expected)


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
            await self._refusal(denial, scope)(scope, receive, send)

    def _refusal(self, denial: _Denial, scope: Scope) -> Response:
        if denial is _NO_TOKEN and "text/html" in Headers(scope=scope).get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            # The path of a form is not a page, so the login leads to the first page instead.
            page = scope["path"] + (f"?{query}" if query else "") if scope["method"] == "GET" else "/__mock/"
            return RedirectResponse(f"{LOGIN_PATH}?{urlencode({'back': page})}", 303)
        return JSONResponse({"error": self._redact(denial.reason), "kind": "denied"}, denial.status, denial.headers)

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
            return self._check_token(scope, headers)
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if is_loopback(peer):
            return None
        return _Denial(
            403,
            f"control: {peer} is not this machine, and only clients on this machine have access; "
            "start the server with --control open, or with --control token and --control-token.",
        )

    def _check_token(self, scope: Scope, headers: Headers) -> _Denial | None:
        if self._has_token(headers.get("authorization", "")) or scope["path"].startswith(_OPEN_WITH_TOKEN):
            return None
        if not self._access.sessions.has(scope):
            return _NO_TOKEN
        if scope["method"] in _SAFE_METHODS:
            return None
        if self._access.has_read_only_sessions and scope["path"].startswith(CONTROL_PREFIX):
            return _READ_ONLY
        return None if is_same_origin(scope) else _NO_ORIGIN

    def _has_token(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._access.is_token(token)


_NO_TOKEN: Final = _Denial(
    401,
    "Authorization: expected 'Bearer <control token>', the token that the server was started with.",
    {"WWW-Authenticate": "Bearer"},
)
_NO_ORIGIN: Final = _Denial(
    403, "Origin: expected the server's own, because a request with the session of a browser changes something."
)
_READ_ONLY: Final = _Denial(
    403,
    "inspector: the server was started with --inspector read-only, so the session of a browser changes nothing; "
    "expected 'Authorization: Bearer <control token>'.",
)


def _foreign_host(host: str) -> str:
    return (
        f"Host: {quote(host)} is not accepted under /__mock, because a web page could have that name (DNS rebinding); "
        "expected localhost, an IP address, a name without a dot, or a name that the server was started with: "
        "--allowed-host NAME."
    )
