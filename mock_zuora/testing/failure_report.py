"""What a test's tenant has to say for itself, as text for people: its calls, its jobs, and what was planned in vain."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from mock_zuora.client.handle import MockZuora
from mock_zuora.control.errors import ControlError
from mock_zuora.control.results import Fault, Job, Request

Thing = TypeVar("Thing")

_MAX_REQUESTS: Final = 30
_MAX_UNATTRIBUTED: Final = 10
_MAX_JOBS: Final = 20
_MAX_ROWS: Final = 3
_MAX_BODY_CHARACTERS: Final = 300
"""Characters of an answer that are shown."""


class FailureReport:
    """Of one tenant, from now on. It holds no secret, as the journal has none."""

    def __init__(self, zuora: MockZuora, server: MockZuora) -> None:
        """``server`` is the handle of the default tenant, which is where calls without a good token arrive."""
        self._zuora = zuora
        self._server = server
        self._since = server.clock.now()

    def text(self) -> str:
        """The tenant's calls, jobs and faults, and the calls meanwhile that named no tenant."""
        try:
            parts = [*self._calls(), *self._strays(), *self._jobs(), *self._faults()]
        except ControlError as error:
            parts = [f"It cannot be asked any more: {error}"]
        return "\n".join([repr(self._zuora), *parts])

    def planned_in_vain(self) -> list[str]:
        """Faults that hit no call, and outcomes whose job did not come: a line each."""
        try:
            faults, outcomes = self._zuora.faults.all(), self._zuora.jobs.outcomes()
        except ControlError:
            return []  # the test has dropped the tenant, or stopped the server
        planned = {"fail_next": outcomes.failures, "reject_rows": outcomes.rejections, "hold_next": outcomes.holds}
        return [
            *(f"the fault '{fault_text(fault)}' hit no call" for fault in faults if _is_in_vain(fault)),
            *(f"jobs.{name} found no job" for name, left in planned.items() if left),
        ]

    def _calls(self) -> list[str]:
        return _listed("calls", self._zuora.requests.find(), _MAX_REQUESTS, _call_lines)

    def _strays(self) -> list[str]:
        strays = [each for each in self._server.requests.find() if datetime.fromisoformat(each.at) >= self._since]
        return _listed(
            "calls meanwhile without a token of any test", strays, _MAX_UNATTRIBUTED, _call_lines, always=False
        )

    def _jobs(self) -> list[str]:
        return _listed("jobs", self._zuora.jobs.all()[::-1], _MAX_JOBS, self._job_lines)

    def _job_lines(self, job: Job) -> list[str]:
        rows = self._zuora.jobs.errors(job)
        parts = [f"{job.operation} {job.object} {job.id}: {job.status}", f"{job.records_processed} records"]
        parts += [f"{len(rows)} rows rejected"] if rows else []
        parts += [f"{job.error.code} {job.error.message}"] if job.error else []
        return [", ".join(parts), *(f"  row {each.row}: {each.code} {each.message}" for each in rows[:_MAX_ROWS])]

    def _faults(self) -> list[str]:
        faults = self._zuora.faults.all()
        return _listed("faults", faults, len(faults), _fault_lines, always=False)


def fault_text(fault: Fault) -> str:
    """A fault as a person would say it: what it does, and to which calls."""
    effects = [name for name in ("reset", "truncate", "stall") if getattr(fault, name)]
    effects += [str(fault.status)] if fault.status is not None else []
    effects += [f"{fault.delay:g} s delay"] if fault.delay else []
    calls = " ".join(filter(None, (fault.method, fault.path, fault.operation))) or "any call"
    return f"{' and '.join(effects)} for {calls}"


def _is_in_vain(fault: Fault) -> bool:
    # One that hits by chance has had its chance as soon as a call matched.
    return (fault.hits if fault.probability >= 1 else fault.matched) == 0


def _fault_lines(fault: Fault) -> list[str]:
    return [f"{fault_text(fault)}: {fault.hits} hits"]


def _call_lines(request: Request) -> list[str]:
    status = "no answer" if request.status is None else str(request.status)
    hit = "" if request.fault is None else ", hit by a fault"
    query = f"?{request.query}" if request.query else ""
    first = f"{request.method} {request.path}{query}: {status}{hit} ({request.duration * 1000:.0f} ms)"
    is_refused = request.status is not None and request.status >= 400
    answer = [f"  {request.response_body[:_MAX_BODY_CHARACTERS]}"] if is_refused else []
    return [first, *answer, *(f"  warning: {each}" for each in request.warnings)]


def _listed(
    what: str, things: Sequence[Thing], most: int, lines_of: Callable[[Thing], list[str]], *, always: bool = True
) -> list[str]:
    """The latest things under a heading that says how many there are."""
    if not things and not always:
        return []
    left_out = f", the latest {most}" if len(things) > most else ""
    lines = [f"  {line}" for each in things[-most:] for line in lines_of(each)]
    return [f"{what} ({len(things)}{left_out}):", *lines]
