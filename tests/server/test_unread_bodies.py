"""What the server does with bodies that it has not read; tests/conformance/test_refused_uploads.py uses clients."""

import asyncio
from itertools import repeat

import pytest

from mock_zuora.server import unread_bodies
from mock_zuora.server.unread_bodies import UnreadBodyMiddleware

pytestmark = pytest.mark.anyio

CHUNKED = (b"transfer-encoding", b"chunked")
LONG = (b"content-length", b"100000")
EXPECTS = (b"expect", b"100-Continue")
PIECE = {"type": "http.request", "body": b"x" * 1000, "more_body": True}
START = {"type": "http.response.start", "status": 404, "headers": []}
BODY = {"type": "http.response.body", "body": b"no"}


async def refuse(scope, receive, send):
    await send(START)
    await send(BODY)


async def refuse_after_a_piece(scope, receive, send):
    await receive()
    await refuse(scope, receive, send)


class Client:
    """Sends pieces of a body, and notes how many were read and what it received."""

    def __init__(self, pieces=()):
        self.pieces = iter(pieces)
        self.read = 0
        self.received = []

    async def send_piece(self):
        piece = next(self.pieces, None)
        if piece is None:
            await asyncio.Event().wait()
        self.read += 1
        return piece

    async def receive(self, message):
        self.received.append(message)

    async def exchange(self, app, *headers):
        await app({"type": "http", "headers": headers}, self.send_piece, self.receive)
        return self.received

    @property
    def is_closed(self):
        return (b"connection", b"close") in self.received[0]["headers"]


@pytest.mark.fidelity("upload-16")
@pytest.mark.parametrize("header", [CHUNKED, LONG, (b"content-length", b"9" * 5_000), (b"content-length", b"-")])
async def test_rest_of_an_unread_body_is_discarded_up_to_its_limit(monkeypatch, header):
    monkeypatch.setattr(unread_bodies, "MAX_BYTES", 10_000)
    client = Client(repeat(PIECE))
    received = await client.exchange(UnreadBodyMiddleware(refuse), header)
    assert [each.get("more_body", False) for each in received] == [False, True, False]
    assert (client.read, client.is_closed) == (10, True)


@pytest.mark.parametrize("last", [{"type": "http.disconnect"}, {"type": "http.request", "body": b"x"}])
async def test_discarding_ends_with_the_body_or_the_connection(last):
    client = Client([PIECE, last])
    await client.exchange(UnreadBodyMiddleware(refuse), CHUNKED)
    assert client.read == 2


@pytest.mark.fidelity("upload-16")
async def test_client_that_stalls_is_disconnected(monkeypatch):
    monkeypatch.setattr(unread_bodies, "MAX_SECONDS", 0.01)
    client = Client()
    received = await client.exchange(UnreadBodyMiddleware(refuse), CHUNKED)
    assert (received[-1], client.is_closed) == ({"type": "http.response.body"}, True)


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"65536")]])
async def test_small_body_keeps_the_connection(headers):
    client = Client()
    assert await client.exchange(UnreadBodyMiddleware(refuse), *headers) == [START, BODY]


async def test_body_that_has_been_read_keeps_the_connection():
    client = Client([{"type": "http.request", "body": b"x"}])
    assert await client.exchange(UnreadBodyMiddleware(refuse_after_a_piece), LONG) == [START, BODY]


@pytest.mark.parametrize("length", [LONG, (b"content-length", b"5"), CHUNKED])
async def test_client_that_waits_for_100_continue_is_disconnected_at_once(length):
    client = Client()
    received = await client.exchange(UnreadBodyMiddleware(refuse), EXPECTS, length)
    assert (received[1:], client.is_closed, client.read) == ([BODY], True, 0)


async def test_body_that_100_continue_has_asked_for_is_discarded():
    client = Client([PIECE, PIECE, {"type": "http.disconnect"}])
    await client.exchange(UnreadBodyMiddleware(refuse_after_a_piece), EXPECTS, LONG)
    assert client.read == 3


async def test_shutdown_ends_the_wait():
    app, client = UnreadBodyMiddleware(refuse), Client()
    waiting = asyncio.create_task(client.exchange(app, CHUNKED))
    await asyncio.sleep(0)
    assert len(client.received) == 2
    app.stop_waiting()
    app.stop_waiting()
    async with asyncio.timeout(5):
        assert (await waiting)[-1] == {"type": "http.response.body"}


async def test_request_that_ends_during_a_shutdown_is_not_waited_for():
    app, client = UnreadBodyMiddleware(refuse), Client()
    app.stop_waiting()
    async with asyncio.timeout(5):
        await client.exchange(app, CHUNKED)
    assert client.received[-1] == {"type": "http.response.body"}


async def test_response_is_complete_even_if_a_shutdown_cancels_the_request():
    client = Client()
    waiting = asyncio.create_task(client.exchange(UnreadBodyMiddleware(refuse), CHUNKED))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert client.received[-1] == {"type": "http.response.body"}


async def test_lifespan_is_passed_on():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    await UnreadBodyMiddleware(app)({"type": "lifespan"}, None, None)
    assert seen == ["lifespan"]
