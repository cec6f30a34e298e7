"""The files that clients upload, as a test sees them with both transports."""

import gzip
import http.client
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from mock_zuora.control.errors import Invalid, Unknown
from mock_zuora.domain import limits

pytestmark = pytest.mark.fidelity("mock-16")
CSV = b'brand__c,note__c\r\nVolvo,"a\nb"\r\nSaab,\xc3\xa4\r\n'
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + CSV + b"\r\n--x--\r\n"


@pytest.fixture
def upload(handle):
    """Uploads the bytes of a file."""

    def upload(job: str, body: bytes, content_type: str = "text/csv", **headers: str) -> int:
        address = urlsplit(handle.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        token = {"Authorization": f"Bearer {handle.token()}"}
        try:
            connection.request(
                "POST", f"/objects/jobs/{job}/files", body, {**token, "Content-Type": content_type, **headers}
            )
            return connection.getresponse().status
        finally:
            connection.close()

    return upload


@pytest.mark.parametrize(
    ("body", "content_type", "headers", "sent_as"),
    [
        (CSV, "text/csv; charset=utf-8", {}, "text/csv"),
        (gzip.compress(CSV), "text/csv", {"Content-Encoding": "gzip"}, "text/csv, gzip"),
        (MULTIPART, "multipart/form-data; boundary=x", {}, "multipart/form-data"),
        (
            gzip.compress(MULTIPART),
            "Multipart/Form-Data; boundary=x",
            {"Content-Encoding": "gzip"},
            "multipart/form-data, gzip",
        ),
    ],
    ids=["plain", "gzip", "multipart", "multipart and gzip"],
)
def test_file_of_a_job_is_shown_after_its_end(handle, submit, upload, body, content_type, headers, sent_as):
    job = submit(handle)
    assert upload(job, body, content_type, **headers) == 200
    assert handle.jobs.get(job).status == "completed"
    file = handle.jobs.file(job)
    assert (file.size, file.sha256) == (len(CSV), sha256(CSV).hexdigest())
    assert (file.header, file.rows) == (("brand__c", "note__c"), (("Volvo", "a\nb"), ("Saab", "ä")))
    assert (file.job_id, file.sent_as, file.encoding, file.row_count) == (job, sent_as, "utf-8", 2)
    assert not file.is_cut


def test_long_file_shows_its_first_200_rows(handle, submit):
    job = submit(handle, "brand__c\n" + "Saab\n" * 1_000)
    file = handle.jobs.file(job)
    assert (len(file.rows), file.row_count, file.is_cut) == (200, 1_000, True)


@pytest.mark.parametrize(
    ("operation", "named"), [("create", "is pending and has no file"), ("delete", "has no file, because it deletes")]
)
def test_job_without_file_says_why(handle, submit, operation, named):
    with pytest.raises(Unknown, match=f"id: job .* {named}"):
        handle.jobs.file(submit(handle, operation=operation))


def test_file_that_is_no_longer_kept_says_so(handle, submit, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RECEIVED_FILES", 1)
    first, second = submit(handle, "brand__c\nSaab\n"), submit(handle, "brand__c\nVolvo\n")
    assert handle.jobs.file(second).rows == (("Volvo",),)
    with pytest.raises(Unknown, match=f"id: the file of job {first} is no longer kept; .* the latest 1 files"):
        handle.jobs.file(first)


def test_refused_file_is_not_that_of_the_job(handle, submit, upload):
    job = submit(handle)
    assert upload(job, b"") == 400
    with pytest.raises(Unknown, match="has no file"):
        handle.jobs.file(job)


@pytest.mark.parametrize("scope", ["jobs", "records"])
def test_reset_of_the_jobs_forgets_their_files(handle, submit, scope):
    job = submit(handle, "brand__c\nSaab\n")
    handle.snapshots.save("one")
    handle.reset(scope)
    handle.snapshots.restore("one")
    with pytest.raises(Unknown, match="no longer kept"):
        handle.jobs.file(job)
    with pytest.raises(Unknown, match="no longer kept"):
        handle.jobs.file(handle.jobs.last)


def test_reset_of_other_parts_keeps_the_files(handle, submit):
    job = submit(handle, "brand__c\nSaab\n")
    handle.reset("journal", "faults", "settings")
    assert handle.jobs.file(job).rows == (("Saab",),)


# Rejected rows in pages


@pytest.mark.parametrize(
    ("page", "rows"),
    [({}, [2, 3, 4, 5]), ({"limit": 3}, [2, 3, 4]), ({"limit": 3, "after": 4}, [5]), ({"after": 9}, [])],
)
def test_rejected_rows_have_pages(handle, submit, page, rows):
    handle.jobs.reject_rows(where={"brand__c": "Saab"})
    job = submit(handle, "brand__c\n" + "Saab\n" * 4 + "Volvo\n")
    assert [each.row for each in handle.jobs.errors(job, **page)] == rows


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 10_001}, {"after": -1}], ids=str)
def test_invalid_page_of_rejected_rows_is_refused(handle, submit, page):
    with pytest.raises(Invalid, match=f"^{next(iter(page))}: "):
        handle.jobs.errors(submit(handle), **page)
