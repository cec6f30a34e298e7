"""The headers of every call: track id, entities and organisations, rate limits."""

import re

import pytest

from mock_zuora.domain.tenants.settings import Auth, TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

CALLS = {
    "success": ("GET", JOBS, {}, 200),
    "refused": ("GET", f"{JOBS}/nonsense", {}, 404),
    "no token": ("GET", JOBS, {"Authorization": ""}, 401),
    "no such path": ("GET", "/v1/accounts", {}, 404),
    "wrong method": ("DELETE", JOBS, {}, 405),
    "no entity of this tenant": ("GET", JOBS, {"Zuora-Entity-Ids": "elsewhere"}, 403),
    "an unusable idempotency key": ("POST", JOBS, {"Idempotency-Key": "k" * 255}, 400),
}


@pytest.mark.fidelity("limits-04", "calls-02")
@pytest.mark.parametrize(("method", "path", "headers", "status"), CALLS.values(), ids=list(CALLS))
async def test_every_answer_has_request_id_track_id_and_rate_limits(make_api, method, path, headers, status):
    api = make_api(TenantTemplate(entities=("mine",)))
    async with api.client(**{"Zuora-Track-Id": "order 66/a", **headers}) as client:
        response = await client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert UUID.fullmatch(response.headers["zuora-request-id"])
    assert response.headers["zuora-track-id"] == "order 66/a"
    assert response.headers["ratelimit-limit"] == "50000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"
    assert response.headers["ratelimit-remaining"] == ("50000" if status == 401 else "49999")
    assert response.headers["ratelimit-reset"] == "6"
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_a_call_without_a_track_id_gets_none_back(client):
    assert "zuora-track-id" not in (await client.get(JOBS)).headers


