"""The ASGI middleware around the emulated API: it makes a request's context, and completes and records the response."""

import logging

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_zuora.api.errors import REASON_HEADER
from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.api.middleware.compression import compress
from mock_zuora.api.middleware.faulty_response import BROKEN, send_faulty_response
from mock_zuora.api.middleware.recording import BodyRecorder, JournalEntry
from mock_zuora.api.pipeline.authentication import TOKEN_PATH, bearer_token
from mock_zuora.api.pipeline.rate_limits import RATE_LIMIT_HEADER, add_rate_limit_headers
from mock_zuora.api.pipeline.request_headers import set_version, track_id_of
from mock_zuora.api.request_context import CONTEXT_KEY, Emulator, RequestContext
from mock_zuora.control.faults import Effect
from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.errors import one_line
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.machine_clock import machine_time

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
        # The suffix is kept from the first version, so that ids of a seed stay the same between versions.
        self._ids = Ids(None if seed is None else f"{seed}/calls")
        self._now = machine_time()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, body = self._now(), BodyRecorder(receive)
        context = self._context(scope)
        response = await self._response(context, scope, body)
        if not context.is_disconnected:
            await body.read_unread(context.headers)
        effect = context.fault.effect if context.fault else Effect.NONE
        is_received = not context.is_disconnected and effect not in BROKEN
        _add_headers(context, response)
        plain = response.body
        compress(response, context.headers.get("accept-encoding", ""))
        self._record(context, body, response if is_received else None, plain, started)
        if effect in BROKEN:
            await send_faulty_response(response, effect, scope, body, send)
        elif not context.is_disconnected:
            await response.send_start(send)
            await send({"type": "http.response.body", "body": response.body})

    def _context(self, scope: Scope) -> RequestContext:
        context = RequestContext(
            emulator=self._emulator,
            registry=self._emulator.registry,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            peer=scope["client"][0] if scope.get("client") else "",
            request_id=self._ids.uuid(),
        )
        # Every response needs these, also that of a request which is refused at once.
        context.track_id = track_id_of(context)
        if context.path != TOKEN_PATH:
            context.access_token = bearer_token(context.headers.get("authorization", ""))
            context.token_tenant = context.registry.tenant_of(context.access_token)
        set_version(context)
        return context

    async def _response(self, context: RequestContext, scope: Scope, receive: Receive) -> CollectedResponse:
        scope.setdefault("state", {})[CONTEXT_KEY] = context
        response = CollectedResponse()
        try:
            await self._app(scope, receive, response.collect)
        except Exception:
            # Starlette raises an exception once more after its handler has logged it and responded.
            if not response.is_complete:
                raise
        finally:
            # An open connection keeps its last scope, which must not keep a tenant that is reset meanwhile.
            del scope["state"][CONTEXT_KEY]
        return response

    def _record(
        self,
        context: RequestContext,
        recorder: BodyRecorder,
        response: CollectedResponse | None,
        plain: bytes,
        started: int,
    ) -> None:
        """Records a request, with its response if the client receives it; ``plain`` is the body before compression."""
        duration = (self._now() - started) / SECOND
        tenant = context.tenant
        # A tenant that was dropped meanwhile has no journal any more.
        if tenant.name in self._emulator.registry.tenants:
            instruments = self._emulator.instrumentation.of(tenant.name)
            token = None if context.access_token is None else instruments.token_aliases.of(context.access_token)
            instruments.journal.add(JournalEntry(context, tenant, recorder, response, plain, duration, token))
        if not logger.isEnabledFor(logging.INFO):
            return
        logger.info(
            "%s %s %.3f s [tenant %s, request %s]%s%s",
            context.request_line, response.status if response else "no response", duration, tenant.name,
            context.request_id, f" {context.refusal}" if context.refusal else "",
            f" [{context.reason}]" if context.reason and context.reason not in context.refusal else "",
        )  # fmt: skip


def _add_headers(context: RequestContext, response: CollectedResponse) -> None:
    """Adds the headers of every response."""
    if context.path != TOKEN_PATH and RATE_LIMIT_HEADER not in context.response_headers:
        add_rate_limit_headers(context)
    added = {b"zuora-request-id": context.request_id.encode()}
    if context.track_id is not None:
        added[b"zuora-track-id"] = context.track_id.encode()
    if context.reason:
        added[REASON_HEADER.lower().encode()] = one_line(context.reason).encode("ascii", "backslashreplace")
    for name, value in context.response_headers.items():
        added[name.lower().encode()] = value.encode("latin-1")
    for name in context.fault.headers if context.fault else ():
        added.pop(name.lower().encode(), None)
    response.set_headers(added)
