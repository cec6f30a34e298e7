"""The sockets that the server listens on. They are bound before it starts: an address in use is one clear line."""

import errno
import socket
import sys
from typing import Any, Final

from mock_zuora.config.address import EVERY_ADDRESS
from mock_zuora.config.settings import SettingsError, flag_of

_BACKLOG: Final = 2048
_LOCALHOST: Final = "localhost"
_NO_IPV6: Final = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
"""What binding fails with on a machine without IPv6."""


def listen(host: str, port: int) -> list[socket.socket]:
    """The sockets for a host and a port. Port 0 is a free one. Raises SettingsError.

    ``::`` is one socket for IPv6 and IPv4, or one for IPv4 on a machine without IPv6. ``localhost`` is a socket for
    each loopback address, because clients differ in which one they try.
    """
    try:
        if host == EVERY_ADDRESS:
            return [_on_every_address(port)]
        return _on_loopback(port) if host == _LOCALHOST else [_on(host, port)]
    except (socket.gaierror, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is not the name of a host"
        raise SettingsError(f"{flag_of('host')}: cannot listen on {host!r}: {why}") from None
    except OSError as error:
        why = error.strerror or str(error)
        shown = f"[{host}]" if ":" in host else host
        raise SettingsError(f"cannot listen on {shown}:{port} ({flag_of('host')}, {flag_of('port')}): {why}") from None


def _on(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return _bound(family, address)


def _on_every_address(port: int) -> socket.socket:
    if socket.has_dualstack_ipv6():
        try:
            return _bound(socket.AF_INET6, (EVERY_ADDRESS, port), has_ipv4=True)
        except OSError as error:
            if error.errno not in _NO_IPV6:
                raise
    return _bound(socket.AF_INET, ("0.0.0.0", port))


def _on_loopback(port: int) -> list[socket.socket]:
    ipv4 = _bound(socket.AF_INET, ("127.0.0.1", port))
    try:
        return [ipv4, _bound(socket.AF_INET6, ("::1", ipv4.getsockname()[1]))]
    except OSError as error:
        if error.errno in _NO_IPV6:
            return [ipv4]
        ipv4.close()
        raise


def _bound(family: int, address: tuple[Any, ...], *, has_ipv4: bool = False) -> socket.socket:
    # asyncio disables Nagle's algorithm only for sockets that are declared as TCP. With it, every response on an open
    # connection waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            # Otherwise, another process can listen on the same port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Otherwise, closed connections of a server that stopped just now keep its port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # The default differs between systems.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not has_ipv4)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
