"""The jobs of a tenant: the board, and the page of one job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mock_zuora.admin.inspector.page import PREFIX, ROOT, Page, View, view
from mock_zuora.admin.inspector.state_machine import picture
from mock_zuora.control.errors import Unknown
from mock_zuora.control.job_results import JobFile
from mock_zuora.control.journal import RequestPage
from mock_zuora.control.operations import OPERATIONS
from mock_zuora.control.results import JobInfo, RejectedRow
from mock_zuora.control.services import jobs
from mock_zuora.control.services.requests import summarize_requests
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure

PER_PAGE: Final = 50
MAX_OBJECTS: Final = 200
"""Objects in the filter of the board."""
MAX_REQUESTS: Final = 50
"""Requests on the page of a job, the latest."""
SHORT_FILE: Final = 20
"""Rows of a file that is shown at once. A longer one is shown when the reader opens it."""
_FILTERS: Final = ("status", "object", "operation", "after")


@view(ROOT, "Jobs")
async def board(page: Page) -> View:
    """The jobs, newest first, by status, object and operation."""
    options = {name: page.query[name] for name in _FILTERS if page.query.get(name)}
    paging = {"order": "newest", "limit": PER_PAGE + 1}
    search: jobs.JobSearch = OPERATIONS["GET", "/jobs"].arguments({**options, **paging})["search"]
    found = await jobs.list_jobs(page.control, page.tenant, search)
    matcher = JobMatcher(object=search.object, operation=search.operation)
    everything = counts = await jobs.count_jobs(page.control, page.tenant, JobMatcher())
    if matcher != JobMatcher():
        counts = await jobs.count_jobs(page.control, page.tenant, matcher)
    objects = list(everything.by_object)[:MAX_OBJECTS]
    if search.object is not None and search.object not in objects:
        objects.append(search.object)
    values = {
        "jobs": found[:PER_PAGE],
        "counts": counts,
        "total": everything.total,
        "objects": objects,
        "operations": list(everything.by_operation),
        "query": {name: options.get(name) for name in _FILTERS},
        "first": page.here(after=None) if search.after else None,
        "next": page.here(after=found[PER_PAGE - 1].id) if len(found) > PER_PAGE else None,
    }
    return View(template="jobs.html", title="Jobs", watch="jobs control requests tenants", values=values)


@view(PREFIX + "/jobs/{id}", "Jobs")
async def job_page(page: Page) -> View:
    """A job with its history, its file, its rejected rows and its requests."""
    job = await jobs.get_job(page.control, page.tenant, id=page.parameters["id"])
    after = page.query.get("row", "")
    options = {"limit": PER_PAGE + 1, "after": after} if after else {"limit": PER_PAGE + 1}
    paging = OPERATIONS["GET", "/jobs/{id}/errors"].arguments(options)
    rejected = await jobs.list_rejected_rows(page.control, page.tenant, id=job.id, **paging)
    file, reason = await _file(page, job)
    requests = await summarize_requests(
        page.control, page.tenant, RequestPage(job=job.id, order="newest", limit=MAX_REQUESTS)
    )
    shown = [_shown(each) for each in rejected[:PER_PAGE]]
    values = {
        "job": job,
        "failure": PlannedFailure(),
        "picture": picture(job.operation, job.status, job.history),
        "file": file,
        "no_file": reason,
        "is_short": file is not None and len(file.rows) <= SHORT_FILE,
        "columns": _columns(shown, () if file is None else file.header),
        "rejected": shown,
        "first": page.here(row=None) if after else None,
        "next": page.here(row=rejected[PER_PAGE - 1].row) if len(rejected) > PER_PAGE else None,
        "requests": requests,
    }
    return View(
        template="job.html",
        title=f"{job.operation} {job.object}",
        watch="jobs control requests",
        up=("All jobs", page.url(ROOT)),
        values=values,
    )


async def _file(page: Page, job: JobInfo) -> tuple[JobFile | None, str]:
    """The beginning of the job's file, or why there is none."""
    try:
        return await jobs.get_file(page.control, page.tenant, id=job.id), ""
    except Unknown as error:
        return None, str(error).removeprefix("id: ")


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A rejected row with the columns that its message names."""

    row: RejectedRow
    wrong: frozenset[str]


def _shown(row: RejectedRow) -> ShownRow:
    names = [part.partition("]")[0] for part in row.message.split("Field [")[1:]]
    names += [part.partition("'")[0] for part in row.message.split("Column '")[1:]]
    return ShownRow(row, frozenset(names))


def _columns(rows: Sequence[ShownRow], header: tuple[str, ...]) -> list[str]:
    """The columns of rejected rows: those of the file, or those that have a value or are wrong in one of the rows."""
    found = dict.fromkeys(header)
    for each in rows:
        found |= dict.fromkeys(each.row.record)
        # Without the file, an empty cell is known from the message only.
        found |= {} if header else dict.fromkeys(sorted(each.wrong))
    return list(found)
