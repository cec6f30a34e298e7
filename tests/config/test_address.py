"""The address and URL of a server."""

import pytest

from mock_zuora.config.address import DEFAULT_HOST, DEFAULT_PORT, url_of
from mock_zuora.config.settings import Settings


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("zuora.test", "http://zuora.test:8080"),
    ],
)
def test_url_is_reachable_from_this_machine(host: str, url: str) -> None:
    assert url_of(host, 8080) == url


def test_default_address_is_the_one_that_ready_asks() -> None:
    defaults = {name: Settings.model_fields[name].default for name in ("host", "port")}

    assert defaults == {"host": DEFAULT_HOST, "port": DEFAULT_PORT}
