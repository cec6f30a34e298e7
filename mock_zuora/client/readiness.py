"""Readiness checks, for the command ``ready`` and for containers. Standard library only.

They speak HTTP over a socket: a health check runs all the time, and importing ``http.client`` is half of its CPU time.
"""

import json
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mock_zuora.config.address import READY_PATH, url_of
from mock_zuora.domain.machine_clock import steady_seconds

if TYPE_CHECKING:
    from ssl import SSLContext

RESPONSE_SECONDS: Final = 2.0
"""Timeout of one request."""
_PAUSE_SECONDS: Final = 0.02
_MAX_RESPONSE: Final = 20_000
"""In bytes. That of a mock_zuora server is much shorter."""


class NotReady(Exception):
    """The server is not ready. The message gives the reason in one line."""


def wait_until_ready(
    host: str, port: int, timeout: float, still_there: Callable[[], None] = lambda: None, *, is_tls: bool = False
) -> float:
    """Polls until the server is ready, and returns for how many seconds it has been ready.

    ``still_there`` is called between two polls; an exception that it raises ends the wait. Raises NotReady with the
    last reason after ``timeout`` seconds.
    """
    end = steady_seconds() + timeout
    while True:
        try:
            return ask(host, port, max(0.01, min(RESPONSE_SECONDS, end - steady_seconds())), is_tls=is_tls)
        except NotReady as why:
            if steady_seconds() + _PAUSE_SECONDS >= end:
                raise NotReady(f"{why} (waited {timeout:g} s)") from None
        still_there()
        time.sleep(_PAUSE_SECONDS)


def ask(host: str, port: int, timeout: float = RESPONSE_SECONDS, *, is_tls: bool = False) -> float:
    """Returns for how many seconds the server has been ready. Raises NotReady with the reason if it is not.

    With ``is_tls`` it uses HTTPS, with any certificate: it sends and reads nothing that is secret.
    """
    url = url_of(host, port, is_tls=is_tls)
    try:
        status, body = _get(host, port, timeout, is_tls=is_tls)
    except TimeoutError:
        raise NotReady(f"{url} did not respond within {timeout:g} s") from None
    except OSError as error:
        raise NotReady(f"nothing is ready at {url}: {error.strerror or error}") from None
    except UnicodeError:
        raise NotReady(f"nothing is ready at {url}: {_one_line(host)!r} is not the name of a host") from None
    return _uptime(status, body, url)


def _get(host: str, port: int, timeout: float, *, is_tls: bool) -> tuple[str, bytes]:
    """The status and the body of the response. Raises OSError."""
    end = steady_seconds() + timeout
    connection = socket.create_connection((host, port), timeout)
    if is_tls:
        connection = unverified().wrap_socket(connection)
    with connection:
        name = f"[{host}]" if ":" in host else host
        lines = (f"GET {READY_PATH} HTTP/1.1", f"Host: {name}:{port}", "Connection: close", "", "")
        connection.sendall("\r\n".join(lines).encode())
        response = b""
        while len(response) < _MAX_RESPONSE and not _is_complete(response):
            connection.settimeout(max(0.001, end - steady_seconds()))
            if not (received := connection.recv(_MAX_RESPONSE)):
                break
            response += received
    if not response:
        raise ConnectionError("the connection was closed without a response")
    head, _, body = response.partition(b"\r\n\r\n")
    protocol, _, rest = head.decode("latin-1").partition(" ")
    is_http = protocol.startswith("HTTP/") and rest[:3].isdigit()
    return (rest[:3] if is_http else "something other than HTTP"), body


def _is_complete(response: bytes) -> bool:
    """Whether the body has its declared length. Without one, it ends with the connection."""
    head, _, body = response.partition(b"\r\n\r\n")
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    length = rest.partition(b"\r\n")[0].strip()
    return bool(found) and length.isdigit() and len(body) >= int(length[:20])


def unverified() -> "SSLContext":
    """A TLS context that accepts any certificate, for connections that need no trust."""
    from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext

    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = CERT_NONE
    return context


def _uptime(http_status: str, body: bytes, url: str) -> float:
    try:
        document = json.loads(body)
        if http_status == "403":
            raise NotReady(f"{url} refuses this host: {_one_line(document['error'])[:400]}")
        status = document["status"]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise NotReady(f"{url} is not mock_zuora: it responded with {http_status} to GET {READY_PATH}") from None
    if http_status != "200" or status != "ready":
        raise NotReady(f"the server at {url} is not ready: {_one_line(status)[:50]}")
    uptime = document.get("uptime", 0)
    return uptime if isinstance(uptime, int | float) else 0


def _one_line(value: object) -> str:
    """What another server sent, as text that a terminal can show."""
    return "".join([each if each.isprintable() else " " for each in str(value)])
