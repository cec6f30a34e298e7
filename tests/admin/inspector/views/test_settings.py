"""The pages of settings and assumptions."""

import pytest

from mock_zuora.config.settings import Settings
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from tests.admin.inspector.conftest import HOSTILE

pytestmark = pytest.mark.anyio

SETTINGS = "/__mock/inspector/settings"
PAGE = SETTINGS + "/assumptions"


async def settings_of(open_page):
    return {row[0]: row[1:4] for row in (await open_page(SETTINGS)).rows("table.settings tbody tr")}


async def test_every_setting_has_a_value_and_an_origin(open_page):
    shown = await settings_of(open_page)
    assert sorted(shown) == sorted(Settings.model_fields)
    assert shown["control_token"] == ["not set", "default", "server"]
    assert shown["strict"] == ["false", "default", "tenant"]


async def test_setting_is_changed_and_reset(open_page, press):
    page = await press(await open_page(SETTINGS), "configure", processing_time="7", strict="true")
    assert page.one(".done") == "The settings have changed."
    shown = await settings_of(open_page)
    assert (shown["processing_time"][:2], shown["strict"][:2]) == (["7.0", "test"], ["true", "test"])
    assert shown["queue_delay"][1] == "default"
    await press(await open_page(SETTINGS), "reset", scope="settings")
    assert (await settings_of(open_page))["processing_time"][1] == "default"


async def test_optional_setting_is_unset_by_an_empty_field(open_page, press, browser):
    await browser.patch("/__mock/v1/settings", json={"version": "186.0", "rate_limits": "production"})
    await press(await open_page(SETTINGS), "configure", version="", rate_limits="off")
    shown = await settings_of(open_page)
    assert (shown["version"][0], shown["rate_limits"][0]) == ("not set", "off")


async def test_invalid_value_is_refused_with_the_name_of_the_setting(open_page, press):
    page = await press(await open_page(SETTINGS), "configure", rate_limits="<b>fast</b>")
    assert page.status == 400 and page.is_harmless and "rate_limits: '<b>fast</b>' is not valid" in page.one(".alert")


async def test_every_assumption_has_its_question_choices_and_evidence(open_page):
    page = await open_page(PAGE)
    cards = dict(zip([each["id"] for each in page.soup.select(".assumption")], page.all(".assumption"), strict=True))
    assert list(cards) == list(ASSUMPTIONS)
    plain = {name: text.replace(" ", "") for name, text in cards.items()}
    for each in ASSUMPTIONS.values():
        for text in (each.question, each.evidence, *each.choices.values()):
            assert text.replace("`", "").replace(" ", "") in plain[each.name]


async def test_assumption_is_switched(open_page, press, api):
    page = await open_page(PAGE)
    page = await press(page, "configure", assume='{"put-record": "replace"}')
    [chosen] = page.all("#put-record dt b")
    assert chosen == "replace" and "in force origin: test" in page.one("#put-record")
    assert api.tenant.settings.assume["put-record"].choice == "replace"


async def test_assumptions_are_filtered(open_page, client, browser):
    await browser.patch("/__mock/v1/settings", json={"assume": {"put-record": "replace"}})
    assert [each["id"] for each in (await open_page(PAGE, show="changed")).soup.select(".assumption")] == ["put-record"]
    assert (await open_page(PAGE, show="consulted")).one("p.empty") == "No assumption is consulted."
    await client.post("/objects/jobs", json={"operation": "create", "namespace": "default", "object": "x", "y": 1})
    await client.get("/objects/jobs/nope")
    page = await open_page(PAGE, show="consulted")
    assert "bad-job-id" in [each["id"] for each in page.soup.select(".assumption")]
    assert page.one(".chips [aria-current]").startswith("consulted")


async def test_unknown_filter_shows_all(open_page):
    assert len((await open_page(PAGE, show="nope")).soup.select(".assumption")) == len(ASSUMPTIONS)


PLACE = {"host": "rest.test.zuora.com", "date": "2026-11-26"}


async def test_observations_are_shown_with_their_reasons(open_page, browser):
    assert "observed" not in " ".join((await open_page(PAGE)).all("section.panel"))
    choice = {"choice": "replace", **PLACE, "reason": f"it had no plate__c {HOSTILE}"}
    rows = {"jobs-01": {"holds": False, **PLACE, "reason": "one field more"}, "jobs-02": {"holds": True}}
    await browser.patch("/__mock/v1/settings", json={"assume": {"put-record": choice, "rows": rows}})
    page = await open_page(PAGE, show="observed")
    assert page.is_harmless and [each["id"] for each in page.soup.select(".assumption")] == ["put-record"]
    assert page.one("#put-record .observed").startswith(
        "observed on rest.test.zuora.com, 2026-11-26 it had no plate__c"
    )
    assert page.all(".row .observed") == [
        "observed to differ on rest.test.zuora.com, 2026-11-26 one field more",
        "observed",
    ]
