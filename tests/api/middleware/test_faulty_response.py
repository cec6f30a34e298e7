import asyncio

import pytest

from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.api.middleware.faulty_response import BROKEN, TRANSPORT_KEY, send_faulty_response
from mock_zuora.control.faults import Effect

pytestmark = pytest.mark.anyio


class FakeTransport(asyncio.Transport):
    """Notes how the connection is closed."""

    def __init__(self):
        super().__init__()
        self.ended = None

    def close(self):
        self.ended = "closed"

    def abort(self):
        self.ended = "aborted"

    def get_extra_info(self, name, default=None):
        return self

    def setsockopt(self, *options):
        self.options = options


async def gone():
    return {"type": "http.disconnect"}


@pytest.mark.parametrize(
    ("effect", "sent_body", "ended"),
    [(Effect.RESET, None, "aborted"), (Effect.TRUNCATE, b"12", "closed"), (Effect.STALL, b"12", "closed")],
)
async def test_client_gets_nothing_or_half_a_body(effect, sent_body, ended):
    sent, transport = [], FakeTransport()

    async def send(message):
        sent.append(message)

    await send_faulty_response(
        CollectedResponse(body=b"1234"), effect, {"state": {TRANSPORT_KEY: transport}}, gone, send
    )
    bodies = [message["body"] for message in sent if message["type"] == "http.response.body"]
    assert bodies == ([] if sent_body is None else [sent_body])
    assert transport.ended == ended


async def test_faulty_response_without_a_connection_raises():
    with pytest.raises(ConnectionResetError):
        await send_faulty_response(CollectedResponse(body=b"1234"), Effect.RESET, {"state": {}}, gone, None)


def test_every_effect_is_broken_or_complete():
    assert BROKEN | {Effect.STATUS, Effect.NONE} == set(Effect)
