"""Secrets at the places where messages, the journal and the log cut texts."""

from urllib.parse import quote

import pytest

from mock_zuora.api.middleware.recording import _MARGIN
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER
from mock_zuora.control.services.tokens import issue_token
from mock_zuora.domain.errors import MAX_QUOTED_LENGTH

pytestmark = pytest.mark.anyio

SHOWN = 8
"""So many first characters of a secret are never shown."""
CONTROL = "Control/token of ümlaut " + "-".join(map(str, range(130)))
"""A long configured secret, which is encoded in URLs and in JSON."""
JOBS = "/objects/jobs"
JOB = {"operation": "create", "object": "vehicle", "namespace": "default"}


def in_json(text):
    return "".join([each if each == "z" else f"\\u{ord(each):04x}" for each in text])


def encoded(text):
    return "".join([chr(byte) if byte == ord("z") else f"%{byte:02X}" for byte in text.encode()])


PLACES = {
    "path": lambda text: {"url": "/" + quote(text)},
    "encoded path": lambda text: {"url": "/" + quote(encoded(text))},
    "hint": lambda text: {"url": "/v1/objects/jobs/" + quote(text)},
    "job id": lambda text: {"url": f"{JOBS}/{quote(text)}"},
    "page size": lambda text: {"url": JOBS, "params": {"pageSize": text}},
    "status": lambda text: {"url": JOBS, "params": {"status": text}},
    "name in the query": lambda text: {"url": JOBS, "params": {text: "1"}},
    "encoded query": lambda text: {"url": f"{JOBS}?x={encoded(text)}"},
    "nested query": lambda text: {"url": f"{JOBS}?x={encoded(quote(f'http://x?y={encoded(text)}'))}"},
    "object": lambda text: {"url": f"/objects/definitions/default/{quote(text)}"},
    "version": lambda text: {"url": JOBS, "headers": {"Zuora-Version": text.encode()}},
    "encoded version": lambda text: {"url": JOBS, "headers": {"Zuora-Version": encoded(text)}},
    "origin": lambda text: {"url": JOBS, "headers": {"Origin": text.encode()}},
    "content type": lambda text: {"method": "POST", "url": JOBS, "headers": {"Content-Type": text.encode()}},
    "content encoding": lambda text: {"method": "POST", "url": JOBS, "headers": {"Content-Encoding": text.encode()}},
    "operation": lambda text: {"method": "POST", "url": JOBS, "json": {**JOB, "operation": text}},
    "list": lambda text: {"method": "POST", "url": JOBS, "json": {**JOB, "operation": [text]}},
    "escaped body": lambda text: {
        "method": "POST",
        "url": JOBS,
        "content": '{"a":"' + in_json(text),
    },
    "encoded body": lambda text: {"method": "POST", "url": JOBS, "content": encoded(text)},
    "form": lambda text: {"method": "POST", "url": "/oauth/token", "data": {"client_id": text, "grant_type": text}},
}  # fmt: skip


def latest(api):
    """The latest request in the journal."""
    return api.app.control.instruments("default").journal._entries[-1].request()


def cuts(secret):
    """Numbers of characters before a secret, so that texts are cut at its beginning, in its middle and at its end."""
    lengths = (
        MAX_QUOTED_LENGTH,
        *[at + more for at in (MAX_RECORDED_HEADER, MAX_RECORDED_BODY) for more in (0, _MARGIN)],
    )
    steps = (1, SHOWN, SHOWN + 1, 20, 31, len(secret) - 1)
    return sorted({at - step for at in lengths for step in steps if at >= step})


def forms(secret):
    """The first characters of a secret, as texts can show them."""
    first = secret[:SHOWN]
    return {first, first.lower(), quote(first), encoded(first), quote(encoded(first)), in_json(first)}


@pytest.fixture
async def secrets(api):
    api.registry.secrets.add([CONTROL])
    return CONTROL, (await issue_token(api.app.control, "default")).access_token


@pytest.mark.parametrize("place", PLACES)
async def test_no_part_of_a_secret_is_shown_wherever_a_text_is_cut(api, secrets, caplog, place):
    caplog.set_level("DEBUG")
    async with api.client() as client:
        for secret in secrets:
            for before in cuts(secret):
                response = await client.request(**{"method": "GET"} | PLACES[place]("z" * before + secret))
                recorded = latest(api)
                logged = [each.getMessage() for each in caplog.records if each.name.startswith("mock_zuora")]
                shown = response.text + repr(recorded) + "\n".join(logged)
                assert not [form for form in forms(secret) if form in shown], before
                caplog.clear()


async def test_column_name_shows_no_part_of_a_secret(api, client, secrets):
    api.configure(concurrent_job_limit=1_000, rate_limits=None)
    for secret in secrets:
        for before in range(60, MAX_QUOTED_LENGTH, 5):
            job = (await client.post(JOBS, json=JOB)).json()
            response = await client.post(
                f"{JOBS}/{job['Id']}/files", files={"file": ("a.csv", "z" * before + secret.replace(",", "") + "\nx\n")}
            )
            assert response.status_code == 400 and secret[:SHOWN] not in response.text


@pytest.mark.parametrize("before", range(MAX_QUOTED_LENGTH - 32, MAX_QUOTED_LENGTH))
async def test_secret_at_every_position_of_a_cut_message(client, secrets, before):
    for secret in secrets:
        response = await client.get(JOBS, params={"pageSize": "y" * before + secret})
        assert response.status_code == 400 and "pageSize" in response.text
        assert secret[:SHOWN] not in response.text


async def test_secrets_that_are_redacted_do_not_move_a_cut_secret_into_the_recorded_body(api, client, secrets):
    for secret in secrets:
        for before in range(300, 340):
            content = (secrets[1] * 50 + "y" * MAX_RECORDED_BODY)[: MAX_RECORDED_BODY + before - 100] + secret
            await client.post(JOBS, content=content)
            recorded = latest(api)
            assert secret[:SHOWN] not in recorded.body
