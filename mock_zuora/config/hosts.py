"""Names of hosts and origins of web pages: which ones belong to this server.

A page whose own name resolves to the address of this server (DNS rebinding) is, for its browser, a page of this server.
The header Host still has the name of the page. So a Host is accepted only if no web page can have it.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import Final

from mock_zuora.domain.errors import quote

_AUTHORITY: Final = re.compile(
    r"(\[[0-9a-f:.]+(?:%[\w.~-]+)?\]|[a-z0-9_.-]+)(?::([0-9]{0,5}))?", re.ASCII | re.IGNORECASE
)
_ORIGIN: Final = re.compile(r"(https?)://([^/?#@]*)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII)
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_PATTERN: Final = re.compile(r"(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII | re.IGNORECASE)
_OWN_SUFFIXES: Final = (".svc", ".cluster.local")
"""The names of services in a Kubernetes cluster."""
ANY_ORIGIN: Final = "*"
_DOCKER_HOST: Final = "host.docker.internal"
"""The machine of a Docker engine, as its containers name it."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is a loopback address of this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(plain_address(name)).is_loopback
    except ValueError:
        return False


def is_authority(text: str) -> bool:
    """Whether a text, such as a Host header, is ``host`` or ``host:port``."""
    return _parts(text) is not None


def plain_address(address: str) -> str:
    """The IPv4 address in one such as ``::ffff:192.0.2.7``, as dual-stack sockets have it; other texts as they are."""
    if not address.startswith("::"):
        return address
    try:
        mapped = IPv6Address(address).ipv4_mapped
    except ValueError:
        return address
    return address if mapped is None else str(mapped)


def cors_origins(texts: Sequence[str]) -> tuple[str, ...]:
    """Origins as browsers send them, in lower case and without a usual port, or ``*``. Raises ValueError."""
    return tuple([_cors_origin(text) for text in texts])


def _cors_origin(text: str) -> str:
    origin = text.strip().lower()
    if origin == ANY_ORIGIN:
        return origin
    scheme, separator, authority = origin.partition("://")
    parts = _parts(authority)
    port = int(parts[1] or 0) if parts else 0
    if not separator or not _SCHEME.fullmatch(scheme) or parts is None or port > 65_535:
        raise ValueError(
            f"{quote(text)} is not valid; expected an origin without a path, such as http://localhost:3000, or *"
        )
    is_usual = not port or str(port) == _DEFAULT_PORTS.get(scheme)
    return f"{scheme}://{parts[0]}" if is_usual else f"{scheme}://{parts[0]}:{port}"


def host_patterns(texts: Sequence[str]) -> tuple[str, ...]:
    """Names and patterns such as ``*.example`` in lower case. Raises ValueError for one that is neither."""
    patterns = [text.strip().lower().removesuffix(".") for text in texts]
    for text, pattern in zip(texts, patterns, strict=True):
        if not _PATTERN.fullmatch(pattern):
            raise ValueError(
                f"{quote(text)} is not valid; expected a host name without a port, such as zuora.example, or *.example"
            )
    return tuple(patterns)


class TrustedHosts:
    """The hosts that no web page can have as its own, and the names and origins that the server was started with."""

    def __init__(self, patterns: Sequence[str] = (), origins: Sequence[str] = ()) -> None:
        self._origins = frozenset(origins)
        self._names = frozenset(each for each in patterns if not each.startswith("*"))
        self._suffixes = tuple([each.removeprefix("*") for each in patterns if each.startswith("*")])

    def accept(self, authority: str) -> bool:
        """Whether a Host header, ``host`` or ``host:port``, names such a host."""
        parts = _parts(authority)
        if parts is None:
            return False
        host = parts[0]
        return (
            "." not in host or is_ip_literal(host) or is_loopback(host) or host == _DOCKER_HOST
            or self._lists(host) or (host.endswith(_OWN_SUFFIXES) and not host.startswith("."))
        )  # fmt: skip

    def is_foreign(self, origin: str, authority: str | None, *, is_trusted: bool = False) -> bool:
        """Whether an Origin header is neither loopback, nor listed, nor the server's own, as Host names it.

        ``is_trusted`` tells that the Host was accepted for another reason, such as a token.
        """
        if origin in self._origins or ANY_ORIGIN in self._origins:
            return False
        found = _ORIGIN.fullmatch(origin)
        page = None if found is None else _parts(found[2])
        if found is None or page is None:
            return True
        if is_loopback(page[0]):
            return False
        own = None if authority is None else _parts(authority)
        default = _DEFAULT_PORTS[found[1].lower()]
        is_same = own is not None and (own[0], own[1] or default) == (page[0], page[1] or default)
        # A proxy can replace the Host, so a listed name need not be the same.
        return not (self._lists(page[0]) or (is_same and (is_trusted or self.accept(found[2]))))

    def _lists(self, host: str) -> bool:
        """Whether the server was started with a name or pattern for a host."""
        return host in self._names or (host.endswith(self._suffixes) and not host.startswith("."))


def foreign_origin(origin: str) -> str:
    """The message about a foreign Origin."""
    return (
        f"Origin: {quote(origin)} is not an origin of this server, and requests of other web pages are refused; "
        "expected no such header, a loopback origin such as http://localhost:3000, the server's own, or one that the "
        "server was started with: --allowed-host NAME, or --cors-origin ORIGIN for pages that read the responses."
    )


def is_ip_literal(host: str) -> bool:
    """Whether a host is an IPv4 address, or an IPv6 address in brackets."""
    is_bracketed = host.startswith("[")
    try:
        return is_bracketed == isinstance(ip_address(host.strip("[]")), IPv6Address)
    except ValueError:
        return False


def _parts(authority: str) -> tuple[str, str] | None:
    """The host in lower case and the port, empty if there is none; None for a text that is neither."""
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return None
    host = found[1].lower()
    # A dot at the end makes a name absolute. It does not make it a name without dots: "com." is not "com".
    return (host.removesuffix(".") if host.count(".") > 1 or host == "localhost." else host), found[2] or ""
