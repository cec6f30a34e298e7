"""Requests whose target is a URL, as clients send them to a proxy, and other targets that are not paths."""

import urllib.request

import httpx2
import pytest
import requests
from starlette.responses import JSONResponse

from mock_zuora import MockZuora
from mock_zuora.server.request_target import serve_target

pytestmark = pytest.mark.anyio


async def served(target, method="GET", host=b"localhost"):
    """What the app receives of a request, or the status of the refusal."""
    sent, received = [], []

    async def app(scope, receive, send):
        received.append(scope)
        await JSONResponse({})(scope, receive, send)

    async def send(message):
        sent.append(message)

    path = target.partition(b"?")[0]
    headers = [(b"host", host), (b"x", b"1")]
    scope = {"type": "http", "method": method, "path": path.decode(), "raw_path": path, "headers": headers}
    await serve_target(app, scope, None, send)
    return received[0] if received else sent[0]["status"]


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"http://zuora.example/objects/jobs", "/objects/jobs", b"zuora.example"),
        (b"HTTPS://zuora.example:8443/objects/jobs?x=1", "/objects/jobs", b"zuora.example:8443"),
        (b"http://[::1]:8080/a%20b", "/a b", b"[::1]:8080"),
        (b"http://zuora.example", "/", b"zuora.example"),
    ],
)
async def test_url_is_served_as_its_path_with_its_host(target, path, host):
    scope = await served(target)
    assert (scope["path"], dict(scope["headers"])) == (path, {b"host": host, b"x": b"1"})


@pytest.mark.parametrize(
    "target",
    [b"*", b"", b"zuora.example:443", b"ftp://zuora.example/", b"http:///objects", b"http://user@zuora.example/"],
)
async def test_other_target_is_refused(target):
    assert await served(target) == 400


@pytest.mark.fidelity("mock-19")
async def test_tunnel_is_refused():
    assert await served(b"http://zuora.example/", "CONNECT") == 400


# Clients that use the server as their proxy


@pytest.fixture
def zuora(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with MockZuora(auth="lenient") as zuora:
        yield zuora


URL = "http://rest.zuora.example/objects/jobs"
HEADERS = {"Authorization": "Bearer any"}


def get_with_urllib(proxy):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    return opener.open(urllib.request.Request(URL, headers=HEADERS)).status


def get_with_httpx(proxy):
    with httpx2.Client(proxy=proxy) as client:
        return client.get(URL, headers=HEADERS).status_code


CLIENTS = {
    "urllib": get_with_urllib,
    "requests": lambda proxy: requests.get(URL, headers=HEADERS, proxies={"http": proxy}).status_code,
    "httpx": get_with_httpx,
}


@pytest.mark.fidelity("mock-19")
@pytest.mark.parametrize("get", CLIENTS.values(), ids=CLIENTS)
def test_client_with_the_server_as_its_proxy_is_served(zuora, get):
    assert get(zuora.url) == 200
    assert [(each.method, each.path) for each in zuora.requests] == [("GET", "/objects/jobs")]


def test_tunnel_through_the_server_fails_with_a_reason(zuora):
    with pytest.raises(requests.exceptions.ProxyError, match="400"):
        requests.get("https://rest.zuora.example/objects/jobs", proxies={"https": zuora.url})
