from dataclasses import replace

import pytest

from mock_zuora.config.seed_file import ClientSeed, TenantSeed, UserSeed
from mock_zuora.control.faults import FaultRule
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER, RequestPage, RequestSearch
from mock_zuora.control.services.requests import find_requests
from mock_zuora.control.services.state import export_state, import_state
from mock_zuora.control.services.tenants import add_tenant, drop_tenant, seed
from mock_zuora.control.services.tokens import issue_token
from mock_zuora.control.state import TenantState
from mock_zuora.domain.tenants.settings import Auth, TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient
from tests.finished import finished

pytestmark = pytest.mark.anyio

SECRET = "of-the-client"


async def journal(api, tenant="default"):
    return (await find_requests(api.app.control, tenant, RequestPage())).requests


def kept(api, **search):
    return finished(api.app.control.instruments("default").journal.find(RequestSearch(**search))).requests


def sizes(api):
    return [each.size for each in api.app.control.instruments("default").journal._entries]


@pytest.fixture
def logged(caplog):
    """Everything that the server logged; what the test's own client logs is left out."""
    caplog.set_level("DEBUG")
    return lambda: " ".join(each.getMessage() for each in caplog.records if each.name.startswith(("mock", "uvicorn")))


async def test_request_is_recorded_with_its_response(api, client):
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    response = await client.post("/objects/jobs?why=not", json=job)
    (request,) = kept(api)
    assert (request.method, request.path, request.query) == ("POST", "/objects/jobs", "why=not")
    assert (request.status, request.user, request.tenant) == (200, "admin", "default")
    assert '"vehicle"' in request.body and response.json()["Id"] in request.response_body
    assert request.id == response.headers["Zuora-Request-Id"]


async def test_first_bytes_and_length_of_a_body_are_recorded(api, client):
    await client.post("/objects/jobs", content=b"x" * (MAX_RECORDED_BODY + 1))
    (request,) = kept(api)
    assert (len(request.body), request.body_bytes) == (MAX_RECORDED_BODY, MAX_RECORDED_BODY + 1)


async def test_compressed_response_is_recorded_as_text(api, client):
    for _ in range(5):
        await client.post("/objects/jobs", json={"operation": "create", "object": "vehicle", "namespace": "default"})
    await client.get("/objects/jobs")
    assert kept(api, method="GET")[0].response_body.startswith('{"jobs"')


async def test_long_paths_queries_and_headers_are_truncated(api, client):
    await client.get("/" + "p" * 5_000 + "?q=" + "q" * 5_000, headers={"X-Long": "h" * 5_000})
    (request,) = kept(api)
    assert {len(request.path), len(request.query), len(request.headers["x-long"])} == {MAX_RECORDED_HEADER}


@pytest.mark.parametrize(
    "longer",
    [
        {"url": "/objects/jobs/" + "x" * 1_000},
        {"params": {"why": "x" * 1_000}},
        {"headers": {"X-Why": "x" * 1_000}},
        {"headers": {"X-" + "y" * 1_000: "x"}},
        {"content": b"x" * 1_000},
    ],
    ids=lambda longer: next(iter(longer)),
)
async def test_every_recorded_part_of_a_request_counts_towards_its_size(api, client, longer):
    usual = {"method": "POST", "url": "/objects/jobs"}
    await client.request(**usual)
    await client.request(**usual | longer)
    shorter, longer = sizes(api)
    assert longer >= shorter + 900


async def test_recorded_response_counts_towards_the_size(api, client, pending_job):
    await client.get("/objects/jobs", params={"status": "failed"})
    await client.get("/objects/jobs", params={"status": "pending"})
    *_, without, with_a_job = sizes(api)
    assert with_a_job >= without + 300


async def test_truncated_part_of_a_body_does_not_count(api, client):
    await client.post("/objects/jobs", content=b"x" * 10 * MAX_RECORDED_BODY)
    assert sizes(api)[0] < 2 * MAX_RECORDED_BODY


