"""How control requests reach a server: the protocol, and the transport over HTTP. Standard library only."""

import json
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from mock_zuora.control.errors import Denied, Invalid, Refused, Unreachable, error_of, is_control_error
from mock_zuora.control.paths import CONTROL_PREFIX, path_parameters
from mock_zuora.control.texts import check_text

__tracebackhide__ = is_control_error

_TIMEOUT_SECONDS: Final = 30.0
"""Real seconds that a response may take, in addition to the ``timeout`` of a wait."""


class Transport(Protocol):
    """A connection to the control API of one server."""

    url: str
    """Base URL of the emulated API."""
    control_token: str | None
    """The token of its control API, if it needs one."""

    def call(self, method: str, path: str, tenant: str | None, values: Mapping[str, Any]) -> Any:
        """Runs the operation with that method and path template, and returns JSON types. Raises a ControlError.

        ``values`` are options and path parameters together.
        """
        ...

    def follow_clock(self, tenant: str | None, source: Callable[[], int]) -> None:
        """Lets a tenant's clock follow a function that returns milliseconds since 1970. Raises a ControlError."""
        ...

    def close(self) -> None:
        """Stops the server if this transport started it."""
        ...


class HttpTransport:
    """Transport to a remote server. It opens a connection for each request, so any thread may use it."""

    def __init__(self, url: str, control_token: str | None = None) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"url: {url!r} is not the address of a server; expected http://HOST:PORT")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._parts = parts
        self.control_token = control_token

    def call(self, method: str, path: str, tenant: str | None, values: Mapping[str, Any]) -> Any:
        check_text({"tenant": tenant, **values})
        parameters = {name: quote(str(values[name]), safe="") for name in path_parameters(path)}
        options = {name: value for name, value in values.items() if name not in parameters}
        query = {} if tenant is None else {"tenant": tenant}
        body = None
        if method in ("GET", "DELETE"):
            query |= {name: _text(value) for name, value in options.items() if value is not None}
        else:
            body = json.dumps(options)
        target = f"{self._parts.path.rstrip('/')}{CONTROL_PREFIX}{path.format(**parameters)}"
        return self._send(method, f"{target}?{urlencode(query)}" if query else target, body, _timeout(options))

    def follow_clock(self, tenant: str | None, source: Callable[[], int]) -> None:
        raise Refused(
            f"now: the server at {self.url} runs in another process, and cannot follow a clock of this one; "
            "move its clock with clock.set or clock.advance"
        )

    def close(self) -> None:
        """Does nothing: no connection is kept open."""

    def _send(self, method: str, target: str, body: str | None, timeout: float) -> Any:
        https = self._parts.scheme == "https"
        # Imported by name, because vcrpy replaces the names in http.client during a test.
        kind = HTTPSConnection if https else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=timeout)
        try:
            connection.request(method, target, body, self._headers(body))
            response = connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, HTTPException) as error:
            why = str(error) or type(error).__name__
            raise Unreachable(f"{self.url}: no response from a mock_zuora server: {why}") from error
        finally:
            connection.close()
        return self._read(status, content)

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.control_token is not None:
            headers["Authorization"] = f"Bearer {self.control_token}"
        return headers

    def _read(self, status: int, content: bytes) -> Any:
        if status == 204:
            return None
        try:
            document = json.loads(content)
        except ValueError:
            document = None
        if status == 200 and document is not None:
            return document
        if not isinstance(document, dict) or "error" not in document:
            raise Unreachable(f"{self.url}: the response with status {status} is not from a mock_zuora server")
        if status in (401, 403):
            raise Denied(f"{self.url}: {document['error']}")
        raise error_of(document.get("kind", ""), document["error"], document.get("position"))


def _timeout(options: Mapping[str, Any]) -> float:
    wait = options.get("timeout")
    return _TIMEOUT_SECONDS + (wait if isinstance(wait, int | float) and wait > 0 else 0)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
