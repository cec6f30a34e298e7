"""Connections: their transport, timeouts for silent clients, and responses to requests that a shutdown cuts off."""

import asyncio
import logging
from typing import Any, Final

import h11
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mock_zuora.api.middleware.faulty_response import TRANSPORT_KEY
from mock_zuora.config.hosts import plain_address

HEAD_SECONDS: Final = 30.0
"""How long a client may take to send its first request line and headers, or the next ones after a response."""
STALL_SECONDS: Final = 60.0
"""How long a client may send no byte of a body, or read no byte of a response."""

logger = logging.getLogger("mock_zuora.connections")


class JoiningConnection(h11.Connection):
    """Returns the head of a response together with the beginning of its body, so that both are one write.

    Each write is a system call here, and wakes up the client.
    """

    _head = b""

    def send(self, event: h11.Event) -> bytes | None:  # type: ignore[override]  # h11 has an overload for each event
        """The bytes to write for an event; None if the connection is to be closed."""
        data = super().send(event)
        if isinstance(event, h11.Response):
            self._head = data or b""
            return b""
        if data is None:
            return None
        head, self._head = self._head, b""
        return head + data


class TransportProtocol(H11Protocol):
    """uvicorn's protocol, with the connection's transport in the state of each request: injected resets need it.

    It also closes the connection if the client keeps the server waiting. uvicorn itself only closes connections that
    are idle after a response. A request that has arrived completely can take as long as it needs.
    """

    _received = 0
    _waits_for: tuple[Any, ...] | None = None
    _waits_since = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = JoiningConnection(h11.SERVER)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if self.client is not None:
            # A dual-stack socket names its IPv4 clients as IPv6 addresses. Everything else sees them as IPv4.
            self.client = plain_address(self.client[0]), self.client[1]
        self.app_state = {**self.app_state, TRANSPORT_KEY: transport}
        # uvicorn writes access lines if their logger has a handler, and pytest adds one. Each line reads ``time.time``.
        self.access_log = False

    def _unsupported_upgrade_warning(self) -> None:
        """Says nothing: Java's client asks for HTTP/2 in each request, and goes on with HTTP/1.1."""

    def data_received(self, data: bytes) -> None:
        """Counts the bytes."""
        self._received += len(data)
        super().data_received(data)

    def close_if_stalled(self) -> None:
        """Closes the connection if it has waited too long for the client. The server calls it about every second."""
        waits_for, now = self._progress(), self.loop.time()
        if waits_for is None or waits_for != self._waits_for:
            self._waits_for, self._waits_since = waits_for, now
        elif now - self._waits_since >= (HEAD_SECONDS if waits_for[0] == _HEAD else STALL_SECONDS):
            logger.info("closed a connection from %s, which waited too long for %s", _name(self.client), waits_for[0])
            if waits_for[0] == _READER:
                self.transport.abort()
            else:
                self.transport.close()

    def _progress(self) -> tuple[Any, ...] | None:
        """What the connection waits for and how far it is; None if it does not wait for the client."""
        if unsent := unsent_bytes(self.transport):
            return _READER, unsent
        if self.transport.is_closing():
            # The client has not confirmed the end of TLS yet.
            return None
        if self.conn.their_state is h11.IDLE and (self.cycle is None or self.cycle.response_complete):
            return _HEAD, self.cycle
        is_body_awaited = not self.flow.read_paused and not self.conn.they_are_waiting_for_100_continue
        if self.conn.their_state is h11.SEND_BODY and is_body_awaited:
            return _BODY, self._received
        return None


_READER: Final = "its client to read the response"
_HEAD: Final = "a request line and headers"
_BODY: Final = "more of a body"


def unsent_bytes(transport: asyncio.Transport) -> int:
    """How many bytes a transport has still to send."""
    try:
        return transport.get_write_buffer_size()
    except AttributeError:
        # asyncio's transport for TLS fails once it was closed twice.
        return 0


def _name(client: tuple[str, int] | None) -> str:
    return "an unknown address" if client is None else client[0]


class ShutdownMiddleware:
    """Responds to requests that a shutdown cuts off, such as a half-sent upload."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except asyncio.CancelledError:
            # Only a shutdown cancels a request, after its grace period. A response that has started is cut off.
            if scope["type"] != "http":
                raise
            if not has_started:
                sentence = "The server is shutting down and does not wait for the rest of this request."
                response = JSONResponse({"error": sentence, "kind": "unreachable"}, 503, {"Connection": "close"})
                await response(scope, receive, send)
