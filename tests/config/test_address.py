"""The address and URL of a server."""

import pytest

from mock_zuora.config.address import DEFAULT_HOST, DEFAULT_PORT, makes_certificate, url_of, uses_tls
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
    assert url_of(host, 8080, is_tls=True) == url.replace("http", "https")


@pytest.mark.parametrize("text", ["1", "true", "TRUE", "on", "yes", "t", "y", "0", "false", "", "off"])
def test_variable_of_tls_means_what_the_server_understands(text: str) -> None:
    assert makes_certificate({"MOCK_ZUORA_TLS": text}) == bool(text and Settings(tls=text).tls)


def test_certificate_of_a_file_means_tls() -> None:
    assert uses_tls({"MOCK_ZUORA_TLS_CERT": "cert.pem"}) and uses_tls({"MOCK_ZUORA_TLS": "true"})
    assert not uses_tls({}) and not uses_tls({"MOCK_ZUORA_TLS_CERT": ""})


def test_default_address_is_the_one_that_ready_asks() -> None:
    defaults = {name: Settings.model_fields[name].default for name in ("host", "port")}

    assert defaults == {"host": DEFAULT_HOST, "port": DEFAULT_PORT}
