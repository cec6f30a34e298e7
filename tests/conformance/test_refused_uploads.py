"""Every client reads the refusal of a large upload: it gets the status and the body, never a connection error."""

import asyncio
import http.client
import io
import json
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3

from mock_zuora import MockZuora

MEGABYTE = 1_000_000
SIZES = [each * MEGABYTE for each in (1, 9, 12, 15, 20)]
FILE = memoryview(b"brand__c\n" + b"Volvo\n" * (max(SIZES) // 6))
PIECE = 64 * 1024
TIMEOUT = 30
"""Seconds; as long as no test that passes takes."""


@dataclass(frozen=True)
class Upload:
    url: str
    job: str
    token: str
    size: int
    is_chunked: bool = False
    content_type: str = "text/csv"

    @property
    def target(self) -> str:
        return f"{self.url}/objects/jobs/{self.job}/files"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": self.token, "Content-Type": self.content_type}

    @property
    def file(self) -> bytes:
        return bytes(FILE[: self.size])

    @property
    def body(self) -> Any:
        """Bytes, which have a length, or an iterator, which clients send in chunks."""
        return self.pieces() if self.is_chunked else self.file

    def pieces(self) -> Iterator[bytes]:
        for start in range(0, self.size, PIECE):
            yield bytes(FILE[start : min(start + PIECE, self.size)])


Answer = tuple[int, Any]


def with_requests(upload: Upload) -> Answer:
    response = requests.post(upload.target, data=upload.body, headers=upload.headers, timeout=TIMEOUT)
    return response.status_code, response.json()


def with_http_client(upload: Upload) -> Answer:
    address = urlsplit(upload.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=TIMEOUT)
    chunking = {"Transfer-Encoding": "chunked"} if upload.is_chunked else {}
    connection.request(
        "POST", urlsplit(upload.target).path, upload.body, upload.headers | chunking, encode_chunked=upload.is_chunked
    )
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, body


def with_urllib3(upload: Upload) -> Answer:
    with urllib3.PoolManager(retries=False, timeout=TIMEOUT) as pool:
        response = pool.request("POST", upload.target, body=upload.body, headers=upload.headers)
        return response.status, response.json()


def with_httpx(upload: Upload) -> Answer:
    response = httpx.post(upload.target, content=upload.body, headers=upload.headers, timeout=TIMEOUT)
    return response.status_code, response.json()


def with_httpx2(upload: Upload) -> Answer:
    response = httpx2.post(upload.target, content=upload.body, headers=upload.headers, timeout=TIMEOUT)
    return response.status_code, response.json()


def with_aiohttp(upload: Upload) -> Answer:
    made = socket.socket()

    async def pieces():
        for piece in upload.pieces():
            yield piece

    async def send() -> Answer:
        body = pieces() if upload.is_chunked else io.BytesIO(upload.file)
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(socket_factory=lambda address: made)) as session,
            session.post(upload.target, data=body, headers=upload.headers) as response,
        ):
            answer = response.status, await response.json()
        # The client closes its connection only after it has returned the response.
        while made.fileno() != -1:
            await asyncio.sleep(0)
        return answer

    return asyncio.run(send())


def official_client(sdk) -> Callable[[Upload], Answer]:
    def send(upload: Upload) -> Answer:
        client = sdk.zuora_client.ZuoraClient(str(uuid.uuid4()), "unused", env=None)
        client.set_base_url(upload.url)
        client.api_client.default_headers["Authorization"] = upload.token
        jobs = client.custom_object_jobs_api()
        with pytest.raises(sdk.exceptions.ApiException) as raised:
            # The client always sends text/csv, unless its private option says otherwise.
            jobs.post_upload_file_for_custom_object_bulk_job(
                upload.content_type, upload.job, upload.file.decode(), _content_type=upload.content_type
            )
        client.api_client.rest_client.pool_manager.clear()
        return raised.value.status, json.loads(raised.value.body)

    return send


CLIENTS = {
    "requests": with_requests,
    "http.client": with_http_client,
    "urllib3": with_urllib3,
    "httpx": with_httpx,
    "httpx2": with_httpx2,
    "aiohttp": with_aiohttp,
}
# The official client sends no chunks. Its tests run in one xdist worker, because its import takes ten seconds.
WITH_OFFICIAL_CLIENT = pytest.param(
    ("official client", False), id="official client", marks=pytest.mark.xdist_group("official client")
)
WAYS = [
    *(pytest.param((name, False), id=name) for name in CLIENTS),
    *(pytest.param((name, True), id=f"{name}, chunked") for name in CLIENTS),
    WITH_OFFICIAL_CLIENT,
]
every_client = pytest.mark.parametrize("send", WAYS, indirect=True)


