import pytest

from mock_zuora.api.pipeline.faults import refusal_of
from mock_zuora.control.faults import FaultRule

pytestmark = pytest.mark.anyio


def add(api, **options):
    return api.app.control.instruments("default").faults.add(FaultRule(**options))


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, 90000011), (404, 71013040), (429, 90000070), (500, 71013060), (503, 71013061), (418, 71013030)],
)
def test_injected_status_has_a_matching_error_code(status, code):
    assert refusal_of(FaultRule(status=status)).code == code


@pytest.mark.parametrize("version", ["186.0", "2025-08-12"])
async def test_injected_status_has_the_error_format_of_the_version(api, client, version):
    add(api, status=503, message="Down for a while.")
    response = await client.get("/objects/jobs", headers={"Zuora-Version": version})
    body = response.json()
    assert (body.get("reasons") or [body])[0] == {"code": 71013061, "message": "Down for a while."}
    assert "Zuora-Request-Id" in response.headers and "RateLimit-Limit" in response.headers


async def test_injected_status_has_its_headers(api, client):
    add(api, status=429, headers={"X-Why": "a test"}, retry_after=7)
    response = await client.get("/objects/jobs")
    assert (response.headers["Retry-After"], response.headers["X-Why"]) == ("7", "a test")


@pytest.mark.parametrize(
    "name", ["RateLimit-Remaining", "Zuora-Track-Id", "Mock-Zuora-Reason", "Retry-After", "Server"]
)
async def test_header_of_a_fault_replaces_that_of_the_server(api, client, name):
    add(api, status=401, headers={name: "of-the-fault"})
    response = await client.get("/objects/jobs", headers={"Zuora-Track-Id": "mine"})
    assert response.headers.get_list(name) == ["of-the-fault"]


async def test_fault_can_set_a_cors_header(api, client):
    add(api, status=503, headers={"Access-Control-Allow-Origin": "*"})
    assert (await client.get("/objects/jobs")).headers["Access-Control-Allow-Origin"] == "*"


async def test_injected_status_changes_nothing(api, client):
    add(api, status=503, times=1)
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    await client.post("/objects/jobs", json=job)
    assert list(api.tenant.store.jobs.newest_first()) == []


async def test_injected_status_is_not_stored_for_an_idempotency_key(api, client):
    add(api, status=503, times=1)
    job, headers = {"operation": "create", "object": "vehicle", "namespace": "default"}, {"Idempotency-Key": "k"}
    statuses = [(await client.post("/objects/jobs", json=job, headers=headers)).status_code for _ in range(2)]
    assert statuses == [503, 200]


async def test_reset_request_was_processed(api, client):
    fault = add(api, reset=True)
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    with pytest.raises(ConnectionResetError):
        await client.post("/objects/jobs", json=job)
    assert len(list(api.tenant.store.jobs.newest_first())) == 1
    assert api.app.control.instruments("default").faults.get(fault.id).hits == 1


async def test_token_request_is_hit_by_faults_of_its_tenant(api, client):
    add(api, path="/oauth/token", status=503)
    form = {"client_id": "me", "client_secret": "s", "grant_type": "client_credentials"}
    assert (await client.post("/oauth/token", data=form)).status_code == 503


async def test_no_token_is_issued_to_a_request_that_a_fault_hits(api, client):
    add(api, path="/oauth/token", status=503)
    form = {"client_id": "me", "client_secret": "s", "grant_type": "client_credentials"}
    issued = []
    api.registry.tokens.add = issued.append
    await client.post("/oauth/token", data=form)
    assert issued == []


async def test_stalled_response_ends_when_the_client_disconnects(api, ask):
    add(api, stall=True)
    with pytest.raises(ConnectionResetError):
        await ask(api.app, "GET", "/objects/jobs")


async def test_delayed_request_waits_first(api, client, monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr("mock_zuora.api.pipeline.faults.sleep", sleep)
    add(api, delay=2.5)
    assert (await client.get("/objects/jobs")).status_code == 200
    assert 2.5 in slept


RECORDS, BATCH = "/objects/records/default/vehicle", "/objects/batch/default/vehicle"
ID = "5e8d1d5c-0000-4000-8000-000000000001"


@pytest.mark.fidelity("records-18")
@pytest.mark.parametrize(
    ("path", "body", "records"),
    [
        (RECORDS, {"records": [{"a__c": "x"}, {"b__c": 4}]}, [{"a__c": "x"}, {"b__c": 4}]),
        (BATCH, {"action": {"type": "update", "records": {ID: {"a__c": "x"}}}}, [{"Id": ID, "a__c": "x"}]),
        (BATCH, {"action": {"type": "delete", "ids": [ID]}}, [{"Id": ID}]),
    ],
    ids=["create", "update", "delete"],
)
async def test_injected_500_of_several_records_lists_them(api, client, path, body, records):
    add(api, status=500, message="Busy.")
    response = await client.post(path, json=body)
    problem = {"code": 71012561, "message": "Busy."}
    assert response.status_code == 500
    assert response.json() == {**problem, "details": [{**problem, "record": each} for each in records]}


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"records": 4}', b'{"records": [4]}', b'{"action": {"records": []}}'])
async def test_injected_500_without_readable_records_has_a_detail_without_a_record(api, client, body):
    add(api, status=500, code=71013060)
    response = await client.post(RECORDS, content=body)
    problem = {"code": 71013060, "message": "A fault injected this 500."}
    assert response.json() == {**problem, "details": [problem]}


@pytest.mark.parametrize(("method", "path", "status"), [("POST", RECORDS, 503), ("GET", RECORDS, 500)])
async def test_other_injected_statuses_have_no_details(api, client, method, path, status):
    add(api, status=status)
    response = await client.request(method, path, json={"records": [{}]})
    assert (response.status_code, list(response.json())) == (status, ["code", "message"])
