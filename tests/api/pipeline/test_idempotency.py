"""Idempotency-Key over HTTP: it is ignored; where it is honoured, what a replay repeats, and who may use a key."""

import asyncio

import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

CREATE = {"operation": "create", "object": "vehicle", "namespace": "default"}
KEY = {"Idempotency-Key": "6f1e7a"}
HONOURED = assumed({"idempotency-key": "honoured"}, Origin.TEST)
OF_THIS_CALL = {
    "mock-zuora-reason",
    "zuora-request-id",
    "zuora-track-id",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
}


def kept(response):
    """What a replay repeats: the status, the body, and the headers that do not belong to one request."""
    headers = {name: value for name, value in response.headers.items() if name not in OF_THIS_CALL}
    return response.status_code, headers, response.content


@pytest.fixture
async def api(make_api):
    """A tenant that honours idempotency keys."""
    yield make_api(assume=HONOURED)


@pytest.mark.fidelity("requests-05")
async def test_key_is_ignored_with_a_warning_by_default(make_api):
    api = make_api()
    async with api.client() as client:
        jobs = [(await client.post("/objects/jobs", json=CREATE, headers=KEY)).json()["Id"] for _ in range(2)]
    assert jobs[0] != jobs[1]
    assert api.tenant.fidelity.counts == {"idempotency-key-ignored": 2}


@pytest.mark.fidelity("requests-05")
async def test_strict_mode_refuses_a_key(make_api):
    async with make_api(strict=True).client() as client:
        response = await client.post("/objects/jobs", json=CREATE, headers=KEY)
        assert (response.status_code, response.json()["code"]) == (400, 71013020)
        assert "Idempotency-Key is ignored" in response.json()["message"]
        assert (await client.get("/objects/jobs")).json()["count"] == 0


@pytest.mark.fidelity("requests-05")
async def test_retry_can_conflict_with_the_body_of_the_first_response(api, client):
    api.assume({"idempotency-key": "conflict"})
    first, again, last = [await client.post("/objects/jobs", json=CREATE, headers=KEY) for _ in range(3)]
    assert [each.status_code for each in (first, again, last)] == [200, 409, 409]
    assert again.content == last.content == first.content
    assert again.headers["mock-zuora-reason"] == "assumption idempotency-key=conflict (test)"
    assert "mock-zuora-reason" not in first.headers
    assert (await client.get("/objects/jobs")).json()["count"] == 1


@pytest.mark.fidelity("requests-06")
async def test_replayed_refusal_is_logged_with_its_code(api, client, caplog):
    api.configure(concurrent_job_limit=0)
    with caplog.at_level("INFO", logger="mock_zuora.requests"):
        for _ in range(2):
            await client.post("/objects/jobs", json=CREATE, headers=KEY)
    assert ["71013030" in record.getMessage() for record in caplog.records] == [True, True]


@pytest.mark.fidelity("requests-06")
async def test_retry_returns_the_first_response_and_creates_no_second_job(client):
    first = await client.post("/objects/jobs", json=CREATE, headers=KEY)
    again = await client.post("/objects/jobs", json=CREATE, headers=KEY)
    assert first.status_code == 200
    assert kept(again) == kept(first)
    assert (await client.get("/objects/jobs")).json()["count"] == 1


@pytest.mark.fidelity("requests-06")
async def test_first_response_is_returned_again_later(client, pending_job):
    first = await client.patch(f"/objects/jobs/{pending_job}/cancel", headers=KEY)
    again = await client.patch(f"/objects/jobs/{pending_job}/cancel", headers=KEY)
    assert first.json()["status"] == "cancelled"
    assert kept(again) == kept(first)


@pytest.mark.fidelity("requests-06")
@pytest.mark.parametrize("version", ["186.0", "2024-05-20"])
async def test_stored_refusal_is_returned_again(client, api, version):
    headers = {**KEY, "Zuora-Version": version}
    api.configure(concurrent_job_limit=0)
    first = await client.post("/objects/jobs", json=CREATE, headers=headers)
    api.configure(concurrent_job_limit=5)
    again = await client.post("/objects/jobs", json=CREATE, headers=headers)
    assert first.status_code == 400
    assert kept(again) == kept(first)


