"""Lets a client read the response to a body that the server has not read, such as a refused file.

Most clients send the whole body before they read the response. If the server closed the connection meanwhile, the
system would reset it, and the response would be lost.
"""

import asyncio
from asyncio import timeout
from contextlib import suppress
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES: Final = 64 * 1024 * 1024
"""How much of a body is read and discarded after the response."""
MAX_SECONDS: Final = 10.0
"""How long a client may take to send it."""
_SMALL_BODY: Final = 64 * 1024
"""Bytes. A client that sends no more than this does not wait for the server to read it."""


class UnreadBodyMiddleware:
    """Sends the response at once, then reads and discards the rest of the body, and closes the connection.

    A client that waits for ``100 Continue`` has not sent the body, so its connection is closed at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._max_seconds = MAX_SECONDS
        self._waits: set[asyncio.Timeout] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        has_to_wait = b"100-continue" in headers.get(b"expect", b"").lower()
        if not has_to_wait and not _may_be_long(headers):
            await self._app(scope, receive, send)
            return
        body = _Body(receive)

        async def send_and_discard(message: Message) -> None:
            if body.has_ended:
                await send(message)
            elif message["type"] == "http.response.start":
                await send({**message, "headers": [*message["headers"], (b"connection", b"close")]})
            elif message.get("more_body") or (has_to_wait and not body.is_requested):
                await send(message)
            else:
                await send({**message, "more_body": True})
                try:
                    await self._discard(body)
                finally:
                    # Also if a shutdown cancels the request: its response is complete.
                    await send({"type": "http.response.body"})

        await self._app(scope, body, send_and_discard)

    async def _discard(self, body: "_Body") -> None:
        with suppress(TimeoutError):
            async with timeout(self._max_seconds) as wait:
                self._waits.add(wait)
                try:
                    await body.discard()
                finally:
                    self._waits.discard(wait)

    def stop_waiting(self) -> None:
        """Waits for no client any more, because the server shuts down."""
        self._max_seconds = 0.0
        for each in self._waits:
            if not each.expired():
                each.reschedule(0)


class _Body:
    """The body of a request, as an app receives it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.is_requested = False
        """Whether any of the body has been asked for, which sends ``100 Continue``."""
        self.has_ended = False
        """Whether the whole body has been read, or the client has disconnected."""

    async def __call__(self) -> Message:
        self.is_requested = True
        message = await self._receive()
        self.has_ended = not message.get("more_body", False)
        return message

    async def discard(self) -> None:
        left = MAX_BYTES
        while left > 0 and not self.has_ended:
            left -= len((await self()).get("body", b""))


def _may_be_long(headers: dict[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or not length.isdigit() or int(length[:20]) > _SMALL_BODY
