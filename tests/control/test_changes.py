"""The change feed."""

import asyncio
import json

import pytest

from mock_zuora.control import changes
from mock_zuora.control.changes import MAX_FEEDS, ChangeFeeds
from mock_zuora.control.errors import Refused, Unknown
from mock_zuora.domain.tenants.settings import Transitions
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

V1 = "/__mock/v1"
JOB = {"operation": "create", "namespace": "default", "object": "vehicle"}


@pytest.fixture
def feeds(api, monkeypatch):
    monkeypatch.setattr(changes, "INTERVAL", 0.001)
    return ChangeFeeds(api.app.control)


@pytest.fixture
async def next_change(feeds):
    """Waits for the next event of a feed of the default tenant."""
    feed = feeds.open(None)
    assert await anext(feed) == "retry: 1000\n\n"

    async def next_change():
        async with asyncio.timeout(5):
            while not (event := await anext(feed)).startswith("event: change"):
                pass
        return json.loads(event.partition("data: ")[2])

    yield next_change
    feeds.stop()
    assert [each async for each in feed] == []


async def test_event_names_what_has_changed(client, next_change):
    await client.post("/objects/jobs", json=JOB)
    assert await next_change() == {"tenant": "default", "what": ["requests", "jobs", "records"], "seq": 1}
    await client.get("/objects/jobs")
    assert (await next_change())["what"] == ["requests"]
    await client.patch(f"{V1}/clock", json={"frozen": True})
    assert await next_change() == {"tenant": "default", "what": ["control"], "seq": 3}
    await client.post(f"{V1}/tenants", json={"name": "acme"})
    assert (await next_change())["what"] == ["control", "tenants"]


async def test_uploads_and_records_are_changes(client, next_change):
    job = (await client.post("/objects/jobs", json=JOB)).json()["Id"]
    await next_change()
    csv = {"Content-Type": "text/csv"}
    await client.post(f"/objects/jobs/{job}/files", content="brand__c\nVolvo\n", headers=csv)
    assert (await next_change())["what"] == ["requests", "jobs", "records"]


async def test_reset_is_a_change(client, next_change):
    await client.post(f"{V1}/reset")
    assert {"jobs", "records", "requests", "control"} == set((await next_change())["what"])


async def test_reads_of_the_control_api_are_no_changes(api, client, next_change):
    for path in ("/jobs", "/requests", "/clock", "/info"):
        await client.get(V1 + path)
    await client.delete(f"{V1}/faults")
    assert (await next_change())["what"] == ["control"]


async def test_job_that_the_clock_moves_is_a_change(api, client, next_change):
    api.configure(accept_delay=5, transitions=Transitions.TIME)
    await client.post("/objects/jobs", json=JOB)
    await next_change()
    api.time.pass_seconds(6)
    assert (await next_change())["what"] == ["jobs"]


async def test_feed_of_a_dropped_tenant_says_so_and_ends(api, client, feeds):
    api.registry.add_tenant(TenantTemplate(name="acme"))
    feed = feeds.open("acme")
    await anext(feed)
    await client.delete(f"{V1}/tenants/acme")
    events = [each async for each in feed]
    assert len(events) == 1 and '"what": ["gone"]' in events[0]


async def test_unknown_tenant_is_refused(feeds):
    with pytest.raises(Unknown, match="tenant: 'nope' does not exist"):
        feeds.open("nope")


async def test_number_of_feeds_is_bounded(feeds):
    opened = [feeds.open(None) for _ in range(MAX_FEEDS)]
    for each in opened:
        await anext(each)
    with pytest.raises(Refused, match="100 feeds are open"):
        feeds.open(None)
    await opened[0].aclose()
    await anext(feeds.open(None))
    feeds.stop()


async def test_silent_feed_sends_comments(feeds, monkeypatch):
    monkeypatch.setattr(changes, "_TICKS_PER_COMMENT", 3)
    feed = feeds.open(None)
    assert [await anext(feed) for _ in range(3)] == ["retry: 1000\n\n", ":\n\n", ":\n\n"]
    await feed.aclose()


async def test_number_of_feeds_that_open_at_the_same_time_is_bounded(feeds):
    opened = [feeds.open(None) for _ in range(MAX_FEEDS + 1)]
    started = [await anext(each, None) for each in opened]
    assert started == ["retry: 1000\n\n"] * MAX_FEEDS + [None]
    for each in opened:
        await each.aclose()
    await anext(feeds.open(None))
    feeds.stop()
