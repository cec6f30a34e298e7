"""The server's event loop."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mock_zuora.domain.machine_clock import steady_seconds

if TYPE_CHECKING:
    from mock_zuora.server.connection import TransportProtocol
    from mock_zuora.server.tls_connections import TlsConnection


class ServerLoop(asyncio.SelectorEventLoop):
    """An event loop that keeps to real time, also while a test in the same process replaces ``time.monotonic``.

    It creates the TLS connections of a server with HTTPS itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tls_connections: set[TlsConnection] = set()

    def time(self) -> float:
        """Seconds since an arbitrary time."""
        return steady_seconds()

    async def create_server(  # type: ignore[override]  # fewer forms than the base class has
        self, protocol_factory: "Callable[[], TransportProtocol]", *arguments: Any, ssl: Any = None, **options: Any
    ) -> asyncio.Server:
        """Creates a server, as uvicorn does. ``ssl`` is the context for HTTPS."""
        if ssl is None:
            return await super().create_server(protocol_factory, *arguments, **options)
        # Imported here, because it would slow the startup of servers without HTTPS.
        from mock_zuora.server.tls_connections import TlsConnection

        def create_protocol() -> TlsConnection:
            return TlsConnection(self, protocol_factory(), ssl, self._tls_connections)

        return await super().create_server(create_protocol, *arguments, **options)

    def close_done_tls_connections(self) -> None:
        """Closes the TLS connections that need no more time, because the server shuts down."""
        for each in list(self._tls_connections):
            each.close_if_done()
