"""Idempotency-Key on POST and PATCH: the first result is kept for a day and given again (D)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from mock_zuora.api.errors import key_still_running, key_used_for_another_call
from mock_zuora.api.request_context import Call
from mock_zuora.domain import refusals
from mock_zuora.domain.access.idempotency_keys import KEY_RETENTION, MAX_KEY_LENGTH, IdempotencyRecord, KeyScope
from mock_zuora.domain.errors import quote
from mock_zuora.domain.fidelity import Deviation

METHODS: Final = ("POST", "PATCH")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of a first result, before compression: all that its handler said.

    What the edge adds belongs to one call and is fresh in a replay: the track id that this call sent, where its tenant
    stands now, and its own Zuora-Request-Id, the identifier of "the API call" (D; the other reading, that this header
    is kept as well, would give two calls one identifier).
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


async def answer_once(call: Call, run: Callable[[], Awaitable[Response]]) -> Response:
    """The call's response; for a key that was used before, the first one again.

    Raises ZuoraError 71013020 for a key that is too long, Refusal 409 while the first call runs, 422 if the key belongs
    to another tenant, URL or method. A call that ends without a response leaves its key free.
    """
    key = call.headers.get("idempotency-key")
    if key is None:
        return await run()
    if call.method not in METHODS:
        call.deviates(Deviation.IDEMPOTENCY_KEY_IGNORED, f"Idempotency-Key is ignored on {call.method}.")
        return await run()
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise refusals.request_invalid(
            f"Idempotency-Key: {quote(key)} has {len(key)} characters; expected 1 to {MAX_KEY_LENGTH}."
        )
    # A header has no line feeds, so the keys of a tenant apart are never those of another.
    place = f"{call.tenant.name}\n{key}" if call.tenant.is_isolated else key
    replay = _take(call, place, key)
    if replay.response is not None:
        return _again(replay.response)
    try:
        response = await run()
    except BaseException:
        if _is_held(call, place, replay):
            call.registry.idempotency_records.drop(place)
        raise
    if _is_held(call, place, replay):
        kept = Answer(response.status_code, tuple(response.raw_headers), bytes(response.body))
        call.registry.idempotency_records.put(place, IdempotencyRecord(replay.scope, replay.expires_at, kept))
    return response


def _is_held(call: Call, place: str, replay: IdempotencyRecord) -> bool:
    """Whether the key is still this call's: a reset of its tenant forgets it, and another call may have it then."""
    return call.registry.idempotency_records.get(place) is replay


def _take(call: Call, place: str, key: str) -> IdempotencyRecord:
    idempotency_records, now = call.registry.idempotency_records, call.tenant.clock.now()
    known = idempotency_records.get(place)
    if known is not None and _has_expired(call, known):
        idempotency_records.drop(place)
    url = f"{call.path}?{call.query}" if call.query else call.path
    mine = IdempotencyRecord(KeyScope(call.tenant.name, call.method, url), now + KEY_RETENTION)
    held = idempotency_records.claim(place, mine)
    if held is not mine:
        if held.scope != mine.scope:
            raise key_used_for_another_call(key)
        if held.response is None:
            raise key_still_running(key)
    return held


def _has_expired(call: Call, replay: IdempotencyRecord) -> bool:
    owner = call.registry.tenants.get(replay.scope.tenant)
    return owner is None or owner.clock.now() >= replay.expires_at


def _again(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = list(answer.headers)
    return response
