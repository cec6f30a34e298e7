"""A client pages through the jobs while others are submitted and end: it skips none and sees none twice."""

import pytest

from mock_zuora.domain.tenants.registry import TenantTemplate
from mock_zuora.domain.tenants.tenant import TenantSettings, Transitions

pytestmark = pytest.mark.anyio


async def pages(zuora, meanwhile, **query):
    """The ids of every page, with something else done between one and the next."""
    seen = []
    page = await zuora.list_jobs(**query)
    while page["count"]:
        seen.append([job["Id"] for job in page["jobs"]])
        assert page["cursor"] == seen[-1][-1]
        await meanwhile()
        page = await zuora.list_jobs(**query, cursor=page["cursor"])
    assert page == {"jobs": [], "count": 0}
    return seen


@pytest.fixture
def timed(make_api):
    """An API that takes any number of jobs."""
    settings = TenantSettings(transitions=Transitions.TIME, concurrent_job_limit=1000)
    return make_api(TenantTemplate(settings=settings))


@pytest.mark.fidelity("list-07")
async def test_new_jobs_do_not_shift_pages(zuora):
    there = [(await zuora.submit("create"))["Id"] for _ in range(7)]

    async def meanwhile():
        await zuora.submit("create")

    seen = await pages(zuora, meanwhile, pageSize="3")
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sum(seen, []) == there[::-1]


async def test_cursor_stays_valid_after_its_job_changes_status(zuora):
    there = [(await zuora.submit("create"))["Id"] for _ in range(6)]
    cancelled = []

    async def meanwhile():
        last = (await zuora.list_jobs(status="pending", pageSize="2"))["jobs"][-1]
        cancelled.append((await zuora.cancel(last))["Id"])

    seen = sum(await pages(zuora, meanwhile, status="pending", pageSize="2"), [])
    assert seen == [each for each in there[::-1] if each in seen]
    assert set(there) - set(seen) <= set(cancelled)
    assert len(seen) == len(set(seen))
