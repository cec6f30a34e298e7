"""The one ASGI wrapper around the emulated API: the steps of every call, in order, each a function in its own file."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_zuora.api.dispatch import Dispatcher
from mock_zuora.api.errors import Refusal, crashed, respond
from mock_zuora.api.middleware.compression import compress
from mock_zuora.api.middleware.recording import BodyRecorder, JournalEntry
from mock_zuora.api.pipeline.authentication import TOKEN_PATH, caller_of, tenant_of
from mock_zuora.api.pipeline.faults import TRANSPORT_KEY, delay, refusal_of, send_faulty_response
from mock_zuora.api.pipeline.headers import (
    check_entities,
    check_track_id,
    count_request,
    show_rate_limit_status,
    take_track_id,
)
from mock_zuora.api.pipeline.idempotency import answer_once
from mock_zuora.api.request_body import ClientDisconnected, discard
from mock_zuora.api.request_context import SCOPE_KEY, Call
from mock_zuora.api.versions import DEFAULT_VERSION, VersionProfile
from mock_zuora.control.faults import Effect
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.domain.clock import SECOND, machine_time
from mock_zuora.domain.errors import ZuoraError, quote
from mock_zuora.domain.fidelity import Deviation
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.job_runner import JobRunner
from mock_zuora.domain.tenants.registry import TenantRegistry

LINGER_BYTES: Final = 8 * 1024 * 1024
LINGER_SECONDS: Final = 1.0
"""How much of a refused body is still taken, and for how long, so that its client comes to read why it was refused."""
_SMALL_BODY: Final = 64 * 1024

logger = logging.getLogger("mock_zuora.calls")


class Edge:
    """Takes a call, finds out whose it is, lets the app answer, and completes the answer."""

    def __init__(
        self,
        app: ASGIApp,
        dispatcher: Dispatcher,
        registry: TenantRegistry,
        runner: JobRunner,
        instrumentation: InstrumentationRegistry,
        versions: Mapping[str, VersionProfile],
        operation_of: Callable[[str, str], str | None],
    ) -> None:
        self._app = app
        self._dispatcher = dispatcher
        self._benches = instrumentation
        self._operation_of = operation_of
        self._world = registry
        self._runner = runner
        self._versions = versions
        self._ids = Ids(None if registry.random_seed is None else f"{registry.random_seed}/calls")
        self._now = machine_time()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = self._now()
        recorder = BodyRecorder(receive)
        call = self._call_of(scope, recorder)
        try:
            response = await self._answer(call, scope)
        except ClientDisconnected:
            self._record(call, recorder, None, b"", began)
            return
        body = bytes(response.body)
        self._complete(call, response)
        effect = call.fault.effect if call.fault else Effect.NONE
        if effect in (Effect.RESET, Effect.TRUNCATE, Effect.STALL):
            self._record(call, recorder, None, b"", began)
            await send_faulty_response(call, response, effect, send, scope.get(TRANSPORT_KEY))
        else:
            # Recorded first: whoever has the answer finds the call in the journal.
            self._record(call, recorder, response, body, began)
            await _send(call, response, send)

    def _record(self, call: Call, recorder: BodyRecorder, response: Response | None, body: bytes, began: int) -> None:
        duration = (self._now() - began) / SECOND
        tenant = call.tenant
        if tenant.name in self._world.tenants:
            # A tenant that was dropped meanwhile has no journal any more.
            recorded = JournalEntry(call, recorder, response, body, at=tenant.clock.now(), duration=duration)
            self._benches.of(tenant.name).journal.add(recorded)
        logger.info(
            "%s %s %s %.3f s [tenant %s, request %s]",
            call.method, call.path, response.status_code if response else "no answer", duration, tenant.name,
            call.request_id,
        )  # fmt: skip

    def _call_of(self, scope: Scope, receive: Receive) -> Call:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return Call(
            registry=self._world,
            runner=self._runner,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            receive=receive,
            peer=scope["client"][0] if scope.get("client") else "",
            request_id=self._ids.uuid(),
            profile=self._versions[DEFAULT_VERSION],
        )

    async def _answer(self, call: Call, scope: Scope) -> Response:
        # First what every answer needs, also that to a call which is refused: its track id and its shape.
        take_track_id(call)
        is_token_call = call.path == TOKEN_PATH
        if not is_token_call:
            call.known_tenant = tenant_of(call)
        call.profile = self._profile_of(call)
        try:
            if is_token_call:
                return await self._answer_token_call(call, scope)
            self._admit(call)
            self._runner.touch(call.tenant)
            await self._strike(call)
            return await answer_once(call, lambda: self._run(call, scope))
        except (ZuoraError, Refusal) as error:
            return respond(call, error)

    async def _answer_token_call(self, call: Call, scope: Scope) -> Response:
        check_track_id(call)
        # Whose call it is shows only when it has been answered.
        response = await self._run(call, scope)
        await self._strike(call)
        return response

    def _admit(self, call: Call) -> None:
        """Finds out who is calling, and checks what every call must keep. Raises ZuoraError, Refusal."""
        try:
            call.known_caller = caller_of(call)
        except ZuoraError:
            show_rate_limit_status(call)
            raise
        count_request(call)
        self._check_version(call)
        check_track_id(call)
        check_entities(call)

    async def _strike(self, call: Call) -> None:
        """Lets a fault hit the call, if one does. Raises Refusal for one that is a status."""
        faults = self._benches.of(call.tenant.name).faults
        call.fault = faults.strike(call.method, call.path, lambda: self._operation_of(call.method, call.path))
        if call.fault is not None:
            await delay(call.fault)
            if call.fault.effect is Effect.STATUS:
                raise refusal_of(call.fault)

    def _profile_of(self, call: Call) -> VersionProfile:
        return self._versions.get(_version_of(call), self._versions[DEFAULT_VERSION])

    def _check_version(self, call: Call) -> None:
        said = _version_of(call)
        if said not in self._versions:
            call.deviates(
                Deviation.UNLISTED_VERSION,
                f"Zuora-Version {quote(said)} is not a listed version; the call was processed as {DEFAULT_VERSION}.",
            )

    async def _run(self, call: Call, scope: Scope) -> Response:
        scope[SCOPE_KEY] = call
        short = self._dispatcher.find(call.method, call.path)
        try:
            if short is not None:
                route, path_parameters = short
                return await route.answer(Request(scope, call.receive), path_parameters)
            taken = _Taken()
            await self._app(scope, call.receive, taken.send)
            return taken.response()
        except ClientDisconnected:
            raise
        except (ZuoraError, Refusal) as error:
            return respond(call, error)
        except Exception as error:  # the one place: whatever goes wrong below is answered, and logged
            return crashed(call, error)
        finally:
            # A kept connection keeps its last scope, which must not keep a tenant that is reset meanwhile.
            del scope[SCOPE_KEY]

    def _complete(self, call: Call, response: Response) -> None:
        added = {b"zuora-request-id": call.request_id}
        if call.track_id is not None:
            added[b"zuora-track-id"] = call.track_id
        for name, value in call.response_headers.items():
            added[name.lower().encode()] = value
        kept = [each for each in response.raw_headers if each[0] not in added]
        # In place: the response may have been asked for its headers before, and then they show this list.
        response.raw_headers[:] = kept + [(name, value.encode("latin-1")) for name, value in added.items()]
        compress(response, call.headers.get("accept-encoding", ""))


def _version_of(call: Call) -> str:
    """The header beats the tenant's own version, which beats the default (D)."""
    said = call.headers.get("zuora-version")
    return call.tenant.settings.version or DEFAULT_VERSION if said is None else said


class _Taken:
    """Takes what the app sends, whole: answers here are small, and are completed before they go out."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message["headers"])
        else:
            self._body += message.get("body", b"")

    def response(self) -> Response:
        response = Response(self._body, self._status)
        response.raw_headers = self._headers
        return response


async def _send(call: Call, response: Response, send: Send) -> None:
    lingers = _has_unread_body(call)
    if lingers:
        response.headers["Connection"] = "close"
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": bytes(response.body), "more_body": lingers})
    if lingers:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                await discard(call, LINGER_BYTES)
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _has_unread_body(call: Call) -> bool:
    """Whether the client may still be sending a body that is not worth reading to its end."""
    if call.body_ended:
        return False
    length = call.headers.get("content-length", "0")
    return "transfer-encoding" in call.headers or not length.isdecimal() or int(length[:20]) > _SMALL_BODY
