"""Probes of files: which ones are accepted."""

from typing import Final

from mock_zuora.verify.finding import Finding, Inconclusive, choice, inconclusive, other, row
from mock_zuora.verify.probe import Found, probe
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import TEXT, ProbedTenant, csv_text

INVALID_FILE: Final = "71013620"
TOO_LARGE: Final = "71013630"
UNKNOWN_COLUMN: Final = "71013721"
_NAMED: Final = {"name__c": TEXT}
_GOOD: Final = csv_text(["name__c"], ["Ada"])
_LONG_ROW: Final = "x" * 955_999 + "\n"
"""A row that no text field accepts, so that a large file writes nothing."""
_OVER_BOTH_LIMITS: Final = 17
"""Rows of a file with over 15,728,640 bytes."""
_BETWEEN_THE_LIMITS: Final = 16
"""Rows of a file with over 15,000,000 bytes."""


@probe("byte-order-mark", "runs a file that starts with a byte-order mark", requests=13, jobs=1, objects=1)
def byte_order_mark(tenant: ProbedTenant) -> Found:
    name = tenant.object(_NAMED)
    job = tenant.pending_job(name)
    marked = tenant.upload(job, "\ufeff" + _GOOD)
    if marked.is_success:
        tenant.wait_for(job)
        found = [each.get("name__c") for each in tenant.records(name)]
        seen = f"the file was accepted, and the names of its records were {found}"
        yield "byte-order-mark", choice("ignored", seen) if found == ["Ada"] else other(seen)
    else:
        _check_accepted(tenant.upload(job, _GOOD), "the same file without the mark")
        yield "byte-order-mark", _if_code(marked, INVALID_FILE, "refused")


@probe("header-check", "uploads a file whose header names a field that does not exist", requests=11, jobs=1, objects=1)
def header_check(tenant: ProbedTenant) -> Found:
    name = tenant.object(_NAMED)
    job = tenant.pending_job(name)
    wrong = tenant.upload(job, csv_text(["name__c", "unknown__c"], ["Ada", "x"]))
    if wrong.is_success:
        error = tenant.wait_for(job)
        seen = f"the upload was accepted; {error.seen}"
        is_failed = error.object.get("status") == "failed" and UNKNOWN_COLUMN in error.codes
        yield "header-check", choice("processing", seen) if is_failed else other(seen)
    else:
        _check_accepted(tenant.upload(job, _GOOD), "the same file without the column")
        yield "header-check", _if_code(wrong, UNKNOWN_COLUMN, "upload")


@probe("header-only-file", "uploads a file that has a header row and no other row", requests=11, jobs=1, objects=1)
def header_only_file(tenant: ProbedTenant) -> Found:
    name = tenant.object(_NAMED)
    job = tenant.pending_job(name)
    empty = tenant.upload(job, "name__c\n")
    if empty.is_success:
        end = tenant.wait_for(job)
        is_completed = end.object.get("status") == "completed" and end.object.get("recordsProcessed") in (0, None)
        yield "header-only-file", choice("completed", end.seen) if is_completed else other(end.seen)
    else:
        _check_accepted(tenant.upload(job, _GOOD), "the same file with one more row")
        yield "header-only-file", _if_code(empty, INVALID_FILE, "refused")


@probe(
    "file-limit", "uploads a file of 16.3 MB and one of 15.3 MB, whose rows are invalid", requests=10, jobs=1, objects=1
)
def file_limit(tenant: ProbedTenant) -> Found:
    """Whether 15 MB are 15,000,000 or 15,728,640 bytes."""
    job = tenant.pending_job(tenant.object(_NAMED))
    too_large = tenant.upload(job, "name__c\n" + _LONG_ROW * _OVER_BOTH_LIMITS)
    yield "upload-02", row(too_large.status == 400 and too_large.code == TOO_LARGE, f"16.3 MB: {too_large.seen}")
    if too_large.is_success:
        yield "file-limit", other(f"a file of 16.3 MB was accepted: {too_large.seen}")
        return
    between = tenant.upload(job, "name__c\n" + _LONG_ROW * _BETWEEN_THE_LIMITS)
    seen = f"16.3 MB: {too_large.code or too_large.status}; 15.3 MB: {between.seen}"
    if between.is_success and too_large.code == TOO_LARGE:
        yield "file-limit", choice("15728640", seen)
    elif between.code == TOO_LARGE:
        yield "file-limit", choice("15000000", seen)
    else:
        yield "file-limit", other(seen)


def _check_accepted(control: Response, what: str) -> None:
    """Raises Inconclusive if a valid file is refused: then the refusal of another file proves nothing."""
    if not control.is_success:
        raise Inconclusive(f"{what} is refused too; {control.seen}")


def _if_code(refusal: Response, code: str, name: str) -> Finding:
    if refusal.is_denied:
        return inconclusive(refusal.seen)
    return choice(name, refusal.seen) if refusal.code == code else other(refusal.seen)
