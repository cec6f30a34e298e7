"""Two tenants on one server do not affect each other."""

from contextlib import AsyncExitStack

import pytest

from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import OAuthClient

pytestmark = pytest.mark.anyio


@pytest.fixture
def two(make_api):
    """A server with two tenants, each with its own client."""
    settings = TenantSettings(
        transitions=Transitions.TIME, queue_delay=1.0, processing_time=2.0, concurrent_job_limit=1
    )
    plans = [
        TenantTemplate(name=name, settings=settings, clients=(OAuthClient(f"{name}-id", f"{name}-secret", "admin"),))
        for name in ("acme", "globex")
    ]
    return make_api(*plans)


@pytest.fixture
async def sessions(two, session_of):
    """A session per tenant, with an access token of its client."""
    async with AsyncExitStack() as stack:
        sessions = []
        for name in ("acme", "globex"):
            client = await stack.enter_async_context(two.client())
            form = {"client_id": f"{name}-id", "client_secret": f"{name}-secret", "grant_type": "client_credentials"}
            token = (await client.post("/oauth/token", data=form)).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            sessions.append(session_of(client))
        yield sessions


@pytest.mark.fidelity("list-08")
async def test_tenants_are_isolated(two, sessions):
    acme, globex = sessions
    job = await acme.submit("create")
    assert (await acme.submit("create"))["code"] == 71013030

    # The other tenant has its own limit, list and counters, and does not find the job.
    assert await globex.list_jobs() == {"jobs": [], "count": 0}
    assert (await globex.retrieve(job))["code"] == 71013040
    assert (await globex.upload(job, "brand__c\nFord\n"))["code"] == 71013040
    assert (await globex.cancel(job))["code"] == 71013040
    assert (await globex.list_jobs(cursor=job["Id"]))["code"] == 71013120
    other = await globex.submit("create")
    assert other["status"] == "pending"
    assert other["CreatedById"] != job["CreatedById"]

    # Records are written to the tenant of the job.
    await acme.upload(job, "brand__c\nFord\n")
    two.time.pass_seconds(3)
    assert [each["brand__c"] for each in await acme.records()] == ["Ford"]
    assert await globex.records() == []


@pytest.mark.fidelity("mock-02")
async def test_clock_is_advanced_for_one_tenant_only(two, sessions):
    acme, globex = sessions
    jobs = [await each.submit("create") for each in sessions]
    for session, job in zip(sessions, jobs, strict=True):
        await session.upload(job, "brand__c\nFord\n")
    two.registry.tenants["acme"].clock.advance(3000)
    assert (await acme.retrieve(jobs[0]))["status"] == "completed"
    assert (await globex.retrieve(jobs[1]))["status"] == "in_progress"


async def test_requests_are_counted_per_tenant(sessions):
    await sessions[0].list_jobs()
    responses = [await each.client.get("/objects/jobs") for each in sessions]
    assert [each.headers["ratelimit-remaining"] for each in responses] == ["49998", "49999"]


async def test_reset_of_a_tenant_leaves_other_tenants_unchanged(two, sessions):
    acme, globex = sessions
    await acme.submit("create")
    kept = await globex.submit("create")
    two.registry.add_tenant(two.registry.templates["acme"])
    assert (await globex.retrieve(kept)) == kept
    assert list(two.registry.tenants["acme"].store.jobs.newest_first()) == []
