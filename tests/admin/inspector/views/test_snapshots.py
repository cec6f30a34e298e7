"""The page of snapshots."""

import pytest

from ..conftest import HOSTILE

pytestmark = pytest.mark.anyio

SNAPSHOTS = "/__mock/inspector/snapshots"


async def test_snapshot_is_taken_restored_and_deleted(open_page, press, browser):
    page = await open_page(SNAPSHOTS)
    assert page.one("p.empty") == "The tenant has no snapshots."
    await browser.post("/__mock/v1/records/boat", json={"records": [{"sail__c": "red"}] * 3})
    page = await press(page, "snapshots.save", name="one & only")
    assert page.rows()[0][:5] == ["one & only", "2021-03-10 00:05:54", "1", "3", "0"]
    await browser.post("/__mock/v1/reset")
    await press(await open_page(SNAPSHOTS), "snapshots.save", name="empty")
    await browser.put("/__mock/v1/snapshots/empty")
    await browser.post("/__mock/v1/records/boat", json={"records": [{"sail__c": "red"}]})
    await press(await open_page(SNAPSHOTS), "snapshots.restore", name="empty")
    assert (await browser.get("/__mock/v1/objects")).json() == []
    page = await press(await open_page(SNAPSHOTS), "snapshots.drop", name="empty")
    assert page.one("p.empty") == "The tenant has no snapshots."


@pytest.mark.parametrize("name", ["", " ", "a/b"])
async def test_name_that_no_path_can_have_is_refused(open_page, press, name):
    page = await press(await open_page(SNAPSHOTS), "snapshots.save", name=name)
    assert page.status == 400 and f"name: '{name}' is not valid; expected a text without slashes" in page.one(".alert")
    assert page.rows() == []


@pytest.mark.parametrize("name", [" ", " one ", "%0A", "%00", "1"])
async def test_snapshot_of_any_name_is_restored_and_deleted(open_page, press, browser, name):
    await browser.put(f"/__mock/v1/snapshots/{name}")
    page = await open_page(SNAPSHOTS)
    assert (await press(page, "snapshots.restore")).one(".done") == "The snapshot is restored."
    assert (await press(page, "snapshots.drop")).one("p.empty") == "The tenant has no snapshots."


async def test_hostile_name_is_text(open_page, press):
    name = HOSTILE.replace("/", "")
    page = await press(await open_page(SNAPSHOTS), "snapshots.save", name=name)
    assert page.is_harmless and page.rows()[0][0] == " ".join(name.split())
    page = await press(page, "snapshots.drop", name=name)
    assert page.rows() == []
