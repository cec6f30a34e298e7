"""Connections with TLS: faults, silent clients, and the shutdown."""

import asyncio
import http.client
import json
import socket
import ssl
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import uvicorn

from mock_zuora import MockZuora
from mock_zuora.server import connection, shutdown, tls_connections
from mock_zuora.server.connection import TransportProtocol
from mock_zuora.server.handshakes import ServerContext
from mock_zuora.server.tls_connections import TlsConnection
from tests.server.sockets import everything

SOON = 4
"""Seconds within which a server has stopped, whatever is open: two, and as many again for a machine that is busy."""
HEAD = b"Host: localhost\r\nAuthorization: Bearer t\r\n"


@pytest.fixture
def zuora():
    with MockZuora(tls=True, auth="lenient") as zuora:
        yield zuora


@pytest.fixture
def impatient(monkeypatch):
    """A server that waits half a second for its clients."""
    for module in (connection, tls_connections):
        monkeypatch.setattr(module, "HEAD_SECONDS", 0.5)
        monkeypatch.setattr(module, "STALL_SECONDS", 0.5)
    monkeypatch.setattr(shutdown, "_TICKS_PER_CHECK", 1)
    with MockZuora(tls=True, transitions="manual", auth="lenient") as zuora:
        yield zuora


def connect(zuora):
    """A connection before its handshake."""
    address = urlsplit(zuora.url)
    return socket.create_connection((address.hostname, address.port), timeout=10)


def open_connection(zuora, sent=b""):
    context = ssl.create_default_context(cafile=zuora.ca_file)
    client = context.wrap_socket(connect(zuora), server_hostname="localhost")
    client.sendall(sent)
    return client


def request(zuora, method, path, body=None):
    context = ssl.create_default_context(cafile=zuora.ca_file)
    client = http.client.HTTPSConnection(zuora.url.removeprefix("https://"), context=context, timeout=10)
    client.request(method, path, body, {"Authorization": "Bearer t", "Content-Type": "application/json"})
    return client, client.getresponse()


def seconds_to_stop(zuora):
    began = time.monotonic()
    zuora.stop()
    return time.monotonic() - began


# Requests


def test_requests_share_a_connection(zuora):
    with open_connection(zuora) as client:
        for _ in range(3):
            client.sendall(b"GET /__mock/livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = b""
            while not received.endswith(b"}"):
                received += client.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")


def test_long_response_arrives_complete(zuora):
    client, response = request(zuora, "GET", "/openapi.json")
    assert len(json.loads(response.read())["paths"]) > 5
    client.close()


def test_foreign_origin_is_refused_and_the_own_one_accepted(zuora):
    for origin, status in ((zuora.url.encode(), b"200"), (b"https://evil.example", b"403")):
        head = b"GET /__mock/v1/info HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % urlsplit(zuora.url).port
        sent = head + b"Origin: " + origin + b"\r\nConnection: close\r\n\r\n"
        assert everything(open_connection(zuora, sent)).startswith(b"HTTP/1.1 " + status)


# Faults


def test_reset_reaches_the_client(zuora):
    zuora.faults.add(reset=True)
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        request(zuora, "GET", "/objects/jobs")


def test_truncated_response_ends_within_its_body(zuora):
    zuora.faults.add(truncate=True)
    client, response = request(zuora, "GET", "/objects/jobs")
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    client.close()


def test_stalled_response_stays_open(zuora):
    zuora.faults.add(stall=True)
    with open_connection(zuora, b"GET /objects/jobs HTTP/1.1\r\n" + HEAD + b"\r\n") as client:
        client.settimeout(0.5)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        with pytest.raises(TimeoutError):
            while client.recv(65536):
                pass


# Clients that keep a connection waiting


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00"], ids=["nothing", "half"])
def test_unfinished_handshake_is_closed(impatient, sent):
    client = connect(impatient)
    client.sendall(sent)
    assert everything(client) == b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /objects/jobs HTTP/1.1\r\n" + HEAD,
        b"POST /objects/jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: 20\r\n\r\n{",
    ],
    ids=["nothing", "half of the headers", "half a body"],
)
def test_connection_that_waits_for_its_client_is_closed(impatient, sent):
    assert everything(open_connection(impatient, sent)) == b""


