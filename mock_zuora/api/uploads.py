"""The request of an upload: its stream becomes the bytes of one CSV file, or is refused."""

from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mock_zuora.api.request_body import Bound, body_of, chunks_of
from mock_zuora.api.request_context import Call
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import ZuoraError, quote
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.jobs.csv_file import MAX_FILE_BYTES

_MULTIPART_FRAME: Final = 64 * 1024
"""What the boundaries and headers around a file may take beyond the file."""


def _too_large() -> ZuoraError:
    return refusals.file_too_large(MAX_FILE_BYTES)


async def file_of(call: Call) -> bytes:
    """The file that a call uploads: its body (D), or the one file part of a multipart body (M, reported).

    Raises ZuoraError 71013620, 71013630, and ClientLeft.
    """
    content_type, options = parse_options_header(call.headers.get("content-type", ""))
    if content_type == b"text/csv":
        _check_charset(options)
        data = await body_of(call, Bound(MAX_FILE_BYTES, _too_large, refusals.file_invalid))
    elif content_type == b"multipart/form-data":
        call.deviates(Deviation.MULTIPART_UPLOAD, "The file came as multipart/form-data; the reference takes text/csv.")
        data = await _file_part(call, options.get(b"boundary", b""))
    else:
        said = call.headers.get("content-type")
        raise refusals.file_invalid(f"Content-Type: expected text/csv, but {quote(said) if said else 'none'} was sent.")
    if not data:
        raise refusals.file_invalid("The file is missing or empty; expected a CSV file as the body of the request.")
    return data


def _check_charset(options: dict[bytes, bytes]) -> None:
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in ("utf-8", "utf8"):
        raise refusals.file_invalid(f"Content-Type: charset {quote(charset)} is not supported; the file must be UTF-8.")


async def _file_part(call: Call, boundary: bytes) -> bytes:
    if not boundary:
        raise refusals.file_invalid("Content-Type: multipart/form-data came without a boundary.")
    part = _OnePart()
    try:
        parser = MultipartParser(boundary, part.callbacks())  # type: ignore[arg-type]
        bound = Bound(MAX_FILE_BYTES + _MULTIPART_FRAME, _too_large, refusals.file_invalid)
        async for chunk in chunks_of(call, bound):
            parser.write(chunk)
            part.check()
        parser.finalize()
    except FormParserError as error:
        raise refusals.file_invalid(f"The body is not multipart/form-data: {quote(str(error))}.") from None
    return part.file()


class _OnePart:
    """Collects the data of the one part, which must be a file. Anything else is refused as soon as it shows."""

    def __init__(self) -> None:
        self._count = 0
        self._header = bytearray()
        self._value = bytearray()
        self._is_file = False
        self._is_headed = False
        self._has_ended = False
        self._data = bytearray()

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._take_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._take,
            "on_end": self._end,
        }

    def check(self) -> None:
        """Raises ZuoraError 71013620 for a second part, and for a form field; 71013630 for a file that is too large."""
        if self._count > 1:
            raise refusals.file_invalid(
                "The multipart body has more than one part; expected exactly one, with the file."
            )
        if self._is_headed and not self._is_file:
            raise refusals.file_invalid(
                "The part of the multipart body is a form field, as it has no filename; expected a file."
            )
        if len(self._data) > MAX_FILE_BYTES:
            raise _too_large()

    def file(self) -> bytes:
        """The data of the part, once the body has ended. Raises ZuoraError 71013620 if it was not whole."""
        if not self._has_ended:
            raise refusals.file_invalid("The multipart body ends before its last boundary.")
        if self._count == 0:
            raise refusals.file_invalid("The multipart body has no part; expected exactly one, with the file.")
        return bytes(self._data)

    def _begin(self) -> None:
        self._count += 1

    def _take_header(self) -> None:
        if self._count == 1 and self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value.decode("latin-1"))
            self._is_file = b"filename" in options
        self._header.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        self._is_headed = True

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._count == 1 and self._is_file:
            self._data += data[start:end]

    def _end(self) -> None:
        self._has_ended = True
