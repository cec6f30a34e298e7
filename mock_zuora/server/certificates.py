"""Certificates that the server makes: a CA for each process, and certificates of it for the names of the server."""

import datetime
import logging
import os
import socket
import ssl
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, Final

import idna
import trustme

from mock_zuora.config.hosts import TrustedHosts
from mock_zuora.domain.errors import quote
from mock_zuora.domain.machine_clock import real_time_ns
from mock_zuora.server.handshakes import ServerContext

MAX_NAMES: Final = 100
"""Certificates for names that clients asked for. If there are more, the least recently used one is dropped."""
_USUAL_NAMES: Final = ("localhost", "127.0.0.1", "::1", "host.docker.internal")
_BEFORE: Final = datetime.timedelta(days=365)
_AFTER: Final = datetime.timedelta(days=459)
"""Together less than 825 days, because clients on macOS accept no longer validity."""
_FAR_ADDRESSES: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849), which no machine has."""
_ROUTES: Final = Path("/proc/net/route")

logger = logging.getLogger("mock_zuora.connections")


class OwnCertificates:
    """A CA and its certificates. Each client gets the one for the name that it asks for, with SNI.

    A client that asks for no name, as for an IP address, gets the certificate for the usual names and addresses of this
    machine. The others are made when a client asks for them: so ``https://zuora:8080`` works in a network of containers
    without a setting. They are for names that no web page can have, and for those of ``allowed_host``.
    """

    def __init__(self, allowed_hosts: tuple[str, ...], host: str) -> None:
        self._trusted = TrustedHosts(allowed_hosts)
        self._names = frozenset(filter(_is_certifiable, _names_of_server(allowed_hosts, host)))
        self._context_of = lru_cache(MAX_NAMES)(self._make_context)
        with _real_datetime():
            self._ca = trustme.CA(organization_name="mock_zuora", organization_unit_name="CA of one mock_zuora server")
            self.context = self._context_for(sorted(self._names))
        self.context.sni_callback = self._choose

    @property
    def ca_pem(self) -> bytes:
        """The certificate of the CA, as PEM."""
        return self._ca.cert_pem.bytes()

    def _choose(self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and (wanted := name.lower()) not in self._names:
            connection.context = self._context_of(wanted)

    def _make_context(self, name: str) -> ssl.SSLContext:
        if not self._trusted.accept(name):
            advice = f"start the server with --allowed-host {name}" if _is_certifiable(name) else "use another name"
            logger.warning("a client asked for the certificate of %s, and got another one; %s", quote(name), advice)
            return self.context
        if not _is_certifiable(name):
            sentence = "a client asked for the certificate of %s, which is no valid host name; use another one"
            logger.warning(sentence, quote(name))
            return self.context
        return self._context_for([name])

    def _context_for(self, names: Iterable[str]) -> ssl.SSLContext:
        # Not EPOCH of domain/clock.py, whose class freezegun may have replaced when the module was imported.
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        now = epoch + datetime.timedelta(seconds=real_time_ns() // 1_000_000_000)
        certificate = self._ca.issue_cert(
            *names,
            organization_name="mock_zuora",
            organization_unit_name="server",
            not_before=now - _BEFORE,
            not_after=now + _AFTER,
        )
        context = ServerContext()
        _load(context, certificate.private_key_and_cert_chain_pem)
        return context


@contextmanager
def _real_datetime() -> Iterator[None]:
    """Undoes what freezegun does to the module ``datetime``.

    cryptography keeps the class that it finds at its first use, and accepts no date of another class later.
    """
    found = datetime.datetime
    real: Any = next(each for each in found.__mro__ if each.__module__ == "datetime")
    datetime.datetime = real  # type: ignore[misc]
    try:
        yield
    finally:
        datetime.datetime = found  # type: ignore[misc]


def _load(context: ssl.SSLContext, pem: trustme.Blob) -> None:
    """Loads a key and its certificate, which ``ssl`` reads from files only."""
    if not hasattr(os, "memfd_create"):
        with pem.tempfile() as path:
            context.load_cert_chain(path)
        return
    # A file in memory: the file system may be read-only, and the key is nowhere on it.
    descriptor = os.memfd_create("mock_zuora")
    try:
        os.write(descriptor, pem.bytes())
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _names_of_server(allowed_hosts: tuple[str, ...], host: str) -> Iterator[str]:
    yield from _USUAL_NAMES
    yield socket.gethostname().lower()
    yield host.lower()
    yield from allowed_hosts
    for family, address in _FAR_ADDRESSES:
        # This sends nothing. The system chooses the address from which it would.
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            yield str(probe.getsockname()[0]).partition("%")[0]
    yield from _gateways()


def _gateways() -> Iterator[str]:
    """The IPv4 addresses of default gateways, where Linux tells them.

    For a container, that is the machine of its Docker engine: other containers reach its published port there.
    """
    with suppress(OSError, ValueError, IndexError):
        for line in _ROUTES.read_text("ascii").splitlines()[1:]:
            destination, gateway = line.split()[1:3]
            if int(destination, 16) == 0 and int(gateway, 16) != 0:
                yield str(IPv4Address(int(gateway, 16).to_bytes(4, sys.byteorder)))


def _is_certifiable(name: str) -> bool:
    """Whether a certificate can be for a name or address. Names with ``*`` are issued one by one."""
    try:
        if ":" in name:
            return name != "::" and bool(IPv6Address(name))
        return name != "0.0.0.0" and bool(idna.encode(name, uts46=True))
    except ValueError:
        # An IDNAError is one, too.
        return False
