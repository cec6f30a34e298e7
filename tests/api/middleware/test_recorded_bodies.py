"""Bodies of recorded requests that are compressed, long or not text."""

import asyncio
import gzip
import json

import pytest

from mock_zuora.control.faults import FaultRule
from mock_zuora.control.journal import MAX_RECORDED_BODY, RequestSearch
from tests.finished import finished

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
JOB = {"operation": "create", "object": "vehicle", "namespace": "default"}
GZIP = {"Content-Encoding": "gzip"}
SECRET = "0123456789-of-the-client"


def latest(api):
    return finished(api.app.control.instruments("default").journal.find(RequestSearch())).requests[-1]


async def test_gzipped_body_is_recorded_as_text(api, client):
    packed = gzip.compress(json.dumps(JOB).encode())
    await client.post(JOBS, content=packed, headers=GZIP)
    request = latest(api)
    assert (request.json(), request.body_bytes, request.body_base64) == (JOB, len(packed), "")


async def test_gzip_of_several_members_is_recorded_as_text(api, client):
    await client.post(JOBS, content=b"".join(gzip.compress(part) for part in (b"one ", b"", b"two")), headers=GZIP)
    assert (latest(api).body, latest(api).is_body_cut) == ("one two", False)


@pytest.mark.parametrize(
    "unpacked",
    [b"x" * 50_000_000, b"x" * (MAX_RECORDED_BODY + 1), bytes(range(33, 127)) * 2_000],
    ids=["bomb", "a byte too long", "long"],
)
async def test_beginning_of_a_long_gzipped_body_is_recorded(api, client, unpacked):
    await client.post(JOBS, content=gzip.compress(unpacked), headers=GZIP)
    request = latest(api)
    assert request.is_body_cut and request.content == unpacked[:MAX_RECORDED_BODY]


async def test_gzipped_body_that_was_cut_before_it_was_unpacked_is_cut(api, client):
    noise = b"".join(b"%d," % (number * 2_654_435_761 % 2**32) for number in range(8_000))
    await client.post(JOBS, content=gzip.compress(noise), headers=GZIP)
    request = latest(api)
    assert request.is_body_cut and noise.startswith(request.content)


async def test_thousands_of_empty_members_are_cut(api, client):
    await client.post(JOBS, content=gzip.compress(b"") * 500 + gzip.compress(b"x"), headers=GZIP)
    assert latest(api).is_body_cut


async def test_body_whose_client_disconnected_is_cut(api, ask):
    await ask(api.app, "POST", JOBS, headers=[(b"content-length", b"100")], chunks=[b'{"oper'], ends=False)
    request = latest(api)
    assert (request.status, request.body_bytes, request.is_body_cut) == (None, 6, True)
    with pytest.raises(ValueError, match="the server has read only 6 bytes of it"):
        request.json()


@pytest.mark.parametrize("body", [b"plain", b"", gzip.compress(b"x" * 100)[:-9]], ids=["plain", "empty", "incomplete"])
async def test_body_that_is_not_gzip_is_recorded_as_it_is(api, client, body):
    await client.post(JOBS, content=body, headers=GZIP)
    assert latest(api).content in (body, b"x" * 100)


async def test_secret_in_a_gzipped_body_is_redacted(api, client):
    api.registry.secrets.add([SECRET])
    for text in (f'{{"x": "{SECRET}"}}', "x" * (MAX_RECORDED_BODY - 9) + SECRET, '{"clientSecret": "geheim"}'):
        await client.post(JOBS, content=gzip.compress(text.encode()), headers=GZIP)
        request = latest(api)
        assert SECRET[:8] not in request.body and "geheim" not in request.body


async def test_bytes_of_a_body_that_is_not_utf8_are_recorded(api, client):
    api.registry.secrets.add([SECRET])
    await client.post(JOBS, content=f"märke {SECRET}".encode("cp1252"))
    request = latest(api)
    assert request.content == b"m\xe4rke redacted" and request.body == "m\ufffdrke redacted"


async def test_character_that_was_cut_leaves_a_body_text(api, client):
    await client.post(JOBS, content="ü".encode() * MAX_RECORDED_BODY)
    request = latest(api)
    assert request.is_body_cut and not request.body_base64 and set(request.body) == {"ü"}


async def test_long_response_of_wide_characters_is_recorded_without_its_margin(api, client):
    await client.post(JOBS, json={**JOB, "object": "ü" * 90, "x": "y"})
    assert len(latest(api).response_body) <= MAX_RECORDED_BODY


