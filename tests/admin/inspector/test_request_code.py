"""Recorded requests as code: what is sent again is what was sent."""

import gzip
import subprocess

import httpx
import pytest

from mock_zuora.admin.inspector.request_code import curl_of_request, notes_on, python_of_request
from tests.platforms import skip_without

from .conftest import HOSTILE

JOBS = "/objects/jobs"
CSV = {"Content-Type": "text/csv"}
SENT = {
    "get": {"method": "GET", "url": f"{JOBS}?pageSize=1&cursor=[a]{{b,c}}"},
    "json": {"method": "POST", "url": JOBS, "json": {"object": "it's $HOME `id` \"x\" !! \\ é", "operation": "create"}},
    "file": {"method": "POST", "url": f"{JOBS}/1/files", "content": "a,b\n\n@c\n", "headers": CSV},
    "at sign": {"method": "POST", "url": JOBS, "content": "@/etc/hostname"},
    "bytes": {"method": "POST", "url": JOBS, "content": b"\xff\xfe\0'%s\n"},
    "zero": {"method": "POST", "url": JOBS, "content": "a\0b"},
    "path": {"method": "DELETE", "url": f"{JOBS}/..%2F;rm%20-rf%20'$(id)'/a%3Fb/%C3%A9%25"},
    "headers": {"method": "PATCH", "url": JOBS, "headers": {"X-Why": HOSTILE, "X-Empty": "", "Zuora-Version": "341.0"}},
}  # fmt: skip


@pytest.fixture(params=SENT)
def recorded(request, running):
    """The handle of a tenant, and the record of a request that its client has sent."""
    with running.tenant() as zuora:
        sent = SENT[request.param]
        headers = {**sent.get("headers", {}), **zuora.headers()}
        httpx.request(**{**sent, "url": zuora.url + sent["url"], "headers": headers})
        yield zuora, zuora.requests.last


def same(request):
    """What must be the same when a request is sent again."""
    own = ("host", "user-agent", "accept", "accept-encoding", "connection", "content-length")
    headers = {name: value for name, value in request.headers.items() if name not in own}
    return request.method, request.path, request.query, request.content, headers, request.status, request.user


def test_curl_command_sends_the_same_request(recorded):
    skip_without("bash", "curl")
    zuora, request = recorded
    environment = {"TOKEN": zuora.token(), "PATH": "/usr/bin:/bin"}
    command = curl_of_request(request, zuora.url)
    subprocess.run(["bash", "-c", command], env=environment, capture_output=True, check=True, timeout=30)
    assert len(zuora.requests) == 2 and same(zuora.requests.last) == same(request)


def test_python_code_sends_the_same_request_and_its_check_passes(recorded):
    zuora, request = recorded
    exec(python_of_request(request), {"httpx": httpx, "zuora": zuora})
    assert len(zuora.requests) == 2 and same(zuora.requests.last) == same(request)


def test_body_that_was_cut_is_noted_in_the_code(running):
    with running.tenant() as zuora:
        httpx.post(zuora.url + JOBS, content="x" * 20_000, headers=zuora.headers())
        request = zuora.requests.last
    note = "The body was cut: 16,384 bytes of it were recorded, and 20,000 were read."
    assert notes_on(request) == [note]
    assert curl_of_request(request, "http://x").startswith(f"# {note}\ncurl ")
    assert python_of_request(request).startswith(f"# {note}\n")


def test_secret_and_compression_are_noted(running):
    with running.tenant() as zuora:
        headers = {**zuora.headers(), "Content-Encoding": "gzip", "X-Auth-Token": "geheim"}
        httpx.post(zuora.url + JOBS, content=gzip.compress(b"{}"), headers=headers)
        request = zuora.requests.last
    assert notes_on(request) == [
        "What was secret is shown as 'redacted'; put it in again.",
        "The body is shown, and sent, without its Content-Encoding.",
    ]
    assert "geheim" not in curl_of_request(request, "http://x") + python_of_request(request)


def test_token_is_a_variable_only_if_one_was_sent(running):
    httpx.get(running.url + "/objects/nothing-here")
    request = running.requests.last
    assert "TOKEN" not in curl_of_request(request, "http://x")
    assert "headers" not in python_of_request(request)