@pytest.mark.parametrize(
    "form",
    [
        f"client_id=me&client_secret={SECRET}&grant_type=client_credentials",
        f"client_id=me&client%5Fsecret={SECRET}&grant_type=client_credentials",
        f"client_id=me&CLIENT_SECRET={SECRET}",
        f'{{"client_secret": "{SECRET}"}}',
        f"{SECRET}=1",
    ],
)
async def test_no_secret_of_a_token_request_is_recorded(api, client, logged, form):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {SECRET}"}
    response = await client.post(f"/oauth/token?client_secret={SECRET}", content=form, headers=headers)
    (request,) = kept(api)
    assert SECRET not in repr(request) and SECRET not in logged()
    assert response.json().get("access_token", SECRET) not in repr(request)
    assert response.json().get("jti", SECRET) not in repr(request)


@pytest.mark.fidelity("mock-06")
async def test_access_token_is_neither_recorded_nor_logged(api, logged):
    async with api.client("geheim", Cookie="geheim", apiSecretAccessKey="geheim", apiAccessKeyId="geheim") as client:
        await client.get("/objects/jobs?access_token=geheim")
    assert "geheim" not in repr(kept(api)) and "geheim" not in logged()


async def test_client_id_of_a_token_request_is_recorded(api, client):
    form = {"client_id": "me", "client_secret": SECRET, "grant_type": "client_credentials"}
    await client.post("/oauth/token", data=form)
    assert (await journal(api))[0].body == "client_id=me&client_secret=redacted&grant_type=client_credentials"


CONFIGURED = "of-the-seed-file"
"""The secret of a client."""
SEEDED = TenantTemplate(
    settings=TenantSettings(transitions=Transitions.IMMEDIATE, auth=Auth.STRICT),
    clients=(OAuthClient("acme", CONFIGURED, "admin"),),
)
JOB = {"operation": "create", "object": "vehicle", "namespace": "default"}


def every_place(secret):
    """Requests with a secret in every place of a request, by the name of the place."""
    jobs = {"method": "POST", "url": "/objects/jobs"}
    form = {"method": "POST", "url": "/oauth/token"}
    return {
        "method": {"method": secret, "url": "/objects/jobs"},
        "path": {"method": "GET", "url": f"/objects/jobs/{secret}"},
        "unknown path": {"method": "GET", "url": f"/{secret}/x"},
        "query": {"method": "GET", "url": f"/objects/jobs?pageSize={secret}"},
        "name in the query": {"method": "GET", "url": f"/objects/jobs?{secret}=1"},
        "encoded query": {"method": "GET", "url": f"/objects/jobs?status=%{ord(secret[0]):02x}{secret[1:]}"},
        "header": {**jobs, "headers": {"Zuora-Version": secret}, "json": JOB},
        "unknown header": {**jobs, "headers": {"X-Note": secret}, "json": JOB},
        "name of a header": {**jobs, "headers": {f"X-{secret}": "1"}, "json": JOB},
        "authorization without a scheme": {**jobs, "headers": {"Authorization": secret}, "json": JOB},
        "bearer token": {**jobs, "headers": {"Authorization": f"Bearer {secret}"}, "json": JOB},
        "X-Auth-Token": {**jobs, "headers": {"X-Auth-Token": secret}, "json": JOB},
        "body": {**jobs, "json": {**JOB, "object": secret}},
        "value in the body": {**jobs, "json": {**JOB, "operation": secret}},
        "name in the body": {**jobs, "json": {**JOB, secret: 1}},
        "escaped body": {**jobs, "content": f'{{"operation": "\\u00{ord(secret[0]):02x}{secret[1:]}"}}'},
        "text": {**jobs, "content": secret},
        "end of what is recorded": {**jobs, "content": "x" * (MAX_RECORDED_BODY - 9) + secret},
        "multipart": {**jobs, "files": {"file": (secret, secret)}},
        "client_id": {**form, "data": {"client_id": secret, "client_secret": "x", "grant_type": "client_credentials"}},
        "grant_type": {**form, "data": {"client_id": "x", "client_secret": "x", "grant_type": secret}},
        "JSON to the token endpoint": {**form, "json": {"client_secret": secret}},
        "content type": {**form, "content": "x", "headers": {"Content-Type": secret}},
    }


