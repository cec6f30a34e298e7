import httpx2
import pytest

from mock_zuora.admin.access_control import AccessControl, AccessPolicy, is_loopback
from mock_zuora.config.settings import ControlMode, SettingError, check_together, settings_from

pytestmark = pytest.mark.anyio

ELSEWHERE = "192.0.2.7"


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


@pytest.mark.parametrize("peer", [ELSEWHERE, "::ffff:192.0.2.7", "unknown"])
async def test_local_refuses_remote_clients(peer):
    response = await ask(AccessPolicy(), peer)
    assert response.status_code == 403
    assert peer in response.json()["error"] and "--control open" in response.json()["error"]


@pytest.mark.parametrize("mode", ControlMode)
@pytest.mark.parametrize("path", ["/__mock/livez", "/__mock/readyz"])
async def test_health_checks_are_open_to_everyone(mode, path):
    assert (await ask(AccessPolicy(mode=mode, token="t"), ELSEWHERE, path)).status_code == 200


async def test_open_accepts_remote_clients():
    assert (await ask(AccessPolicy(mode=ControlMode.OPEN), ELSEWHERE)).status_code == 200


async def test_open_refuses_foreign_origin():
    response = await ask(AccessPolicy(mode=ControlMode.OPEN), ELSEWHERE, origin="http://evil.example")
    assert response.status_code == 403
    assert "Origin" in response.json()["error"]


async def test_token_accepts_remote_clients_that_send_it():
    access = AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame")
    assert (await ask(access, ELSEWHERE, authorization="Bearer open-sesame")).status_code == 200


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
        ({"state_save": True}, "state_save"),
    ],
)
def test_conflicting_settings_are_refused(settings, named):
    with pytest.raises(SettingError, match=named) as refusal:
        check_together(settings_from(settings))
    assert "open-sesame" not in str(refusal.value)
