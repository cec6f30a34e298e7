"""What a request needs to know of its connection, and the response to requests that a shutdown cuts off."""

import asyncio

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mock_zuora.api.middleware.faulty_response import TRANSPORT_KEY


class TransportProtocol(H11Protocol):
    """uvicorn's protocol, with the connection's transport in the state of each request: injected resets need it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT_KEY: transport}


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
