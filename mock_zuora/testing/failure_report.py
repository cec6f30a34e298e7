"""The report of a failed test: requests, jobs and faults of its tenants, and what was planned but never used."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from mock_zuora.client.handle import MockZuora
from mock_zuora.control.errors import ControlError
from mock_zuora.control.faults import Fault
from mock_zuora.control.recorded_requests import RecordedRequest
from mock_zuora.control.results import DroppedTenant, JobInfo
from mock_zuora.domain.access.secrets import without_generated

Item = TypeVar("Item")

_MAX_REQUESTS: Final = 30
_MAX_OTHER_REQUESTS: Final = 10
_MAX_JOBS: Final = 20
_MAX_ROWS: Final = 3
_MAX_BODY_CHARACTERS: Final = 300
"""Characters of a response body that are shown."""


class FailureReport:
    """The report for one tenant and the tenants that its handle creates, from its creation on.

    It shows no secrets: the journal has none, and generated ones are redacted in what else is reported.
    """

    def __init__(self, zuora: MockZuora, server: MockZuora) -> None:
        """``server`` is the handle of the default tenant, which records requests without a valid token."""
        self._zuora = zuora
        self._server = server
        self._since = zuora._created_at or server.clock.now()
        self._earlier = 0
        self._texts_of_dropped: list[str] = []
        self._unused_of_dropped: list[str] = []
        _before_drop(zuora, self._keep)

    def start_test(self) -> None:
        """Notes that another test begins: what the tenant has received so far belongs to earlier tests."""
        self._texts_of_dropped = []
        with suppress(ControlError):  # an earlier test has dropped the tenant, or stopped the server
            self._since, self._earlier = self._server.clock.now(), self._zuora.requests.received

    def has_new_requests(self) -> bool:
        """Whether the tenant has received requests since the test began."""
        try:
            return self._zuora.requests.received > self._earlier
        except ControlError:
            return False

    def text(self) -> str:
        """The requests, jobs and faults of the tenants, and the requests during this test that belong to no tenant."""
        of_created = [_text_of(each, _all_requests) for each in tenants_created_by(self._zuora)]
        texts = [_text_of(self._zuora, self._requests), *self._texts_of_dropped, *of_created]
        return without_generated("\n".join(texts))

    def unused_of_created(self) -> list[str]:
        """``unused_lines`` of the tenants that the tenant's handle has created."""
        of_created = [line for each in tenants_created_by(self._zuora) for line in _unused_of_created(each)]
        return [*self._unused_of_dropped, *of_created]

    def close(self) -> None:
        """Ends the report, before its tenants are dropped."""
        _before_drop(self._zuora, lambda zuora: None)

    def _keep(self, zuora: MockZuora) -> None:
        """Saves the report of a tenant that the test created, before the tenant is dropped."""
        if zuora is not self._zuora:
            self._texts_of_dropped.append(_text_of(zuora, _all_requests))
            self._unused_of_dropped += _unused_of_created(zuora)

    def _requests(self, zuora: MockZuora) -> list[str]:
        requests = zuora.requests.find()
        new = zuora.requests.received - self._earlier
        # A test can remove the recorded requests. Then all that are left are of this test.
        earlier = len(requests) - new if 0 <= new < len(requests) else 0
        suffix = f", after {earlier} of earlier tests" if earlier else ""
        listed = _listed("requests", requests[earlier:], _MAX_REQUESTS, _request_lines, suffix=suffix)
        others = [each for each in self._server.requests.find() if each.at >= self._since]
        title = "requests during this test without a test's token"
        hint = [] if requests or others else _proxy_hint(zuora.url)
        return [*listed, *_listed(title, others, _MAX_OTHER_REQUESTS, _request_lines, always=False), *hint]


def _text_of(zuora: MockZuora, requests_of: Callable[[MockZuora], list[str]]) -> str:
    try:
        parts = [*requests_of(zuora), *_jobs(zuora), *_faults(zuora)]
    except ControlError as error:
        parts = [f"The tenant is no longer available: {error}"]
    return "\n".join([repr(zuora), *parts])


def _all_requests(zuora: MockZuora) -> list[str]:
    return _listed("requests", zuora.requests.find(), _MAX_REQUESTS, _request_lines)


def _jobs(zuora: MockZuora) -> list[str]:
    return _listed("jobs", zuora.jobs.all(), _MAX_JOBS, lambda job: _job_lines(job, zuora))


