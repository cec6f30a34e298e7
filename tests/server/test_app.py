"""The app serves the emulated API and the control API, and is ready once its tenants are seeded."""

import asyncio

import httpx2
import pytest
from fastapi.routing import APIRoute

from mock_zuora.admin.access_control import AccessPolicy
from mock_zuora.api.app import build_api, operation_ids
from mock_zuora.config.hosts import TrustedHosts
from mock_zuora.config.settings import ControlMode
from mock_zuora.control.journal import RequestPage
from mock_zuora.control.services.requests import find_requests
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.template import RecordTemplate, TenantTemplate
from mock_zuora.server.app import App, build_registry

pytestmark = pytest.mark.anyio

BIG = TenantTemplate(
    records=tuple(RecordTemplate(object="boat", values={"sail__c": "red"}) for _ in range(ROWS_PER_CHUNK * 40))
)


class Life:
    """The lifespan protocol of an app, as a server drives it."""

    def __init__(self, app):
        self.sent = asyncio.Queue()
        self.received = asyncio.Queue()
        self.task = asyncio.create_task(app({"type": "lifespan"}, self.received.get, self.sent.put))

    async def tell(self, what):
        await self.received.put({"type": f"lifespan.{what}"})
        return (await asyncio.wait_for(self.sent.get(), 10))["type"]


def client_of(app):
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://localhost", headers={"Authorization": "Bearer any"}
    )


@pytest.fixture
async def seeding():
    """A server that is stopped while it seeds many records."""
    app = App(build_registry(), [BIG])
    life = Life(app)
    assert await life.tell("startup") == "lifespan.startup.complete"
    async with client_of(app) as client:
        yield app, client
    assert await life.tell("shutdown") == "lifespan.shutdown.complete"
    await life.task


async def test_server_is_alive_before_it_is_ready(seeding):
    app, client = seeding
    alive, ready = await client.get("/__mock/livez"), await client.get("/__mock/readyz")
    assert not app.runner.is_ready
    assert (alive.status_code, alive.json()["status"]) == (200, "alive")
    assert (ready.status_code, ready.json()["status"]) == (503, "seeding")


async def test_requests_during_seeding_are_503_with_retry_after(seeding):
    app, client = seeding
    response = await client.get("/objects/jobs")
    assert not app.runner.is_ready
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "/__mock/readyz" in response.json()["error"]


async def test_server_is_ready_after_seeding(seeding):
    app, client = seeding
    while not app.runner.is_ready:
        await asyncio.sleep(0)
    assert (await client.get("/__mock/readyz")).json()["status"] == "ready"
    assert (await client.get("/objects/jobs")).json() == {"jobs": [], "count": 0}
    assert len(app.registry.default_tenant.store.objects.table("default", "boat")) == len(BIG.records)


@pytest.mark.fidelity("mock-09")
@pytest.mark.parametrize("path", ["/__mockery", "/objects/__mock", "/__moc"])
async def test_path_that_only_resembles_a_control_path_is_the_apis(client, path):
    response = await client.get(path)
    assert response.status_code == 404 and "Zuora-Request-Id" in response.headers


@pytest.mark.fidelity("mock-09")
@pytest.mark.parametrize("path", ["/__mock", "/__mock/", "/__mock/nothing"])
async def test_unknown_control_path_is_not_the_apis(client, path):
    response = await client.get(path)
    assert response.status_code in (200, 308, 404) and "Zuora-Request-Id" not in response.headers


@pytest.mark.parametrize("path", ["/objects/jobs", "/oauth/token", "/__mock/livez"])
async def test_no_cors_header_admits_a_foreign_origin(client, path):
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    for response in (await client.options(path, headers=asked), await client.get(path, headers=asked)):
        assert not [name for name in response.headers if name.lower().startswith("access-control-")]


def app_with(access):
    """A ready app with its default tenant."""
    app = App(build_registry("test"), [], access=access)
    app.registry.add_tenant(TenantTemplate())
    app.runner.ready.set()
    return app