def test_client_that_does_not_read_its_response_is_disconnected(impatient):
    with open_connection(impatient, b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100) as client:
        time.sleep(2)
        received = 0
        with suppress(OSError):
            while piece := client.recv(1 << 20):
                received += len(piece)
    client, response = request(impatient, "GET", "/openapi.json")
    assert received < 100 * len(response.read())
    client.close()


@pytest.mark.parametrize("header", [b"Connection: close\r\n", b""], ids=["at once", "when it is idle"])
def test_client_that_ignores_the_end_of_tls_does_not_disturb_the_server(impatient, monkeypatch, caplog, header):
    """The server closes the connection, and again when it stops."""
    monkeypatch.setattr(tls_connections, "STALL_SECONDS", 60)
    request = b"GET /__mock/livez HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n"
    with open_connection(impatient, request) as client:
        time.sleep(1.5)
        MockZuora.connect(impatient.url, ca_file=impatient.ca_file)
        assert seconds_to_stop(impatient) < shutdown.GRACE_SECONDS
        client.settimeout(10)
        assert everything(client).startswith(b"HTTP/1.1 200")
    assert "Traceback" not in caplog.text and "Exception" not in caplog.text


def test_client_that_ignores_the_end_of_tls_is_disconnected(impatient):
    """Its socket below TLS is closed, too, although it has not confirmed the end."""
    sent = b"GET /__mock/livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with open_connection(impatient, sent) as client:
        below = socket.socket(fileno=socket.dup(client.fileno()))
        below.settimeout(10)
        with below, suppress(ConnectionResetError):
            while below.recv(65536):
                pass


# The shutdown


def test_idle_connection_does_not_delay_the_shutdown(zuora):
    client, response = request(zuora, "GET", "/__mock/livez")
    response.read()
    assert seconds_to_stop(zuora) < shutdown.GRACE_SECONDS
    assert client.sock.recv(10) == b""
    client.close()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00"], ids=["nothing", "half"])
def test_unfinished_handshake_does_not_delay_the_shutdown(zuora, sent):
    with connect(zuora) as client:
        client.sendall(sent)
        MockZuora.connect(zuora.url, ca_file=zuora.ca_file)  # so the connection before it was accepted
        assert seconds_to_stop(zuora) < shutdown.GRACE_SECONDS
        assert client.recv(10) == b""


def test_everything_at_once_stops_soon(zuora):
    zuora.faults.add(stall=True, times=None)
    body = b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nclient_id=a"
    clients = [connect(zuora) for _ in range(20)] + [open_connection(zuora) for _ in range(20)]
    clients += [
        open_connection(zuora, body),
        open_connection(zuora, b"GET /objects/jobs HTTP/1.1\r\n" + HEAD + b"\r\n"),
    ]
    assert seconds_to_stop(zuora) < SOON
    for each in clients:
        each.close()


def test_request_that_the_shutdown_cuts_off_gets_a_response(zuora):
    head = b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    client = open_connection(zuora, head + b"Content-Length: 99\r\n\r\nclient_id=a")
    time.sleep(0.2)
    zuora.stop()
    assert everything(client).startswith(b"HTTP/1.1 503")


def test_response_that_is_being_sent_is_completed(zuora):
    zuora.faults.add(delay=0.4)
    client = open_connection(zuora, b"GET /objects/jobs HTTP/1.1\r\n" + HEAD + b"\r\n")
    time.sleep(0.2)
    assert seconds_to_stop(zuora) < SOON
    assert everything(client).startswith(b"HTTP/1.1 200")


# What is used of asyncio


async def _canary():
    async def app(scope, receive, send): ...

    config = uvicorn.Config(app)
    config.load()
    protocol = TransportProtocol(config, uvicorn.Server(config).server_state, {})
    found = set()
    made = TlsConnection(asyncio.get_running_loop(), protocol, ServerContext(), found)
    assert isinstance(made, asyncio.BufferedProtocol) and protocol.transport is None
    ours, theirs = socket.socketpair()
    with theirs:
        below, _ = await asyncio.get_running_loop().create_connection(lambda: made, sock=ours)
        await asyncio.sleep(0)
        assert found == {made} and made._below is below
        made.close_if_done()
        await asyncio.sleep(0.05)
        assert found == set() and below.is_closing()


def test_asyncio_still_has_what_the_connections_use():
    """Fails when a method of ``asyncio.sslproto`` or its arguments have changed."""
    asyncio.run(_canary())
