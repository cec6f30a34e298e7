"""Carrying out a fault: what goes wrong with an answer on its way to the client."""

import asyncio
import socket
import struct
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Send

from mock_zuora.api.errors import Refusal
from mock_zuora.api.request_context import Call
from mock_zuora.control.faults import Effect, FaultRule

TRANSPORT_KEY: Final = "mock_zuora.transport"
"""Where a call's scope has the connection below HTTP, which ASGI has no word for."""
_LINGER_ZERO: Final = struct.pack("ii", 1, 0)
"""Makes the closing of a socket a reset."""
_CODES: Final = {401: 90000011, 404: 71013040, 429: 90000070, 500: 71013060}
_RETRYABLE: Final = 71013061
_OTHER: Final = 71013030


async def delay(fault: FaultRule) -> None:
    """Lets the call wait for real, as a slow service would."""
    if fault.delay > 0:
        await asyncio.sleep(fault.delay)


def refusal_of(fault: FaultRule) -> Refusal:
    """The answer of a fault that is a status."""
    status = fault.status or 500
    code = fault.code or _CODES.get(status, _RETRYABLE if status >= 500 else _OTHER)
    headers = dict(fault.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return Refusal(status, code, fault.message or f"This {status} was asked for by a fault.", headers)


async def send_faulty_response(call: Call, response: Response, effect: Effect, send: Send, transport: Any) -> None:
    """Sends an answer as the fault wants it: not at all, or half of its body.

    ``transport`` is the connection below HTTP; None where there is none, so that the answer just ends.
    """
    if effect is not Effect.RESET:
        body = bytes(response.body)
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    if effect is Effect.STALL:
        await _until_gone(call.receive)
    _break_off(transport, is_reset=effect is Effect.RESET)
    # The server takes an answer that ends early for a mistake, and logs it, as long as the connection is there.
    await _until_gone(call.receive)


def _break_off(transport: Any, *, is_reset: bool) -> None:
    if transport is None:
        raise ConnectionResetError("a fault broke this call off")
    if is_reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    else:
        transport.close()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
