import httpx2
import pytest

from mock_zuora.admin.access_control import AccessControl, AccessPolicy, is_loopback
from mock_zuora.config.settings import ControlMode, SettingsError, check_together, settings_from

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
async def test_local_lets_callers_on_this_machine_in(peer):
    assert (await ask(AccessPolicy(), peer)).status_code == 200


@pytest.mark.parametrize("peer", [ELSEWHERE, "::ffff:192.0.2.7", "unknown"])
async def test_local_refuses_callers_from_elsewhere_and_says_what_to_do(peer):
    response = await ask(AccessPolicy(), peer)
    assert response.status_code == 403
    assert peer in response.json()["error"] and "--control open" in response.json()["error"]


@pytest.mark.parametrize("mode", ControlMode)
@pytest.mark.parametrize("path", ["/__mock/livez", "/__mock/readyz"])
async def test_everybody_may_ask_whether_the_server_lives(mode, path):
    assert (await ask(AccessPolicy(mode=mode, token="t"), ELSEWHERE, path)).status_code == 200


async def test_open_lets_everybody_in():
    assert (await ask(AccessPolicy(mode=ControlMode.OPEN), ELSEWHERE)).status_code == 200


async def test_open_still_refuses_the_web_page_of_another_site():
    response = await ask(AccessPolicy(mode=ControlMode.OPEN), ELSEWHERE, origin="http://evil.example")
    assert response.status_code == 403
    assert "Origin" in response.json()["error"]


async def test_token_lets_in_whoever_sends_it_from_anywhere():
    access = AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame")
    assert (await ask(access, ELSEWHERE, authorization="Bearer open-sesame")).status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", "Basic open-sesame", "Bearer öpen"])
async def test_token_refuses_everybody_else_also_on_this_machine(sent):
    access = AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame")
    response = await ask(access, "127.0.0.1", authorization=sent.encode("latin-1"))
    assert response.status_code == 401
    assert "Authorization" in response.json()["error"] and "open-sesame" not in response.text


def test_an_access_never_shows_its_token():
    assert "open-sesame" not in repr(AccessPolicy(mode=ControlMode.TOKEN, token="open-sesame"))


def test_a_name_that_is_no_address_is_not_loopback():
    assert not is_loopback("localhost.evil.example")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"control": "token"}, "control_token"),
        ({"control": "token", "control_token": ""}, "control_token"),
        ({"control_token": "open-sesame"}, "control_token"),
        ({"state_save": True}, "state_save"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(said, named):
    with pytest.raises(SettingsError, match=named) as refusal:
        check_together(settings_from(said))
    assert "open-sesame" not in str(refusal.value)
