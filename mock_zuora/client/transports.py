"""The two ways to a server's control calls, and the one over HTTP. Only the standard library is imported here."""

import http.client
import json
from collections.abc import Mapping
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from mock_zuora.control.addresses import ADDRESSES, PREFIX, Address
from mock_zuora.control.errors import Denied, Invalid, Unreachable, error_of, is_control_error

__tracebackhide__ = is_control_error

_PATIENCE: Final = 30.0
"""Real seconds that an answer may take beyond what the call itself waits."""


class Transport(Protocol):
    """A way to the control calls of one server."""

    url: str
    """Where clients of the emulated API find it."""

    def call(self, operation: str, tenant: str | None, said: Mapping[str, Any]) -> Any:
        """Carries a control operation out and gives JSON types. Raises a ControlError."""
        ...

    def close(self) -> None:
        """Leaves; a server that belongs to this door stops."""
        ...


class HttpTransport:
    """To a server that runs elsewhere. It keeps no connection, so any thread may use it at any time."""

    def __init__(self, url: str, control_token: str | None = None) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"url: {url!r} is not the address of a server; expected http://HOST:PORT")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._parts = parts
        self._token = control_token

    def call(self, operation: str, tenant: str | None, said: Mapping[str, Any]) -> Any:
        address = ADDRESSES[operation]
        of_path = address.of_path(said)
        path = address.path.format(**{name: quote(value, safe="") for name, value in of_path.items()})
        rest = {key: value for key, value in said.items() if key not in of_path}
        query = [] if tenant is None else [("tenant", tenant)]
        if not address.has_body:
            query += [(key, _text(value)) for key, value in rest.items() if value is not None]
        target = f"{self._parts.path.rstrip('/')}{PREFIX}{path}" + (f"?{urlencode(query)}" if query else "")
        body = json.dumps(rest) if address.has_body else None
        return self._ask(address, target, body, _patience(rest))

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask(self, address: Address, target: str, body: str | None, patience: float) -> Any:
        https = self._parts.scheme == "https"
        kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=patience)
        try:
            connection.request(address.method, target, body, self._headers(body))
            response = connection.getresponse()
            status, answer = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            why = str(error) or type(error).__name__
            raise Unreachable(f"{self.url}: no answer from a mock_zuora server there: {why}") from error
        finally:
            connection.close()
        return self._read(status, answer)

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    def _read(self, status: int, answer: bytes) -> Any:
        if status == 204:
            return None
        try:
            document = json.loads(answer)
        except ValueError:
            document = None
        if status == 200 and document is not None:
            return document
        if not isinstance(document, dict) or "error" not in document:
            raise Unreachable(f"{self.url}: what answers there, with status {status}, is no mock_zuora server")
        if status in (401, 403):
            raise Denied(f"{self.url}: {document['error']}")
        raise error_of(document.get("kind", ""), document["error"])


def _patience(said: Mapping[str, Any]) -> float:
    waits = said.get("timeout")
    return _PATIENCE + (waits if isinstance(waits, int | float) and waits > 0 else 0)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
