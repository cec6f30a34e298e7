"""What a request knows of its connection, and what a shutdown does to it; tests/server/test_server.py uses sockets."""

import asyncio
import inspect
import socket
import time
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import h11
import pytest
import uvicorn
from starlette.responses import JSONResponse
from uvicorn.protocols.http import h11_impl
from uvicorn.protocols.http.flow_control import FlowControl

from mock_zuora import MockZuora
from mock_zuora.api.middleware.faulty_response import TRANSPORT_KEY
from mock_zuora.server import connection, shutdown
from mock_zuora.server.app import App
from mock_zuora.server.connection import JoiningConnection, ShutdownMiddleware
from tests.server.sockets import everything

pytestmark = pytest.mark.anyio


async def never(scope, receive, send): ...


def collector():
    sent = []

    async def send(message):
        sent.append(message)

    return sent, send


async def cut_off(scope, receive, send):
    raise asyncio.CancelledError


async def test_request_that_a_shutdown_cuts_off_gets_503():
    sent, send = collector()
    await ShutdownMiddleware(cut_off)({"type": "http", "headers": []}, never, send)
    assert sent[0]["status"] == 503 and b"shutting down" in sent[1]["body"]


async def test_response_that_has_started_is_not_followed_by_another():
    async def half(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise asyncio.CancelledError

    sent, send = collector()
    await ShutdownMiddleware(half)({"type": "http", "headers": []}, never, send)
    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_head_and_body_of_a_response_are_written_at_once():
    server, client = JoiningConnection(h11.SERVER), h11.Connection(h11.CLIENT)
    request = h11.Request(method="GET", target="/", headers=[("Host", "localhost")])
    server.receive_data(client.send(request) + client.send(h11.EndOfMessage()))
    while server.next_event() is not h11.NEED_DATA and server.their_state is not h11.DONE:
        pass
    response = h11.Response(status_code=200, headers=[("Content-Length", "4")])
    assert server.send(response) == b""
    assert server.send(h11.Data(data=b"bo")).endswith(b"Content-Length: 4\r\n\r\nbo")
    assert server.send(h11.Data(data=b"dy")) == b"dy"
    assert server.send(h11.EndOfMessage()) == b""


class RecordingTransport(asyncio.Transport):
    """A transport that adds what is written to a list."""

    def __init__(self, written):
        super().__init__()
        self.write = written.append

    def is_closing(self):
        return False


async def test_response_of_the_server_is_one_write():
    written = []
    transport = RecordingTransport(written)
    config = uvicorn.Config(JSONResponse({"count": 0}), lifespan="off")
    config.load()
    protocol = connection.TransportProtocol(config, uvicorn.Server(config).server_state, {})
    protocol.connection_made(transport)
    protocol.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await asyncio.gather(*protocol.tasks)
    [response] = filter(None, written)
    assert response.endswith(b'\r\n\r\n{"count":0}')


async def test_cancelled_lifespan_stays_cancelled():
    with pytest.raises(asyncio.CancelledError):
        await ShutdownMiddleware(cut_off)({"type": "lifespan"}, never, never)


def test_each_request_has_its_transport(monkeypatch):
    """Fails when uvicorn no longer copies the protocol's state into the scope of each request."""
    seen = []

    async def spy(self, scope, receive, send):
        if scope["type"] == "http":
            seen.append(scope["state"][TRANSPORT_KEY])
        await original(self, scope, receive, send)

    original = App.__call__
    monkeypatch.setattr(App, "__call__", spy)
    with MockZuora() as zuora:
        urlopen(f"{zuora.url}/__mock/livez").close()
    assert isinstance(seen[0], asyncio.Transport)


def test_request_for_an_upgrade_to_http_2_is_served_without_a_warning(caplog):
    """As Java's HttpClient sends it."""
    headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAAB"}
    with MockZuora() as zuora, urlopen(Request(f"{zuora.url}/__mock/livez", headers=headers)) as response:
        assert response.status == 200
    assert caplog.records == []


def transport_of(peer):
    """The transport of a connection with this peer."""
    accepted = SimpleNamespace(getpeername=lambda: peer, getsockname=lambda: ("::ffff:172.17.0.2", 8080, 0, 0))
    return asyncio.Transport({"socket": accepted})


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        (("::ffff:172.17.0.1", 50_000, 0, 0), ("172.17.0.1", 50_000)),
        (("fd00::2", 50_000, 0, 0), ("fd00::2", 50_000)),
        (("172.17.0.1", 50_000), ("172.17.0.1", 50_000)),
        (None, None),
    ],
)
async def test_ipv4_client_of_a_dual_stack_socket_has_its_ipv4_address(peer, client):
    config = uvicorn.Config(never)
    protocol = connection.TransportProtocol(config, uvicorn.Server(config).server_state, {})
    protocol.connection_made(transport_of(peer))
    assert protocol.client == client


