"""Bodies as streams: in chunks, gzipped, and never more of them than their limit."""

import asyncio
import gzip
import zlib
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from mock_zuora.api.request_body import BodyLimit, body_chunks, body_of
from mock_zuora.api.request_context import CONTEXT_KEY
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import ZuoraError

pytestmark = pytest.mark.anyio

LIMIT = BodyLimit(100_000, lambda: refusals.file_too_large(100_000), refusals.file_invalid)
GZIP = {"content-encoding": "gzip"}


class Sender:
    """A client that sends the chunks of a body; it counts how many the server asked for."""

    def __init__(self, chunks):
        self.taken = 0
        self._chunks = iter(chunks)

    async def __call__(self):
        chunk = next(self._chunks, None)
        self.taken += 1
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}


def request_with(sender, **headers):
    """A request to the emulated API with no more than a body needs."""
    context = SimpleNamespace(headers=headers, read_ahead=None, is_read_to_end=False)
    return Request({"type": "http", "headers": [], "state": {CONTEXT_KEY: context}}, sender)


def endless(piece):
    while True:
        yield piece


@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_gzipped_body_can_be_split_anywhere(size):
    data = bytes(range(256)) * 300
    packed = gzip.compress(data[:9]) + gzip.compress(b"") + gzip.compress(data[9:])
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert await body_of(request_with(Sender(pieces), **GZIP), LIMIT) == data


async def test_gzipped_body_can_be_split_inside_a_large_chunk():
    data = bytes(99_999)
    packed = gzip.compress(data)
    for at in range(1, len(packed)):
        request = request_with(Sender([packed[:at], packed[at:]]), **GZIP)
        assert await body_of(request, LIMIT) == data


async def test_gzipped_body_is_unpacked_in_small_chunks():
    request = request_with(Sender([gzip.compress(bytes(100_000))]), **GZIP)
    assert max([len(chunk) async for chunk in body_chunks(request, LIMIT)]) <= 65_536


async def test_empty_gzip_members_let_other_tasks_run():
    turns = 0

    async def count_turns():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(count_turns())
    request = request_with(Sender([gzip.compress(b"") * 3_200]), **GZIP)
    await body_of(request, LIMIT)
    other.cancel()
    assert turns >= 100


async def test_endless_empty_gzip_members_are_refused():
    sender = Sender(endless(gzip.compress(b"") * 3000))
    with pytest.raises(ZuoraError, match="larger than"):
        await body_of(request_with(sender, **GZIP), LIMIT)
    assert sender.taken < 30


async def test_incompressible_data_may_grow_in_gzip():
    packer = zlib.compressobj(0, wbits=31)
    data = bytes(range(250)) * 400
    packed = packer.compress(data) + packer.flush()
    assert len(packed) > LIMIT.max_bytes
    assert await body_of(request_with(Sender([packed]), **GZIP), LIMIT) == data
