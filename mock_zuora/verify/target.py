"""Which server may be probed."""

from typing import Final
from urllib.parse import SplitResult, urlsplit

from mock_zuora.domain.errors import quote

_ZUORA: Final = ".zuora.com"
_TEST_LABELS: Final = frozenset({"test", "sandbox", "apisandbox"})
"""Labels in the names of Zuora's hosts for tests. Every other host of Zuora counts as production."""


def checked_url(url: str, *, is_production_allowed: bool) -> SplitResult:
    """The parts of the base URL of a server that may be probed. Raises ValueError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"{quote(url)} is not a URL") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("the URL contains credentials; pass them with --client-id and --client-secret-env")
    if (
        parts.scheme not in ("http", "https")
        or not host
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise ValueError(f"{quote(url)} is not valid; expected a base URL such as https://rest.test.zuora.com")
    if host.rstrip(".").endswith(_ZUORA) and parts.scheme != "https":
        raise ValueError(f"{quote(url)} would send the client secret unencrypted; use https")
    if is_production(host) and not is_production_allowed:
        raise ValueError(
            f"{host} is a production host of Zuora; use a sandbox, such as rest.test.zuora.com, or pass --production"
        )
    return parts


def is_production(host: str) -> bool:
    """Whether the name of a host of Zuora has no label of a test environment."""
    name = host.lower().rstrip(".")
    return name.endswith(_ZUORA) and not _TEST_LABELS & set(name.split("."))
