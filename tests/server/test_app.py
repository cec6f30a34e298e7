"""The app joins the emulated API and the mock's own paths, and is not ready before its world is seeded."""

import asyncio

import httpx2
import pytest

from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.template import RecordTemplate, TenantTemplate
from mock_zuora.server.app import App, build_registry, operation_of

pytestmark = pytest.mark.anyio

BIG = TenantTemplate(
    records=tuple(RecordTemplate(object="boat", values={"sail__c": "red"}) for _ in range(ROWS_PER_CHUNK * 40))
)


class Life:
    """The lifespan of an app, as a server leads it."""

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
    """A server that has just begun to seed a big world, and is stopped in the middle of it."""
    app = App(build_registry(), [BIG])
    life = Life(app)
    assert await life.tell("startup") == "lifespan.startup.complete"
    async with client_of(app) as client:
        yield app, client
    assert await life.tell("shutdown") == "lifespan.shutdown.complete"
    await life.task


async def test_a_server_is_alive_before_it_is_ready(seeding):
    app, client = seeding
    alive, ready = await client.get("/__mock/livez"), await client.get("/__mock/readyz")
    assert not app.runner.is_ready
    assert (alive.status_code, alive.json()["status"]) == (200, "alive")
    assert (ready.status_code, ready.json()["status"]) == (503, "seeding")


async def test_calls_while_it_seeds_are_told_to_come_again(seeding):
    app, client = seeding
    response = await client.get("/objects/jobs")
    assert not app.runner.is_ready
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "/__mock/readyz" in response.json()["error"]


async def test_it_is_ready_when_everything_is_seeded(seeding):
    app, client = seeding
    while not app.runner.is_ready:
        await asyncio.sleep(0)
    assert (await client.get("/__mock/readyz")).json()["status"] == "ready"
    assert (await client.get("/objects/jobs")).json() == {"jobs": [], "count": 0}
    assert len(app.registry.default_tenant.store.objects.table("default", "boat")) == len(BIG.records)


@pytest.mark.fidelity("mock-09")
@pytest.mark.parametrize("path", ["/__mockery", "/objects/__mock", "/__moc"])
async def test_a_path_that_only_resembles_an_own_one_is_the_api_s(client, path):
    response = await client.get(path)
    assert response.status_code == 404 and "Zuora-Request-Id" in response.headers


@pytest.mark.fidelity("mock-09")
@pytest.mark.parametrize("path", ["/__mock", "/__mock/", "/__mock/nothing"])
async def test_an_unknown_own_path_is_not_the_api_s(client, path):
    response = await client.get(path)
    assert response.status_code in (200, 307, 404) and "Zuora-Request-Id" not in response.headers


@pytest.mark.parametrize("path", ["/objects/jobs", "/oauth/token", "/__mock/livez"])
async def test_no_web_page_of_another_origin_is_let_in_by_a_cors_header(client, path):
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    for response in (await client.options(path, headers=asked), await client.get(path, headers=asked)):
        assert not [name for name in response.headers if name.lower().startswith("access-control-")]


async def test_the_api_takes_any_host_as_a_client_behind_a_proxy_sends_it(client):
    assert (await client.get("/objects/jobs", headers={"Host": "rest.zuora.example"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/oauth/token", "createToken"),
        ("GET", "/objects/jobs", "GET_AllCustomObjectBulkJobs"),
        ("DELETE", "/objects/jobs", None),
        ("GET", "/nothing", None),
    ],
)
async def test_a_call_has_the_operation_id_of_the_reference(method, path, operation):
    assert operation_of(method, path) == operation


async def test_a_crash_of_the_background_task_is_said_aloud_and_does_not_hinder_the_stop(caplog):
    life = Life(App(build_registry(), [TenantTemplate(users=())]))
    await life.tell("startup")
    while "the background task crashed" not in caplog.text:
        await asyncio.sleep(0)
    assert await life.tell("shutdown") == "lifespan.shutdown.complete"
    await life.task
