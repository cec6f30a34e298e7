"""The faults of a tenant: what they do, how often they have hit, and forms that add some."""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.errors import Unknown
from mock_zuora.control.faults import Fault
from mock_zuora.control.paths import METHODS
from mock_zuora.control.recorded_requests import RecordedRequest
from mock_zuora.control.services.faults import list_faults
from mock_zuora.control.services.requests import get_request
from mock_zuora.domain.errors import counted

FAULTS: Final = PREFIX + "/faults"
_PRESETS: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("503 with Retry-After", {"status": 503, "retry_after": 2}),
    ("429 with Retry-After", {"status": 429, "retry_after": 5}),
    ("Reset the connection", {"reset": True}),
    ("Truncate the response", {"truncate": True}),
    ("Respond after 3 seconds", {"delay": 3.0}),
)


@view(FAULTS, "Faults")
async def faults_page(page: Page) -> View:
    """The faults in the order in which they were added, and the forms."""
    request = await _request_of(page)
    matching = {} if request is None else _matching(request)
    return View(
        template="faults.html",
        title="Faults",
        watch="requests control tenants",
        values={
            "faults": [
                (each, requests_of(each), effect_of(each), state_of(each))
                for each in await list_faults(page.control, page.tenant)
            ],
            "presets": [(label, {**matching, **values, "times": 1}) for label, values in _PRESETS],
            "matching": matching,
            "example": {**matching, "status": 503, "times": 2},
            "request": request,
            "methods": (("", "any"), *METHODS),
            "operations": (("", "any"), *sorted(page.control.operation_ids)),
            "requests_path": PREFIX + "/requests",
        },
    )


async def _request_of(page: Page) -> RecordedRequest | None:
    """The recorded request that a fault is made from, if one is named and still recorded."""
    try:
        return await get_request(page.control, page.tenant, id=page.query.get("request", ""))
    except Unknown:
        return None


def _matching(request: RecordedRequest) -> dict[str, str]:
    """The options that match later requests of the same kind."""
    if request.operation is not None:
        return {"operation": request.operation}
    return {"method": request.method, "path": request.path}


def requests_of(fault: Fault) -> str:
    """Which requests a fault matches, in one line."""
    line = f"{fault.method or 'any method'} {fault.path or 'any path'}" if fault.method or fault.path else ""
    parts = [fault.operation or "", line]
    parts += [f"{name}: {value}" for name, value in fault.match_headers.items()]
    parts += [f"body with {fault.match_body!r}"] if fault.match_body else []
    return ", ".join(filter(None, parts)) or "every request with a valid token"


def effect_of(fault: Fault) -> str:
    """What a fault does, in one line."""
    parts = [f"waits {fault.delay:g} s"] if fault.delay else []
    if fault.status is not None:
        parts.append(f"responds with {fault.status}")
        parts += [f"Retry-After: {fault.retry_after}"] if fault.retry_after is not None else []
        parts += [f"code {fault.code}"] if fault.code else []
        parts += ["a body of its own"] if fault.body is not None else []
        parts += [f"{name}: {value}" for name, value in fault.headers.items()]
    sentences = {"reset": "resets the connection", "truncate": "truncates the response", "stall": "stalls the response"}
    parts += [sentence for name, sentence in sentences.items() if getattr(fault, name)]
    return ", ".join(parts)


def state_of(fault: Fault) -> str:
    """Which requests it will still hit."""
    if fault.used_up:
        return "used up"
    if fault.nth is not None:
        return f"waits for matching request {fault.nth}"
    left = "unlimited" if fault.times is None else f"{counted(fault.times - fault.hits, 'hit')} left"
    return left if fault.probability >= 1 else f"{left}, at random ({fault.probability:.0%})"