# Clients that keep a connection waiting


@pytest.fixture
def impatient(monkeypatch):
    """A server that waits half a second for its clients."""
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(connection, "STALL_SECONDS", 0.5)
    monkeypatch.setattr(shutdown, "_TICKS_PER_CHECK", 1)
    with MockZuora(transitions="manual", auth="lenient") as zuora:
        yield zuora


def open_connection(zuora, sent=b""):
    address = urlsplit(zuora.url)
    client = socket.create_connection((address.hostname, address.port), timeout=10)
    client.sendall(sent)
    return client


HEAD = b"Host: localhost\r\nAuthorization: Bearer t\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /objects/jobs HT",
        b"GET /objects/jobs HTTP/1.1\r\n" + HEAD,
        b"POST /objects/jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: 20\r\n\r\n{",
        b"POST /objects/jobs HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["nothing", "half a line", "half of the headers", "half a body", "half a chunk"],
)
def test_connection_that_waits_for_its_client_is_closed(impatient, sent):
    assert everything(open_connection(impatient, sent)) == b""


def test_headers_that_arrive_byte_by_byte_do_not_keep_a_connection(impatient):
    client = open_connection(impatient, b"GET / HTTP/1.1\r\nX: ")
    with pytest.raises(ConnectionError), client:
        for _ in range(100):
            client.sendall(b"x")
            time.sleep(0.05)


def test_body_that_arrives_slowly_is_read_to_its_end(impatient):
    body = b'{"operation": "create", "object": "vehicle", "namespace": "default"}'
    head = b"POST /objects/jobs HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n"
    client = open_connection(impatient, head + b"Content-Length: %d\r\n\r\n" % len(body))
    for start in range(0, len(body), 12):
        time.sleep(0.2)
        client.sendall(body[start : start + 12])
    assert everything(client).startswith(b"HTTP/1.1 200")


def test_next_request_of_a_connection_has_its_own_time(impatient):
    request = b"GET /__mock/livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with open_connection(impatient) as client:
        for _ in range(5):
            time.sleep(0.2)
            client.sendall(request)
            received = b""
            while not received.endswith(b"}"):
                received += client.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")


def test_delayed_response_is_not_cut_off(impatient):
    impatient.faults.add(delay=1.2)
    request = b"GET /objects/jobs HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
    assert everything(open_connection(impatient, request)).startswith(b"HTTP/1.1 200")


def test_stalled_response_stays_open(impatient):
    impatient.faults.add(stall=True)
    with open_connection(impatient, b"GET /objects/jobs HTTP/1.1\r\n" + HEAD + b"\r\n") as client:
        client.settimeout(1.2)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        with pytest.raises(TimeoutError):
            while client.recv(65536):
                pass


def test_client_that_waits_for_100_continue_is_not_cut_off(impatient):
    impatient.faults.add(delay=1.2)
    body = b'{"operation": "create", "object": "vehicle", "namespace": "default"}'
    head = b"POST /objects/jobs HTTP/1.1\r\n" + HEAD + b"Connection: close\r\nExpect: 100-continue\r\n"
    client = open_connection(impatient, head + b"Content-Length: %d\r\n\r\n" % len(body))
    assert client.recv(65536).startswith(b"HTTP/1.1 100")
    client.sendall(body)
    assert everything(client).startswith(b"HTTP/1.1 200")


def test_client_that_does_not_read_its_response_is_disconnected(impatient, caplog):
    """The OpenAPI document is larger than the buffers of both sockets, several times requested."""
    caplog.set_level("INFO", logger="mock_zuora")
    whole = len(urlopen(f"{impatient.url}/openapi.json").read())
    request = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with open_connection(impatient, request * 100) as client:
        received, end = 0, time.monotonic() + 30
        while "too long for its client to read the response" not in caplog.text:
            assert time.monotonic() < end
            time.sleep(0.05)
        with suppress(ConnectionResetError):
            while piece := client.recv(1 << 20):
                received += len(piece)
        assert received < 100 * whole


async def test_uvicorn_still_has_what_the_deadlines_read():
    """Fails when an attribute of uvicorn's protocol that they rely on has changed."""
    config = uvicorn.Config(never)
    config.load()
    protocol = connection.TransportProtocol(config, uvicorn.Server(config).server_state, {})
    assert (protocol.cycle, protocol.client, protocol.conn.their_state) == (None, None, h11.IDLE)
    assert protocol.loop is asyncio.get_running_loop()
    source = inspect.getsource(h11_impl)
    assert "self.response_complete = True" in source and "self.flow = FlowControl(transport)" in source
    assert FlowControl(None).read_paused is False
