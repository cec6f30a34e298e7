import pytest

from mock_zuora.domain.tenants.settings import Auth, TenantSettings
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"


def limit_status(response):
    """The values of the three headers: the limit, the remaining requests, and the seconds to the reset."""
    headers = response.headers
    limit = headers["ratelimit-limit"].partition(",")[0]
    return int(limit), int(headers["ratelimit-remaining"]), int(headers["ratelimit-reset"])


TYPES = {
    "production": "50000, 50000;w=60, 2250000;w=3600, 27000000;w=86400",
    "central-sandbox": "50000, 50000;w=60, 2250000;w=3600, 27000000;w=86400",
    "developer-sandbox": "12500, 12500;w=60, 25000;w=3600, 50000;w=86400",
    "api-sandbox": "2500, 2500;w=60, 5000;w=3600, 10000;w=86400",
}


@pytest.mark.fidelity("limits-03")
@pytest.mark.parametrize(("type_", "limits"), TYPES.items(), ids=list(TYPES))
async def test_tenant_type_sets_the_limits(make_api, type_, limits):
    async with make_api(TenantTemplate(type=type_)).client() as client:
        assert (await client.get(JOBS)).headers["ratelimit-limit"] == limits


@pytest.mark.fidelity("limits-05")
async def test_requests_over_the_minute_limit_are_429(make_api):
    api = make_api(rate_limits="2,100,100")
    async with api.client() as client:
        assert [limit_status(await client.get(JOBS)) for _ in range(2)] == [(2, 1, 60), (2, 0, 60)]
        refused = await client.post(JOBS, json={"operation": "create", "object": "a", "namespace": "default"})
    assert refused.status_code == 429
    assert refused.json()["code"] == 90000070
    assert "60 seconds" in refused.json()["message"]
    assert refused.headers["retry-after"] == "60"
    assert limit_status(refused) == (2, 0, 60)
    assert list(api.tenant.store.jobs.newest_first()) == []


@pytest.mark.fidelity("limits-05")
async def test_waiting_for_retry_after_is_enough(make_api):
    api = make_api(rate_limits="1,100,100")
    async with api.client() as client:
        for _ in range(3):
            await client.get(JOBS)
        api.time.pass_seconds(int((await client.get(JOBS)).headers["retry-after"]))
        assert limit_status(await client.get(JOBS)) == (1, 0, 60)


@pytest.mark.fidelity("limits-06")
@pytest.mark.parametrize(("choice", "status"), [("count", 429), ("free", 200)])
async def test_refused_requests_count_unless_assumed_otherwise(make_api, choice, status):
    api = make_api(rate_limits="1,100,100")
    api.assume({"refused-requests": choice})
    async with api.client() as client:
        await client.get(JOBS)
        assert "refused-requests" not in api.tenant.consulted
        api.time.pass_seconds(50)
        refused = await client.get(JOBS)
        assert refused.headers["mock-zuora-reason"] == f"assumption refused-requests={choice} (test)"
        api.time.pass_seconds(50)
        assert (await client.get(JOBS)).status_code == status


async def test_longest_exhausted_window_sets_retry_after(make_api):
    api = make_api(rate_limits="1,1,50")
    async with api.client() as client:
        await client.get(JOBS)
        refused = await client.get(JOBS)
    assert refused.headers["retry-after"] == "3246"
    assert limit_status(refused) == (1, 0, 3246)


@pytest.mark.fidelity("limits-04")
async def test_headers_show_the_window_with_the_smallest_share_left(make_api):
    api = make_api(rate_limits="10,15,1000")
    async with api.client() as client:
        assert limit_status(await client.get(JOBS)) == (10, 9, 60)
        for _ in range(9):
            api.time.pass_seconds(60)
            last = await client.get(JOBS)
    assert limit_status(last)[:2] == (15, 5)


@pytest.mark.fidelity("limits-06")
async def test_refused_requests_do_not_count_towards_hour_and_day(make_api):
    api = make_api(rate_limits="1,2,100")
    async with api.client() as client:
        for _ in range(5):
            await client.get(JOBS)
        api.time.pass_seconds(60)
        assert (await client.get(JOBS)).status_code == 200


async def test_disabled_limits_have_no_headers(make_api):
    api = make_api(rate_limits="off")
    async with api.client() as client:
        answers = [await client.get(JOBS), await client.get(JOBS, headers={"Authorization": ""})]
    assert not [name for answer in answers for name in answer.headers if name.startswith("ratelimit")]


@pytest.fixture
def two_tenants(make_api):
    """The default tenant, and one with its own limit and version 2024-05-20."""
    settings = TenantSettings(rate_limits="1,9,9", version="2024-05-20", auth=Auth.STRICT)
    return make_api(TenantTemplate(), TenantTemplate(name="small", settings=settings))


async def test_each_tenant_is_counted_separately(two_tenants):
    small = two_tenants.registry.tenants["small"]
    token = two_tenants.registry.issue_token(small, small.default_user).text
    async with two_tenants.client(token) as one, two_tenants.client() as other:
        assert [(await one.get(JOBS)).status_code for _ in range(2)] == [200, 429]
        assert (await other.get(JOBS)).headers["ratelimit-remaining"] == "49999"


@pytest.mark.fidelity("limits-06")
async def test_expired_token_shows_the_limits_of_its_tenant_and_is_not_counted(two_tenants):
    small = two_tenants.registry.tenants["small"]
    token = two_tenants.registry.issue_token(small, small.default_user).text
    two_tenants.time.pass_seconds(3600)
    async with two_tenants.client(token) as client:
        await client.get(JOBS)
        response = await client.get(JOBS)
    assert response.status_code == 401
    assert "expired" in response.headers["mock-zuora-reason"]
    assert response.headers["ratelimit-limit"] == "1, 1;w=60, 9;w=3600, 9;w=86400"
    assert response.headers["ratelimit-remaining"] == "1"
