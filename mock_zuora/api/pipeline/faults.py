"""Injected faults: finds the one that hits a request, waits for its delay, and raises the status that it asks for."""

from typing import Final

from starlette.requests import Request

from mock_zuora.api.errors import HttpRefusal
from mock_zuora.api.json_bodies import read_json, sent_records
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


async def inject_fault(context: RequestContext, operation_id: str, request: Request | None = None) -> None:
    """Lets the first matching fault hit the request. Raises HttpRefusal for a fault that is a status.

    The body of the request is read only if the refusal repeats its records.

    Faults that break the connection are carried out when the response is sent.
    """
    faults = context.emulator.instrumentation.of(context.tenant.name).faults
    if not faults:
        return
    context.fault = fault = await run_in_chunks(faults.match(context.method, context.path, operation_id))
    if fault is None:
        return
    if fault.delay > 0:
        await sleep(fault.delay)
    if fault.effect is not Effect.STATUS:
        return
    refusal = refusal_of(fault)
    if refusal.status == 500 and operation_id in _OF_SEVERAL_RECORDS and request is not None:
        refusal.code = fault.code or _THROTTLED
        refusal.details = await _details_of(request, Problem(refusal.code, refusal.message))
    raise refusal


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
    headers = dict(fault.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return HttpRefusal(status, code, fault.message or f"A fault injected this {status}.", headers)
