"""How control requests reach a server: the protocol, and the transport over HTTP. Standard library only."""

import json
import os
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from os import PathLike, fspath
from selectors import EVENT_READ, DefaultSelector
from socket import socket
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from mock_zuora.control.errors import Denied, Invalid, Refused, Unreachable, error_of, is_control_error
from mock_zuora.control.paths import CONTROL_PREFIX, path_parameters
from mock_zuora.control.texts import check_text
from mock_zuora.domain.machine_clock import steady_seconds

if TYPE_CHECKING:
    from ssl import SSLContext

__tracebackhide__ = is_control_error

_KEPT_SECONDS: Final = 1.0
"""Real seconds for which a connection is kept after a response. The server keeps it for several seconds."""
_TIMEOUT_SECONDS: Final = 30.0
"""Real seconds that a response may take, in addition to the ``timeout`` of a wait."""


class Transport(Protocol):
    """A connection to the control API of one server."""

    url: str
    """Base URL of the emulated API."""
    control_token: str | None
    """The token of its control API, if it needs one."""
    ca_file: str | None
    """The path of the CA certificate that its clients trust, if it has one of its own."""

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


class _KeptConnection:
    """A connection that further requests of the same thread use."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self._process = os.getpid()
        self._used = 0.0

    def is_usable(self) -> bool:
        """Whether a request can be sent: the server closes idle connections, and a fork shares those of its parent."""
        is_fresh = self._process == os.getpid() and steady_seconds() - self._used < _KEPT_SECONDS
        return is_fresh and not _has_ended(self._connection.sock)

    def send(
        self, method: str, target: str, body: str | None, headers: Mapping[str, str], timeout: float
    ) -> tuple[int, bytes]:
        """The status and the body of the response. Raises OSError and HTTPException."""
        self._connection.timeout = timeout
        if self._connection.sock is not None:
            self._connection.sock.settimeout(timeout)
        self._connection.request(method, target, body, dict(headers))
        response = self._connection.getresponse()
        content = response.read()
        self._used = steady_seconds()
        return response.status, content

    def __del__(self) -> None:
        # The end of a thread closes its connection, without a ResourceWarning.
        self._connection.close()


def _has_ended(connection: socket | None) -> bool:
    """Whether the server has closed an idle connection, or sent data that belongs to no request."""
    if connection is None:
        return True
    with DefaultSelector() as selector:
        selector.register(connection, EVENT_READ)
        return bool(selector.select(0))


class HttpTransport:
    """Transport to a remote server. Any thread may use it: each keeps a connection of its own.

    Raises Invalid if the URL is malformed, or the CA certificate cannot be used.
    """

    def __init__(self, url: str, control_token: str | None = None, ca_file: str | PathLike[str] | None = None) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"url: {url!r} is not the address of a server; expected http://HOST:PORT")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._parts = parts
        self.control_token = control_token
        self.ca_file = None if ca_file is None else fspath(ca_file)
        if parts.scheme == "http" and self.ca_file is not None:
            raise Invalid(f"ca_file: {self.ca_file!r} is for a server with HTTPS, but the url is {self.url!r}")
        self._trust = _trust(self.url, self.ca_file) if parts.scheme == "https" else None
        self._kept = threading.local()

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
        """Closes the connection of this thread."""
        self._kept.__dict__.clear()

    def _send(self, method: str, target: str, body: str | None, timeout: float) -> Any:
        kept = self._kept.__dict__.pop("connection", None)
        if kept is None or not kept.is_usable():
            kept = _KeptConnection(self._new_connection())
        try:
            status, content = kept.send(method, target, body, self._headers(body), timeout)
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{self.url}: {_why(error)}") from error
        # Reused only if the whole response was read. After an exception, the connection is closed.
        self._kept.connection = kept
        return self._read(status, content)

    def _new_connection(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        # Imported by name, because vcrpy replaces the names in http.client during a test.
        if self._trust is None:
            return HTTPConnection(host, port)
        return HTTPSConnection(host, port, context=self._trust)

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


def _trust(url: str, ca_file: str | None) -> "SSLContext":
    """Verifies certificates: with one CA, or as Python does by default, which the variable SSL_CERT_FILE changes."""
    # Imported here, because most servers use HTTP.
    from ssl import SSLError, create_default_context

    try:
        return create_default_context(cafile=ca_file)
    except SSLError:
        raise Invalid(f"ca_file: {ca_file!r} contains no certificate; expected a PEM file") from None
    except OSError as error:
        raise Invalid(f"ca_file: {ca_file!r} cannot be read: {error.strerror}") from None


def _why(error: Exception) -> str:
    reason = getattr(error, "verify_message", None)
    if reason is not None:
        return (
            f"its certificate is not trusted: {reason}; pass the CA certificate of the server as ca_file "
            "(--zuora-ca-file in pytest), for example the one that 'mock-zuora serve --tls' names, or set SSL_CERT_FILE"
        )
    return f"no response from a mock_zuora server: {str(error) or type(error).__name__}"


def _timeout(options: Mapping[str, Any]) -> float:
    wait = options.get("timeout")
    return _TIMEOUT_SECONDS + (wait if isinstance(wait, int | float) and wait > 0 else 0)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
