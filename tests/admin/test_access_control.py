"""Access to ``/__mock``: web pages are refused, and the setting ``control`` decides about clients."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from mock_zuora.admin.access_control import AccessControl, AccessPolicy, host_of, is_loopback
from mock_zuora.config.settings import ControlMode, SettingsError, check_together, settings_from

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


# The setting control

REMOTE = "192.0.2.7"


async def answer_ok(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def ask(access: AccessPolicy, peer: str, path: str = "/__mock/v1/info", **headers: str) -> httpx2.Response:
    app = AccessControl(answer_ok, loopback_only=False, access=access)
    transport = httpx2.ASGITransport(app, client=(peer, 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://mock:8080", headers=headers) as client:
        return await client.get(path)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
async def test_local_accepts_clients_on_this_machine(peer):
    assert (await ask(AccessPolicy(), peer)).status_code == 200


@pytest.mark.parametrize("peer", [REMOTE, "::ffff:192.0.2.7", "unknown"])
async def test_local_refuses_remote_clients(peer):
    response = await ask(AccessPolicy(), peer)
    assert response.status_code == 403
    assert peer in response.json()["error"] and "--control open" in response.json()["error"]


@pytest.mark.parametrize("mode", ControlMode)
@pytest.mark.parametrize("path", ["/__mock/livez", "/__mock/readyz"])
async def test_health_checks_are_open_to_everyone(mode, path):
    assert (await ask(AccessPolicy(mode=mode, token="t"), REMOTE, path)).status_code == 200


async def test_open_accepts_remote_clients():
    assert (await ask(AccessPolicy(mode=ControlMode.OPEN), REMOTE)).status_code == 200


async def test_open_refuses_foreign_origin():
    response = await ask(AccessPolicy(mode=ControlMode.OPEN), REMOTE, origin="http://evil.example")
    assert response.status_code == 403
    assert "Origin" in response.json()["error"]


async def test_token_accepts_remote_clients_that_send_it():
    access = AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame")
    assert (await ask(access, REMOTE, authorization="Bearer open-sesame")).status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", "Basic open-sesame", "Bearer öpen"])
async def test_token_refuses_clients_without_it(sent):
    access = AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame")
    response = await ask(access, "127.0.0.1", authorization=sent.encode("latin-1"))
    assert response.status_code == 401
    assert "Authorization" in response.json()["error"] and "open-sesame" not in response.text


def test_policy_does_not_show_its_token():
    assert "open-sesame" not in repr(AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame"))


def test_foreign_name_is_not_loopback():
    assert not is_loopback("localhost.evil.example")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"control": "token"}, "control_token"),
        ({"control": "token", "control_token": ""}, "control_token"),
        ({"control_token": "open-sesame"}, "control_token"),
    ],
)
def test_conflicting_settings_are_refused(settings, named):
    with pytest.raises(SettingsError, match=named) as refusal:
        check_together(settings_from(settings))
    assert "open-sesame" not in str(refusal.value)
