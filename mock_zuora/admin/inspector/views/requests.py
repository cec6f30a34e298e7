"""The recorded requests of a tenant: the list with its filters, and one request with the reason of its refusal."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.admin.inspector.request_code import curl_of_request, notes_on, python_of_request
from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_REQUESTS, RequestPage
from mock_zuora.control.paths import METHODS
from mock_zuora.control.recorded_requests import RecordedRequest, RequestSummaries
from mock_zuora.control.results import Explanation
from mock_zuora.control.services import OPERATIONS
from mock_zuora.control.services.faults import get_fault
from mock_zuora.control.services.info import explain
from mock_zuora.control.services.jobs import get_job
from mock_zuora.control.services.requests import get_request, summarize_requests

REQUESTS: Final = PREFIX + "/requests"
PER_PAGE: Final = 100
_CRITERIA: Final = ("text", "method", "path", "status", "error_code", "job", "fault", "user", "errors_only")


@view(REQUESTS, "Requests")
async def requests_list(page: Page) -> View:
    """The requests that match the filters, newest first."""
    given = {name: text for name in _CRITERIA if (text := page.query.get(name, "").strip())}
    paused = await _if_recorded(page, page.query.get("paused"))
    after = await _if_recorded(page, page.query.get("after"))
    error, new, found = None, 0, RequestSummaries(requests=(), dropped=0)
    try:
        search = _search(given, after)
        new = 0 if paused is None else await _count_newer(page, search, paused)
        found = await _listed(page, search, new)
    except Invalid as invalid:
        # The form stays, so that the mistake can be corrected.
        error = str(invalid)
    return View(
        template="requests.html",
        title="Requests",
        watch="requests control tenants",
        values={
            "path": REQUESTS,
            "criteria": given,
            "methods": (("", "any"), *METHODS),
            "requests": found.requests,
            "total": found.total,
            "dropped": found.dropped,
            "new": new,
            "paused": paused,
            "first": page.here(after=None, paused=None) if after else None,
            "next": page.here(after=found.requests[-1].id, paused=None) if found.has_more else None,
            # The layout has set "error" if an action was refused. An invalid filter replaces that message.
            **({} if error is None else {"error": error}),
        },
    )


async def _if_recorded(page: Page, request_id: str | None) -> str | None:
    """The id of a request in the URL; None if the request is no longer recorded, as after a reset."""
    try:
        return (await get_request(page.control, page.tenant, id=request_id)).id if request_id else None
    except Unknown:
        page.control.tenant(page.tenant)  # A tenant that vanished is another error.
        return None


def _search(given: Mapping[str, str], after: str | None) -> RequestPage:
    """The search of the filters. Raises Invalid."""
    options = {**given, "order": "newest", "limit": PER_PAGE, "after": after}
    search: RequestPage = OPERATIONS["GET", "/requests/summaries"].arguments(options)["page"]
    return search


async def _count_newer(page: Page, search: RequestPage, request_id: str) -> int:
    """How many requests match that came after another one."""
    newer = replace(search, order="oldest", after=request_id, limit=MAX_REQUESTS)
    return len((await summarize_requests(page.control, page.tenant, newer)).requests)


async def _listed(page: Page, search: RequestPage, new: int) -> RequestSummaries:
    """A page of the list. A paused list leaves out the new requests."""
    longer = replace(search, limit=min(PER_PAGE + new, MAX_REQUESTS))
    found = await summarize_requests(page.control, page.tenant, longer)
    return replace(found, requests=found.requests[new:])


@view(REQUESTS + "/{id}", "Requests")
async def request_detail(page: Page) -> View:
    """One request with its response."""
    request = await get_request(page.control, page.tenant, id=page.parameters["id"])
    return View(
        template="request.html",
        title=f"{request.method} {request.path}",
        watch="control tenants",
        up=("All requests", page.url(REQUESTS)),
        values={
            "request": request,
            "explanation": await explanation_of(page, request),
            "job": await _job_of(page, request),
            "fault": await _fault_of(page, request),
            "notes": notes_on(request),
            "curl_command": curl_of_request(request, page.base_url),
            "python_code": python_of_request(request),
            "is_response_cut": len(request.response_body.encode()) >= MAX_RECORDED_BODY,
            "faults_url": page.url(PREFIX + "/faults", request=request.id),
        },
    )


async def explanation_of(page: Page, request: RecordedRequest) -> Explanation | None:
    """Why a request, or some of its records, were refused; None if no rule refused it."""
    if request.error_code is None or request.fault is not None:
        return None
    code, message = str(request.error_code), request.message
    return await explain(page.control, page.tenant, code=code, message=message, reason=request.reason)


async def _job_of(page: Page, request: RecordedRequest) -> Any:
    """The job of a request, if it exists: a path can name any."""
    if request.job_id is None:
        return None
    try:
        return await get_job(page.control, page.tenant, id=request.job_id)
    except Unknown:
        return None


async def _fault_of(page: Page, request: RecordedRequest) -> Any:
    """The fault that hit a request, if it was not removed."""
    if request.fault is None:
        return None
    try:
        return await get_fault(page.control, page.tenant, id=request.fault)
    except Unknown:
        return None
