"""``--zuora-vary`` finds a dependency on every choice of every assumption, with a test that is written for it."""

import re
from pathlib import Path

import pytest

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

ROOT = Path(__file__).parents[2]

SOURCE = """
import asyncio, re, uuid
import httpx2
from tests.assumptions.scenarios.common import CARS, CREATE, JOBS, define
from tests.assumptions.test_scenarios import SCENARIOS
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS

NAME = {name!r}
UUID = re.compile("[0-9a-f]{{8}}-?(?:[0-9a-f]{{4}}-?){{3}}[0-9a-f]{{12}}")
RETRY = "retry-after"


async def create_as_viewer(client):
    await define(client)
    viewer = client.zuora.headers(permissions=["view"])
    await client.post(CARS, json={{"records": [{{}}]}}, headers=viewer)


async def request_with_expired_token(client):
    await client.get(JOBS, headers=client.zuora.headers(lifetime=0))


async def request_token_with_wrong_secret(client):
    client_id = client.zuora.client().client_id
    form = {{"client_id": client_id, "client_secret": "wrong", "grant_type": "client_credentials"}}
    await client.post("/oauth/token", data=form)


async def submit_on_a_whole_second(client):
    client.zuora.clock.set("2020-01-01T00:00:01Z")
    await client.post(JOBS, json=CREATE)


async def submit_twice_with_one_key(client):
    for _ in range(2):
        await client.post(JOBS, json=CREATE, headers={{"Idempotency-Key": client.key}})
    await client.get(JOBS)


# Where the scenario's request belongs to no tenant of a test, or its difference is in an id.
OWN = {{
    "record-permission-status": create_as_viewer,
    "unauthorized-body": request_with_expired_token,
    "token-error-body": request_token_with_wrong_secret,
    "dates": submit_on_a_whole_second,
    "idempotency-key": submit_twice_with_one_key,
}}


async def exchanges(zuora, scenario):
    seen = []

    async def note(response):
        await response.aread()
        text = UUID.sub("id", response.text)
        seen.append((response.status_code, response.headers.get(RETRY), text.replace(zuora.name, "tenant")))

    async def authorize(request):
        if request.headers.get("authorization") in (None, "Bearer another-token"):
            request.headers["authorization"] = f"Bearer {{zuora.token()}}"

    hooks = {{"request": [authorize], "response": [note]}}
    async with httpx2.AsyncClient(base_url=zuora.url, event_hooks=hooks) as client:
        client.pass_seconds, client.configure = zuora.clock.advance, zuora.configure
        client.zuora, client.key = zuora, str(uuid.uuid4())
        await scenario(client)
    return seen


@pytest.mark.parametrize("choice", [each for each in ASSUMPTIONS[NAME].choices if (NAME, each) in SCENARIOS])
def test_as_by_default(zuora, zuora_server, choice):
    scenario = OWN.get(NAME, SCENARIOS[NAME, choice])
    with zuora_server.tenant() as reference:
        reference.configure(assume={{name: each.default for name, each in ASSUMPTIONS.items()}})
        for each in (zuora, reference):
            each.configure(transitions="time")
            each.clock.freeze()
            each.clock.set("2020-01-01T00:00:00.207Z")
        assert asyncio.run(exchanges(zuora, scenario)) == asyncio.run(exchanges(reference, scenario))
"""


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_dependency_on_each_choice_is_found(run, monkeypatch, name):
    monkeypatch.syspath_prepend(ROOT)
    result = run(SOURCE.format(name=name), f"--zuora-vary={name}", "--tb=no")
    assert result.parseoutcomes().get("errors", 0) == 0
    found = re.findall(r"^FAILED \S+\[([\w-]+)\]\[assume ([\w-]+)=([\w-]+)\]", result.stdout.str(), re.MULTILINE)
    found_choices = {choice for _, assumption, choice in found if assumption == name}
    others = set(ASSUMPTIONS[name].choices) - {ASSUMPTIONS[name].default, "by-version"}
    assert found_choices == others
