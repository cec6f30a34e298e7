"""What a request knows of its connection, and what a shutdown does to it; tests/server/test_server.py uses sockets."""

import asyncio
from urllib.request import urlopen

import pytest

from mock_zuora import MockZuora
from mock_zuora.api.middleware.faulty_response import TRANSPORT_KEY
from mock_zuora.server.app import App
from mock_zuora.server.connection import ShutdownMiddleware

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
