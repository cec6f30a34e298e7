"""A connection below HTTP: what a call needs to know of it, and how an answer goes out over it."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mock_zuora.api.pipeline.faults import TRANSPORT_KEY


class OneWrite(asyncio.Transport):
    """Sends the head of an answer together with what follows it, as ASGI asks a server to.

    uvicorn writes them one after the other. Each write is a turn of the kernel and a packet of its own, and a client
    wakes up for each: a twentieth of what a call costs.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._is_head_next = False
        self._head = b""

    def hold_head(self) -> None:
        """Keeps what is written next until the write after it, which may be empty, or until the end."""
        self._is_head_next = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._is_head_next:
            self._is_head_next = False
            self._head = bytes(data)
        elif self._head:
            data, self._head = self._head + data, b""
            self._transport.write(data)
        else:
            self._transport.write(data)

    def close(self) -> None:
        self.write(b"")
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()


class Protocol(H11Protocol):
    """uvicorn's HTTP by h11, over such a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(OneWrite(transport))


class Connected:
    """Tells each call its connection, and answers those that a stop cuts off, such as a half-sent upload."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's ``send`` belongs to the object that has the connection; there is no documented way to it.
        connection = scope[TRANSPORT_KEY] = getattr(getattr(send, "__self__", None), "transport", None)
        has_begun = False

        def noting(message: Message) -> Awaitable[None]:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                if isinstance(connection, OneWrite):
                    connection.hold_head()
            return send(message)

        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            # Only a stop cancels a call, after its grace. An answer that has begun is cut off.
            if scope["type"] == "http" and not has_begun:
                why = "The server is stopping, and does not wait for the rest of this call."
                await JSONResponse({"error": why, "kind": "unreachable"}, 503, {"Connection": "close"})(
                    scope, receive, send
                )
            elif scope["type"] != "http":
                raise
