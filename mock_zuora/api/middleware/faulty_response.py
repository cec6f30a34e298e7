"""Sends the response of a request that was hit by a fault: not at all, or half of its body."""

import asyncio
import socket
import struct
import sys
from typing import Final

from starlette.types import Receive, Scope, Send

from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.control.faults import Effect

TRANSPORT_KEY: Final = "mock_zuora.transport"
"""Where the state of a request's ASGI scope holds the connection's transport; missing without a real connection."""
BROKEN: Final = frozenset({Effect.RESET, Effect.TRUNCATE, Effect.STALL})
"""The effects that leave the client without a complete response."""
_LINGER_ZERO: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""The value of SO_LINGER with which closing a socket resets the connection."""


async def send_faulty_response(
    response: CollectedResponse, effect: Effect, scope: Scope, receive: Receive, send: Send
) -> None:
    """Sends what the effect lets through of a response, then breaks the connection."""
    if effect is not Effect.RESET:
        await response.send_start(send)
        half = response.body[: len(response.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
    if effect is Effect.STALL:
        await _disconnected(receive)
    transport = scope["state"].get(TRANSPORT_KEY)
    if transport is None:
        raise ConnectionResetError("a fault broke this connection")
    _break(transport, is_reset=effect is Effect.RESET)
    # While the connection is open, the server logs a response that ends early as an error.
    await _disconnected(receive)


def _break(transport: asyncio.Transport, *, is_reset: bool) -> None:
    if is_reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    else:
        transport.close()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
