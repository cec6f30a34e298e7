"""Uploads over HTTP: which files are accepted, which are refused, and that a refusal leaves the job pending."""

import gzip
import tracemalloc

import pytest

from mock_zuora.api.uploads import MAX_FILE_BYTES
from mock_zuora.domain.tenants.settings import Transitions

pytestmark = pytest.mark.anyio

CSV = b"brand__c\nFord\n"
MEGABYTE = 1024 * 1024
HEAD = b'Content-Disposition: form-data; name="file"; filename="cars.csv"\r\nContent-Type: text/csv\r\n\r\n'
PACKED = {"Content-Encoding": "gzip"}
FORM = "multipart/form-data; boundary=cut"


def file_of(size):
    """A CSV file of exactly so many bytes, in few long rows, which are fast to read."""
    rows = (b"x" * 65_535 + b"\n") * (size // 65_536 + 1)
    return (b"brand__c\n" + rows)[: size - 1] + b"\n"


TAKEN = {
    "text/csv": ("text/csv", {}, CSV),
    "with a charset": ('Text/CSV ; charset="UTF-8"', {}, CSV),
    "packed": ("text/csv", PACKED, gzip.compress(CSV)),
    "packed in two members": (
        "text/csv",
        {"Content-Encoding": "GZIP"},
        gzip.compress(CSV[:5]) + gzip.compress(CSV[5:]),
    ),
    "with a byte-order mark": ("text/csv", {}, b"\xef\xbb\xbf" + CSV),
    "with CRLF": ("text/csv", {}, CSV.replace(b"\n", b"\r\n")),
}


@pytest.mark.fidelity("upload-01")
@pytest.mark.parametrize(("content_type", "headers", "content"), TAKEN.values(), ids=list(TAKEN))
async def test_csv_file_is_accepted(client, api, pending_job, upload, content_type, headers, content):
    response = await upload(pending_job, content, content_type, **headers)
    assert (response.status_code, response.json()["status"]) == (200, "in_progress")
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["recordsProcessed"] == 1
    assert api.tenant.fidelity.counts == {}


REFUSED = {
    "no body": ("text/csv", {}, b"", 71013620, "missing or empty"),
    "an empty packed file": ("text/csv", PACKED, gzip.compress(b""), 71013620, "missing or empty"),
    "no content type": ("", {}, CSV, 71013620, "Content-Type: expected text/csv, but none"),
    "another content type": ("application/json", {}, CSV, 71013620, "'application/json'"),
    "another charset": ("text/csv; charset=latin-1", {}, CSV, 71013620, "charset 'latin-1'"),
    "a charset without a name": ("text/csv; charset=", {}, CSV, 71013620, "charset ''"),
    "not packed": ("text/csv", PACKED, CSV, 71013620, "Content-Encoding"),
    "packed, cut off": ("text/csv", PACKED, gzip.compress(CSV)[:-1], 71013620, "Content-Encoding"),
    "packed, and more": ("text/csv", PACKED, gzip.compress(CSV) + b"x", 71013620, "Content-Encoding"),
    "another coding": ("text/csv", {"Content-Encoding": "br"}, CSV, 71013620, "'br'"),
    "packed without saying so": ("text/csv", {}, gzip.compress(CSV), 71013620, "with gzip"),
    "not UTF-8": ("text/csv", {}, b"brand__c\n\xff\n", 71013620, "not UTF-8"),
    "not CSV": ("text/csv", {}, b'brand__c\n"Ford', 71013620, "Row 2 is not CSV"),
    "a blank first line": ("text/csv", {}, b"\nbrand__c\nFord\n", 71013620, "header row"),
    "an unknown column": ("text/csv", {}, b"brand\nFord\n", 71013721, "'brand'"),
    "a column twice": ("text/csv", {}, b"brand__c,brand__c\n1,2\n", 71013720, "'brand__c'"),
    "a system field": ("text/csv", {}, b"brand__c,CreatedDate\n1,2\n", 71013730, "'CreatedDate'"),
    "an id in a create file": ("text/csv", {}, b"Id,brand__c\n1,2\n", 71013730, "'Id'"),
    "over 15 MB": ("text/csv", {}, b"x" * (MAX_FILE_BYTES + 1), 71013630, "15000000 bytes"),
    "no part": (FORM, {}, b"--cut--\r\n", 71013620, "no part"),
    "two parts": (FORM, {}, b"--cut\r\n" + HEAD + CSV + b"\r\n--cut\r\n" + HEAD, 71013620, "more than one part"),
    "an empty part": (FORM, {}, b"--cut\r\n" + HEAD + b"\r\n--cut--\r\n", 71013620, "missing or empty"),
    "a form field": (
        FORM, {}, b'--cut\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + CSV + b"\r\n--cut--\r\n", 71013620,
        "form field",
    ),
    "a part without headers": (FORM, {}, b"--cut\r\n\r\n" + CSV + b"\r\n--cut--\r\n", 71013620, "form field"),
    "another boundary": (FORM, {}, b"--other\r\n" + HEAD + CSV + b"\r\n--other--\r\n", 71013620, "not multipart"),
    "no last boundary": (FORM, {}, b"--cut\r\n" + HEAD + CSV, 71013620, "ends before its last boundary"),
    "an empty multipart body": (FORM, {}, b"", 71013620, "ends before its last boundary"),
    "no boundary": ("multipart/form-data", {}, b"--cut--", 71013620, "has no boundary; expected boundary="),
    "a part over 15 MB": (
        FORM, {}, b"--cut\r\n" + HEAD + b"x" * (MAX_FILE_BYTES + 1) + b"\r\n--cut--\r\n", 71013630, "15000000 bytes",
    ),
}  # fmt: skip


@pytest.mark.fidelity("upload-01", "upload-07", "upload-12")
@pytest.mark.parametrize(("content_type", "headers", "content", "code", "words"), REFUSED.values(), ids=list(REFUSED))
async def test_refused_file_leaves_job_pending(
    client, pending_job, upload, content_type, headers, content, code, words
):
    before = (await client.get(f"/objects/jobs/{pending_job}")).json()
    response = await upload(pending_job, content, content_type, **headers)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert words in response.json()["message"]
    assert (await client.get(f"/objects/jobs/{pending_job}")).json() == before
    assert (await upload(pending_job, CSV)).status_code == 200


async def test_update_file_without_id_column_is_refused(client, upload):
    job = {"operation": "update", "object": "vehicle", "namespace": "default"}
    job_id = (await client.post("/objects/jobs", json=job)).json()["Id"]
    response = await upload(job_id, CSV)
    assert (response.status_code, response.json()["code"]) == (400, 71013722)
    assert "'id' column" in response.json()["message"]
    assert (await client.get(f"/objects/jobs/{job_id}")).json()["status"] == "pending"


@pytest.mark.fidelity("upload-06")
async def test_multipart_file_is_accepted_with_warning(client, api, pending_job, caplog):
    response = await client.post(f"/objects/jobs/{pending_job}/files", files={"file": ("cars.csv", CSV)})
    assert (response.status_code, response.json()["status"]) == (200, "in_progress")
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["recordsProcessed"] == 1
    assert api.tenant.fidelity.counts == {"multipart-upload": 1}
    assert "send the file as the body, with Content-Type: text/csv" in caplog.text


async def test_multipart_body_can_be_gzipped_and_arrive_byte_by_byte(client, api, ask, pending_job):
    body = gzip.compress(b"--cut\r\n" + HEAD + CSV + b"\r\n--cut--\r\n")
    chunks = [body[at : at + 1] for at in range(len(body))]
    headers = [(b"content-type", FORM.encode()), (b"content-encoding", b"gzip")]
    answer = await ask(api.app, "POST", f"/objects/jobs/{pending_job}/files", headers=headers, chunks=chunks)
    assert answer.status == 200
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["recordsProcessed"] == 1


@pytest.mark.fidelity("upload-06")
async def test_strict_mode_refuses_multipart(client, api, pending_job):
    api.configure(strict=True)
    response = await client.post(f"/objects/jobs/{pending_job}/files", files={"file": ("cars.csv", CSV)})
    assert (response.status_code, response.json()["code"]) == (400, 71013620)
    assert "multipart/form-data" in response.json()["message"]
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["status"] == "pending"


# The size limit


@pytest.fixture
async def large(make_api):
    """An API whose jobs do not end by themselves, and the path of an upload."""
    api = make_api(transitions=Transitions.MANUAL)
    async with api.client() as client:
        job = {"operation": "create", "object": "vehicle", "namespace": "default"}
        job_id = (await client.post("/objects/jobs", json=job)).json()["Id"]
    return api, f"/objects/jobs/{job_id}/files"


@pytest.mark.fidelity("upload-02", "upload-03")
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("limit", ["15000000", "15728640"])
async def test_file_limit_is_15_megabytes_after_gunzip(large, limit, is_packed, extra):
    api, path = large
    api.assume({"file-limit": limit})
    content = file_of(int(limit) + extra)
    headers = {"Content-Type": "text/csv"}
    if is_packed:
        content, headers["Content-Encoding"] = gzip.compress(content, 1), "gzip"
    async with api.client() as client:
        response = await client.post(path, content=content, headers=headers)
    assert response.status_code == (400 if extra else 200)
    assert response.json().get("code") == (71013630 if extra else None)
    assert f"{limit} bytes" in response.text or not extra


async def test_limit_is_consulted_only_between_both_readings(large):
    api, path = large
    headers = {"Content-Type": "text/csv"}
    async with api.client() as client:
        await client.post(path, content=file_of(15_728_641), headers=headers)
        assert "file-limit" not in api.tenant.consulted
        refused = await client.post(path, content=file_of(15_000_001), headers=headers)
        assert refused.headers["mock-zuora-reason"] == "assumption file-limit=15000000 (default)"
        api.tenant.consulted.clear()
        assert (await client.post(path, content=file_of(15_000_000), headers=headers)).status_code == 200
    assert "file-limit" not in api.tenant.consulted


async def test_multipart_file_limit_excludes_boundaries(large):
    api, path = large
    async with api.client() as client:
        response = await client.post(path, files={"file": ("cars.csv", file_of(15_000_000))})
    assert response.status_code == 200


def endless(chunk):
    while True:
        yield chunk


async def test_body_without_length_is_read_up_to_its_limit(large, ask):
    api, path = large
    headers = [(b"content-type", b"text/csv"), (b"transfer-encoding", b"chunked")]
    answer = await ask(api.app, "POST", path, headers=headers, chunks=endless(b"x" * MEGABYTE))
    assert (answer.status, b"71013630" in answer.body) == (400, True)
    assert answer.taken <= MAX_FILE_BYTES + 2 * MEGABYTE


async def test_body_with_too_large_length_is_refused_unread(large, ask):
    api, path = large
    headers = [(b"content-type", b"text/csv"), (b"content-length", b"999999999")]
    answer = await ask(api.app, "POST", path, headers=headers, chunks=endless(b"x" * MEGABYTE))
    assert (answer.status, b"71013630" in answer.body) == (400, True)
    assert answer.taken == 0


async def test_false_content_length_does_not_raise_the_limit(large, ask):
    api, path = large
    headers = [(b"content-type", b"text/csv"), (b"content-length", b"10")]
    answer = await ask(api.app, "POST", path, headers=headers, chunks=endless(b"x" * MEGABYTE))
    assert (answer.status, b"71013630" in answer.body) == (400, True)
    assert answer.taken <= MAX_FILE_BYTES + MEGABYTE


@pytest.mark.parametrize("length", [b"", b"-1", b"ten", b"\xb2", b"9" * 5000])
async def test_invalid_content_length_does_not_crash(large, ask, length):
    api, path = large
    headers = [(b"content-type", b"text/csv"), (b"content-length", length)]
    assert (await ask(api.app, "POST", path, headers=headers, chunks=[CSV])).status in (200, 400)


@pytest.mark.fidelity("requests-09")
async def test_gzip_bomb_needs_no_more_memory_than_the_limit(large, ask):
    api, path = large
    bomb = gzip.compress(bytes(32 * MEGABYTE)) * 8
    headers = [(b"content-type", b"text/csv"), (b"content-encoding", b"gzip")]
    tracemalloc.start()
    try:
        answer = await ask(api.app, "POST", path, headers=headers, chunks=[bomb])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (answer.status, b"71013630" in answer.body) == (400, True)
    assert peak < MAX_FILE_BYTES + 2 * MEGABYTE


async def test_file_is_not_read_if_the_job_accepts_none(client, api, ask):
    job = {"operation": "delete", "object": "vehicle", "namespace": "default"}
    job_id = (await client.post("/objects/jobs", json=job)).json()["Id"]
    headers = [(b"content-type", b"text/csv"), (b"content-length", b"10000000")]
    answer = await ask(
        api.app, "POST", f"/objects/jobs/{job_id}/files", headers=headers, chunks=endless(b"x" * MEGABYTE)
    )
    assert (answer.status, b"71013530" in answer.body) == (400, True)
    assert answer.taken == 0


@pytest.mark.fidelity("upload-04")
async def test_only_one_of_two_simultaneous_uploads_is_accepted(large):
    api, path = large
    async with api.client() as client:

        async def slow():
            assert (await client.post(path, content=CSV, headers={"Content-Type": "text/csv"})).status_code == 200
            yield CSV

        second = await client.post(path, content=slow(), headers={"Content-Type": "text/csv"})
    assert (second.status_code, second.json()["code"]) == (400, 71013620)


@pytest.mark.parametrize("content_type", [b"text/csv", FORM.encode()], ids=["text/csv", "multipart"])
async def test_disconnected_upload_leaves_job_pending(client, api, ask, pending_job, content_type):
    answer = await ask(
        api.app, "POST", f"/objects/jobs/{pending_job}/files",
        headers=[(b"content-type", content_type)], chunks=[b"--cut\r\n", HEAD, CSV], ends=False,
    )  # fmt: skip
    assert answer.status is None
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["status"] == "pending"
