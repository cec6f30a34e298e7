"""The page of the clock."""

import pytest

from mock_zuora.domain.tenants.settings import Transitions

pytestmark = pytest.mark.anyio

CLOCK = "/__mock/inspector/clock"
JOB = {"operation": "create", "namespace": "default", "object": "vehicle"}


@pytest.fixture
async def clock(browser):
    """Reads the clock."""

    async def clock():
        return (await browser.get("/__mock/v1/clock")).json()

    return clock


async def test_both_clocks_are_labelled(open_page, browser):
    await browser.put("/__mock/v1/clock", json={"now": "2030-01-01T00:00:00Z"})
    page = await open_page(CLOCK)
    assert page.all(".panel h2") == ["The clock of tenant default", "Real time of the server"]
    assert page.all(".panel .clock") == ["2030-01-01 00:00:00 UTC", "2021-03-10 00:05:54 UTC"]
    assert "No unfinished job is waiting for it." in page.all(".panel")[0]


async def test_clock_is_frozen_and_resumed(open_page, press, clock):
    page = await press(await open_page(CLOCK), "clock.change", frozen="true")
    assert (await clock())["speed"] == 0 and "It is frozen." in page.all(".panel")[0]
    page = await press(page, "clock.change", frozen="false")
    assert (await clock())["speed"] == 1 and "at the speed of real time" in page.all(".panel")[0]


async def test_clock_runs_at_another_speed(open_page, press, clock):
    page = await press(await open_page(CLOCK), "clock.change", speed="2.5")
    assert (await clock())["speed"] == 2.5 and "2.5 seconds per real second" in page.all(".panel")[0]


@pytest.mark.parametrize(("seconds", "shown"), [("60", "00:06:54"), ("3600", "01:05:54"), ("86400", "00:05:54")])
async def test_clock_moves_ahead(open_page, press, seconds, shown):
    page = await press(await open_page(CLOCK), "clock.advance", seconds=seconds)
    assert shown in page.all(".panel .clock")[0] and "00:05:54" in page.all(".panel .clock")[1]


async def test_clock_moves_ahead_to_what_is_due_next(open_page, press, client, api):
    api.configure(transitions=Transitions.TIME, processing_time=600)
    assert not (await open_page(CLOCK)).soup.select("form[action$='clock.next']")
    job = (await client.post("/objects/jobs", json=JOB)).json()
    await client.post(
        f"/objects/jobs/{job['Id']}/files", content="brand__c\nVolvo\n", headers={"Content-Type": "text/csv"}
    )
    page = await open_page(CLOCK)
    assert "It moves a job next at 2021-03-10 00:15:5" in page.all(".panel")[0]
    page = await press(page, "clock.next")
    assert "No unfinished job is waiting for it." in page.all(".panel")[0]
    assert (await client.get(f"/objects/jobs/{job['Id']}")).json()["status"] == "completed"


async def test_clock_is_set(open_page, press, clock):
    page = await press(await open_page(CLOCK), "clock.set", now="2030-01-01T00:00:00Z")
    assert (await clock())["now"] == "2030-01-01T00:00:00.000Z" and "2030-01-01" in page.all(".panel .clock")[0]


@pytest.mark.parametrize("now", ["soon", "2030-01-01T00:00:00"])
async def test_invalid_time_is_refused(open_page, press, clock, now):
    before = await clock()
    page = await press(await open_page(CLOCK), "clock.set", now=now)
    assert page.status == 400 and f"now: '{now}' is not valid" in page.one(".alert")
    assert await clock() == before
