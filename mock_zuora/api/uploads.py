"""The request of an upload: its stream becomes the bytes of one CSV file, or is refused."""

from collections.abc import AsyncIterator
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mock_zuora.api.call import Call
from mock_zuora.api.payload import Bound, body_of, chunks_of
from mock_zuora.core import errors
from mock_zuora.core.csv_upload import LARGEST_FILE
from mock_zuora.core.errors import ZuoraError, show
from mock_zuora.core.fidelity import Deviation

_MULTIPART_FRAME: Final = 64 * 1024
"""What the boundaries and headers around a file may take beyond the file."""


def _too_large() -> ZuoraError:
    return errors.file_too_large(LARGEST_FILE)


async def file_of(call: Call) -> bytes:
    """The file that a call uploads: its body (D), or the one file part of a multipart body (M, reported).

    Raises ZuoraError 71013620, 71013630, and ClientLeft.
    """
    content_type, options = parse_options_header(call.headers.get("content-type", ""))
    if content_type == b"text/csv":
        _check_charset(options)
        data = await body_of(call, Bound(LARGEST_FILE, _too_large, errors.file_invalid))
    elif content_type == b"multipart/form-data":
        call.deviates(Deviation.MULTIPART_UPLOAD, "The file came as multipart/form-data; the reference takes text/csv.")
        data = await _file_part(call, options.get(b"boundary", b""))
    else:
        said = call.headers.get("content-type")
        raise errors.file_invalid(f"Content-Type: expected text/csv, but {show(said) if said else 'none'} was sent.")
    if not data:
        raise errors.file_invalid("The file is missing or empty; expected a CSV file as the body of the request.")
    return data


def _check_charset(options: dict[bytes, bytes]) -> None:
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in ("utf-8", "utf8"):
        raise errors.file_invalid(f"Content-Type: charset {show(charset)} is not supported; the file must be UTF-8.")


async def _file_part(call: Call, boundary: bytes) -> bytes:
    part = _OnePart()
    try:
        parser = MultipartParser(boundary, part.callbacks())  # type: ignore[arg-type]
        bound = Bound(LARGEST_FILE + _MULTIPART_FRAME, _too_large, errors.file_invalid)
        async for chunk in _guarded(chunks_of(call, bound), part):
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise errors.file_invalid(f"The body is not multipart/form-data: {show(str(error))}.") from None
    if part.count != 1 or not part.ended:
        raise errors.file_invalid(f"The multipart body has {part.count} parts; expected exactly one, with the file.")
    if len(part.data) > LARGEST_FILE:
        raise _too_large()
    return bytes(part.data)


async def _guarded(chunks: AsyncIterator[bytes], part: "_OnePart") -> AsyncIterator[bytes]:
    async for chunk in chunks:
        if part.count > 1:
            return
        yield chunk


class _OnePart:
    """Collects the data of the parts, and counts them: more than one is refused afterwards."""

    def __init__(self) -> None:
        self.count = 0
        self.ended = False
        self.data = bytearray()

    def callbacks(self) -> dict[str, object]:
        return {"on_part_begin": self._begin, "on_part_data": self._take, "on_end": self._end}

    def _begin(self) -> None:
        self.count += 1

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self.count == 1:
            self.data += data[start:end]

    def _end(self) -> None:
        self.ended = True
