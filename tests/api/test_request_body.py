"""Bodies as they come: piece by piece, packed, and never more of them than their bound."""

import gzip
import zlib
from types import SimpleNamespace

import pytest

from mock_zuora.api.request_body import Bound, body_of, chunks_of, discard
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import ZuoraError

pytestmark = pytest.mark.anyio

BOUND = Bound(100_000, lambda: refusals.file_too_large(100_000), refusals.file_invalid)


def call_with(chunks, **headers):
    """As much of a call as a body needs; ``taken`` counts the pieces that were asked for."""
    pieces = iter(chunks)
    call = SimpleNamespace(headers=headers, body_ended=False, taken=0)

    async def receive():
        piece = next(pieces, None)
        call.taken += 1
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    call.receive = receive
    return call


def endless(piece):
    while True:
        yield piece


@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_a_packed_body_may_be_cut_anywhere(size):
    data = bytes(range(256)) * 300
    packed = gzip.compress(data[:9]) + gzip.compress(b"") + gzip.compress(data[9:])
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert await body_of(call_with(pieces, **{"content-encoding": "gzip"}), BOUND) == data


async def test_a_packed_body_may_be_cut_where_it_holds_more_than_a_piece():
    data = bytes(99_999)
    packed = gzip.compress(data)
    for at in range(1, len(packed)):
        call = call_with([packed[:at], packed[at:]], **{"content-encoding": "gzip"})
        assert await body_of(call, BOUND) == data


async def test_a_packed_body_is_unpacked_in_small_pieces():
    call = call_with([gzip.compress(bytes(100_000))], **{"content-encoding": "gzip"})
    assert max([len(chunk) async for chunk in chunks_of(call, BOUND)]) <= 65_536


async def test_a_packed_body_that_holds_nothing_is_not_read_for_ever():
    call = call_with(endless(gzip.compress(b"") * 3000), **{"content-encoding": "gzip"})
    with pytest.raises(ZuoraError, match="larger than"):
        await body_of(call, BOUND)
    assert call.taken < 30


async def test_data_that_cannot_be_packed_may_grow_a_little_by_it():
    packer = zlib.compressobj(0, wbits=31)
    data = bytes(range(250)) * 400
    packed = packer.compress(data) + packer.flush()
    assert len(packed) > BOUND.limit
    assert await body_of(call_with([packed], **{"content-encoding": "gzip"}), BOUND) == data


async def test_the_rest_of_a_refused_body_is_taken_only_so_far():
    call = call_with(endless(b"x" * 1000))
    await discard(call, 10_000)
    assert call.taken == 11


async def test_a_client_that_leaves_while_the_rest_is_taken_is_no_error():
    call = call_with([])

    async def left():
        return {"type": "http.disconnect"}

    call.receive = left
    await discard(call, 10_000)
    assert not call.body_ended
