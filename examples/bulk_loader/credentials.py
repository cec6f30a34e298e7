"""Access tokens for httpx, renewed before they expire by the clock of this machine, and after a 401."""

import time
from collections.abc import Generator

import httpx

MARGIN = 60.0
"""Seconds before its end at which a token is renewed."""


class ClientCredentials(httpx.Auth):
    """Gets access tokens for an OAuth client. For httpx.Client and httpx.AsyncClient."""

    requires_response_body = True

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self._url = f"{url}/oauth/token"
        self._form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._token = ""
        self._renew_at = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sends the request with a token, and once more with a new one if the first is refused."""
        if time.time() >= self._renew_at:
            yield from self._renew()
        response = yield self._authorized(request)
        if response.status_code == 401:
            yield from self._renew()
            yield self._authorized(request)

    def _renew(self) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield httpx.Request("POST", self._url, data=self._form)
        granted = response.raise_for_status().json()
        self._token = granted["access_token"]
        self._renew_at = time.time() + granted["expires_in"] - MARGIN

    def _authorized(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
