"""Probes of uploads: which files a job refuses, and how it goes on."""

from typing import Final

from mock_zuora.verify.finding import Finding, Inconclusive, holds, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.probes.checks import refused
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import CSV, JOBS, TEXT, UNKNOWN_ID, ProbedTenant, accepted, csv_text

INVALID_FILE: Final = "71013620"
_WRONG_STATUS: Final = (INVALID_FILE, "71013430")
"""The codes of an upload to a job that takes no file any more."""
_GOOD: Final = csv_text(["name__c"], ["Ada"])
_INVALID: Final[dict[str, tuple[str | bytes, dict[str, str]]]] = {
    "an empty file": ("", CSV),
    "the content type application/json": (_GOOD, {"Content-Type": "application/json"}),
    "a file in Latin-1": (b"name__c\nJos\xe9\n", CSV),
    "a quote that is not closed": ('name__c\n"Ada\n', CSV),
    "invalid gzip data": (_GOOD, {**CSV, "Content-Encoding": "gzip"}),
    "a zero byte": ("name__c\nA\0da\n", CSV),
}
_ROWS: Final = {
    "upload-01": ("the content type application/json", "a file in Latin-1"),
    "upload-12": (
        "an empty file",
        "the content type application/json",
        "a quote that is not closed",
        "invalid gzip data",
    ),
    "rows-16": ("a zero byte",),
}
"""By row: the files that are refused because of it."""
_COLUMNS: Final = {
    "upload-08": (["unknown__c"], {"71013721"}),
    "upload-10": (["Id", "name__c"], {"71013730"}),
    "upload-11": (["name__c", "name__c"], {"71013720"}),
}
"""By row: a header in the file of a create job, and the code with which it is refused."""


@probe(
    "uploads", "uploads several invalid files and then a valid one, twice, to one job", requests=18, jobs=1, objects=1
)
def uploads(tenant: ProbedTenant) -> Found:
    job = tenant.pending_job(tenant.object({"name__c": TEXT}))
    responses: dict[str, Response] = {}
    for what, (content, headers) in _INVALID.items():
        responses[what] = tenant.upload(job, content, headers)
        if responses[what].is_success:
            # The job takes no other file.
            break
    yield from ((subject, _all_refused(responses, files)) for subject, files in _ROWS.items())
    if responses[what].is_success:
        return
    status = accepted(tenant.call("GET", f"{JOBS}/{job}")).object.get("status")
    good = tenant.upload(job, _GOOD)
    seen = f"after refused files, the job was {status} and a correct file got {good.status}"
    yield "upload-07", row(status == "pending" and good.is_success, seen)
    if good.is_success:
        yield "upload-04", refused(tenant.upload(job, _GOOD))


def _all_refused(responses: dict[str, Response], files: tuple[str, ...]) -> Finding:
    sent = [each for each in files if each in responses]
    wrong = [each for each in sent if not (responses[each].status == 400 and responses[each].code == INVALID_FILE)]
    if wrong:
        return other(f"{wrong[0]}: {responses[wrong[0]].seen}")
    if len(sent) < len(files):
        return inconclusive("the job accepted an earlier file, so that it took no other")
    return holds(f"refused with 400, {INVALID_FILE}: {', '.join(files)}")


@probe("columns", "uploads files with wrong columns to a create job and an update job", requests=16, jobs=2, objects=1)
def columns(tenant: ProbedTenant) -> Found:
    """A header may also be refused when its job is processed: then each header needs a job of its own."""
    name = tenant.object({"name__c": TEXT})
    job = tenant.pending_job(name)
    for subject, (header, codes) in _COLUMNS.items():
        code, seen = _refusal_of_header(tenant, job, header)
        yield subject, row(code in codes, f"the header {','.join(header)}: {seen}")
        if job not in tenant.jobs:
            job = tenant.pending_job(name)
    tenant.cancel(job)
    code, seen = _refusal_of_header(tenant, tenant.pending_job(name, "update"), ["name__c"])
    yield "upload-09", row(code == "71013722", f"an update with the header name__c: {seen}")


def _refusal_of_header(tenant: ProbedTenant, job: str, header: list[str]) -> tuple[str, str]:
    """The code with which a header is refused at the upload, or fails the job, and what was seen."""
    response = tenant.upload(job, csv_text(header, ["x"] * len(header)))
    if not response.is_success:
        return response.code, response.seen
    response = tenant.wait_for(job)
    tenant.jobs.remove(job)
    found = [each for each in response.codes if each.startswith("710137")]
    return found[0] if found else "", response.seen


@probe(
    "delete-job-file", "uploads a file to a delete job whose filter matches no record", requests=6, jobs=1, objects=1
)
def delete_job_file(tenant: ProbedTenant) -> Found:
    name = tenant.object({"name__c": TEXT})
    nothing = {"conditions": [{"field": "Id", "operator": "EQ", "value": UNKNOWN_ID}]}
    job = str(accepted(tenant.submit("delete", name, filter=nothing)).object.get("Id"))
    response = tenant.upload(job, _GOOD)
    if response.code in _WRONG_STATUS:
        raise Inconclusive(f"the job may have ended before it got the file; {response.seen}")
    yield "upload-05", refused(response, "71013530")
