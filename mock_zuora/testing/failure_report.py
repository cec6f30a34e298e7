"""The report of a failed test: requests, jobs and faults of its tenant, and what was planned but never used."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from mock_zuora.client.handle import MockZuora
from mock_zuora.control.errors import ControlError
from mock_zuora.control.faults import Fault
from mock_zuora.control.results import JobInfo, RecordedRequest
from mock_zuora.domain.access.secrets import without_generated

Item = TypeVar("Item")

_MAX_REQUESTS: Final = 30
_MAX_OTHER_REQUESTS: Final = 10
_MAX_JOBS: Final = 20
_MAX_ROWS: Final = 3
_MAX_BODY_CHARACTERS: Final = 300
"""Characters of a response body that are shown."""


class FailureReport:
    """The report for one tenant, from its creation on.

    It shows no secrets: the journal has none, and generated ones are redacted in what else is reported.
    """

    def __init__(self, zuora: MockZuora, server: MockZuora) -> None:
        """``server`` is the handle of the default tenant, which records requests without a valid token."""
        self._zuora = zuora
        self._server = server
        self._since = server.clock.now()

    def text(self) -> str:
        """The tenant's requests, jobs and faults, and the requests during this test that belong to no tenant."""
        try:
            parts = [*self._requests(), *self._other_requests(), *self._jobs(), *self._faults()]
        except ControlError as error:
            parts = [f"The tenant is no longer available: {error}"]
        return without_generated("\n".join([repr(self._zuora), *parts]))

    def unused(self) -> list[str]:
        """Faults that hit fewer requests than they should, and planned outcomes without a job, one line each."""
        try:
            faults, outcomes = self._zuora.faults.all(), self._zuora.jobs.outcomes()
        except ControlError:
            return []  # the test has dropped the tenant, or stopped the server
        planned = {"fail_next": outcomes.failures, "reject_rows": outcomes.rejections, "hold_next": outcomes.holds}
        return [
            *(
                without_generated(f"the fault '{fault_text(fault)}' hit {_too_few_hits(fault)}")
                for fault in faults
                if fault.is_unused
            ),
            *(f"jobs.{name} applied to no job" for name, left in planned.items() if left),
        ]

    def _requests(self) -> list[str]:
        return _listed("requests", self._zuora.requests.find(), _MAX_REQUESTS, _request_lines)

    def _other_requests(self) -> list[str]:
        others = [each for each in self._server.requests.find() if each.at >= self._since]
        title = "requests during this test without a test's token"
        return _listed(title, others, _MAX_OTHER_REQUESTS, _request_lines, always=False)

    def _jobs(self) -> list[str]:
        return _listed("jobs", self._zuora.jobs.all()[::-1], _MAX_JOBS, self._job_lines)

    def _job_lines(self, job: JobInfo) -> list[str]:
        rows = self._zuora.jobs.errors(job)
        parts = [f"{job.operation} {job.object} {job.id}: {job.status}", f"{job.records_processed} records"]
        parts += [f"{len(rows)} rows rejected"] if rows else []
        parts += [f"{job.error.code} {job.error.message}"] if job.error else []
        return [", ".join(parts), *(f"  row {each.row}: {each.code} {each.message}" for each in rows[:_MAX_ROWS])]

    def _faults(self) -> list[str]:
        faults = self._zuora.faults.all()
        return _listed("faults", faults, len(faults), _fault_lines, always=False)


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
    title: str, items: Sequence[Item], maximum: int, lines_of: Callable[[Item], list[str]], *, always: bool = True
) -> list[str]:
    """The latest items under a title with their number."""
    if not items and not always:
        return []
    omitted = f", the latest {maximum}" if len(items) > maximum else ""
    lines = [f"  {line}" for each in items[-maximum:] for line in lines_of(each)]
    return [f"{title} ({len(items)}{omitted}):", *lines]
