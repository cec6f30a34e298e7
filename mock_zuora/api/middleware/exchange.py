"""The ASGI middleware around the emulated API: it makes a request's context, and completes and records the response."""

import asyncio
import logging
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_zuora.api.middleware.compression import compress
from mock_zuora.api.middleware.faulty_response import BROKEN, send_faulty_response
from mock_zuora.api.middleware.recording import BodyRecorder, JournalEntry
from mock_zuora.api.pipeline.authentication import TOKEN_PATH, tenant_of_token
from mock_zuora.api.pipeline.rate_limits import RATE_LIMIT_HEADER, add_rate_limit_headers
from mock_zuora.api.pipeline.request_headers import profile_of, track_id_of
from mock_zuora.api.request_context import CONTEXT_KEY, Emulator, RequestContext
from mock_zuora.api.versions import DEFAULT_VERSION
from mock_zuora.control.faults import Effect
from mock_zuora.domain.clock import SECOND, machine_time
from mock_zuora.domain.ids import Ids

LINGER_BYTES: Final = 8 * 1024 * 1024
LINGER_SECONDS: Final = 1.0
"""How much of a refused body is read after its response, and for how long, so that its client reads the response."""
_SMALL_BODY: Final = 64 * 1024

logger = logging.getLogger("mock_zuora.requests")


class ExchangeMiddleware:
    """Surrounds every request to the emulated API, whether an operation serves it or not.

    Responses are small, so each is collected, completed, recorded in the journal and only then sent: a client that has
    its response finds the request in the journal.
    """

    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator
        seed = emulator.registry.random_seed
        self._ids = Ids(None if seed is None else f"{seed}/calls")
        self._now = machine_time()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, body = self._now(), BodyRecorder(receive)
        context = self._context(scope)
        response = await self._response(context, scope, body)
        effect = context.fault.plan.effect if context.fault else Effect.NONE
        if context.is_disconnected or effect in BROKEN:
            self._record(context, body, None, started)
        else:
            self._record(context, body, response, started)
        _complete(context, response)
        if effect in BROKEN:
            await send_faulty_response(response, effect, scope, body, send)
        elif not context.is_disconnected:
            await _send(context, response, body, send)

    def _context(self, scope: Scope) -> RequestContext:
        context = RequestContext(
            emulator=self._emulator,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            peer=scope["client"][0] if scope.get("client") else "",
            request_id=self._ids.uuid(),
            profile=self._emulator.versions[DEFAULT_VERSION],
        )
        # Every response needs these, also that of a request which is refused at once.
        context.track_id = track_id_of(context)
        if context.path != TOKEN_PATH:
            context.token_tenant = tenant_of_token(context)
        context.profile = profile_of(context)
        return context

    async def _response(self, context: RequestContext, scope: Scope, receive: Receive) -> Response:
        scope.setdefault("state", {})[CONTEXT_KEY] = context
        collected = _CollectedResponse()
        try:
            await self._app(scope, receive, collected.send)
        except Exception:
            # Starlette raises an exception once more after its handler has logged it and responded.
            if not collected.is_complete:
                raise
        finally:
            # An open connection keeps its last scope, which must not keep a tenant that is reset meanwhile.
            del scope["state"][CONTEXT_KEY]
        return collected.response()

    def _record(self, context: RequestContext, recorder: BodyRecorder, response: Response | None, started: int) -> None:
        duration = (self._now() - started) / SECOND
        tenant = context.tenant
        # A tenant that was dropped meanwhile has no journal any more.
        if tenant.name in self._emulator.registry.tenants:
            entry = JournalEntry(context, recorder, response, at=tenant.clock.now(), duration=duration)
            self._emulator.instrumentation.of(tenant.name).journal.add(entry)
        logger.info(
            "%s %s %s %.3f s [tenant %s, request %s]",
            context.method, context.path, response.status_code if response else "no response", duration, tenant.name,
            context.request_id,
        )  # fmt: skip


class _CollectedResponse:
    """Collects what an app sends."""

    def __init__(self) -> None:
        self.is_complete = False
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message["headers"])
        else:
            self._body += message.get("body", b"")
            self.is_complete = not message.get("more_body", False)

    def response(self) -> Response:
        response = Response(self._body, self._status)
        response.raw_headers = self._headers
        return response


def _complete(context: RequestContext, response: Response) -> None:
    """Adds the headers of every response, and compresses the body."""
    if context.path != TOKEN_PATH and RATE_LIMIT_HEADER not in context.response_headers:
        add_rate_limit_headers(context)
    added = {b"zuora-request-id": context.request_id}
    if context.track_id is not None:
        added[b"zuora-track-id"] = context.track_id
    for name, value in context.response_headers.items():
        added[name.lower().encode()] = value
    kept = [each for each in response.raw_headers if each[0] not in added]
    response.raw_headers = kept + [(name, value.encode("latin-1")) for name, value in added.items()]
    compress(response, context.headers.get("accept-encoding", ""))


async def _send(context: RequestContext, response: Response, body: BodyRecorder, send: Send) -> None:
    lingers = _has_unread_body(context, body)
    if lingers:
        response.headers["Connection"] = "close"
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": bytes(response.body), "more_body": lingers})
    if lingers:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                await body.discard(LINGER_BYTES)
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _has_unread_body(context: RequestContext, body: BodyRecorder) -> bool:
    """Whether the client may still be sending a body of more than a few packets."""
    if body.has_ended:
        return False
    length = context.headers.get("content-length", "0")
    return "transfer-encoding" in context.headers or not length.isdecimal() or int(length[:20]) > _SMALL_BODY
