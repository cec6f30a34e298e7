"""Requests of web pages to ``/__mock`` are refused."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from mock_zuora.admin.access_control import AccessControl, host_of, is_loopback

pytestmark = pytest.mark.anyio


async def get(guard, **headers):
    transport = httpx2.ASGITransport(guard)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8080", headers=headers) as client:
        return await client.get("/__mock/livez")


@pytest.fixture
def guard():
    return AccessControl(PlainTextResponse("in"), loopback_only=True)


@pytest.fixture
def open_guard():
    return AccessControl(PlainTextResponse("in"), loopback_only=False)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8080", "zuora.localhost:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "[::1]"],
)
async def test_host_of_this_machine_is_accepted(guard, host):
    assert (await get(guard, Host=host)).text == "in"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "[fe80::1]",
        "",
    ],
)
async def test_foreign_host_is_refused_on_loopback(guard, host):
    response = await get(guard, Host=host)
    assert response.status_code == 403
    assert response.json()["error"].startswith(f"Host: '{host}'")


async def test_any_host_is_accepted_beyond_loopback(open_guard):
    assert (await get(open_guard, Host="zuora-mock:8080")).text == "in"


@pytest.mark.parametrize("origin", ["http://localhost:8080", "https://localhost:8080", "HTTP://LOCALHOST:8080"])
async def test_own_origin_is_accepted(guard, origin):
    assert (await get(guard, Origin=origin)).text == "in"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:3000", "http://localhost", "null", "", "file://"]
)
@pytest.mark.parametrize("loopback_only", [True, False])
async def test_foreign_origin_is_refused(origin, loopback_only):
    response = await get(AccessControl(PlainTextResponse("in"), loopback_only=loopback_only), Origin=origin)
    assert response.status_code == 403
    assert response.json()["error"].startswith(f"Origin: '{origin}'")


async def test_refusal_has_no_cors_header(guard):
    response = await get(guard, Origin="http://evil.example")
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", True), ("a.localhost", True), ("127.0.0.1", True), ("::1", True), ("[::1]", True),
        ("0.0.0.0", False), ("::", False), ("192.168.0.1", False), ("example.org", False), ("", False),
    ],
)  # fmt: skip
async def test_loopback_names(name, expected):
    assert is_loopback(name) is expected


@pytest.mark.parametrize(
    ("authority", "host"), [("a:1", "a"), ("a", "a"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("", "")]
)
async def test_host_of_authority(authority, host):
    assert host_of(authority) == host