@pytest.mark.fidelity("requests-06")
async def test_replay_repeats_the_etag(client, pending_job):
    created = await client.post("/objects/records/default/vehicle", json={"records": [{"a__c": "1"}]})
    path = f"/objects/records/default/vehicle/{created.json()['records'][0]['Id']}"
    headers = {**KEY, "Content-Type": "application/merge-patch+json"}
    first = await client.patch(path, content=b'{"a__c":"2"}', headers=headers)
    again = await client.patch(path, content=b'{"a__c":"2"}', headers=headers)
    assert first.headers["etag"]
    assert kept(again) == kept(first)


@pytest.mark.fidelity("requests-06")
async def test_replay_has_its_own_request_id(client):
    first = await client.post("/objects/jobs", json=CREATE, headers={**KEY, "Zuora-Track-Id": "first"})
    again = await client.post("/objects/jobs", json=CREATE, headers={**KEY, "Zuora-Track-Id": "again"})
    assert first.headers["zuora-request-id"] != again.headers["zuora-request-id"]
    assert again.headers["zuora-track-id"] == "again"
    assert [each.headers["ratelimit-remaining"] for each in (first, again)] == ["49999", "49998"]


async def test_replay_is_compressed_as_its_own_request_asks(client, pending_job):
    path, body = "/objects/records/default/vehicle", {"records": [{"a__c": "1"}] * 9}
    plain = await client.post(path, json=body, headers={**KEY, "Accept-Encoding": "identity"})
    packed = await client.post(path, json=body, headers={**KEY, "Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


@pytest.mark.fidelity("requests-06")
async def test_key_is_kept_for_24_hours_of_the_tenant_clock(client, api):
    first = (await client.post("/objects/jobs", json=CREATE, headers=KEY)).json()
    api.tenant.clock.advance(24 * 3600 * 1000 - 1)
    assert (await client.post("/objects/jobs", json=CREATE, headers=KEY)).json() == first
    api.tenant.clock.advance(1)
    assert (await client.post("/objects/jobs", json=CREATE, headers=KEY)).json()["Id"] != first["Id"]


@pytest.mark.fidelity("requests-07")
async def test_key_of_a_running_request_is_409(client, api):
    arrived, go = asyncio.Event(), asyncio.Event()

    async def slow_body():
        arrived.set()
        await go.wait()
        yield b'{"operation":"create","object":"vehicle","namespace":"default"}'

    headers = {**KEY, "Content-Type": "application/json"}
    first = asyncio.create_task(client.post("/objects/jobs", content=slow_body(), headers=headers))
    await arrived.wait()
    refused = await client.post("/objects/jobs", json=CREATE, headers=KEY)
    go.set()
    assert (await first).status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (409, 90000050)
    assert "'6f1e7a'" in refused.json()["message"]
    assert (await client.post("/objects/jobs", json=CREATE, headers=KEY)).content == first.result().content


OTHERS = {
    "another URL": ("POST", "/objects/jobs/{id}/files"),
    "another query": ("POST", "/objects/jobs?a=b"),
    "another method": ("PATCH", "/objects/jobs/{id}/cancel"),
}


@pytest.mark.fidelity("requests-07")
@pytest.mark.parametrize(("method", "path"), OTHERS.values(), ids=list(OTHERS))
async def test_key_of_another_request_is_422(client, method, path):
    job = (await client.post("/objects/jobs", json=CREATE, headers=KEY)).json()
    refused = await client.request(
        method, path.format(id=job["Id"]), content=b"a__c\n1\n", headers={**KEY, "Content-Type": "text/csv"}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, 90000030)
    assert "Idempotency-Key: '6f1e7a'" in refused.json()["message"]
    assert (await client.get(f"/objects/jobs/{job['Id']}")).json() == job


@pytest.mark.fidelity("requests-07")
async def test_key_of_another_tenant_is_422_and_creates_no_job(make_api):
    settings = TenantSettings(assume=HONOURED)
    api = make_api(TenantTemplate(settings=settings), TenantTemplate(name="other", settings=settings))
    other = api.registry.tenants["other"]
    async with api.client() as client:
        await client.post("/objects/jobs", json=CREATE, headers=KEY)
    async with api.client(api.registry.issue_token(other, other.default_user).text) as client:
        refused = await client.post("/objects/jobs", json=CREATE, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, 90000030)
    assert list(other.store.jobs.newest_first()) == []


@pytest.mark.fidelity("requests-08")
@pytest.mark.parametrize("key", ["", "k" * 255], ids=["empty", "255 characters"])
async def test_key_of_wrong_length_is_refused(client, key):
    response = await client.post("/objects/jobs", json=CREATE, headers={"Idempotency-Key": key})
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert f"Idempotency-Key: '{key[:100]}" in response.json()["message"]
    assert response.headers["mock-zuora-reason"] == "assumption idempotency-key=honoured (test)"
    assert (await client.get("/objects/jobs")).json()["count"] == 0


@pytest.mark.fidelity("requests-08")
async def test_key_of_254_characters_is_accepted(client):
    response = await client.post("/objects/jobs", json=CREATE, headers={"Idempotency-Key": "k" * 254})
    assert response.status_code == 200


OTHER_METHODS = {
    "GET": ("/objects/jobs", 200),
    "PUT": ("/objects/records/default/vehicle/7006ce52-91c9-11ed-a1eb-0242ac120002", 400),
    "DELETE": ("/objects/records/default/vehicle/7006ce52-91c9-11ed-a1eb-0242ac120002", 200),
}


@pytest.mark.fidelity("requests-08")
@pytest.mark.parametrize("method", OTHER_METHODS)
async def test_key_is_ignored_on_other_methods_with_a_warning(client, api, method):
    path, status = OTHER_METHODS[method]
    await client.post("/objects/jobs", json=CREATE, headers=KEY)
    response = await client.request(method, path, headers=KEY)
    assert response.status_code == status
    assert "idempotency-key-ignored" in api.tenant.fidelity.counts


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_method_is_checked_before_the_key(client, api, method):
    await client.post("/objects/jobs", json=CREATE, headers=KEY)
    response = await client.request(method, "/objects/jobs", headers=KEY)
    assert response.status_code == 405
    assert api.tenant.fidelity.counts == {}


async def test_strict_mode_refuses_key_on_get(client, api):
    api.configure(strict=True)
    response = await client.get("/objects/jobs", headers=KEY)
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert "Idempotency-Key is ignored on GET" in response.json()["message"]


async def test_unauthenticated_request_leaves_its_key_free(client, api):
    bad = await client.post("/objects/jobs", json=CREATE, headers={**KEY, "Authorization": "Basic x"})
    assert bad.status_code == 401
    assert (await client.post("/objects/jobs", json=CREATE, headers=KEY)).status_code == 200


async def test_disconnected_request_leaves_its_key_free(client, api, ask, pending_job):
    headers = [(b"content-type", b"text/csv"), (b"idempotency-key", b"6f1e7a")]
    path = f"/objects/jobs/{pending_job}/files"
    left = await ask(api.app, "POST", path, headers=headers, chunks=[b"a__c\n1\n", b"2"], ends=False)
    assert left.status is None
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["status"] == "pending"
    again = await ask(api.app, "POST", path, headers=headers, chunks=[b"a__c\n1\n2\n"])
    assert again.status == 200
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["recordsProcessed"] == 2


async def test_64_parallel_retries_create_one_job(client):
    posts = [client.post("/objects/jobs", json=CREATE, headers=KEY) for _ in range(64)]
    statuses = {response.status_code for response in await asyncio.gather(*posts)}
    assert statuses <= {200, 409}
    assert (await client.get("/objects/jobs")).json()["count"] == 1
