"""The longest wait of another client while the pages of the inspector show a large tenant, in processor time."""

import gc
import json

import pytest

from mock_zuora.admin.inspector import views
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import App, build_registry

from .test_hostile_sizes import CSV_TYPE, JOBS, MAX_WAIT, longest_wait, send

pytestmark = pytest.mark.anyio

QUERIES = {
    "/records/object": "?object=vehicle&q=brand__c+%3D%3D+%27Volvo%27",
    "/records/record": "?object=vehicle&id=none",
    "/requests": "?text=absent",
    "/": "?status=completed",
}


@pytest.fixture(scope="module")
async def app():
    """A tenant with 20,000 records, 1,500 jobs and a full journal with bodies of 7 KB."""
    registry = build_registry("test")
    app = App(registry, [])
    settings = TenantSettings(transitions=Transitions.IMMEDIATE, rate_limits="off")
    registry.add_tenant(TenantTemplate(settings=settings))
    app.runner.ready.set()
    create = {"operation": "create", "namespace": "default", "object": "vehicle"}
    job = json.loads((await send(app, "POST", JOBS, create))[1])["Id"]
    rows = "brand__c\n" + "".join(f"Volvo {each}\n" for each in range(20_000))
    await send(app, "POST", f"{JOBS}/{job}/files", rows.encode(), CSV_TYPE)
    await send(app, "GET", f"/__mock/v1/jobs/{job}/wait")
    for _ in range(1_500):
        await send(app, "POST", JOBS, {**create, "operation": "delete", "object": "boat"})
    for _ in range(1_000):
        await send(app, "POST", JOBS, {"operation": "upsert", "text": "x" * 7_000})
    gc.collect()
    return app


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


async def test_no_page_of_a_large_tenant_delays_another_client(app):
    for entry in views.VIEWS:
        _, shown = await send(
            app, "GET", "/__mock/v1" + ("/jobs" if "jobs" in entry.path else "/requests") + "?limit=1"
        )
        found = json.loads(shown)
        item = (found if isinstance(found, list) else found["requests"])[0]["id"]
        ending = next((each for each in QUERIES if entry.path.endswith(each)), None)
        path = entry.path.replace("{id}", item) + ("" if ending is None else QUERIES[ending])
        (status, _), longest = await longest_wait(send(app, "GET", path, headers={"accept": "text/html"}))
        assert status == (404 if "record?" in path else 200), path
        assert longest < MAX_WAIT, path
