"""Probes of the list of jobs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mock_zuora.domain.errors import counted
from mock_zuora.domain.jobs.job import Status
from mock_zuora.verify.finding import Finding, Inconclusive, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import is_refused
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import JOBS, SETTLE_SECONDS, TEXT, ProbedTenant, accepted

_PAGE: Final = 100
_PAGES: Final = 5
_DAY: Final = timedelta(days=1)
_TOLERANCE: Final = timedelta(minutes=1)
_LONGER: Final = timedelta(hours=25)


def _listed(tenant: ProbedTenant, **params: str) -> tuple[Response, list[dict[str, Any]]]:
    """A page of the list, and its jobs."""
    response = accepted(tenant.call("GET", JOBS, params={"pageSize": str(_PAGE), **params}))
    found = response.object.get("jobs")
    if not isinstance(found, list):
        raise Inconclusive(f"expected a list of jobs; {response.seen}")
    return response, [each for each in found if isinstance(each, dict)]


def _listed_with(tenant: ProbedTenant, *jobs: str, **params: str) -> tuple[Response, list[dict[str, Any]]]:
    """A page of the list, once it shows these jobs."""

    def read() -> tuple[Response, list[dict[str, Any]]] | None:
        response, found = _listed(tenant, **params)
        return (response, found) if set(jobs) <= {each.get("Id") for each in found} else None

    page = tenant.timer.poll(read, SETTLE_SECONDS)
    if page is None:
        raise Inconclusive(f"the list of jobs did not show a new one within {SETTLE_SECONDS:g} s")
    return page


@probe("accepted-name", "lists the jobs in each status, and in one that does not exist", requests=8)
def accepted_name(tenant: ProbedTenant) -> Found:
    """Which names of statuses a filter knows."""
    names = [*(each.value for each in Status), "open", "mockzuora_probe"]
    responses = {each: tenant.call("GET", JOBS, params={"status": each, "pageSize": "1"}) for each in names}
    known = [name for name, response in responses.items() if response.is_success]
    refused = [name for name, response in responses.items() if is_refused(response, 400)]
    shown = [", ".join(each) or "nothing" for each in (known, refused)]
    seen = f"as status of a list, {shown[0]} was accepted and {shown[1]} refused"
    is_told = "mockzuora_probe" in refused and len(known) + len(refused) == len(names)
    named = [each for each in ("accepted", "open") if each in known]
    if not is_told:
        why = inconclusive(f"{seen}; so the filter does not tell which statuses exist")
        yield from ((subject, why) for subject in ("accepted-name", "jobs-08"))
    else:
        yield "accepted-name", choice(named[0], seen) if len(named) == 1 else other(seen)
        yield "jobs-08", row(set(known) == {each.value for each in Status}, seen)


@probe("last-cursor", "lists the pending jobs while one of its own is pending", requests=8, jobs=1, objects=1)
def last_cursor(tenant: ProbedTenant) -> Found:
    """The cursor of the last page. Few jobs can be pending, so the first page is the last."""
    job = tenant.pending_job(tenant.object({"name__c": TEXT}))
    response, jobs = _listed_with(tenant, job, status="pending")
    tenant.cancel(job)
    if len(jobs) >= _PAGE:
        raise Inconclusive(f"{len(jobs)} jobs are pending, so the page may not be the last one")
    yield "last-cursor", _cursor(response.object, jobs)


def _cursor(page: Mapping[str, Any], jobs: Sequence[Mapping[str, Any]]) -> Finding:
    last = f"the last page, with {counted(len(jobs), 'job')},"
    if "cursor" not in page:
        return choice("absent", f"{last} had no cursor")
    cursor = page["cursor"]
    if cursor is None or cursor == "":
        return choice("null" if cursor is None else "empty", f"{last} had the cursor {cursor!r}")
    if cursor == jobs[-1].get("Id"):
        return choice("last-id", f"{last} had the id of its last job as cursor")
    return other(f"{last} had another cursor than the id of its last job")


@probe("job-lists", "pages through the jobs, with three cancelled ones of its own", requests=25, jobs=3, objects=1)
def job_lists(tenant: ProbedTenant) -> Found:
    """The order, the pages and the filter of the list."""
    name = tenant.object({"name__c": TEXT})
    older, newer = (_cancelled(tenant, name) for _ in range(2))
    response, jobs = _listed_with(tenant, older, newer)
    ids = [each.get("Id") for each in jobs]
    keys = set(response.object)
    yield "operations-02", row({"jobs", "count"} <= keys <= {"jobs", "count", "cursor"}, f"fields: {sorted(keys)}")
    is_first = ids.index(newer) < ids.index(older)
    yield "list-01", row(is_first, f"the newer one of two jobs was listed {'first' if is_first else 'last'}")
    count = response.object.get("count")
    yield "list-05", row(count == len(jobs), f"a page of {counted(len(jobs), 'job')} had count {count}")
    # The clients of other people may submit jobs meanwhile, so only jobs of its own are compared.
    _, after = _listed_with(tenant, older, cursor=newer)
    is_next = newer not in [each.get("Id") for each in after]
    one, (single,) = _listed(tenant, pageSize="1")
    is_last = one.object.get("cursor") == single.get("Id")
    seen = f"the page after a job {'did not repeat' if is_next else 'repeated'} it"
    shown = f"{seen}, and the cursor of a page of one job was {'its' if is_last else 'not its'} id"
    yield "list-03", row(is_next and is_last, shown)
    newest = _cancelled(tenant, name)
    _listed_with(tenant, newest)
    _, again = _listed_with(tenant, older, cursor=newer)
    is_stable = is_next and not {newer, newest} & {each.get("Id") for each in again}
    seen = f"after another submit, the next page was {'as before' if is_stable else 'another one'}"
    yield "list-07", row(is_stable, seen)
    yield from _parameters(tenant, newest)


def _cancelled(tenant: ProbedTenant, name: str) -> str:
    job = tenant.pending_job(name)
    accepted(tenant.cancel(job))
    return job


def _parameters(tenant: ProbedTenant, cancelled: str) -> Found:
    sizes = {each: tenant.call("GET", JOBS, params={"pageSize": each}) for each in ("0", "101", "x")}
    unsized = accepted(tenant.call("GET", JOBS)).object["jobs"]
    seen = ", ".join(f"pageSize={each}: {response.status} {response.code}" for each, response in sizes.items())
    is_refused_each = all(is_refused(each, 400, "71013020") for each in sizes.values())
    yield "list-02", row(is_refused_each and len(unsized) <= 25, f"{seen}; without pageSize: {len(unsized)} jobs")
    _, jobs = _listed_with(tenant, cancelled, status="cancelled")
    statuses = sorted({str(each.get("status")) for each in jobs})
    yield (
        "list-06",
        row(statuses == ["cancelled"], f"with status=cancelled: jobs in the statuses {', '.join(statuses)}"),
    )


# Jobs that wait


@probe("pending-expiry", "reads how long listed jobs have waited for a file", requests=9, jobs=1, objects=1)
def pending_expiry(tenant: ProbedTenant) -> Found:
    """How long jobs wait for their files. It never waits a day itself: it reads what other jobs show."""
    job = tenant.pending_job(tenant.object({"name__c": TEXT}))
    now = _date(tenant.wait_for(job, {"pending"}).object, "CreatedDate")
    tenant.cancel(job)
    waiting = [now - _date(each, "CreatedDate") for each in _all_in(tenant, "pending")]
    if (longest := max(waiting, default=timedelta())) > _LONGER:
        yield (
            "pending-expiry",
            choice("never", f"a job had been pending for {_hours(longest)}; whether it expires later is not known"),
        )
        return
    ends = [_date(each, "UpdatedDate") - _date(each, "CreatedDate") for each in _all_in(tenant, "cancelled")]
    late = [each for each in ends if each > _DAY - _TOLERANCE]
    if late and all(each <= _DAY + _TOLERANCE for each in late):
        seen = f"{counted(len(late), 'cancelled job')} ended 24 hours after submission, and none later"
        yield "pending-expiry", choice("a-day", seen)
    elif late:
        yield "pending-expiry", inconclusive(f"a job was cancelled {_hours(max(late))} after its submission")
    else:
        why = "no listed job has waited for its file for a day; leave a job pending for 25 hours"
        yield "pending-expiry", inconclusive(f"{why}, and then run this again with '--only pending-expiry'")


def _all_in(tenant: ProbedTenant, status: str) -> list[dict[str, Any]]:
    """The latest jobs in a status."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(_PAGES):
        _, jobs = _listed(tenant, status=status, **cursor)
        found += jobs
        if len(jobs) < _PAGE:
            break
        cursor = {"cursor": str(jobs[-1].get("Id"))}
    return found


def _date(job: Mapping[str, Any], field: str) -> datetime:
    found = datetime.fromisoformat(str(job.get(field)))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _hours(time: timedelta) -> str:
    return f"{time / timedelta(hours=1):.1f} hours"
