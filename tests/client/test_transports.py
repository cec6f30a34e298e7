"""The way over HTTP: what it makes of addresses and of answers that are not ours."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from mock_zuora import MockZuora
from mock_zuora.client.transports import HttpTransport
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.errors import Denied, Invalid, Unknown, Unreachable


@pytest.fixture
def stranger() -> Iterator[str]:
    """The URL of a server that is no mock_zuora."""

    class Teapot(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(418)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Teapot)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("url", ["", "ftp://here", "http://", "unix:///tmp/socket"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(Invalid, match="url: .*expected http"):
        HttpTransport(url)


@pytest.mark.parametrize("said", ["127.0.0.1:8080", "http://127.0.0.1:8080/", "http://127.0.0.1:8080"])
def test_a_url_ends_without_a_slash(said):
    assert HttpTransport(said).url == "http://127.0.0.1:8080"


def test_where_nobody_listens_there_is_no_server():
    with pytest.raises(Unreachable, match="http://127.0.0.1:1: no answer"):
        MockZuora.connect("http://127.0.0.1:1")


def test_another_server_is_no_mock_zuora(stranger):
    with pytest.raises(Unreachable, match=f"{stranger}: .* status 418, is no mock_zuora"):
        MockZuora.connect(stranger)


def test_a_tenant_that_is_not_there_is_unknown_at_once(running):
    with pytest.raises(Unknown, match="'acme'; there are default"):
        MockZuora.connect(running.url, tenant="acme")


def test_a_server_can_be_reached_under_a_tenant_s_name(running):
    with running.tenant() as fresh:
        assert MockZuora.connect(running.url, tenant=fresh.name).info().tenant == fresh.name


def test_to_leave_a_server_elsewhere_does_not_stop_it(running):
    with MockZuora.connect(running.url):
        pass
    assert running.info()


def test_a_server_with_a_control_token_lets_in_who_has_it():
    with MockZuora(control="token", control_token="open-sesame") as zuora:
        assert MockZuora.connect(zuora.url, control_token="open-sesame").info().control == "token"
        for wrong in (None, "geheim"):
            with pytest.raises(Denied, match="Authorization") as refusal:
                MockZuora.connect(zuora.url, control_token=wrong)
            assert "geheim" not in str(refusal.value) and "open-sesame" not in str(refusal.value)


def test_an_ipv6_address_is_an_address():
    try:
        zuora = MockZuora(host="::1")
    except SettingsError:
        pytest.skip("this machine has no IPv6")
    with zuora:
        assert MockZuora.connect(zuora.url).info().tenant == "default"
