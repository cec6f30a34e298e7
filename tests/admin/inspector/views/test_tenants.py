"""The page of tenants."""

import pytest

from ..conftest import HOSTILE, query_of

pytestmark = pytest.mark.anyio

TENANTS = "/__mock/inspector/tenants"


async def test_tenants_are_listed_and_lead_to_their_jobs(open_page, press):
    page = await press(await open_page(TENANTS), "tenants.add", name="acme & co")
    assert page.rows()[0] == ["default shown", "production", "1", "0", "0", "default", ""]
    assert page.rows()[1][:6] == ["acme & co", "production", "1", "0", "0", "control request"]
    assert query_of(page.links("[data-row]")[1]) == {"tenant": ["acme & co"]}


async def test_tenant_gets_a_name_if_it_has_none(open_page, press):
    assert len((await press(await open_page(TENANTS), "tenants.add")).rows()) == 2


async def test_tenant_is_removed(open_page, press):
    page = await press(await open_page(TENANTS), "tenants.add", name="acme")
    page = await press(page, "tenants.drop", name="acme")
    assert [row[0] for row in page.rows()] == ["default shown"]
    assert page.one(".done") == "The tenant is removed."


async def test_tenant_that_is_shown_can_be_removed(open_page, press):
    await press(await open_page(TENANTS), "tenants.add", name="acme")
    page = await press(await open_page(TENANTS, tenant="acme"), "tenants.drop", name="acme")
    assert page.status == 404 and "tenant: 'acme' does not exist" in page.one(".alert")


@pytest.mark.parametrize(
    ("scope", "left"), [("", (0, 1)), ("records", (0, 0)), ("clock", (1, 1)), ("settings", (1, 0))]
)
async def test_tenant_is_reset_in_part(open_page, press, browser, scope, left):
    await browser.post("/__mock/v1/records/boat", json={"records": [{"sail__c": "red"}]})
    await browser.patch("/__mock/v1/clock", json={"frozen": True})
    await press(await open_page(TENANTS), "reset", scope=scope)
    records = (await browser.get("/__mock/v1/records/boat")).json()
    assert (len(records), (await browser.get("/__mock/v1/clock")).json()["speed"]) == left


async def test_tenants_are_found_by_a_part_of_their_name(open_page, browser, monkeypatch):
    monkeypatch.setattr("mock_zuora.admin.inspector.views.tenants.ROWS", 2)
    for number in range(3):
        await browser.post("/__mock/v1/tenants", json={"name": f"Test {number}"})
    first = await open_page(TENANTS, q="test")
    assert [row[0] for row in first.rows()] == ["Test 0", "Test 1"] and "3 tenants" in first.one(".pages")
    following = query_of(first.links("a[rel=next]")[0])
    second = await open_page(TENANTS, **{name: value for name, [value] in following.items()})
    assert [row[0] for row in second.rows()] == ["Test 2"] and second.links(".pages a") == [f"{TENANTS}?q=test"]
    assert (await open_page(TENANTS, q="none")).one("p.empty") == "No name of a tenant contains this text."


@pytest.mark.parametrize("start", ["-1", "x", "9" * 30, "٣"])
async def test_start_that_is_no_number_is_the_first_page(open_page, start):
    assert len((await open_page(TENANTS, **{"from": start})).rows()) == 1


async def test_hostile_name_is_text(open_page, press):
    name = HOSTILE.replace("/", "")
    page = await press(await open_page(TENANTS), "tenants.add", name=name)
    assert page.is_harmless and page.rows()[1][0] == " ".join(name.split())
    page = await open_page(TENANTS, tenant=name, q=HOSTILE)
    assert page.is_harmless and name in page.soup.title.get_text()
    page = await press(await open_page(TENANTS), "tenants.drop", name=name)
    assert len(page.rows()) == 1
