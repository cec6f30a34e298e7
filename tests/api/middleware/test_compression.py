"""gzip in both directions: compressed responses and compressed request bodies."""

import gzip

import pytest

from mock_zuora.api.middleware.collected_response import CollectedResponse
from mock_zuora.api.middleware.compression import MAX_UNCOMPRESSED_BYTES, accepts_gzip, compress

pytestmark = pytest.mark.anyio

CREATE = b'{"operation":"create","object":"vehicle","namespace":"default"}'


@pytest.mark.parametrize(
    "accept_encoding",
    ["gzip", "GZIP", "deflate, gzip;q=0.5", "*", "br;q=1, *;q=0.1", "gzip ; q=1", "*;q=0, gzip", "gzip;q=nonsense"],
)
def test_client_accepts_gzip_by_name_or_wildcard(accept_encoding):
    assert accepts_gzip(accept_encoding)


@pytest.mark.parametrize(
    "accept_encoding", ["", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *"]
)
def test_client_without_gzip_does_not_accept_it(accept_encoding):
    assert not accepts_gzip(accept_encoding)


@pytest.mark.fidelity("requests-10")
@pytest.mark.parametrize(("size", "is_packed"), [(MAX_UNCOMPRESSED_BYTES, False), (MAX_UNCOMPRESSED_BYTES + 1, True)])
def test_only_responses_over_1000_bytes_are_compressed(size, is_packed):
    response = CollectedResponse(200, [(b"content-length", str(size).encode())], b"x" * size)
    compress(response, "gzip")
    headers = dict(response.headers)
    assert (headers.get(b"content-encoding") == b"gzip") is is_packed
    assert headers.get(b"vary") == (b"Accept-Encoding" if is_packed else None)
    assert int(headers[b"content-length"]) == len(response.body)


@pytest.mark.fidelity("requests-10")
async def test_long_response_is_compressed_for_clients_that_accept_gzip(client, api, ask):
    for _ in range(4):
        await client.post("/objects/jobs", content=CREATE, headers={"Content-Type": "application/json"})
    plain = await ask(api.app, "GET", "/objects/jobs")
    packed = await ask(api.app, "GET", "/objects/jobs", headers=[(b"accept-encoding", b"gzip")])
    assert gzip.decompress(packed.body) == plain.body
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body)
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"


async def test_short_response_is_never_compressed(api, ask):
    answer = await ask(api.app, "GET", "/objects/jobs", headers=[(b"accept-encoding", b"gzip")])
    assert answer.body == b'{"jobs":[],"count":0}'
    assert "content-encoding" not in answer.headers


@pytest.mark.fidelity("requests-09")
async def test_gzipped_json_body_is_unpacked(client):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = await client.post("/objects/jobs", content=gzip.compress(CREATE), headers=headers)
    assert response.json()["status"] == "pending"


@pytest.mark.parametrize(
    ("content", "coding", "words"),
    [
        (CREATE, "gzip", "not a whole gzip stream"),
        (gzip.compress(CREATE)[:-5], "gzip", "not a whole gzip stream"),
        (gzip.compress(CREATE), "br", "'br' is not supported"),
        (gzip.compress(CREATE), "", "not UTF-8"),
    ],
    ids=["not packed", "cut off", "another coding", "packed without saying so"],
)
async def test_invalid_gzip_json_body_is_refused(client, content, coding, words):
    headers = {"Content-Type": "application/json", **({"Content-Encoding": coding} if coding else {})}
    response = await client.post("/objects/jobs", content=content, headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert words in response.json()["message"]
    assert (await client.get("/objects/jobs")).json()["count"] == 0
