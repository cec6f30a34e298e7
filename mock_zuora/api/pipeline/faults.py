"""Injected faults: finds the one that hits a request, waits for its delay, and makes the response that it asks for."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mock_zuora.api.errors import HttpRefusal, refusal_response
from mock_zuora.api.json_bodies import read_json, sent_records
from mock_zuora.api.request_body import read_ahead
from mock_zuora.api.request_context import RequestContext
from mock_zuora.control.chunks import run_in_chunks
from mock_zuora.control.faults import Effect, FaultRule
from mock_zuora.control.pauses import sleep
from mock_zuora.domain.errors import ErrorDetail, Problem, Resource, ZuoraError

_CODES: Final = {401: 90000011, 404: 71013040, 429: 90000070, 500: 71013060}
_RETRYABLE: Final = 71013061
_OTHER: Final = 71013030


_OF_SEVERAL_RECORDS: Final = ("POST_CustomObjectRecords", "POST_CustomObjectRecordsBatchUpdateOrDelete")
"""The operations whose 500 has ``details`` with the records to send again (D, S)."""
_THROTTLED: Final = 71012561
_MAX_SEARCHED_BYTES: Final = 16 * 1024 * 1024
"""The beginning of a body in which faults search; longer than the longest file."""


async def inject_fault(
    context: RequestContext, operation_id: str, request: Request, form: bytes | None = None
) -> Response | None:
    """Lets the first matching fault hit the request. Returns its response, or None if the operation runs.

    The body of the request is read only if a fault depends on it, or if the response repeats its records. ``form`` is a
    body that was read before. Faults that break the connection are carried out when the response is sent. Raises
    ClientDisconnect.
    """
    faults = context.emulator.instrumentation.of(context.tenant.name).faults
    if not faults:
        return None
    body = form or b""
    if form is None and faults.reads_body(context.method, operation_id):
        body = await read_ahead(request, _MAX_SEARCHED_BYTES)
    context.fault = fault = await run_in_chunks(
        faults.match(context.method, context.path, operation_id, context.headers, body)
    )
    if fault is None:
        return None
    if fault.delay > 0:
        await sleep(fault.delay)
    if fault.effect is not Effect.STATUS:
        return None
    if fault.body is not None:
        return _own_response(fault)
    refusal = refusal_of(fault)
    if refusal.status == 500 and operation_id in _OF_SEVERAL_RECORDS:
        refusal.code = fault.code or _THROTTLED
        refusal.details = await _details_of(request, Problem(refusal.code, refusal.message))
    return refusal_response(context, refusal)


def _own_response(fault: FaultRule) -> Response:
    """The response of a fault that has a body of its own."""
    body = (fault.body or "").encode()
    response = Response(body, fault.status or 500)
    if content_type := fault.content_type or ("application/json" if body else None):
        response.headers["Content-Type"] = content_type
    response.headers.update(_headers_of(fault))
    return response


async def _details_of(request: Request, problem: Problem) -> tuple[ErrorDetail, ...]:
    """A detail for each record of a request, or one without a record if the body has none."""
    try:
        records = sent_records(await read_json(request, Resource.RECORD))
    except ZuoraError:
        return (ErrorDetail(problem),)
    return tuple(ErrorDetail(problem, each) for each in records) or (ErrorDetail(problem),)


def refusal_of(fault: FaultRule) -> HttpRefusal:
    """The refusal that a fault with a status asks for."""
    status = fault.status or 500
    code = fault.code or _CODES.get(status, _RETRYABLE if status >= 500 else _OTHER)
    return HttpRefusal(status, code, fault.message or f"A fault injected this {status}.", _headers_of(fault))


def _headers_of(fault: FaultRule) -> dict[str, str]:
    retry_after = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return {**fault.headers, **retry_after}
