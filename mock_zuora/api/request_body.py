"""The body of a request: taken as it comes, unpacked, and never more of it in memory than its bound."""

import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mock_zuora.api.request_context import Call
from mock_zuora.domain.errors import ZuoraError

_GZIP_WINDOW: Final = 31
_GZIP_FRAME: Final = 1024 * 1024
"""What gzip may add, in many more members and blocks than any packer makes, to data that cannot be compressed."""
_CHUNK: Final = 64 * 1024


class ClientDisconnected(Exception):
    """The client closed the connection before its request was whole."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The most bytes of a body, counted after gunzip, and how what is wrong with one is said."""

    limit: int
    too_large: Callable[[], ZuoraError]
    invalid: Callable[[str], ZuoraError]


async def body_of(call: Call, bound: Bound) -> bytes:
    """The whole body. Raises what the bound says, and ClientLeft."""
    return b"".join([chunk async for chunk in chunks_of(call, bound)])


async def chunks_of(call: Call, bound: Bound) -> AsyncIterator[bytes]:
    """The body as it comes, unpacked if it is gzipped, until it passes its bound: then the rest is not read."""
    encoding = call.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise bound.invalid(f"Content-Encoding: '{encoding[:20]}' is not supported; expected gzip, or none.")
    unpack = _Gunzip(bound) if encoding == "gzip" else None
    length = call.headers.get("content-length", "")
    if unpack is None and length.isdecimal() and int(length[:20]) > bound.limit:
        raise bound.too_large()
    taken, packed = 0, 0
    async for received in _received(call):
        packed += len(received)
        if packed > bound.limit + _GZIP_FRAME:
            # gzip makes nothing larger than this: a stream of members that hold little or nothing.
            raise bound.too_large()
        for chunk in unpack.feed(received) if unpack else (received,):
            taken += len(chunk)
            if taken > bound.limit:
                raise bound.too_large()
            yield chunk
    if unpack:
        unpack.end()


async def discard(call: Call, limit: int) -> None:
    """Reads on in a refused body, but at most ``limit`` bytes of it, so that its client comes to read the refusal."""
    taken = 0
    try:
        async for chunk in _received(call):
            taken += len(chunk)
            if taken > limit:
                return
    except ClientDisconnected:
        return


async def _received(call: Call) -> AsyncIterator[bytes]:
    while not call.body_ended:
        message = await call.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        call.body_ended = not message.get("more_body", False)
        yield message.get("body", b"")


class _Gunzip:
    """Unpacks a gzip stream piece by piece, never more than a chunk at once: a bomb costs no memory."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._stream = zlib.decompressobj(_GZIP_WINDOW)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next piece of the stream holds."""
        # All of a member's output comes before the last of its input is taken, which is its checksum.
        while data:
            if self._stream.eof:
                # RFC 1952: a gzip file may have several members, one after the other.
                self._stream = zlib.decompressobj(_GZIP_WINDOW)
            try:
                piece = self._stream.decompress(data, _CHUNK)
            except zlib.error:
                raise self._broken() from None
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            yield piece

    def end(self) -> None:
        """Refuses a stream that was cut off."""
        if not self._stream.eof:
            raise self._broken()

    def _broken(self) -> ZuoraError:
        return self._bound.invalid("Content-Encoding: the header says gzip, but the body is not a whole gzip stream.")
