"""Access to ``/__mock``: web pages are refused, and the setting ``control`` decides about clients."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from mock_zuora.admin.access_control import OPEN_PATHS, AccessControl, AccessPolicy
from mock_zuora.config.hosts import TrustedHosts
from mock_zuora.config.settings import ControlMode, SettingsError, check_together, settings_from

pytestmark = pytest.mark.anyio

TOKEN = "open-sesame"
PATHS = ["/__mock/v1/reset", *sorted(OPEN_PATHS)]
OPEN = AccessPolicy(mode=ControlMode.OPEN)


def policy(mode, **options):
    return AccessPolicy(mode=mode, token=TOKEN if mode is ControlMode.TOKEN else None, **options)


async def get(access=OPEN, path="/__mock/v1/reset", **headers):
    transport = httpx2.ASGITransport(AccessControl(PlainTextResponse("in"), access))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8080", headers=headers) as client:
        return await client.get(path)


async def status_of_raw(*headers):
    """The status of a request with exactly these headers, which HTTP libraries do not send."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/__mock/v1/reset", "headers": headers, "client": ("::1", 1)}
    await AccessControl(PlainTextResponse("in"), OPEN)(scope, None, send)
    return sent[0]["status"]


@pytest.mark.fidelity("mock-14")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", ControlMode)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example", ""])
async def test_foreign_host_is_refused_in_every_mode(mode, path, host):
    response = await get(policy(mode), path, Host=host)
    assert response.status_code == 403
    assert response.json()["error"].startswith(f"Host: '{host}' is not accepted under /__mock")
    assert "expected localhost" in response.text and "--allowed-host" in response.text


@pytest.mark.fidelity("mock-14")
@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "10.0.0.1:8080", "[::1]:8080", "zuora-mock:8080"])
async def test_host_that_no_web_page_can_have_is_accepted(host):
    assert (await get(Host=host)).text == "in"


async def test_allowed_host_is_accepted():
    access = AccessPolicy(mode=ControlMode.OPEN, hosts=TrustedHosts(["zuora.example", "*.test"]))
    assert (await get(access, Host="zuora.example:8080", Origin="http://zuora.example:8080")).text == "in"
    assert (await get(access, Host="a.test")).text == "in"
    assert (await get(access, Host="evil.example")).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://zuora.example"}])
async def test_host_of_a_request_with_the_control_token_is_not_checked(headers):
    access = policy(ControlMode.TOKEN)
    sent = {"Host": "zuora.example", "Authorization": f"Bearer {TOKEN}", **headers}
    assert (await get(access, **sent)).text == "in"
    refused = await get(access, **sent | {"Authorization": "Bearer wrong"})
    assert refused.status_code == 403 and "Host" in refused.text


async def test_token_does_not_exempt_from_the_host_check_in_other_modes():
    access = AccessPolicy(mode=ControlMode.OPEN, token=TOKEN)
    assert (await get(access, Host="evil.example", Authorization=f"Bearer {TOKEN}")).status_code == 403


async def test_request_without_host_is_accepted():
    assert await status_of_raw() == 200
    assert await status_of_raw((b"host", b"")) == 403


async def test_second_host_is_not_ignored():
    assert await status_of_raw((b"host", b"localhost")) == 200
    assert await status_of_raw((b"host", b"localhost"), (b"host", b"evil.example")) == 403
    assert await status_of_raw((b"host", b"localhost"), (b"host", b"localhost")) == 403


async def test_second_origin_is_not_ignored():
    origins = (b"origin", b"http://localhost"), (b"origin", b"http://evil.example")
    assert await status_of_raw((b"host", b"localhost"), *origins) == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", "http://localhost:8080"),
        ("localhost:8080", "HTTPS://LOCALHOST:3000"),
        ("localhost:8080", "http://127.0.0.1:5173"),
        ("zuora:8080", "http://zuora:8080"),
        ("zuora:8080", "http://localhost:3000"),
    ],
)
async def test_own_or_loopback_origin_is_accepted(host, origin):
    assert (await get(Host=host, Origin=origin)).text == "in"


@pytest.mark.fidelity("mock-14")
@pytest.mark.parametrize("origin", ["http://evil.example", "http://zuora:3000", "null", "", "file://"])
@pytest.mark.parametrize("host", ["localhost:8080", "zuora:8080"])
@pytest.mark.parametrize("path", PATHS)
async def test_foreign_origin_is_refused(origin, host, path):
    response = await get(path=path, Host=host, Origin=origin)
    assert response.status_code == 403
    assert response.json()["error"].startswith(f"Origin: '{origin}' is not an origin of this server")


@pytest.mark.parametrize("mode", ControlMode)
async def test_page_whose_name_resolves_to_this_server_is_refused(mode):
    response = await get(policy(mode), Host="evil.example", Origin="http://evil.example")
    assert response.status_code == 403


async def test_foreign_origin_with_the_control_token_is_refused():
    headers = {"Origin": "http://evil.example", "Authorization": f"Bearer {TOKEN}"}
    assert (await get(policy(ControlMode.TOKEN), **headers)).status_code == 403


async def test_refusal_has_no_cors_header():
    response = await get(Origin="http://evil.example")
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]


# The setting control

REMOTE = "192.0.2.7"


async def answer_ok(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def ask(access: AccessPolicy, peer: str, path: str = "/__mock/v1/info", **headers: str) -> httpx2.Response:
    app = AccessControl(answer_ok, access)
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
