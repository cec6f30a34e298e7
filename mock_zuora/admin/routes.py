"""The control API over HTTP, with its document and its page."""

import asyncio
import json
import logging
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import cache
from typing import Any, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from mock_zuora import __version__
from mock_zuora.admin.disconnect import unless_disconnected
from mock_zuora.admin.document import openapi_document
from mock_zuora.admin.health import READING, not_routed_response
from mock_zuora.admin.json_values import json_value
from mock_zuora.admin.page import page_of
from mock_zuora.config.address import CA_PATH
from mock_zuora.control.changes import ChangeFeeds
from mock_zuora.control.context import Control
from mock_zuora.control.documents import document_json, with_url
from mock_zuora.control.errors import ControlError, Invalid, Unknown
from mock_zuora.control.paths import CONTROL_PREFIX, match_whole_paths
from mock_zuora.control.pauses import let_others_run
from mock_zuora.control.pieces import Pieces
from mock_zuora.control.services import OPERATIONS, ControlOperation, run_operation
from mock_zuora.domain.errors import quote
from mock_zuora.domain.text import is_utf8, undecodable

logger = logging.getLogger("mock_zuora.control")
MAX_BODY_BYTES: Final = 512 * 1024 * 1024
"""Maximum size of the body of an operation with a document, such as the import of a state."""
MAX_SHORT_BODY_BYTES: Final = 64 * 1024
"""Maximum size of other bodies."""
_WITH_DOCUMENT: Final = ("import_state", "seed", "define", "add_records")
_OF_EVERY_TEST: Final = ("tenants.add", "tenants.drop", "token")
_FREED_PER_STEP: Final = 2_000
_DECODED_PER_STEP: Final = 1_000_000
_LONG_BODY: Final = 256 * 1024
"""Bytes. Longer ones are parsed in a thread, while other requests are served."""
POSTMAN_PATH: Final = "/__mock/postman.json"
_PAGE_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def build_control_api(
    control: Control, feeds: ChangeFeeds, collection: Callable[[], str], ca_pem: bytes | None = None
) -> FastAPI:
    """The app of the control API.

    ``collection`` returns the Postman collection of the emulated API, ``ca_pem`` is the CA certificate that the server
    made, if any.
    """
    app = FastAPI(title="mock_zuora: control API", version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.redact = control.registry.secrets.redact
    for each in OPERATIONS.values():
        app.add_api_route(CONTROL_PREFIX + each.path, _endpoint(control, each), methods=[each.method], name=each.name)
    _add_feed(app, control, feeds)
    _add_documents(app, collection)
    _add_ca_certificate(app, ca_pem)
    # Routes are matched in order, and nearly every test creates and drops a tenant, and requests tokens for it.
    app.router.routes.sort(key=lambda route: getattr(route, "name", "") not in _OF_EVERY_TEST)
    match_whole_paths(app.routes)
    app.add_exception_handler(ControlError, _control_error_response)
    app.add_exception_handler(HTTPException, not_routed_response)
    app.add_exception_handler(ClientDisconnect, _unread_response)
    app.add_exception_handler(Exception, _crash_response)
    return app


def _add_feed(app: FastAPI, control: Control, feeds: ChangeFeeds) -> None:
    @app.get(CONTROL_PREFIX + "/changes", include_in_schema=False)
    async def changes(request: Request) -> Response:
        """Sends an event after each change, until the client disconnects or the server stops."""
        if not control.runner.is_ready:
            return _not_ready_response()
        _check_url(request)
        events = feeds.open(request.query_params.get("tenant"))
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _add_documents(app: FastAPI, collection: Callable[[], str]) -> None:
    @cache
    def document() -> dict[str, Any]:
        return openapi_document(app)

    @cache
    def document_text() -> str:
        return document_json(document())

    async def with_own_url(request: Request, make: Callable[[], str]) -> Response:
        # In a thread, because making a document takes a tenth of a second.
        text = await asyncio.to_thread(make)
        text = with_url(text, request.url.scheme, request.headers.get("host"))
        return Response(text, media_type="application/json")

    @app.api_route("/__mock/openapi.json", methods=READING, include_in_schema=False)
    async def openapi(request: Request) -> Response:
        """Returns the OpenAPI document of the control API."""
        return await with_own_url(request, document_text)

    @app.api_route(POSTMAN_PATH, methods=READING, include_in_schema=False)
    async def postman(request: Request) -> Response:
        """Returns the emulated API as a Postman collection."""
        return await with_own_url(request, collection)

    @app.api_route("/__mock/docs", methods=READING, include_in_schema=False)
    async def docs() -> Response:
        """Returns the document as a page that loads nothing else."""
        return HTMLResponse(page_of(await asyncio.to_thread(document)), headers=_PAGE_HEADERS)


def _add_ca_certificate(app: FastAPI, ca_pem: bytes | None) -> None:
    @app.api_route(CA_PATH, methods=READING, include_in_schema=False)
    async def ca_certificate() -> Response:
        """Returns the CA certificate as PEM, so that clients can trust the server."""
        if ca_pem is None:
            raise Unknown(f"{CA_PATH}: the server has made no CA certificate, because it was started without --tls")
        return Response(ca_pem, media_type="application/x-pem-file")


def _endpoint(control: Control, operation: ControlOperation) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def respond(request: Request) -> Response:
        if not control.runner.is_ready:
            return _not_ready_response()
        tenant, values = await _read(
            request, MAX_BODY_BYTES if operation.name in _WITH_DOCUMENT else MAX_SHORT_BODY_BYTES
        )
        running = run_operation(control, operation, tenant, values)
        try:
            result = await (unless_disconnected(request.receive, running) if operation.waits else running)
        finally:
            await _free_records(values.get("objects"))
        if isinstance(result, Pieces):
            return StreamingResponse(_paced(result), media_type="application/json")
        return Response(status_code=204) if operation.response_type is None else JSONResponse(result)

    return respond


async def _free_records(objects: object) -> None:
    """Frees the records of an imported state in steps, because freeing them at once would delay other requests."""
    for each in objects if isinstance(objects, list) else ():
        records = each.get("records") if isinstance(each, dict) else None
        while records and isinstance(records, list):
            del records[-_FREED_PER_STEP:]
            await let_others_run()


async def _paced(pieces: Pieces) -> AsyncIterator[str]:
    """The pieces of a long document; other requests are served between them."""
    for piece in pieces.text:
        yield piece
        await let_others_run()


async def _read(request: Request, max_bytes: int) -> tuple[str | None, dict[str, Any]]:
    """The tenant, and the values from the query, the body and the path. Raises Invalid."""
    _check_url(request)
    query = request.query_params
    lists = {name: query.getlist(name) for name in query}
    values: dict[str, Any] = {name: each[0] if len(each) == 1 else each for name, each in lists.items()}
    tenant = values.pop("tenant", None)
    if isinstance(tenant, list):
        raise Invalid("tenant: expected one tenant, but the query names several")
    body = await _body_of(request, max_bytes)
    is_long = len(body) > _LONG_BODY
    document = await asyncio.to_thread(_object_of, body) if is_long else _object_of(body)
    return tenant, values | document | request.path_params


def _check_url(request: Request) -> None:
    if not is_utf8(request.scope.get("raw_path", b"")):
        raise Invalid(f"path: {quote(request.scope['path'])} contains bytes that are not UTF-8")
    if (name := undecodable(request.scope["query_string"])) is not None:
        raise Invalid(f"{name}: contains bytes that are not UTF-8")


async def _body_of(request: Request, max_bytes: int) -> bytearray:
    """The body, as it was collected: a long one is not copied. Raises Invalid, and ClientDisconnect."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise Invalid(f"body: expected at most {max_bytes} bytes")
    return body


def _object_of(body: bytearray) -> dict[str, Any]:
    if not body or body.isspace():
        return {}
    try:
        text = _decoded(body)
    except ValueError as error:
        raise Invalid(f"body: is not JSON: {error}") from None
    document = json_value("body", text)
    if not isinstance(document, dict):
        raise Invalid("body: expected a JSON object")
    return document


def _decoded(body: bytearray) -> str:
    """The text of a body, decoded in steps: decoding a long one at once delays other threads. Raises ValueError."""
    encoding = json.detect_encoding(body)
    decoder, text = getincrementaldecoder(encoding)(), ""
    try:
        for start in range(0, len(body), _DECODED_PER_STEP):
            # Python appends in place to a text that nothing else refers to.
            text += decoder.decode(body[start : start + _DECODED_PER_STEP])
        return text + decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # Raises the same error, but counts from the beginning of the body.
        return body.decode(encoding)


def _not_ready_response() -> Response:
    sentence = "The server is still seeding. GET /__mock/readyz responds with 200 when it is ready."
    return JSONResponse({"error": sentence, "kind": "refused"}, 503, {"Retry-After": "1"})


async def _control_error_response(request: Request, error: Exception) -> Response:
    if not isinstance(error, ControlError):
        raise error
    body: dict[str, object] = {"error": request.app.state.redact(str(error)), "kind": error.kind}
    if error.position is not None:
        body["position"] = error.position
    return JSONResponse(body, error.status)


async def _unread_response(request: Request, error: Exception) -> Response:
    """For a client that went away while it sent the body, and so reads no response."""
    return Response(status_code=400)


async def _crash_response(request: Request, error: Exception) -> Response:
    logger.error(
        "%s crashed", request.app.state.redact(f"{request.method} {quote(request.scope['path'])}"), exc_info=error
    )
    return JSONResponse({"error": "The mock server has a bug; its log has the details.", "kind": "bug"}, 500)