@pytest.fixture
def send(request) -> Callable[[Upload], Answer]:
    """Sends an upload with one of the clients, with a length or in chunks."""
    name, is_chunked = request.param
    client = CLIENTS[name] if name in CLIENTS else official_client(request.getfixturevalue("sdk"))
    return lambda upload: client(replace(upload, is_chunked=is_chunked))


@pytest.fixture
def zuora(running) -> Iterator[MockZuora]:
    """A tenant of its own."""
    with running.tenant() as zuora:
        yield zuora


@pytest.fixture
def upload(zuora, submit) -> Upload:
    """An upload of nine megabytes that would be accepted."""
    return Upload(zuora.url, submit(zuora), f"Bearer {zuora.token()}", 9 * MEGABYTE)


def without_token(upload, zuora, call):
    return replace(upload, token="Basic abc")


def without_permission(upload, zuora, call):
    return replace(upload, token=f"Bearer {zuora.token(['view'])}")


def to_unknown_job(upload, zuora, call):
    return replace(upload, job=str(uuid.UUID(int=1)))


def hit_by_fault(upload, zuora, call):
    zuora.faults.add(status=503, operation="POST_UploadFileForCustomObjectBulkJob")
    return upload


def of_wrong_content_type(upload, zuora, call):
    return replace(upload, content_type="text/plain")


def to_job_with_a_file(upload, zuora, call):
    assert call(zuora, "POST", f"/objects/jobs/{upload.job}/files", "brand__c\nSaab\n")[0] == 200
    return upload


def of_20_megabytes(upload, zuora, call):
    return replace(upload, size=20 * MEGABYTE)


REFUSED = {
    without_token: (401, None),
    without_permission: (403, 71012515),
    to_unknown_job: (404, 71013040),
    hit_by_fault: (503, 71013061),
    of_wrong_content_type: (400, 71013620),
    to_job_with_a_file: (400, 71013620),
    of_20_megabytes: (400, 71013630),
}
"""Uploads, by what is wrong with them, with the status and the code of the refusal."""
CASES = [pytest.param(change, *expected, id=change.__name__) for change, expected in REFUSED.items()]


@every_client
@pytest.mark.parametrize("size", SIZES)
def test_client_reads_the_refusal_of_any_size(zuora, upload, call, send, size):
    refused = replace(to_unknown_job(upload, zuora, call), size=size)
    status, body = send(refused)
    assert (status, body["code"]) == (404, 71013040)
    # The client has not tried again.
    assert zuora.requests.count(path="/objects/jobs/*/files") == 1


@every_client
@pytest.mark.parametrize(("change", "status", "code"), CASES)
def test_client_reads_every_refusal(zuora, upload, call, send, change, status, code):
    received, body = send(change(upload, zuora, call))
    assert (received, body.get("code"), bool(body["message"])) == (status, code, True)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_refused_upload_leaves_the_job_pending(zuora, upload, is_chunked):
    zuora.configure(transitions="manual")
    with_requests(replace(of_20_megabytes(upload, zuora, None), is_chunked=is_chunked))
    assert zuora.jobs.get(upload.job).status == "pending"
    assert with_requests(replace(upload, size=MEGABYTE, is_chunked=is_chunked))[0] == 200


def test_control_api_is_read_too(zuora):
    response = requests.post(f"{zuora.url}/__mock/v1/nowhere", data=bytes(FILE[: 9 * MEGABYTE]), timeout=TIMEOUT)
    assert response.status_code == 404


# Clients that wait for 100 Continue


def head_of(upload: Upload, framing: str) -> bytes:
    lines = [f"{name}: {value}" for name, value in upload.headers.items()]
    lines += ["Host: localhost", "Expect: 100-continue", framing]
    return "\r\n".join([f"POST /objects/jobs/{upload.job}/files HTTP/1.1", *lines, "\r\n"]).encode()


@pytest.fixture
def connection(running) -> Iterator[socket.socket]:
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=TIMEOUT) as connection:
        yield connection


def read_to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("length", [5, 9 * MEGABYTE])
def test_client_that_waits_for_100_continue_is_disconnected_after_the_refusal(zuora, upload, call, connection, length):
    connection.settimeout(5)
    connection.sendall(head_of(to_unknown_job(upload, zuora, call), f"Content-Length: {length}"))
    # The connection closes well before the ten seconds for which other clients are waited for.
    received = read_to_the_end(connection)
    assert received.startswith(b"HTTP/1.1 404 ") and b"\r\nconnection: close\r\n" in received.lower()
    assert b'"code":71013040' in received


def test_client_that_was_told_to_continue_reads_the_refusal(upload, connection):
    chunked = replace(upload, is_chunked=True, size=20 * MEGABYTE)
    connection.sendall(head_of(chunked, "Transfer-Encoding: chunked"))
    assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in chunked.pieces()) + b"0\r\n\r\n")
    received = read_to_the_end(connection)
    assert received.startswith(b"HTTP/1.1 400 ") and b'"code":71013630' in received
