"""The body of an upload: one CSV file, or a refusal."""

from collections.abc import AsyncGenerator, Mapping
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from mock_zuora.api.request_body import BodyLimit, body_chunks, body_of, is_gzip
from mock_zuora.api.request_context import context_of
from mock_zuora.domain import refusals
from mock_zuora.domain.assumptions.catalogue.files import FILE_LIMIT
from mock_zuora.domain.errors import quote
from mock_zuora.domain.fidelity import Deviation

MAX_FILE_BYTES: Final = max(map(int, FILE_LIMIT.choices))
"""The larger reading of 15 MB; larger files are refused while they arrive."""
MIN_FILE_LIMIT: Final = min(map(int, FILE_LIMIT.choices))
_MULTIPART_OVERHEAD: Final = 64 * 1024
"""Bytes that the boundaries and headers around a file may add to it."""


def _limit(request: Request, overhead: int = 0) -> BodyLimit:
    """The limit that every choice of the assumption ``file-limit`` sets."""
    in_force = int(context_of(request).choices.in_force(FILE_LIMIT).choice)
    return BodyLimit(MAX_FILE_BYTES + overhead, lambda: refusals.file_too_large(in_force), refusals.file_invalid)


async def uploaded_file(request: Request) -> bytes:
    """The uploaded file: the body (D), or the only file part of a multipart body (M, with a warning).

    Raises ZuoraError 71013620, 71013630, and ClientDisconnect.
    """
    context = context_of(request)
    sent = context.headers.get("content-type")
    content_type, options = parse_options_header(sent or "")
    if content_type == b"text/csv":
        _check_charset(options)
        data = await body_of(request, _limit(request))
    elif content_type == b"multipart/form-data":
        context.warn(
            Deviation.MULTIPART_UPLOAD, "The file came as multipart/form-data; the reference documents text/csv."
        )
        data = await _only_file_part(request, options.get(b"boundary", b""))
    else:
        raise refusals.file_invalid(f"Content-Type: expected text/csv, but {quote(sent) if sent else 'none'} was sent.")
    if not data:
        raise refusals.file_invalid("The file is missing or empty; expected a CSV file as the body of the request.")
    if len(data) > MIN_FILE_LIMIT and len(data) > (limit := int(context.choices.of(FILE_LIMIT))):
        raise refusals.file_too_large(limit, FILE_LIMIT)
    return data


def sent_as(headers: Mapping[str, str]) -> str:
    """How an accepted upload was sent: its content type, and whether it was gzipped."""
    content_type = headers["content-type"].partition(";")[0].strip().lower()
    return f"{content_type}, gzip" if is_gzip(headers) else content_type


def _check_charset(options: dict[bytes, bytes]) -> None:
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in ("utf-8", "utf8"):
        raise refusals.file_invalid(f"Content-Type: charset {quote(charset)} is not supported; the file must be UTF-8.")


class _FileParser(MultiPartParser):
    """Starlette's parser, which keeps a file of any permitted size in memory and notes the last boundary."""

    spool_max_size = MAX_FILE_BYTES + _MULTIPART_OVERHEAD
    has_ended = False

    def on_end(self) -> None:
        self.has_ended = True


async def _only_file_part(request: Request, boundary: bytes) -> bytes:
    if not boundary:
        raise refusals.file_invalid("Content-Type: multipart/form-data has no boundary; expected boundary=….")

    limit = _limit(request, _MULTIPART_OVERHEAD)

    async def chunks() -> AsyncGenerator[bytes, None]:
        async for chunk in body_chunks(request, limit):
            yield chunk
        # Raised inside the parser, which then closes its files.
        if not parser.has_ended:
            raise refusals.file_invalid("The multipart body ends before its last boundary.")

    headers = Headers({"Content-Type": context_of(request).headers["content-type"]})
    parser = _FileParser(headers, chunks(), max_files=1, max_fields=0)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise refusals.file_invalid(_multipart_sentence(error.message)) from None
    files = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
    if not files:
        raise refusals.file_invalid("The multipart body has no part; expected exactly one, with the file.")
    data = await files[0].read()
    await form.close()
    if len(data) > MAX_FILE_BYTES:
        raise limit.too_large()
    return data


def _multipart_sentence(message: str) -> str:
    if message.startswith("Too many files"):
        return "The multipart body has more than one part; expected exactly one, with the file."
    if message.startswith(("Too many fields", "The Content-Disposition header")):
        return "A part of the multipart body is a form field, as it has no filename; expected exactly one part, a file."
    return f"The body is not multipart/form-data with exactly one part, a file: {message}"
