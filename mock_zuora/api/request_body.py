"""The body of a request: read as a stream, unpacked, and never more of it in memory than its limit."""

import zlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from mock_zuora.api.request_context import context_of
from mock_zuora.control.pauses import let_others_run
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import ZuoraError, quote

_GZIP_WINDOW: Final = 31
_GZIP_OVERHEAD: Final = 1024 * 1024
"""Bytes that gzip can add to incompressible data, with many more members and blocks than any packer makes."""
_CHUNK: Final = 64 * 1024
_CHUNKS_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """The most bytes of a body, counted after gunzip, and the errors for a body that is too large or not valid."""

    max_bytes: int
    too_large: Callable[[], ZuoraError]
    invalid: Callable[[str], ZuoraError]


def is_gzip(headers: Mapping[str, str]) -> bool:
    """Whether a request's body is gzipped."""
    return headers.get("content-encoding", "").strip().lower() == "gzip"


async def body_of(request: Request, limit: BodyLimit) -> bytes:
    """The whole body. Raises the errors of the limit, and ClientDisconnect."""
    chunks = [chunk async for chunk in body_chunks(request, limit)]
    if len(chunks) > _CHUNKS_AT_ONCE:
        # Joining the chunks of a long body takes 10 ms, and several bodies may end in the same turn of the event loop.
        await let_others_run()
    return b"".join(chunks)


async def body_chunks(request: Request, limit: BodyLimit) -> AsyncGenerator[bytes, None]:
    """The body as it arrives, unpacked if it is gzipped. Reading ends as soon as the limit is exceeded."""
    headers = context_of(request).headers
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise limit.invalid(f"Content-Encoding: {quote(encoding)} is not supported; expected gzip, or none.")
    gunzip = Gunzip(limit.invalid) if is_gzip(headers) else None
    length = headers.get("content-length", "")
    if gunzip is None and length.isdecimal() and int(length[:20]) > limit.max_bytes:
        raise limit.too_large()
    unpacked, packed = 0, 0
    async for received in _received(request):
        packed += len(received)
        if packed > limit.max_bytes + _GZIP_OVERHEAD:
            # gzip never makes a body larger than this: it is a stream of members that hold little or nothing.
            raise limit.too_large()
        for number, chunk in enumerate(gunzip.feed(received) if gunzip else (received,), 1):
            if number % _CHUNKS_AT_ONCE == 0:
                # A few bytes can unpack to much, or be thousands of empty members; other requests must not wait.
                await let_others_run()
            unpacked += len(chunk)
            if unpacked > limit.max_bytes:
                raise limit.too_large()
            yield chunk
    if gunzip:
        gunzip.end()


async def _received(request: Request) -> AsyncGenerator[bytes, None]:
    """The body as sent, with what was read ahead."""
    context = context_of(request)
    for part in context.read_ahead or ():
        yield part
    if not context.is_read_to_end:
        async for part in request.stream():
            yield part


async def read_ahead(request: Request, max_bytes: int) -> bytes:
    """The beginning of the body, unpacked, for a search. The operation can still read all of it.

    A body that is not valid gzip ends at the mistake. Raises ClientDisconnect.
    """
    context = context_of(request)
    context.read_ahead, length = [], 0
    async for part in request.stream():
        context.read_ahead.append(part)
        length += len(part)
        if length > max_bytes:
            break
    else:
        context.is_read_to_end = True
    sent = b"".join(context.read_ahead)
    return await _unpacked(sent, max_bytes) if is_gzip(context.headers) else sent[:max_bytes]


async def _unpacked(sent: bytes, max_bytes: int) -> bytes:
    unpacked = bytearray()
    with suppress(ZuoraError):
        for number, piece in enumerate(Gunzip(refusals.request_invalid).feed(sent), 1):
            unpacked += piece
            if len(unpacked) > max_bytes:
                break
            if number % _CHUNKS_AT_ONCE == 0:
                await let_others_run()
    return bytes(unpacked[:max_bytes])


def beginning_of_gzip(data: bytes, max_bytes: int) -> tuple[bytes, bool] | None:
    """The first bytes of what a gzip stream holds, and whether it holds more; None for other data.

    A stream that is broken or incomplete holds what is before the mistake.
    """
    stream, unpacked = Gunzip(refusals.request_invalid), bytearray()
    try:
        for number, piece in enumerate(stream.feed(data), 1):
            unpacked += piece
            if len(unpacked) > max_bytes or number == _CHUNKS_AT_ONCE:
                return bytes(unpacked[:max_bytes]), True
        stream.end()
    except ZuoraError:
        return (bytes(unpacked), False) if unpacked else None
    return bytes(unpacked), False


class Gunzip:
    """Unpacks a gzip stream, at most a chunk at once, so that a decompression bomb costs no memory."""

    def __init__(self, invalid: Callable[[str], ZuoraError]) -> None:
        """``invalid`` makes the error for a stream that is broken."""
        self._invalid = invalid
        self._stream = zlib.decompressobj(_GZIP_WINDOW)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The unpacked content of the next bytes of the stream."""
        # zlib returns all output of a member before it consumes the end of the input, which is the checksum.
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
        """Refuses a stream that is incomplete."""
        if not self._stream.eof:
            raise self._broken()

    def _broken(self) -> ZuoraError:
        return self._invalid("Content-Encoding: the header says gzip, but the body is not a whole gzip stream.")
