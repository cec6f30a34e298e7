"""TLS connections of the event loop, which a shutdown can close without waiting for their clients.

asyncio closes a connection when its client confirms the end of TLS, which an idle client does not, and it does not say
which handshakes are unfinished. So its protocol for TLS is created here, as a subclass that knows the connection below.
``asyncio.sslproto`` is not documented; tests/server/test_tls_connections.py has a canary test for what is used of it.
"""

import asyncio
import ssl
from asyncio.sslproto import SSLProtocol

from mock_zuora.server.connection import HEAD_SECONDS, STALL_SECONDS, TransportProtocol, unsent_bytes


class TlsConnection(SSLProtocol):
    """TLS on one connection, between the connection and the protocol of the app."""

    _below: asyncio.Transport

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        app: TransportProtocol,
        context: ssl.SSLContext,
        found: "set[TlsConnection]",
    ) -> None:
        super().__init__(
            loop,
            app,
            context,
            None,  # type: ignore[arg-type]  # no one waits for the handshake
            server_side=True,
            ssl_handshake_timeout=HEAD_SECONDS,  # type: ignore[arg-type]  # a float is accepted, too
            ssl_shutdown_timeout=STALL_SECONDS,
        )
        self._app = app
        self._found = found
        """The open connections of the server."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts the handshake."""
        self._below = transport  # type: ignore[assignment]  # as the base class has it
        self._found.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Notes that the connection is closed."""
        self._found.discard(self)
        super().connection_lost(exc)

    def close_if_done(self) -> None:
        """Closes the connection if its handshake is unfinished, or if its last response was sent completely."""
        transport = self._app.transport
        if transport is None:
            self._below.abort()
        elif transport.is_closing() and not unsent_bytes(transport):
            self._below.close()
