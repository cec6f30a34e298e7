import pytest

from mock_zuora.api.middleware.recording import (
    form_without_secrets,
    kept_headers,
    readable,
    without_secrets,
)
from mock_zuora.control.faults import FaultRule
from mock_zuora.control.journal import MAX_RECORDED_BODY, MAX_RECORDED_HEADER, RequestSearch
from mock_zuora.control.services.tenants import add_tenant, drop_tenant
from mock_zuora.control.services.tokens import issue_token
from tests.finished import finished

pytestmark = pytest.mark.anyio

SECRET = "of-the-client"


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


def test_known_harmless_values_are_shown():
    form = b"client_id=me&client_secret=geheim&grant_type=client_credentials"
    assert form_without_secrets(form) == "client_id=me&client_secret=redacted&grant_type=client_credentials"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"access_token": "geheim", "x": 1}', '{"access_token": "redacted", "x": 1}'),
        ('{"client_secret":"ge\\"heim"}', '{"client_secret":"redacted"}'),
        ('{"access_token": "gehe', '{"access_token": "redacted'),
        ("a=1&client_secret=geheim&b=2", "a=1&client_secret=redacted&b=2"),
        ("brand__c\nSaab\n", "brand__c\nSaab\n"),
    ],
)
def test_values_of_secret_names_are_redacted(text, shown):
    assert without_secrets(text) == shown


def test_scheme_of_a_secret_header_is_kept():
    headers = {"authorization": "Bearer geheim", "cookie": "geheim", "accept": "text/csv"}
    assert kept_headers(headers) == {"authorization": "Bearer redacted", "cookie": "redacted", "accept": "text/csv"}


@pytest.mark.parametrize("value", ["s3cret x", "session=s3cret; other=1", "Token s3cret", "s3cret"])
@pytest.mark.parametrize("name", ["authorization", "cookie", "x-api-key"])
def test_secret_without_a_usual_scheme_is_redacted_completely(name, value):
    assert kept_headers({name: value}) == {name: "redacted"}


def test_invalid_utf_8_is_still_readable():
    assert readable(b"\xff\x00a") == "�\x00a"


async def test_request_of_a_dropped_tenant_is_not_recorded(api, monkeypatch):
    control = api.app.control
    await add_tenant(control, "default", name="acme")
    control.instruments("acme").faults.add(FaultRule(delay=1))

    async def drop_meanwhile(seconds):
        await drop_tenant(control, "default", name="acme")

    monkeypatch.setattr("mock_zuora.api.pipeline.faults.asyncio.sleep", drop_meanwhile)
    async with api.client((await issue_token(control, "acme")).access_token) as client:
        await client.get("/objects/jobs")
    assert "acme" not in control.instrumentation
