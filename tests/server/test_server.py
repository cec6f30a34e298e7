"""The server: its address, invalid settings, shutdown, and requests over real sockets."""

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_zuora.config.settings import Settings, SettingsError
from mock_zuora.server import shutdown, unread_bodies
from mock_zuora.server.server import Server

SOON = 4
"""Seconds within which a server has stopped, whatever is open: two, and as many again for a machine that is busy."""


@pytest.fixture
def make_server():
    """Starts a server on a free port; it is stopped when the test ends."""
    servers = []

    def make(**settings):
        server = Server(Settings(port=0, **settings))
        servers.append(server)
        server.start()
        return server

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def server(make_server):
    return make_server()


def connect(server):
    return http.client.HTTPConnection(*server.socket.getsockname()[:2], timeout=10)


def call(server, method, path, body=None, **headers):
    connection = connect(server)
    connection.request(method, path, body, {"Authorization": "Bearer any", **headers})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, json.loads(content)


def submit(server):
    body = json.dumps({"operation": "create", "namespace": "default", "object": "vehicle"})
    return call(server, "POST", "/objects/jobs", body, **{"Content-Type": "application/json"})


def seconds_to_stop(server):
    began = time.monotonic()
    server.stop()
    return time.monotonic() - began


# Startup


def test_server_listens_on_the_free_port_it_got(server):
    assert server.url == f"http://127.0.0.1:{server.socket.getsockname()[1]}"
    assert call(server, "GET", "/__mock/readyz")[0] == 200


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("localhost", "http://")]
)
def test_url_is_reachable_from_this_machine(host, shown):
    server = Server(Settings(host=host, port=0))
    assert server.url.startswith(shown)
    server.stop()


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_ipv6_address_is_in_brackets():
    try:
        server = Server(Settings(host="::1", port=0))
    except SettingsError:
        pytest.skip("this machine has no ::1")
    assert server.url.startswith("http://[::1]:")
    server.socket.close()


def test_port_in_use_is_refused_by_number():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            SettingsError, match=rf"cannot listen on 127.0.0.1:{port} \(--host, --port\): Address already"
        ):
            Server(Settings(port=port))


def test_address_of_another_machine_is_refused():
    with pytest.raises(SettingsError, match=r"cannot listen on 192.0.2.1:0 \(--host, --port\): Cannot assign"):
        Server(Settings(host="192.0.2.1", port=0))


def test_invalid_host_is_refused():
    with pytest.raises(SettingsError, match="--host: cannot listen on 'no such name'"):
        Server(Settings(host="no such name", port=0))


def test_unlisted_version_is_refused_with_its_place(tmp_path):
    with pytest.raises(
        SettingsError, match="^--version or MOCK_ZUORA_VERSION: '9' is not listed; expected one of 186.0"
    ):
        Server(Settings(port=0, version="9"))
    seed = tmp_path / "seed.toml"
    seed.write_text('[[tenants]]\nname = "acme"\nversion = "9"\n', "utf-8")
    with pytest.raises(SettingsError, match="seed.toml: tenant 'acme': version: '9' is not listed"):
        Server(Settings(port=0, seed=str(seed)))


def test_tenant_version_can_be_a_custom_row(make_server):
    rows = {"2021": {"accepted-name": "open"}}
    assert submit(make_server(version="2021", versions=rows, accept_delay=60))[1]["status"] == "open"


def test_start_returns_when_the_tenants_are_seeded(make_server, tmp_path):
    seed = tmp_path / "seed.json"
    boats = [{"sail__c": "red"}] * 5_000
    seed.write_text(json.dumps({"tenants": [{"records": {"boat": boats}}]}), "utf-8")
    assert call(make_server(seed=str(seed)), "GET", "/__mock/readyz")[0] == 200


# Requests over sockets


def test_socket_is_declared_as_tcp(server):
    # Only then does the event loop disable Nagle's algorithm for accepted connections.
    assert server.socket.proto == socket.IPPROTO_TCP


def test_five_of_64_simultaneous_submits_are_accepted(server):
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: submit(server), range(64)))
    assert [status for status, _ in answers].count(200) == 5
    assert {body["code"] for status, body in answers if status != 200} == {71013030}
    assert call(server, "GET", "/objects/jobs")[1]["count"] == 5


def test_control_request_with_foreign_host_is_refused_on_loopback(server):
    assert call(server, "GET", "/__mock/livez", Host="evil.example")[0] == 403


def test_response_does_not_wait_for_acknowledgement(server):
    # asyncio disables Nagle's algorithm for connections of a listener that is declared as TCP.
    assert server.socket.proto == socket.IPPROTO_TCP


def test_invalid_http_is_refused_and_the_server_continues(server):
    with socket.create_connection(server.socket.getsockname()[:2], timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert raw.recv(1_000).startswith(b"HTTP/1.1 400 ")
    assert call(server, "GET", "/__mock/livez")[0] == 200


# Shutdown


def test_shutdown_waits_one_second_for_running_requests():
    assert shutdown.GRACE_SECONDS <= 1


def test_shutdown_is_quick_with_idle_connections(server):
    idle, silent = connect(server), socket.create_connection(server.socket.getsockname()[:2])
    idle.request("GET", "/__mock/livez")
    idle.getresponse().read()
    assert seconds_to_stop(server) < SOON
    idle.close()
    silent.close()


def test_shutdown_does_not_wait_for_the_rest_of_an_upload(server):
    job_id = submit(server)[1]["Id"]
    upload = connect(server)
    upload.putrequest("POST", f"/objects/jobs/{job_id}/files")
    for name, value in {"Authorization": "Bearer any", "Content-Type": "text/csv", "Content-Length": "5000"}.items():
        upload.putheader(name, value)
    upload.endheaders(b"brand__c\nVolvo\n")
    call(server, "GET", "/objects/jobs")
    assert seconds_to_stop(server) < SOON
    response = upload.getresponse()
    assert (response.status, response.getheader("Connection")) == (503, "close")
    assert "The server is shutting down" in json.loads(response.read())["error"]


def test_shutdown_does_not_wait_for_the_rest_of_a_refused_upload(monkeypatch, make_server, caplog):
    # Only a shutdown that waits for the client takes as long as this.
    monkeypatch.setattr(shutdown, "GRACE_SECONDS", 60)
    monkeypatch.setattr(unread_bodies, "MAX_SECONDS", 60)
    server = make_server()
    upload = connect(server)
    upload.putrequest("POST", "/objects/jobs/unknown/files")
    for name, value in {"Authorization": "Bearer any", "Content-Type": "text/csv", "Content-Length": "1000000"}.items():
        upload.putheader(name, value)
    upload.endheaders()
    response = upload.getresponse()
    assert response.status == 404
    # The client still has its connection open.
    assert seconds_to_stop(server) < 30
    assert json.loads(response.read())["code"] == 71013040
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []


def test_shutdown_does_not_wait_for_a_client_that_does_not_read(server):
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    slow.connect(server.socket.getsockname()[:2])
    slow.settimeout(0.2)
    request = b"GET /objects/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n\r\n"
    with pytest.raises(TimeoutError):
        # Until the buffers of both sides are full.
        while True:
            slow.sendall(request * 500)
    assert seconds_to_stop(server) < SOON
    slow.close()


def test_stopped_server_frees_its_port_and_leaves_no_thread(make_server):
    server = make_server()
    address = server.socket.getsockname()[:2]
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    Server(Settings(host=address[0], port=address[1])).socket.close()
