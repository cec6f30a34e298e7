"""The server's default address and its URL. Imports nothing else, so that ``mock-zuora ready`` starts fast."""

from typing import Final

ENVIRONMENT_PREFIX: Final = "MOCK_ZUORA_"
DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8080
READY_PATH: Final = "/__mock/readyz"

EVERY_ADDRESS: Final = "::"
"""The host of a server that listens on IPv6 and IPv4, so that both loopback addresses reach it."""

_LOCAL: Final = {"0.0.0.0": "127.0.0.1", EVERY_ADDRESS: "127.0.0.1"}


def variable_of(name: str) -> str:
    """The environment variable of a setting, for example ``MOCK_ZUORA_ACCEPT_DELAY``."""
    return ENVIRONMENT_PREFIX + name.upper()


def local_host(host: str) -> str:
    """The address at which this machine reaches a server on ``host``: loopback for a server on all addresses."""
    return _LOCAL.get(host, host)


def url_of(host: str, port: int) -> str:
    """The URL at which this machine reaches a server on ``host``."""
    reached = local_host(host)
    return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"