@pytest.mark.fidelity("mock-14")
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", "http://evil.example"),
        ("evil.example", "http://evil.example"),
        ("zuora:8080", "http://zuora:3000"),
        ("localhost:8080", "null"),
    ],
)
async def test_api_refuses_a_foreign_origin(api, client, host, origin):
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    response = await client.post("/objects/jobs", json=job, headers={"Host": host, "Origin": origin})
    assert (response.status_code, response.json()["code"]) == (403, 90000010)
    assert response.json()["message"].startswith(f"Origin: '{origin}' is not an origin of this server")
    assert (await client.get("/objects/jobs")).json()["jobs"] == []
    refused, _ = (await find_requests(api.app.control, "default", RequestPage())).requests
    assert (refused.status, refused.headers["origin"]) == (403, origin)


async def test_every_operation_refuses_a_foreign_origin(client):
    routes = [route for route in build_api().routes if isinstance(route, APIRoute)]
    assert len(routes) == len(operation_ids())
    for route in routes:
        (method,) = route.methods
        response = await client.request(method, route.path, headers={"Origin": "http://evil.example"})
        assert (response.status_code, response.json()["code"]) == (403, 90000010), route.path


@pytest.mark.fidelity("mock-14")
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", "http://localhost:3000"),
        ("rest.zuora.example", "http://127.0.0.1:3000"),
        ("zuora:8080", "http://zuora:8080"),
    ],
)
async def test_api_accepts_its_own_and_loopback_origins(client, host, origin):
    assert (await client.get("/objects/jobs", headers={"Host": host, "Origin": origin})).status_code == 200


async def test_allowed_host_has_its_own_origin(time):
    app = app_with(AccessPolicy(hosts=TrustedHosts(["zuora.example"])))
    async with client_of(app) as client:
        for path in ("/objects/jobs", "/__mock/livez"):
            for origin, status in (("http://zuora.example", 200), ("http://evil.example", 403)):
                headers = {"Host": "zuora.example", "Origin": origin}
                assert (await client.get(path, headers=headers)).status_code == status


async def test_api_accepts_the_origin_of_a_listed_host(time):
    app = app_with(AccessPolicy(hosts=TrustedHosts(["zuora.corp.example"])))
    async with client_of(app) as client:
        for path in ("/objects/jobs", "/__mock/livez"):
            headers = {"Host": "localhost:8080", "Origin": "https://zuora.corp.example"}
            assert (await client.get(path, headers=headers)).status_code == 200
            refused = await client.get(path, headers={**headers, "Origin": "https://other.example"})
            assert refused.status_code == 403 and "--allowed-host NAME" in refused.text


@pytest.mark.parametrize("header", ["Host", "Origin"])
@pytest.mark.parametrize("path", ["/__mock/livez", "/objects/jobs"])
async def test_control_token_is_not_shown_wherever_it_is_sent(header, path, caplog):
    token = "open.sesame.example"
    app = app_with(AccessPolicy(mode=ControlMode.TOKEN, token=token))
    async with client_of(app) as client:
        response = await client.get(f"{path}?x={token}", headers={header: token})
    recorded = await find_requests(app.control, "default", RequestPage())
    logged = [each.getMessage() for each in caplog.records if each.name.startswith("mock")]
    assert token not in f"{response.text}{recorded}{logged}"


async def test_api_accepts_any_host(client):
    assert (await client.get("/objects/jobs", headers={"Host": "rest.zuora.example"})).status_code == 200


async def test_crash_of_the_job_runner_is_logged_and_does_not_block_shutdown(caplog):
    life = Life(App(build_registry(), [TenantTemplate(users=())]))
    await life.tell("startup")
    while "a background task crashed" not in caplog.text:
        await asyncio.sleep(0)
    assert await life.tell("shutdown") == "lifespan.shutdown.complete"
    await life.task
