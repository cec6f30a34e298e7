"""Access tokens for httpx, renewed before they expire by the clock of this machine, and after a 401."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator

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
        self._renewing = asyncio.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sends the request with a token, and once more with a new one if the first is refused."""
        if self._is_due:
            self._take((yield self._token_request()).raise_for_status())
        used = self._authorize(request)
        response = yield request
        if response.status_code == 401:
            if self._token == used:
                self._take((yield self._token_request()).raise_for_status())
            self._authorize(request)
            yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As ``sync_auth_flow``. Of requests at the same time, only one gets a new token."""
        async with self._renewing:
            if self._is_due:
                await self._take_async((yield self._token_request()))
        used = self._authorize(request)
        response = yield request
        if response.status_code == 401:
            async with self._renewing:
                if self._token == used:
                    await self._take_async((yield self._token_request()))
            self._authorize(request)
            yield request

    @property
    def _is_due(self) -> bool:
        return time.time() >= self._renew_at

    def _token_request(self) -> httpx.Request:
        return httpx.Request("POST", self._url, data=self._form)

    def _take(self, response: httpx.Response) -> None:
        response.read()
        granted = response.json()
        self._token = granted["access_token"]
        self._renew_at = time.time() + granted["expires_in"] - MARGIN

    async def _take_async(self, response: httpx.Response) -> None:
        await response.aread()
        self._take(response.raise_for_status())

    def _authorize(self, request: httpx.Request) -> str:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return self._token