async def test_body_that_the_operation_does_not_read_is_recorded(api, client):
    api.app.control.instruments("default").faults.add(FaultRule(status=503))
    await client.post(JOBS, json=JOB)
    assert latest(api).json() == JOB


async def test_long_body_that_the_operation_does_not_read_says_so(api, client):
    api.app.control.instruments("default").faults.add(FaultRule(status=503))
    await client.post(JOBS, content=b"x" * 100_000)
    assert (latest(api).body, latest(api).is_body_cut) == ("", True)
    with pytest.raises(ValueError, match="the server has not read it"):
        latest(api).json()


@pytest.mark.parametrize(
    "headers",
    [[(b"content-length", b"9")], [(b"content-length", b"9"), (b"expect", b"100-continue")]],
    ids=["never sent", "held back"],
)
async def test_client_that_does_not_send_its_body_gets_its_response(api, headers):
    """In particular, a client that expects 100 Continue is not told to send the body."""
    asked, sent = [], []

    async def receive():
        asked.append("body")
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    headers = [(b"authorization", b"Bearer x"), *headers]
    scope = {
        "type": "http", "method": "POST", "path": "/x", "raw_path": b"/x", "query_string": b"", "headers": headers,
        "client": None, "server": None, "scheme": "http", "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    async with asyncio.timeout(20):
        await api.app(scope, receive, send)
    assert sent[0]["status"] == 404
    assert asked == ([] if len(headers) == 3 else ["body"])


async def test_form_of_a_multipart_upload_is_recorded(api, client):
    await client.post(f"{JOBS}/1/files", files={"file": ("a.csv", b"brand__c\nVolvo\n")})
    assert latest(api).form == {"file": "brand__c\nVolvo\n"}


async def test_response_headers_are_those_that_were_sent(api, client):
    api.configure(rate_limits="100,100,100")
    response = await client.get(JOBS, headers={"Zuora-Track-Id": "mine"})
    assert latest(api).response_headers == dict(response.headers)


async def test_headers_of_a_compressed_response_are_recorded(api, client):
    for _ in range(5):
        await client.post(JOBS, json=JOB)
    await client.get(JOBS)
    assert latest(api).response_headers["content-encoding"] == "gzip"


async def test_secret_in_a_response_header_is_redacted(api, client):
    api.registry.secrets.add([SECRET])
    await client.get(JOBS, headers={"Zuora-Track-Id": SECRET})
    assert latest(api).response_headers["zuora-track-id"] == "redacted"


async def test_unlisted_token_has_an_alias(api):
    async with api.client("geheim") as client:
        await client.get(JOBS)
    assert latest(api).token == "token-1"


async def test_token_request_and_anonymous_request_have_no_token(api, client):
    await client.post("/oauth/token", data={"client_id": "me"})
    assert (latest(api).token, latest(api).operation) == (None, "createToken")
    await client.get(JOBS, headers={"Authorization": "Basic abc"})
    assert (latest(api).token, latest(api).status) == (None, 401)


@pytest.mark.parametrize(
    ("method", "path", "operation", "job"),
    [
        ("GET", f"{JOBS}/1/errors", "GET_CustomObjectBulkJobErrors", "1"),
        ("GET", JOBS, "GET_AllCustomObjectBulkJobs", None),
        ("PUT", f"{JOBS}/1", None, None),
        ("GET", f"{JOBS}/1/x", None, None),
        ("GET", "/objects/records/default/vehicle", "GET_AllRecordsForCustomObjectType", None),
        ("GET", f"{JOBS}/{'x' * 101}", "GET_CustomObjectBulkJob", None),
    ],
)
async def test_request_has_its_operation_and_its_job(api, client, method, path, operation, job):
    await client.request(method, path)
    assert (latest(api).operation, latest(api).job_id) == (operation, job)


async def test_submission_that_was_refused_has_no_job(api, client):
    response = await client.post(JOBS, json={**JOB, "operation": "upsert"})
    assert (latest(api).job_id, latest(api).error_code) == (None, response.json()["code"])


async def test_text_is_found_in_a_gzipped_body(api, client):
    packed = gzip.compress(b"brand__c\nVolvo\n")
    await client.post(
        f"{JOBS}/1/files", content=packed, headers={"Content-Encoding": "gzip", "Content-Type": "text/csv"}
    )
    journal = api.app.control.instruments("default").journal
    assert finished(journal.count(RequestSearch(text="volvo"))) == 1
    assert finished(journal.count(RequestSearch(text="saab"))) == 0
