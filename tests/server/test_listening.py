"""The sockets of a server: IPv6 and IPv4, both loopback addresses, and machines without IPv6."""

import errno
import http.client
import socket
from contextlib import closing

import pytest

from mock_zuora import MockZuora
from mock_zuora.cli.ready import address_from
from mock_zuora.client.readiness import ask
from mock_zuora.config.settings import SettingsError
from mock_zuora.server import listening
from mock_zuora.server.listening import listen
from tests.platforms import skip_on_windows


def has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


@pytest.fixture
def opened():
    """Opens sockets, which the test closes at its end."""
    sockets = []

    def opened(host, port=0):
        sockets.extend(found := listen(host, port))
        return found

    yield opened
    for each in sockets:
        each.close()


def port_of(zuora):
    return int(zuora.url.rpartition(":")[2])


def status_at(host, port, path="/__mock/v1/info"):
    with closing(http.client.HTTPConnection(host, port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.fixture
def without_ipv6(monkeypatch):
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)


@pytest.fixture
def unusable_ipv6(monkeypatch):
    """The kernel has IPv6, but no address: binding fails."""

    def bound(family, address, **options):
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return original(family, address, **options)

    original = listening._bound
    monkeypatch.setattr(listening, "_bound", bound)


@needs_ipv6
@pytest.mark.parametrize("host", ["::", "localhost"])
def test_server_is_reached_at_both_loopback_addresses(host):
    with MockZuora(host=host) as zuora:
        assert zuora.url.startswith("http://127.0.0.1:")
        # The setting control is local: both clients are on this machine.
        assert [status_at(each, port_of(zuora)) for each in ("127.0.0.1", "::1")] == [200, 200]


@needs_ipv6
def test_every_address_is_one_socket_for_both_families(opened):
    [listener] = opened("::")
    assert listener.family == socket.AF_INET6
    assert not listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


@needs_ipv6
def test_an_ipv6_address_listens_on_ipv6_only(opened):
    [listener] = opened("::1")
    assert listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


@pytest.mark.parametrize("lack", ["without_ipv6", "unusable_ipv6"])
def test_every_address_is_ipv4_on_a_machine_without_ipv6(request, caplog, lack):
    request.getfixturevalue(lack)
    with MockZuora(host="::", log_level="info") as zuora:
        host, port = address_from({"host": "::", "port": str(port_of(zuora))})
        assert ask(host, port) >= 0
    lines = [each.getMessage() for each in caplog.records if "IPv6" in each.getMessage()]
    assert lines == ["this machine has no IPv6, so the server listens on IPv4 only"]


def test_localhost_is_ipv4_on_a_machine_without_ipv6(opened, unusable_ipv6):
    assert [each.family for each in opened("localhost")] == [socket.AF_INET]


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_ipv4_address_stays_ipv4(opened, host):
    [listener] = opened(host)
    assert (listener.family, listener.getsockname()[0]) == (socket.AF_INET, host)


@needs_ipv6
@skip_on_windows("the reason has other words")
@pytest.mark.parametrize(
    ("host", "taken", "shown"), [("::", "::", r"\[::\]"), ("localhost", "::1", "localhost"), ("::1", "::1", r"\[::1\]")]
)
def test_port_in_use_is_one_clear_line(host, taken, shown):
    with socket.create_server((taken, 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        message = rf"^cannot listen on {shown}:{port} \(--host, --port\): Address already in use$"
        with pytest.raises(SettingsError, match=message):
            listen(host, port)


@pytest.mark.parametrize("host", ["a..example", "x" * 80])
def test_text_that_is_no_host_is_one_clear_line(host):
    with pytest.raises(SettingsError, match=f"^--host: cannot listen on '{host}': .*host"):
        listen(host, 0)


def test_port_is_free_again_at_once(opened):
    [listener] = opened("127.0.0.1")
    address = listener.getsockname()
    client = socket.create_connection(address)
    accepted, _ = listener.accept()
    # The side that closes first keeps the port for a while.
    for each in (accepted, client, listener):
        each.close()
    assert opened(*address)
