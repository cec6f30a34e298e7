"""A client pages through the jobs while others are submitted and end: it skips none and sees none twice."""

import pytest

from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate

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
async def test_jobs_that_are_submitted_meanwhile_shift_no_page(zuora):
    there = [(await zuora.submit("create"))["Id"] for _ in range(7)]

    async def meanwhile():
        await zuora.submit("create")

    seen = await pages(zuora, meanwhile, pageSize="3")
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sum(seen, []) == there[::-1]


async def test_a_cursor_holds_even_if_its_job_no_longer_has_the_status_of_the_list(zuora):
    there = [(await zuora.submit("create"))["Id"] for _ in range(6)]
    cancelled = []

    async def meanwhile():
        last = (await zuora.list_jobs(status="pending", pageSize="2"))["jobs"][-1]
        cancelled.append((await zuora.cancel(last))["Id"])

    seen = sum(await pages(zuora, meanwhile, status="pending", pageSize="2"), [])
    assert seen == [each for each in there[::-1] if each in seen]
    assert set(there) - set(seen) <= set(cancelled)
    assert len(seen) == len(set(seen))
