"""The headers of every request: track id, entities and organisations."""

import re

import pytest

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
    "an empty body": ("POST", JOBS, {}, 400),
}


@pytest.mark.fidelity("limits-04", "requests-02")
@pytest.mark.parametrize(("method", "path", "headers", "status"), CALLS.values(), ids=list(CALLS))
async def test_every_response_has_request_id_track_id_and_rate_limits(make_api, method, path, headers, status):
    api = make_api(TenantTemplate(entities=("mine",)))
    async with api.client(**{"Zuora-Track-Id": "order 66/a", **headers}) as client:
        response = await client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert UUID.fullmatch(response.headers["zuora-request-id"])
    assert response.headers["zuora-track-id"] == "order 66/a"
    assert response.headers["ratelimit-limit"] == "50000, 50000;w=60, 2250000;w=3600, 27000000;w=86400"
    is_counted = status not in (401, 405) and path != "/v1/accounts"
    assert response.headers["ratelimit-remaining"] == ("49999" if is_counted else "50000")
    assert response.headers["ratelimit-reset"] == "60"
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_request_without_track_id_gets_none_back(client):
    assert "zuora-track-id" not in (await client.get(JOBS)).headers


@pytest.mark.fidelity("requests-02")
async def test_request_ids_are_unique(client):
    ids = {(await client.get(JOBS)).headers["zuora-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.fidelity("requests-03")
@pytest.mark.parametrize("track_id", ["x" * 64, "", "a, b = c!"], ids=["64 characters", "empty", "punctuation"])
async def test_track_id_is_returned_as_sent(client, track_id):
    response = await client.get(JOBS, headers={"Zuora-Track-Id": track_id})
    assert response.headers["zuora-track-id"] == track_id


@pytest.mark.fidelity("requests-04")
@pytest.mark.parametrize(
    "track_id", [b"x" * 65, b"a:b", b"a;b", b'a"b', b"a'b", b"caf\xc3\xa9", b"tab\there"],
    ids=["65 characters", "colon", "semicolon", "double quote", "quote", "not ASCII", "control character"],
)  # fmt: skip
async def test_invalid_track_id_is_refused_and_not_returned(api, ask, track_id):
    answer = await ask(api.app, "POST", JOBS, headers=[(b"zuora-track-id", track_id)])
    assert answer.status == 400
    assert answer.body.startswith(b'{"code":71013020,"message":"Zuora-Track-Id: ')
    assert "zuora-track-id" not in answer.headers
    assert answer.headers["ratelimit-remaining"] == "49999"
    assert list(api.tenant.store.jobs.newest_first()) == []


# Entities and organisations


@pytest.mark.fidelity("requests-11")
@pytest.mark.parametrize("header", ["Zuora-Entity-Ids", "Zuora-Org-Ids"])
async def test_unlisted_entities_and_organisations_are_refused(make_api, header):
    api = make_api(TenantTemplate(entities=("one", "two"), orgs=("one", "two")))
    async with api.client() as client:
        for taken in ("one", "two", "one,two", "two, one"):
            assert (await client.get(JOBS, headers={header: taken})).status_code == 200
        for refused in ("three", "one,three", "ONE", ""):
            response = await client.get(JOBS, headers={header: refused})
            assert (response.status_code, response.json()["code"]) == (403, 90000010)
            assert response.json()["message"].startswith(f"{header}: '{refused.rpartition(',')[2]}' ")


@pytest.mark.fidelity("requests-11")
async def test_tenant_without_entities_accepts_any(client):
    response = await client.get(JOBS, headers={"Zuora-Entity-Ids": "any", "Zuora-Org-Ids": "any"})
    assert response.status_code == 200
