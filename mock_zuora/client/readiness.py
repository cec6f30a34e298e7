"""Readiness checks, for the command ``ready`` and for containers. Standard library only."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final

from mock_zuora.config.address import READY_PATH, url_of
from mock_zuora.domain.machine_clock import steady_seconds

if TYPE_CHECKING:
    from ssl import SSLContext

RESPONSE_SECONDS: Final = 2.0
"""Timeout of one request."""
_PAUSE_SECONDS: Final = 0.05


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
    connection = (
        HTTPSConnection(host, port, timeout=timeout, context=unverified())
        if is_tls
        else HTTPConnection(host, port, timeout=timeout)
    )
    url = url_of(host, port, is_tls=is_tls)
    try:
        connection.request("GET", READY_PATH)
        return _uptime(connection.getresponse(), url)
    except TimeoutError:
        raise NotReady(f"{url} did not respond within {timeout:g} s") from None
    except (OSError, HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise NotReady(f"nothing is ready at {url}: {why}") from None
    finally:
        connection.close()


def unverified() -> "SSLContext":
    """A TLS context that accepts any certificate, for connections that need no trust."""
    from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext

    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = CERT_NONE
    return context


def _uptime(response: HTTPResponse, url: str) -> float:
    try:
        document = json.loads(response.read(10_000))
        if response.status == 403:
            raise NotReady(f"{url} refuses this host: {str(document['error'])[:400]}")
        status = document["status"]
    except (ValueError, TypeError, LookupError):
        raise NotReady(f"{url} is not mock_zuora: it responded with {response.status} to GET {READY_PATH}") from None
    if response.status != 200 or status != "ready":
        raise NotReady(f"the server at {url} is not ready: {str(status)[:50]}")
    uptime = document.get("uptime", 0)
    return uptime if isinstance(uptime, int | float) else 0
