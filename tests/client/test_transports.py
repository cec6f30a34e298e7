"""The HTTP transport: URLs, and responses of other servers."""

import pickle
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from mock_zuora import MockZuora
from mock_zuora.client import transports
from mock_zuora.client.transports import HttpTransport
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.errors import Denied, Invalid, TimedOut, Unknown, Unreachable


@pytest.fixture
def other_server() -> Iterator[str]:
    """The URL of a server that is not mock_zuora."""

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
def test_invalid_url_is_refused(url):
    with pytest.raises(Invalid, match="url: .*expected http"):
        HttpTransport(url)


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "http://127.0.0.1:8080/", "http://127.0.0.1:8080"])
def test_url_has_no_trailing_slash(url):
    assert HttpTransport(url).url == "http://127.0.0.1:8080"


def test_closed_port_is_unreachable():
    with pytest.raises(Unreachable, match="http://127.0.0.1:1: no response"):
        MockZuora.connect("http://127.0.0.1:1")


def test_other_server_is_unreachable(other_server):
    with pytest.raises(Unreachable, match=f"{other_server}: the response with status 418 is not from a mock_zuora"):
        MockZuora.connect(other_server)


def test_connect_to_missing_tenant_is_an_error(running):
    with pytest.raises(Unknown, match="'acme' does not exist; expected one of default"):
        MockZuora.connect(running.url, tenant="acme")


def test_connect_to_tenant_by_name(running):
    with running.tenant() as fresh:
        assert MockZuora.connect(running.url, tenant=fresh.name).info().tenant == fresh.name


def test_stop_does_not_stop_a_remote_server(running):
    with MockZuora.connect(running.url):
        pass
    assert running.info()


def test_control_token_is_required():
    with MockZuora(control="token", control_token="open-sesame") as zuora:
        assert MockZuora.connect(zuora.url, control_token="open-sesame").info().control == "token"
        for wrong in (None, "geheim"):
            with pytest.raises(Denied, match="Authorization") as refusal:
                MockZuora.connect(zuora.url, control_token=wrong)
            assert "geheim" not in str(refusal.value) and "open-sesame" not in str(refusal.value)


def test_ipv6_address_is_accepted():
    try:
        zuora = MockZuora(host="::1")
    except SettingsError:
        pytest.skip("this machine has no IPv6")
    with zuora:
        assert MockZuora.connect(zuora.url).info().tenant == "default"


# HTTPS


@pytest.fixture(scope="module")
def secure() -> Iterator[MockZuora]:
    with MockZuora(tls=True) as zuora:
        yield zuora


def test_server_with_https_needs_its_ca_certificate(secure):
    with MockZuora.connect(secure.url, ca_file=secure.ca_file).tenant() as zuora:
        assert zuora.ca_file == secure.ca_file
        zuora.add_records("vehicle", [{"brand__c": "Volvo"}])
        assert pickle.loads(pickle.dumps(zuora)).records("vehicle") == zuora.records("vehicle")


def test_certificate_that_is_not_trusted_is_an_error_with_advice(secure):
    with pytest.raises(
        Unreachable, match=f"^{secure.url}: its certificate is not trusted: .*; pass the CA .* as ca_file"
    ):
        MockZuora.connect(secure.url)


def test_certificates_that_python_trusts_apply_by_default(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", secure.ca_file)
    assert MockZuora.connect(secure.url).ca_file is None


def test_name_that_the_certificate_does_not_have_is_an_error(secure, monkeypatch):
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: _connection_to(secure))
    with pytest.raises(Unreachable, match=r"its certificate is not trusted: Hostname mismatch"):
        MockZuora.connect("https://zuora.example", ca_file=secure.ca_file)


def _connection_to(zuora):
    client = socket.socket()
    client.connect(("127.0.0.1", int(zuora.url.rpartition(":")[2])))
    return client


def test_ca_file_that_cannot_be_used_is_refused(tmp_path):
    with pytest.raises(Invalid, match="^ca_file: '.*none.pem' cannot be read: No such file"):
        HttpTransport("https://127.0.0.1:8080", ca_file=tmp_path / "none.pem")
    (tmp_path / "empty.pem").write_text("hello", "utf-8")
    with pytest.raises(Invalid, match="^ca_file: '.*empty.pem' contains no certificate; expected a PEM file$"):
        HttpTransport("https://127.0.0.1:8080", ca_file=tmp_path / "empty.pem")


def test_https_to_a_server_with_http_is_unreachable(running):
    with pytest.raises(Unreachable, match="no response from a mock_zuora server"):
        MockZuora.connect(running.url.replace("http", "https"))


def test_ca_file_for_a_server_without_https_is_refused(tmp_path):
    ca_file = tmp_path / "ca.pem"
    with pytest.raises(Invalid, match=r"^ca_file: .* is for a server with HTTPS, but the url is 'http://127.0.0.1:1'$"):
        MockZuora.connect("http://127.0.0.1:1", ca_file=ca_file)


class Recorded(ThreadingHTTPServer):
    """Counts connections, and answers every request with its number; closes the connection if it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counted)
        self.connections = self.requests = 0


class _Counted(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorded

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.requests += 1
        content = str(self.server.requests).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def counting_server() -> Iterator[Recorded]:
    server = Recorded()
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def transport(counting_server) -> Iterator[HttpTransport]:
    transport = HttpTransport(f"http://127.0.0.1:{counting_server.server_port}")
    yield transport
    transport.close()


def test_requests_of_a_thread_share_a_connection(counting_server, transport):
    assert [transport.call("GET", "/info", None, {}) for _ in range(3)] == [1, 2, 3]
    assert counting_server.connections == 1


def test_each_thread_has_a_connection_of_its_own(counting_server, transport):
    transport.call("GET", "/info", None, {})
    thread = Thread(target=transport.call, args=("GET", "/info", None, {}))
    thread.start()
    thread.join()
    transport.call("GET", "/info", None, {})
    assert counting_server.connections == 2


def test_a_connection_that_was_idle_for_long_is_not_used_again(counting_server, transport, monkeypatch):
    transport.call("GET", "/info", None, {})
    now = transports.steady_seconds()
    monkeypatch.setattr(transports, "steady_seconds", lambda: now + 2)
    transport.call("GET", "/info", None, {})
    assert counting_server.connections == 2


def test_a_connection_is_not_shared_with_a_fork(counting_server, transport, monkeypatch):
    transport.call("GET", "/info", None, {})
    monkeypatch.setattr("os.getpid", lambda: -1)
    transport.call("GET", "/info", None, {})
    assert counting_server.connections == 2


def test_a_request_after_a_failed_one_opens_a_connection(running):
    zuora = MockZuora.connect(running.url)
    with pytest.raises(TimedOut):
        zuora.requests.wait(count=10**6, timeout=0.01)
    assert zuora.info().tenant


def test_a_server_that_restarts_is_reached_again():
    with MockZuora() as first:
        port = int(first.url.rpartition(":")[2])
        zuora = MockZuora.connect(first.url)
    with MockZuora(port=port):
        assert zuora.info().tenant == "default"
