"""A client pages through jobs while jobs are added and cancelled. No job is skipped or repeated."""

import pytest

from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio


async def pages(zuora, meanwhile, **query):
    """Returns the ids of every page. ``meanwhile`` runs between two pages."""
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
    """An API with a high limit of jobs."""
    settings = TenantSettings(transitions=Transitions.TIME, concurrent_job_limit=1000)
    return make_api(TenantTemplate(settings=settings))


@pytest.mark.fidelity("list-07")
async def test_new_jobs_do_not_shift_pages(zuora):
    submitted = [(await zuora.submit("create"))["Id"] for _ in range(7)]

    async def meanwhile():
        await zuora.submit("create")

    seen = await pages(zuora, meanwhile, pageSize="3")
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sum(seen, []) == submitted[::-1]


async def test_cursor_stays_valid_after_its_job_changes_status(zuora):
    submitted = [(await zuora.submit("create"))["Id"] for _ in range(6)]
    cancelled = []

    async def meanwhile():
        last = (await zuora.list_jobs(status="pending", pageSize="2"))["jobs"][-1]
        cancelled.append((await zuora.cancel(last))["Id"])

    seen = sum(await pages(zuora, meanwhile, status="pending", pageSize="2"), [])
    assert seen == [each for each in submitted[::-1] if each in seen]
    assert set(submitted) - set(seen) <= set(cancelled)
    assert len(seen) == len(set(seen))
