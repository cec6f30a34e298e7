"""TLS handshakes: the protocol versions, log lines about clients that refuse the certificate, and plain HTTP.

The event loop silently drops a connection whose handshake fails. In ``ssl``, a context can have its own class for the
TLS state of its connections, which sees the failure first.
"""

import json
import logging
import ssl
from typing import Final

_SENTENCE: Final = "This server expects HTTPS; use https:// instead of http:// in the URL."
_BODY: Final = json.dumps({"error": _SENTENCE, "kind": "unreachable"}).encode()
_REFUSAL: Final = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)
_DISTRUST: Final = ("UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "CERTIFICATE_EXPIRED")

logger = logging.getLogger("mock_zuora.connections")


class _Connection(ssl.SSLObject):
    """The TLS state of a connection."""

    buffers: tuple[ssl.MemoryBIO, ssl.MemoryBIO]
    _is_plain_http = False

    def do_handshake(self) -> None:
        """Logs a failure. To plain HTTP, it responds, and then ignores the rest until the client closes."""
        incoming, outgoing = self.buffers
        if not self._is_plain_http:
            try:
                super().do_handshake()
                return
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                if not _is_plain_http(error, incoming):
                    logger.info("%s", _failure(error))
                    raise
            self._is_plain_http = True
            # The alert that OpenSSL may have written.
            outgoing.read()
            outgoing.write(_REFUSAL)
            logger.info("responded with 400 to a client that uses http:// instead of https://")
        incoming.read()
        raise ssl.SSLWantReadError


class ServerContext(ssl.SSLContext):
    """TLS 1.2 and 1.3 for HTTP/1.1, without client certificates. Its certificate has to be loaded."""

    sslobject_class = _Connection

    def __new__(cls) -> "ServerContext":
        context = super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        return context

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Gives the TLS state of a connection the buffers of what was received and of what is sent."""
        connection = super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)
        if isinstance(connection, _Connection):
            connection.buffers = incoming, outgoing
        return connection


def _is_plain_http(error: ssl.SSLError, incoming: ssl.MemoryBIO) -> bool:
    """Whether a handshake failed because the client sent a request without TLS.

    OpenSSL knows requests with GET, HEAD, POST and PUT. Of one with another method, it leaves all but the first bytes.
    """
    return error.reason == "HTTP_REQUEST" or (error.reason == "WRONG_VERSION_NUMBER" and b" HTTP/1." in incoming.read())


def _failure(error: ssl.SSLError) -> str:
    reason = error.reason or "unknown reason"
    advice = ""
    if reason.endswith(_DISTRUST):
        advice = "; the client does not trust the certificate of this server, see docs/https.md"
    return f"a TLS handshake failed: {reason.lower().replace('_', ' ')}{advice}"