def _job_lines(job: JobInfo, zuora: MockZuora) -> list[str]:
    rows = zuora.jobs.errors(job)
    parts = [f"{job.operation} {job.object} {job.id}: {job.status}", f"{job.records_processed} records"]
    parts += [f"{len(rows)} rows rejected"] if rows else []
    parts += [f"{job.error.code} {job.error.message}"] if job.error else []
    return [", ".join(parts), *(f"  row {each.row}: {each.code} {each.message}" for each in rows[:_MAX_ROWS])]


def _faults(zuora: MockZuora) -> list[str]:
    faults = zuora.faults.all()
    return _listed("faults", faults, len(faults), _fault_lines, always=False)


def unused_lines(dropped: DroppedTenant | None) -> list[str]:
    """Faults that hit fewer requests than they should, and planned outcomes without a job, one line each."""
    if dropped is None:
        return []
    outcomes = dropped.pending_outcomes
    planned = {"fail_next": outcomes.failures, "reject_rows": outcomes.rejections, "hold_next": outcomes.holds}
    return [
        *(
            without_generated(f"the fault '{fault_text(fault)}' hit {_too_few_hits(fault)}")
            for fault in dropped.unused_faults
        ),
        *(f"jobs.{name} applied to no job" for name, left in planned.items() if left),
    ]


def _unused_of_created(zuora: MockZuora) -> list[str]:
    try:
        faults, outcomes = zuora.faults.all(), zuora.jobs.outcomes()
    except ControlError:
        return []  # the test has dropped the tenant, or stopped the server
    unused = DroppedTenant(unused_faults=tuple(each for each in faults if each.is_unused), pending_outcomes=outcomes)
    return [f"{line} (tenant {zuora.name})" for line in unused_lines(unused)]


def _proxy_hint(url: str) -> list[str]:
    """A line about a proxy that may have received the client's requests. It does not show the proxy's URL."""
    host = urlsplit(url).hostname or ""
    scheme = urlsplit(url).scheme
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    found = next((name for name in names if os.environ.get(name)), None)
    if found is None or proxy_bypass(host):
        return []
    return [f"{found} is set, so the client may have sent its requests to a proxy; set NO_PROXY={host}"]


def fault_text(fault: Fault) -> str:
    """A fault in words: its effects and the requests that it matches."""
    effects = [name for name in ("reset", "truncate", "stall") if getattr(fault, name)]
    effects += [str(fault.status)] if fault.status is not None else []
    effects += [f"{fault.delay:g} s delay"] if fault.delay else []
    requests = " ".join(filter(None, (fault.method, fault.path, fault.operation))) or "any request"
    only = f", only request {fault.nth}" if fault.nth is not None else ""
    return f"{' and '.join(effects)} for {requests}{only}"


def _too_few_hits(fault: Fault) -> str:
    return f"{fault.hits} of {fault.expected_hits} requests" if fault.hits else "no request"


def _fault_lines(fault: Fault) -> list[str]:
    return [f"{fault_text(fault)}: {fault.hits} hits"]


def _request_lines(request: RecordedRequest) -> list[str]:
    status = "no response" if request.status is None else str(request.status)
    hit = "" if request.fault is None else ", hit by a fault"
    query = f"?{request.query}" if request.query else ""
    first = f"{request.method} {request.path}{query}: {status}{hit} ({request.duration * 1000:.0f} ms)"
    is_error = request.status is not None and request.status >= 400
    body = [f"  {request.response_body[:_MAX_BODY_CHARACTERS]}"] if is_error else []
    return [first, *body, *(f"  warning: {each}" for each in request.warnings)]


def _listed(
    title: str,
    items: Sequence[Item],
    maximum: int,
    lines_of: Callable[[Item], list[str]],
    *,
    always: bool = True,
    suffix: str = "",
) -> list[str]:
    """The latest items under a title with their number."""
    if not items and not always:
        return []
    omitted = f", the latest {maximum}" if len(items) > maximum else ""
    lines = [f"  {line}" for each in items[-maximum:] for line in lines_of(each)]
    return [f"{title} ({len(items)}{omitted}{suffix}):", *lines]


def tenants_created_by(zuora: MockZuora) -> list[MockZuora]:
    """The tenants that a created tenant's handle has created and that exist, with those that these have created."""
    created = [each for child in zuora._created for each in (child, *tenants_created_by(child))]
    return [each for each in created if each._is_temporary]


def _before_drop(zuora: MockZuora, function: Callable[[MockZuora], None]) -> None:
    """Calls a function before a tenant is dropped: this one, and those that its handle has created or creates later."""
    for each in (zuora, *tenants_created_by(zuora)):
        each._before_drop = function
