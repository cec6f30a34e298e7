"""The page of fidelity warnings."""

import pytest

from ..conftest import query_of

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
WARNINGS = "/__mock/inspector/warnings"


@pytest.mark.fidelity("mock-08")
async def test_warnings_are_listed_newest_first_with_advice_and_request(client, open_page):
    first = await client.get(JOBS, headers={"Zuora-Version": "7"})
    await client.get(f"{JOBS}?colour=red")
    page = await open_page(WARNINGS)
    [unknown, unlisted] = page.rows()
    assert (unknown[1], unlisted[1]) == ("unknown-parameter", "unlisted-version")
    assert "Zuora-Version '7' is not a listed version" in unlisted[2] and "Instead: send a Zuora-Version" in unlisted[2]
    assert page.links("td a")[1] == f"/__mock/inspector/requests/{first.headers['Zuora-Request-Id']}"


async def test_warnings_of_one_request_are_rows_with_keys_of_their_own(client, open_page):
    await client.get(f"{JOBS}?colour=red&pageSize=1&pageSize=2")
    keys = [each["data-key"] for each in (await open_page(WARNINGS)).soup.select("[data-key]")]
    assert len(keys) == len(set(keys)) == 2


async def test_warnings_of_one_kind_are_listed(client, open_page):
    await client.get(JOBS, headers={"Zuora-Version": "7"})
    await client.get(f"{JOBS}?colour=red")
    chips = dict(zip((page := await open_page(WARNINGS)).all(".chips a"), page.links(".chips a"), strict=True))
    assert chips.keys() == {"All", "unlisted-version 1", "unknown-parameter 1"}
    page = await open_page(chips["unlisted-version 1"])
    assert [row[1] for row in page.rows()] == ["unlisted-version"]
    assert page.one(".chips [aria-current]") == "unlisted-version 1"


async def test_tenant_without_warnings_says_so(open_page):
    assert (await open_page(WARNINGS)).all("main p")[-1] == "There are none."


async def test_many_warnings_have_pages(client, open_page):
    for number in range(101):
        await client.get(f"{JOBS}?colour{number}=red")
    page = await open_page(WARNINGS)
    assert len(page.rows()) == 100 and page.one(".pages") == "101 warnings Next page"
    [following] = page.links("a[rel=next]")
    assert query_of(following) == {"from": ["100"]}
    last = await open_page(following)
    assert "colour0" in last.rows()[0][2] and last.all(".pages a") == ["First page"]
