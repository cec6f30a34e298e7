"""Probes of limits: how many jobs may be unfinished, and how many requests a tenant accepts per minute."""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from mock_zuora.domain.access.rate_limits import LIMITS_BY_TYPE
from mock_zuora.verify.connection import JOB_LIMIT, VERSION
from mock_zuora.verify.finding import Finding, Inconclusive, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.requests import UNKNOWN_JOB
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import JOBS, TEXT, ProbedTenant

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_MAX_JOBS: Final = 10
_DOCUMENTED_JOBS: Final = 5
_TRIES: Final = 3
_MAX_LIMIT: Final = 3_000
"""Requests per minute; reaching a higher limit would take too many."""
_AT_ONCE: Final = 16
"""Requests that are sent at once to reach a limit."""
_ENOUGH: Final = 10 * _AT_ONCE
"""Requests that show how many can be sent per second."""
_MAX_FILL: Final = 40.0
"""Seconds in which a limit must be reached, so that refused requests outlive the accepted ones by far."""
_WINDOW: Final = re.compile(r"(\d+)\s*;\s*w=(\d+)")
_NAMES: Final = tuple(f"ratelimit-{name}" for name in ("limit", "remaining", "reset"))


@dataclass(frozen=True, slots=True)
class _Limits:
    """The rate limits in the headers of a response: the shown one, what remains of it, and all by their seconds."""

    shown: int
    remaining: int
    by_window: Mapping[int, int]


def _limits(response: Response) -> _Limits | None:
    """Reads the headers. None if one is missing or has another format."""
    limit, remaining, reset = (response.headers.get(name, "") for name in _NAMES)
    shown = limit.partition(",")[0].strip()
    windows = {int(seconds): int(number) for number, seconds in _WINDOW.findall(limit)}
    if not (shown.isdigit() and remaining.isdigit() and reset.isdigit() and windows):
        return None
    return _Limits(int(shown), int(remaining), windows)


def _shown(response: Response) -> str:
    return "; ".join(f"{name}: {response.headers.get(name, 'missing')}" for name in _NAMES)


@probe("rate-limit-headers", "reads the rate limits in the headers of a response", requests=1)
def rate_limit_headers(tenant: ProbedTenant) -> Found:
    """The limits of the tenant."""
    response = tenant.call("GET", UNKNOWN_JOB)
    limits = _limits(response)
    yield "limits-04", row(limits is not None and limits.shown in limits.by_window.values(), _shown(response))
    if limits is not None:
        known = [{_MINUTE: each.minute, _HOUR: each.hour, _DAY: each.day} for each in LIMITS_BY_TYPE.values()]
        yield "limits-03", row(limits.by_window in known, _shown(response))


# Jobs


@probe(
    "job-limit", "submits jobs that wait for a file until one is refused, and cancels them",
    requests=23, jobs=5, objects=1, is_limit=True,
)  # fmt: skip
def job_limit(tenant: ProbedTenant) -> Found:
    """How a job is refused when there are too many."""
    name = tenant.object({"name__c": TEXT})
    others = sum(_jobs_in(tenant, status) for status in ("accepted", "open", "pending", "in_progress"))
    body = json.dumps({"operation": "create", "namespace": "default", "object": name})
    refusal: Response | None = None
    while refusal is None and len(tenant.jobs) < _MAX_JOBS:
        response = _submitted(tenant, body)
        if response.is_success:
            tenant.jobs.append(str(response.object.get("Id")))
        else:
            refusal = response
    own = len(tenant.jobs)
    for job in tenant.jobs:
        tenant.cancel(job)
    if refusal is None:
        unlimited = other(f"{own} jobs waited for a file at once, and none was refused")
        yield from ((subject, unlimited) for subject in ("job-limit", "limits-01"))
        return
    is_too_many = refusal.code == JOB_LIMIT
    yield "job-limit", _job_refusal(refusal, is_too_many)
    seen = f"with {own} unfinished jobs, the next one was refused: {refusal.seen}"
    if others or not is_too_many:
        why = f"{seen}; the tenant had {others} other unfinished jobs: run this probe when it has none"
        yield "limits-01", inconclusive(why)
    else:
        yield "limits-01", row(own == _DOCUMENTED_JOBS, seen)


def _submitted(tenant: ProbedTenant, body: str) -> Response:
    """Submits a job, again if a rate limit refuses that. ``call`` would also wait after a 429 for too many jobs."""
    for _ in range(_TRIES):
        headers = {**tenant.authorization(), "Content-Type": "application/json", "Zuora-Version": VERSION}
        response = tenant.once("POST", JOBS, content=body, headers=headers)
        if not _is_rate_limit(response):
            return response
        tenant.timer.pause(min(_MINUTE, int(response.headers.get("retry-after", _MINUTE))))
    raise Inconclusive(response.seen)


def _jobs_in(tenant: ProbedTenant, status: str) -> int:
    """How many jobs are in a status; 0 if the tenant does not know it."""
    listed = tenant.call("GET", JOBS, params={"status": status, "pageSize": "100"}).object.get("jobs")
    return len(listed) if isinstance(listed, list) else 0


def _job_refusal(refusal: Response, is_too_many: bool) -> Finding:
    if not is_too_many and (refusal.is_denied or refusal.status >= 500):
        return inconclusive(refusal.seen)
    retry_after = refusal.headers.get("retry-after")
    seen = f"{refusal.seen}, with {f'Retry-After: {retry_after}' if retry_after else 'no Retry-After'}"
    if not is_too_many or refusal.status not in (400, 429):
        return other(seen)
    if refusal.status == 400:
        return choice("400", seen)
    return choice("429-retry-after" if retry_after else "429", seen)