@pytest.mark.fidelity("calls-02")
async def test_no_two_calls_have_the_same_request_id(client):
    ids = {(await client.get(JOBS)).headers["zuora-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.fidelity("calls-03")
@pytest.mark.parametrize("track_id", ["x" * 64, "", "a, b = c!"], ids=["64 characters", "empty", "punctuation"])
async def test_a_track_id_comes_back_as_sent(client, track_id):
    response = await client.get(JOBS, headers={"Zuora-Track-Id": track_id})
    assert response.headers["zuora-track-id"] == track_id


@pytest.mark.fidelity("calls-04")
@pytest.mark.parametrize(
    "track_id", [b"x" * 65, b"a:b", b"a;b", b'a"b', b"a'b", b"caf\xc3\xa9", b"tab\there"],
    ids=["65 characters", "colon", "semicolon", "double quote", "quote", "not ASCII", "control character"],
)  # fmt: skip
async def test_a_track_id_against_its_rule_is_refused_and_not_sent_back(api, ask, track_id):
    answer = await ask(api.app, "POST", JOBS, headers=[(b"zuora-track-id", track_id)])
    assert answer.status == 400
    assert answer.body.startswith(b'{"code":71013020,"message":"Zuora-Track-Id: ')
    assert "zuora-track-id" not in answer.headers
    assert answer.headers["ratelimit-remaining"] == "49999"
    assert list(api.tenant.store.jobs.newest_first()) == []


# Entities and organisations


@pytest.mark.fidelity("calls-11")
@pytest.mark.parametrize("header", ["Zuora-Entity-Ids", "Zuora-Org-Ids"])
async def test_entities_and_organisations_must_be_those_of_the_tenant(make_api, header):
    api = make_api(TenantTemplate(entities=("one", "two"), orgs=("one", "two")))
    async with api.client() as client:
        for taken in ("one", "two", "one,two", "two, one"):
            assert (await client.get(JOBS, headers={header: taken})).status_code == 200
        for refused in ("three", "one,three", "ONE", ""):
            response = await client.get(JOBS, headers={header: refused})
            assert (response.status_code, response.json()["code"]) == (403, 90000010)
            assert response.json()["message"].startswith(f"{header}: '{refused.rpartition(',')[2]}' ")


@pytest.mark.fidelity("calls-11")
async def test_a_tenant_that_lists_no_entities_takes_any(client):
    response = await client.get(JOBS, headers={"Zuora-Entity-Ids": "any", "Zuora-Org-Ids": "any"})
    assert response.status_code == 200


# Rate limits


def limit_status(response):
    """What the three headers say: the nearest window's limit, what remains of it, the seconds to its end."""
    headers = response.headers
    limit = headers["ratelimit-limit"].partition(",")[0]
    return int(limit), int(headers["ratelimit-remaining"]), int(headers["ratelimit-reset"])


TYPES = {
    "production": "50000, 50000;w=60, 2250000;w=3600, 27000000;w=86400",
    "developer-sandbox": "12500, 12500;w=60, 25000;w=3600, 50000;w=86400",
    "api-sandbox": "2500, 2500;w=60, 5000;w=3600, 10000;w=86400",
}


@pytest.mark.fidelity("limits-03")
@pytest.mark.parametrize(("type_", "limits"), TYPES.items(), ids=list(TYPES))
async def test_the_type_of_a_tenant_gives_its_limits(make_api, type_, limits):
    async with make_api(TenantTemplate(type=type_)).client() as client:
        assert (await client.get(JOBS)).headers["ratelimit-limit"] == limits


@pytest.mark.fidelity("limits-05")
async def test_the_requests_of_a_minute_count_down_and_then_are_429(make_api):
    api = make_api(rate_limits="2,100,100")
    async with api.client() as client:
        assert [limit_status(await client.get(JOBS)) for _ in range(2)] == [(2, 1, 6), (2, 0, 6)]
        refused = await client.post(JOBS, json={"operation": "create", "object": "a", "namespace": "default"})
    assert refused.status_code == 429
    assert refused.json()["code"] == 90000070
    assert "6 seconds" in refused.json()["message"]
    assert refused.headers["retry-after"] == "6"
    assert limit_status(refused) == (2, 0, 6)
    assert list(api.tenant.store.jobs.newest_first()) == []


@pytest.mark.fidelity("limits-05")
async def test_waiting_as_long_as_retry_after_says_is_enough(make_api):
    api = make_api(rate_limits="1,100,100")
    async with api.client() as client:
        await client.get(JOBS)
        seconds = int((await client.get(JOBS)).headers["retry-after"])
        api.time.pass_seconds(seconds - 1)
        assert (await client.get(JOBS)).status_code == 429
        api.time.pass_seconds(1)
        assert limit_status(await client.get(JOBS)) == (1, 0, 60)


async def test_the_longest_window_that_is_used_up_says_when_to_come_back(make_api):
    api = make_api(rate_limits="1,1,50")
    async with api.client() as client:
        await client.get(JOBS)
        refused = await client.get(JOBS)
    assert refused.headers["retry-after"] == "3246"
    assert limit_status(refused) == (1, 0, 3246)


@pytest.mark.fidelity("limits-04")
async def test_the_nearest_window_is_the_one_with_the_smallest_share_left(make_api):
    api = make_api(rate_limits="10,15,1000")
    async with api.client() as client:
        assert limit_status(await client.get(JOBS)) == (10, 9, 6)
        for _ in range(9):
            api.time.pass_seconds(60)
            last = await client.get(JOBS)
    assert limit_status(last)[:2] == (15, 5)


@pytest.mark.fidelity("limits-06")
async def test_a_call_that_was_refused_by_a_limit_is_not_counted(make_api):
    api = make_api(rate_limits="1,2,100")
    async with api.client() as client:
        for _ in range(5):
            await client.get(JOBS)
        api.time.pass_seconds(60)
        assert (await client.get(JOBS)).status_code == 200


async def test_limits_that_are_off_are_not_spoken_of(make_api):
    api = make_api(rate_limits="off")
    async with api.client() as client:
        answers = [await client.get(JOBS), await client.get(JOBS, headers={"Authorization": ""})]
    assert not [name for answer in answers for name in answer.headers if name.startswith("ratelimit")]


@pytest.fixture
def two_tenants(make_api):
    """The default tenant, and one with a limit of its own and the version of 2024."""
    settings = TenantSettings(rate_limits="1,9,9", version="2024-05-20", auth=Auth.STRICT)
    return make_api(TenantTemplate(), TenantTemplate(name="small", settings=settings))


async def test_each_tenant_has_its_own_count(two_tenants):
    small = two_tenants.registry.tenants["small"]
    token = two_tenants.registry.issue_token(small, small.default_user).text
    async with two_tenants.client(token) as one, two_tenants.client() as other:
        assert [(await one.get(JOBS)).status_code for _ in range(2)] == [200, 429]
        assert (await other.get(JOBS)).headers["ratelimit-remaining"] == "49999"


@pytest.mark.fidelity("limits-06")
async def test_a_call_with_an_expired_token_stands_where_its_tenant_stands_and_does_not_count(two_tenants):
    small = two_tenants.registry.tenants["small"]
    token = two_tenants.registry.issue_token(small, small.default_user).text
    two_tenants.time.pass_seconds(3600)
    async with two_tenants.client(token) as client:
        await client.get(JOBS)
        response = await client.get(JOBS)
    assert response.status_code == 401
    assert response.json()["reasons"][0]["code"] == 90000011
    assert response.headers["ratelimit-limit"] == "1, 1;w=60, 9;w=3600, 9;w=86400"
    assert response.headers["ratelimit-remaining"] == "1"
