"""Probes of jobs: how they are submitted, processed and cancelled."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from mock_zuora.domain.ids import is_uuid
from mock_zuora.verify.finding import Inconclusive, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import is_refused
from mock_zuora.verify.tenant import JOBS, ProbedTenant, accepted, csv_text

_DOORS: Final = {"doors__c": {"type": "integer"}}
_FIELDS: Final = frozenset(
    {"Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "namespace", "object", "operation", "status",
     "processingTime", "recordsProcessed"}
)  # fmt: skip
_PATH: Final = ("accepted", "pending", "in_progress", "completed")
"""The statuses of a create job in their order."""
_PAUSE: Final = 10.0
"""Seconds between a submit and its upload; far more than the error of the dates."""
_ERROR: Final = timedelta(seconds=2)
"""How much the difference of two dates without decimals, and of the steps around them, may be off."""


@probe("rejected-rows", "runs a file of three rows, the second of them invalid", requests=14, jobs=1, objects=1)
def rejected_rows(tenant: ProbedTenant) -> Found:
    """What happens to the other rows of a file."""
    name = tenant.object(_DOORS)
    run = tenant.run(name, csv_text(["doors__c"], ["2"], ["four"], ["5"]))
    written = sorted(str(each.get("doors__c")) for each in tenant.records(name))
    seen = f"{run.seen}; written: {', '.join(written) or 'none'}"
    choices = {("2", "5"): "skip", (): "fail-job", ("2",): "stop"}
    found = choices.get(tuple(written))
    yield "rejected-rows", choice(found if run.upload.is_success else None, seen)


@probe("all-rows-rejected", "runs a file whose only row is invalid", requests=9, jobs=1, objects=1)
def all_rows_rejected(tenant: ProbedTenant) -> Found:
    """How a job ends without a written row."""
    run = tenant.run(tenant.object(_DOORS), csv_text(["doors__c"], ["four"]))
    if not run.upload.is_success:
        raise Inconclusive(f"the file was refused: {run.upload.seen}")
    codes = {str(each.get("code")) for each in run.errors}
    if run.status == "completed" and codes:
        yield "all-rows-rejected", choice("completed", run.seen)
    elif run.status == "failed" and run.code in codes:
        yield "all-rows-rejected", choice("failed", run.seen)
    elif run.status == "failed" and run.code == "71012520":
        yield "all-rows-rejected", choice("failed-generic", run.seen)
    else:
        yield "all-rows-rejected", other(run.seen)
    if run.status == "failed":
        error = run.job.get("error")
        keys = sorted(error) if isinstance(error, Mapping) else []
        yield (
            "jobs-02",
            row(keys == ["code", "message"], f"a failed job had an error with {', '.join(keys) or 'nothing'}"),
        )


@probe("records-processed", "runs a file of three rows, the last of them invalid", requests=14, jobs=1, objects=1)
def records_processed(tenant: ProbedTenant) -> Found:
    """Whether rejected rows are counted."""
    name = tenant.object(_DOORS)
    run = tenant.run(name, csv_text(["doors__c"], ["2"], ["4"], ["five"]))
    written = len(tenant.records(name))
    seen = f"{run.seen}; {written} records were written"
    if not written or not run.errors:
        raise Inconclusive(f"no job with written and rejected rows; {seen}")
    processed = run.job.get("recordsProcessed")
    choices: dict[object, str] = {written: "written", written + len(run.errors): "all-rows"}
    yield "records-processed", choice(choices.get(processed), seen)


@probe("processing-time", "uploads a file ten seconds after the submit of its job", requests=11, jobs=1, objects=1)
def processing_time(tenant: ProbedTenant) -> Found:
    """Compares the processing time with the dates of the job, so that it does not matter how long the job takes."""
    job = tenant.pending_job(tenant.object(_DOORS))
    tenant.timer.pause(_PAUSE)
    accepted(tenant.upload(job, csv_text(["doors__c"], ["2"])))
    ended = tenant.wait_for(job).object
    created, updated = (datetime.fromisoformat(str(ended[each])) for each in ("CreatedDate", "UpdatedDate"))
    total, processing = updated - created, timedelta(milliseconds=float(ended["processingTime"]))
    seen = (
        f"the file was uploaded {_PAUSE:g} s after the submit, and the job ended {total.total_seconds():g} s after it; "
        f"processingTime was {ended['processingTime']}"
    )
    pause = timedelta(seconds=_PAUSE)
    if total < pause - _ERROR:
        yield "processing-time", inconclusive(f"UpdatedDate is not the end of the job: {seen}")
    elif processing <= total - pause + _ERROR:
        yield "processing-time", choice("processing", seen)
    elif abs(total - processing) <= _ERROR:
        yield "processing-time", choice("since-submission", seen)
    else:
        yield "processing-time", other(seen)


@probe("wrong-status", "cancels a job twice, and uploads a file to it", requests=10, jobs=1, objects=1)
def wrong_status(tenant: ProbedTenant) -> Found:
    """The code of a refusal for the status of a job."""
    job = tenant.pending_job(tenant.object(_DOORS))
    accepted(tenant.cancel(job))
    tenant.wait_for(job, {"cancelled"})
    again, upload = tenant.cancel(job), tenant.upload(job, csv_text(["doors__c"], ["2"]))
    seen = f"for a cancelled job: {again.seen}; {upload.seen}"
    codes = {each.code for each in (again, upload) if is_refused(each, 400)}
    known = codes in ({"71013620"}, {"71013430"})
    is_told = known and again.status == upload.status == 400
    yield "wrong-status", choice(codes.pop(), seen) if is_told else other(seen)


@probe("job-life", "runs a job with a file to its end, and cancels another", requests=19, jobs=2, objects=1)
def job_life(tenant: ProbedTenant) -> Found:
    """The statuses and the fields of a create job."""
    name = tenant.object(_DOORS)
    submit = accepted(tenant.submit("create", name))
    job = str(submit.object.get("Id"))
    first = str(submit.object.get("status"))
    yield (
        "operations-01",
        row(submit.status == 200 and is_uuid(job), "the submit returned a job with an id"),
    )
    fields = set(submit.object)
    yield "jobs-01", row(fields == _FIELDS, f"a submitted job had the fields {', '.join(sorted(fields))}")
    yield "jobs-10", row(first == "pending", f"the response to the submit had the status {first}")
    pending = tenant.wait_for(job, {"pending"})
    upper = tenant.call("GET", f"{JOBS}/{job.upper()}")
    yield "operations-03", row(pending.object.get("Id") == job, "the job was retrieved by its id")
    is_found = upper.is_success and is_uuid(job)
    yield (
        "jobs-03",
        row(is_found, f"by its id in upper case: {upper.status}; the id is {'a' if is_uuid(job) else 'no'} UUID"),
    )
    upload = accepted(tenant.upload(job, csv_text(["doors__c"], ["2"])))
    yield from _uploaded(upload.object)
    ended = tenant.wait_for(job)
    if ended.object.get("status") != "completed":
        raise Inconclusive(f"a job with a valid file did not complete; {ended.seen}")
    statuses = [*dict.fromkeys([first, "pending", str(upload.object.get("status")), "completed"])]
    is_path = statuses == [each for each in _PATH if each in statuses]
    yield "jobs-09", row(is_path, f"a create job had the statuses {', '.join(statuses)}")
    errors = accepted(tenant.call("GET", f"{JOBS}/{job}/errors"))
    yield "operations-05", row(errors.object == {"errors": []}, f"without rejected rows: {errors.seen}")
    late = tenant.cancel(job)
    yield from _cancels(tenant, name, late.status)
    responses = (submit, pending, upload, ended, errors)
    yield "operations-07", row({each.status for each in responses} == {200}, "every operation returned 200")


def _uploaded(job: Mapping[str, Any]) -> Found:
    status, counters = job.get("status"), (job.get("processingTime"), job.get("recordsProcessed"))
    seen = f"the response to the upload had the status {status}, processingTime and recordsProcessed {counters}"
    yield "jobs-13", row(status == "in_progress" and counters == (0, 0), seen)
    yield "operations-04", row("Id" in job, "the upload returned the job")


def _cancels(tenant: ProbedTenant, name: str, late: int) -> Found:
    other_job = tenant.pending_job(name)
    cancelled = tenant.cancel(other_job)
    end = tenant.wait_for(other_job).object.get("status") if cancelled.is_success else None
    seen = f"a pending job, cancelled: {cancelled.status}, and then {end}"
    yield "operations-06", row(end == "cancelled", seen)
    yield "jobs-14", row(end == "cancelled" and late == 400, f"{seen}; a completed job, cancelled: {late}")