async def test_secret_is_nowhere_whatever_its_place(make_api, logged):
    """In the journal, the log and the messages; of the client, of the server and of a tenant that is gone."""
    api = make_api(SEEDED)
    control, registry = api.app.control, api.registry
    registry.secrets.add(["of-the-control-api"])
    added = await add_tenant(control, "default", name="temporary")
    gone = (await issue_token(control, "temporary")).access_token
    issued = (await issue_token(control, "default")).access_token
    secrets = (CONFIGURED, "of-the-control-api", added.client_secret, issued, gone)
    for secret in secrets:
        for place, request in every_place(secret).items():
            async with api.client(issued) as client:
                response = await client.request(**request)
            assert response.status_code == 200 or secret not in response.text, place
            assert secret not in response.headers.get("Mock-Zuora-Reason", ""), place
            latest = [each for name in registry.tenants for each in (await journal(api, name))[-1:]]
            assert secret not in repr(latest), place
            assert all(secret[:8] not in each.body[-8:] for each in latest), place
    await drop_tenant(control, "default", name="temporary")
    shown = repr(await journal(api)) + logged()
    assert not [secret for secret in secrets if secret in shown]


async def test_token_that_is_no_longer_stored_is_not_shown(make_api):
    api = make_api(SEEDED)
    control = api.app.control
    issued = (await issue_token(control, "default")).access_token
    async with api.client(issued) as client:
        await client.get(f"/objects/jobs/{issued}?x={issued}")
    api.registry.tokens.drop(issued)
    assert issued not in repr(await journal(api))


async def test_secret_of_a_former_client_is_not_shown(make_api):
    api = make_api(SEEDED)
    control = api.app.control
    async with api.client((await issue_token(control, "default")).access_token) as client:
        await client.get(f"/objects/jobs/{CONFIGURED}")
    await seed(control, "default", TenantSeed(users=[UserSeed(name="ann")], clients=[]))
    assert CONFIGURED not in repr(await journal(api))


async def test_secret_of_a_new_seed_is_not_shown(api, client):
    clients = [ClientSeed(id="new", secret=CONFIGURED)]
    await seed(api.app.control, "default", TenantSeed(clients=clients))
    await client.get(f"/objects/jobs/{CONFIGURED}")
    assert CONFIGURED not in repr(await journal(api))


async def test_secret_of_an_imported_state_is_not_shown(api, client):
    document = (await export_state(api.app.control, "default")).document()
    document["clients"] = [{"id": "imported", "secret": CONFIGURED, "user": "admin"}]
    await import_state(api.app.control, "default", TenantState.model_validate(document))
    await client.get(f"/objects/jobs/{CONFIGURED}")
    assert CONFIGURED not in repr(await journal(api))


async def test_fidelity_warning_shows_no_secret(make_api, logged):
    template = replace(SEEDED, settings=TenantSettings())
    api = make_api(template)
    async with api.client() as client:
        await client.get(f"/objects/jobs?{CONFIGURED}=1")
    warnings = api.app.control.instruments("default").journal.warnings
    assert warnings and CONFIGURED not in repr(warnings)
    assert "unknown-parameter" in logged() and CONFIGURED not in logged()


async def test_stored_data_is_returned_unchanged(make_api):
    api = make_api(SEEDED)
    token = (await issue_token(api.app.control, "default")).access_token
    async with api.client(token) as client:
        job = (await client.post("/objects/jobs", json={**JOB, "object": CONFIGURED})).json()
        assert (await client.get(f"/objects/jobs/{job['Id']}")).json()["object"] == CONFIGURED


async def test_client_id_that_equals_its_secret_is_not_shown(make_api, logged):
    api = make_api(SEEDED)
    async with api.client() as client:
        form = {"client_id": SECRET, "client_secret": SECRET, "grant_type": "client_credentials"}
        response = await client.post("/oauth/token", data=form)
    assert (response.status_code, response.json()["message"][:9]) == (401, "client_id")
    assert SECRET not in response.text + logged() + repr(await journal(api))


async def test_invalid_utf_8_is_still_readable(api, client):
    await client.post("/objects/jobs", content=b"\xff\x00a")
    assert (await journal(api))[0].body == "\ufffd\x00a"


async def test_request_of_a_dropped_tenant_is_not_recorded(api, monkeypatch):
    control = api.app.control
    await add_tenant(control, "default", name="acme")
    control.instruments("acme").faults.add(FaultRule(delay=1))

    async def drop_meanwhile(seconds):
        await drop_tenant(control, "default", name="acme")

    monkeypatch.setattr("mock_zuora.api.pipeline.faults.sleep", drop_meanwhile)
    async with api.client((await issue_token(control, "acme")).access_token) as client:
        await client.get("/objects/jobs")
    assert "acme" not in control.instrumentation
