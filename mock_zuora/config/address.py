"""The server's default address and its URL. Imports nothing else, so that ``mock-zuora ready`` starts fast."""

from collections.abc import Mapping
from typing import Final

ENVIRONMENT_PREFIX: Final = "MOCK_ZUORA_"
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8080
READY_PATH: Final = "/__mock/readyz"
CA_PATH: Final = "/__mock/ca.pem"

EVERY_ADDRESS: Final = "::"
"""The host of a server that listens on IPv6 and IPv4, so that both loopback addresses reach it."""

_TRUE: Final = ("1", "on", "t", "true", "y", "yes")
"""The words for true in variables, in lower case."""
_LOCAL: Final = {"0.0.0.0": "127.0.0.1", EVERY_ADDRESS: "127.0.0.1"}


def variable_of(name: str) -> str:
    """The environment variable of a setting, for example ``MOCK_ZUORA_ACCEPT_DELAY``."""
    return ENVIRONMENT_PREFIX + name.upper()


def makes_certificate(environment: Mapping[str, str]) -> bool:
    """Whether the variables of a server set ``tls``."""
    return environment.get(variable_of("tls"), "").lower() in _TRUE


def uses_tls(environment: Mapping[str, str]) -> bool:
    """Whether the variables of a server set ``tls`` or ``tls_cert``."""
    return makes_certificate(environment) or bool(environment.get(variable_of("tls_cert")))


def local_host(host: str) -> str:
    """The address at which this machine reaches a server on ``host``: loopback for a server on all addresses."""
    return _LOCAL.get(host, host)


def url_of(host: str, port: int, *, is_tls: bool = False) -> str:
    """The URL at which this machine reaches a server on ``host``."""
    reached = local_host(host)
    scheme = "https" if is_tls else "http"
    return f"{scheme}://{f'[{reached}]' if ':' in reached else reached}:{port}"