def _is_rate_limit(response: Response) -> bool:
    return response.status == 429 and response.code != JOB_LIMIT and response.headers.get("ratelimit-remaining") == "0"


# Requests


@probe(
    "refused-requests", "sends requests until the rate limit per minute refuses them, and checks whether those count",
    requests=48, is_limit=True,
)  # fmt: skip
def refused_requests(tenant: ProbedTenant) -> Found:
    """Whether requests over the limit count towards it.

    When those that were accepted are more than a minute old and those that were refused are not, what remains of the
    limit tells. Both rounds together use up two minutes' worth of the limit per hour.
    """
    minute = _limit_per_minute(tenant)
    # Earlier requests would leave the minute too early.
    tenant.timer.pause(_MINUTE + 2)
    start = tenant.timer.now()
    refusal = _fill(tenant, minute, start)
    yield "limits-05", row(_limits(refusal) is not None and "retry-after" in refusal.headers, _refused(refusal))
    end = tenant.timer.now()
    quiet = _MINUTE - (end - start)
    """Seconds until the first of the accepted requests no longer counts."""
    pace = (end - start) / minute
    burst = max(1, min(20, minute // 6, int(quiet / 8 / pace) if pace else minute))
    last = quiet - 1.5 - burst * pace
    """The last burst ends before the first of the accepted requests is a minute old."""
    for seconds in (quiet / 3, quiet * 2 / 3, last):
        _pause_until(tenant, end + seconds)
        if any(response.status != 429 for response in _ask_at_once(tenant, burst)):
            raise Inconclusive(
                "a request was accepted again before the others were a minute old, so the limit is not that of the "
                "last 60 seconds"
            )
    _pause_until(tenant, end + _MINUTE + 3)
    yield "refused-requests", _counted(_ask(tenant), minute, refused=3 * burst)


def _ask(tenant: ProbedTenant) -> Response:
    return _ask_at_once(tenant, 1)[0]


def _ask_at_once(tenant: ProbedTenant, number: int) -> list[Response]:
    headers = {**tenant.authorization(), "Zuora-Version": VERSION}
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda _: tenant.once("GET", UNKNOWN_JOB, headers=headers), range(number)))


def _pause_until(tenant: ProbedTenant, time: float) -> None:
    tenant.timer.pause(max(0.0, time - tenant.timer.now()))


def _limit_per_minute(tenant: ProbedTenant) -> int:
    """Raises Inconclusive if the limit cannot be reached, or reaching it would cost too much."""
    response = _ask(tenant)
    limits = _limits(response)
    if limits is None or _MINUTE not in limits.by_window:
        raise Inconclusive(f"the response does not tell the limit per minute: {_shown(response)}")
    minute = limits.by_window[_MINUTE]
    if minute > _MAX_LIMIT:
        raise Inconclusive(f"the limit is {minute:,} requests per minute; reaching it would take too many requests")
    if limits.by_window.get(_HOUR, 3 * minute) < 3 * minute:
        raise Inconclusive("the limit per hour leaves too few requests to reach the limit per minute twice")
    return minute


def _fill(tenant: ProbedTenant, minute: int, start: float) -> Response:
    """Sends requests until one is refused, and returns the refusal. Raises Inconclusive if that takes too long."""
    sent = 0
    # The last two one after another, so that exactly one is refused.
    while sent < minute - 1:
        number = min(_AT_ONCE, minute - 1 - sent)
        if any(response.status == 429 for response in _ask_at_once(tenant, number)):
            raise Inconclusive(f"the limit of {minute} requests was reached after fewer: others use it, too")
        sent += number
        passed = tenant.timer.now() - start
        # Some of them show whether they are fast enough, without the others.
        if passed > _MAX_FILL or (sent >= _ENOUGH and passed / sent * minute > _MAX_FILL):
            raise Inconclusive(f"this machine sends too few requests per second to reach the limit of {minute}")
    _ask(tenant)
    response = _ask(tenant)
    if response.status != 429:
        raise Inconclusive(f"{minute + 1} requests were accepted, one more than the limit of {minute}")
    return response


def _refused(refusal: Response) -> str:
    return f"429 with Retry-After: {refusal.headers.get('retry-after', 'missing')}; {_shown(refusal)}"


def _counted(response: Response, minute: int, refused: int) -> Finding:
    limits = _limits(response)
    if limits is None or response.status == 429:
        return inconclusive(f"a minute later: {response.status} with {_shown(response)}")
    if limits.shown != minute:
        return _bounded(limits, minute, refused)
    used = minute - limits.remaining
    seen = f"{refused} requests were refused; when only they were in the last minute, {used} of {minute} were used"
    # The request that reads this is itself counted.
    if used == refused + 1:
        return choice("count", seen)
    if used == 1:
        return choice("free", seen)
    return inconclusive(f"{seen}; other clients may have sent requests")


def _bounded(limits: _Limits, minute: int, refused: int) -> Finding:
    """What another limit tells: it is shown because a larger part of it is used up than of the limit per minute."""
    used = limits.shown - limits.remaining
    seen = f"{refused} requests were refused; a minute later, {used} of the limit of {limits.shown} were used"
    if (refused + 1) * limits.shown > used * minute:
        return choice("free", f"{seen}, and a smaller part of that per minute")
    return inconclusive(f"{seen}, which hides how much of the limit per minute was used")
