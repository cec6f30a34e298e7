"""How an answer goes out; what a stop does to calls over real sockets is tried in tests/server/test_server.py."""

import asyncio

import pytest

from mock_zuora.server.connection import Connected, OneWrite

pytestmark = pytest.mark.anyio


class FakeTransport(asyncio.Transport):
    """Remembers what is done with it."""

    def __init__(self) -> None:
        super().__init__()
        self.done = []

    def write(self, data):
        if data:
            self.done.append(bytes(data))

    def close(self):
        self.done.append("closed")

    def abort(self):
        self.done.append("aborted")


@pytest.fixture
def below():
    return FakeTransport()


async def never(scope, receive, send): ...


def test_a_head_goes_out_with_the_beginning_of_its_body(below):
    connection = OneWrite(below)
    connection.hold_head()
    connection.write(b"head ")
    assert below.done == []
    connection.write(b"body")
    connection.write(b" and the rest")
    assert below.done == [b"head body", b" and the rest"]


def test_a_head_without_a_body_goes_out_as_soon_as_that_is_known(below):
    connection = OneWrite(below)
    connection.hold_head()
    connection.write(b"head")
    connection.write(b"")
    assert below.done == [b"head"]


def test_what_is_no_head_goes_out_at_once(below):
    OneWrite(below).write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert below.done == [b"HTTP/1.1 100 Continue\r\n\r\n"]


@pytest.mark.parametrize(("end", "done"), [("close", [b"head", "closed"]), ("abort", ["aborted"])])
def test_a_head_goes_out_before_its_connection_is_closed_but_not_if_it_is_broken_off(below, end, done):
    connection = OneWrite(below)
    connection.hold_head()
    connection.write(b"head")
    getattr(connection, end)()
    assert below.done == done


async def test_a_call_that_is_cut_off_before_its_answer_gets_one():
    sent = []

    async def send(message):
        sent.append(message)

    async def cut_off(scope, receive, send):
        raise asyncio.CancelledError

    await Connected(cut_off)({"type": "http", "headers": []}, never, send)
    assert sent[0]["status"] == 503 and b"stopping" in sent[1]["body"]
