"""Injected faults: finds the one that hits a request, waits for its delay, and raises the status that it asks for."""

import asyncio
from typing import Final

from mock_zuora.api.errors import HttpRefusal
from mock_zuora.api.request_context import RequestContext
from mock_zuora.control.faults import Effect, FaultRule

_CODES: Final = {401: 90000011, 404: 71013040, 429: 90000070, 500: 71013060}
_RETRYABLE: Final = 71013061
_OTHER: Final = 71013030


async def inject_fault(context: RequestContext, operation_id: str) -> None:
    """Lets the first matching fault hit the request. Raises HttpRefusal for a fault that is a status.

    Faults that break the connection are carried out when the response is sent.
    """
    faults = context.emulator.instrumentation.of(context.tenant.name).faults
    context.fault = fault = faults.match(context.method, context.path, operation_id)
    if fault is None:
        return
    if fault.delay > 0:
        await asyncio.sleep(fault.delay)
    if fault.effect is Effect.STATUS:
        raise refusal_of(fault)


def refusal_of(fault: FaultRule) -> HttpRefusal:
    """The refusal that a fault with a status asks for."""
    status = fault.status or 500
    code = fault.code or _CODES.get(status, _RETRYABLE if status >= 500 else _OTHER)
    headers = dict(fault.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return HttpRefusal(status, code, fault.message or f"A fault injected this {status}.", headers)
