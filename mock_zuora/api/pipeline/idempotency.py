"""Idempotency-Key on POST and PATCH: ignored, or by assumption honoured: the first response is kept for a day (D)."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import Response

from mock_zuora.api.errors import REFUSALS, key_belongs_to_another_request, key_in_use, refusal_response
from mock_zuora.api.request_context import RequestContext
from mock_zuora.domain import refusals
from mock_zuora.domain.access.idempotency_keys import (
    KEY_RETENTION,
    MAX_KEY_LENGTH,
    IdempotencyRecord,
    KeyScope,
    StoredResponse,
)
from mock_zuora.domain.assumptions.catalogue.requests import IDEMPOTENCY_KEY
from mock_zuora.domain.errors import quote
from mock_zuora.domain.fidelity import Deviation

METHODS: Final = ("POST", "PATCH")


async def respond_once(context: RequestContext, run: Callable[[], Awaitable[Response]]) -> Response:
    """Runs the operation, or returns the first response again if the key was used before.

    Raises ZuoraError 71013020 for a key that is too long; HttpRefusal 409 while the first request runs, and 422 if the
    key belongs to another tenant, URL or method. A request that ends without a response leaves its key free.
    """
    key = context.headers.get("idempotency-key")
    if key is None:
        return await run()
    if context.method not in METHODS:
        context.warn(Deviation.IDEMPOTENCY_KEY_IGNORED, f"Idempotency-Key is ignored on {context.method}.")
        return await run()
    choice = context.choices.of(IDEMPOTENCY_KEY)
    if choice == "ignored":
        context.warn(
            Deviation.IDEMPOTENCY_KEY_IGNORED,
            "Idempotency-Key is ignored: since 2024-05-30 these operations do not support it.",
        )
        return await run()
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        context.reason = context.choices.reason(IDEMPOTENCY_KEY)
        raise refusals.request_invalid(
            f"Idempotency-Key: {quote(key)} has {len(key)} characters; expected 1 to {MAX_KEY_LENGTH}."
        )
    # A header has no line feeds, so the keys of an isolated tenant never equal those of another tenant.
    stored_key = f"{context.tenant.name}\n{key}" if context.tenant.is_isolated else key
    record = _claim(context, stored_key, key)
    if record.response is not None:
        return _replayed(context, record.response, is_conflict=choice == "conflict")
    return await _run_and_store(context, stored_key, record, run)


async def _run_and_store(
    context: RequestContext, stored_key: str, record: IdempotencyRecord, run: Callable[[], Awaitable[Response]]
) -> Response:
    records = context.registry.idempotency_records
    try:
        response = await _response_or_refusal(context, run)
    except BaseException:
        if records.get(stored_key) is record:
            records.drop(stored_key)
        raise
    # A reset of the tenant forgets its keys; another request may have claimed this one since.
    if records.get(stored_key) is record:
        stored = StoredResponse(
            response.status_code,
            tuple(response.raw_headers),
            bytes(response.body),
            context.refusal,
        )
        records.put(stored_key, IdempotencyRecord(record.scope, record.expires_at, stored))
    return response


async def _response_or_refusal(context: RequestContext, run: Callable[[], Awaitable[Response]]) -> Response:
    try:
        return await run()
    except REFUSALS as refusal:
        return refusal_response(context, refusal)


def _claim(context: RequestContext, stored_key: str, key: str) -> IdempotencyRecord:
    """This request's record of the key, or the one that exists already for the same request."""
    records, now = context.registry.idempotency_records, context.tenant.clock.now()
    known = records.get(stored_key)
    if known is not None and _has_expired(context, known):
        records.drop(stored_key)
    url = f"{context.path}?{context.query}" if context.query else context.path
    mine = IdempotencyRecord(KeyScope(context.tenant.name, context.method, url), now + KEY_RETENTION)
    held = records.claim(stored_key, mine, now)
    if held is not mine:
        context.reason = context.choices.reason(IDEMPOTENCY_KEY)
        if held.scope != mine.scope:
            raise key_belongs_to_another_request(key)
        if held.response is None:
            raise key_in_use(key)
    return held


def _has_expired(context: RequestContext, record: IdempotencyRecord) -> bool:
    owner = context.registry.tenants.get(record.scope.tenant)
    return owner is None or owner.clock.now() >= record.expires_at


def _replayed(context: RequestContext, stored: StoredResponse, *, is_conflict: bool) -> Response:
    context.refusal, context.reason = stored.refusal, context.choices.reason(IDEMPOTENCY_KEY)
    context.is_replay = True
    response = Response(stored.body, 409 if is_conflict else stored.status)
    response.raw_headers = list(stored.headers)
    return response
