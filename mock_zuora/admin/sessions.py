"""Sessions of browsers that have logged in with the control token. They end with the server."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from mock_zuora.domain.ids import Ids

MAX_SESSIONS: Final = 1_000
"""Sessions that are kept; the oldest ends when there are more."""


class Sessions:
    """The ids of open sessions. A browser sends one in a cookie."""

    def __init__(self) -> None:
        self._ids = Ids()
        self._open: dict[str, None] = {}

    def cookie(self, scope: Scope) -> str:
        """Opens a session, and returns the header ``Set-Cookie`` for it. The cookie lasts until the browser closes."""
        session = self._ids.hex()
        self._open[session] = None
        if len(self._open) > MAX_SESSIONS:
            del self._open[next(iter(self._open))]
        return f"{_name(scope)}={session}; {_attributes(scope)}"

    def has(self, scope: Scope) -> bool:
        """Whether a request comes from a browser with a session."""
        session = cookies_of(scope).get(_name(scope))
        return session is not None and session in self._open

    def end(self, scope: Scope) -> str:
        """Ends the session of a request, and returns the header ``Set-Cookie`` that removes its cookie."""
        self._open.pop(cookies_of(scope).get(_name(scope), ""), None)
        return f"{_name(scope)}=; {_attributes(scope)}; Max-Age=0"


def cookies_of(scope: Scope) -> Mapping[str, str]:
    """The cookies of a request by name; none if the header is malformed."""
    try:
        cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return {}
    return {name: each.value for name, each in cookies.items()}


def _name(scope: Scope) -> str:
    """The name of the cookie: with the port, because browsers send cookies to every port of a host."""
    server = scope.get("server") or ("", 0)
    return f"mock_zuora_session_{server[1]}"


def _attributes(scope: Scope) -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"Path=/__mock; HttpOnly; SameSite=Strict{secure}"


def is_same_origin(scope: Scope) -> bool:
    """Whether a request has exactly one Origin, that of the server as its Host names it."""
    headers = Headers(scope=scope)
    origins, host = headers.getlist("origin"), headers.get("host")
    return host is not None and origins in ([f"http://{host}"], [f"https://{host}"])
