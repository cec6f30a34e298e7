"""What the module adds: live refresh, forms without a reload, keys, copy; and what it says when it cannot."""

import json
from time import monotonic

import pytest
from playwright.sync_api import expect

from mock_zuora import MockZuora

from .conftest import call, submit

pytestmark = pytest.mark.browser

ROWS = "main tbody tr"


@pytest.fixture
def zuora():
    with MockZuora(random_seed="live", transitions="manual") as zuora:
        yield zuora


def test_page_follows_the_state_without_a_reload(zuora, visit):
    page = visit(zuora).wait_until_live().page
    page.evaluate("window.isSame = true")
    submit(zuora)
    expect(page.locator(ROWS)).to_have_count(1)
    job = submit(zuora, "brand__c\nVolvo\n")
    expect(page.locator(ROWS).first).to_contain_text("in progress")
    zuora.jobs.complete(job)
    expect(page.locator(ROWS).first).to_contain_text("completed")
    assert page.evaluate("window.isSame") is True


def test_focus_selection_and_open_parts_stay(zuora, visit):
    job = submit(zuora)
    page = visit(zuora).wait_until_live().page
    link = page.locator(f'[data-key="{job}"] [data-row]')
    link.focus()
    page.evaluate("window.focused = document.activeElement")
    for _ in range(3):
        submit(zuora)
    expect(page.locator(ROWS)).to_have_count(4)
    assert page.evaluate("document.activeElement === window.focused")


def test_edited_field_is_not_overwritten(zuora, visit):
    submit(zuora)
    page = visit(zuora, "/__mock/inspector/requests").wait_until_live().page
    search = page.locator("main input[type=search]")
    search.fill("abc")
    submit(zuora)
    expect(page.locator(ROWS)).to_have_count(2)
    assert search.input_value() == "abc"


def test_button_acts_without_a_reload(zuora, visit):
    job = submit(zuora, "brand__c\nVolvo\n")
    found = visit(zuora, f"/__mock/inspector/jobs/{job}").wait_until_live()
    found.page.evaluate("window.isSame = true")
    found.page.get_by_role("button", name="Complete").click()
    expect(found.page.locator("main .done")).to_contain_text("run to its end")
    assert zuora.jobs.get(job).status == "completed"
    assert found.page.evaluate("window.isSame") is True and "done" not in found.page.url
    assert found.problems == []


def test_refused_button_says_why(zuora, visit):
    job = submit(zuora)
    page = visit(zuora, f"/__mock/inspector/jobs/{job}").wait_until_live().page
    page.evaluate("document.querySelector('form[action$=\"jobs.fail\"] [name=id]').value = 'nope'")
    page.get_by_role("button", name="Fail", exact=False).first.click()
    expect(page.locator(".alert")).to_contain_text("has no job 'nope'")
    # It stays while the page follows the state.
    call(zuora, "PATCH", f"/objects/jobs/{job}/cancel")
    expect(page.locator("h1")).to_contain_text("cancelled")
    expect(page.locator(".alert")).to_contain_text("has no job 'nope'")


def test_button_works_without_scripts(zuora, visit):
    job = submit(zuora, "brand__c\nVolvo\n")
    page = visit(zuora, f"/__mock/inspector/jobs/{job}", java_script_enabled=False).page
    page.get_by_role("button", name="Complete").click()
    assert page.locator("main .done").inner_text() == "The job has run to its end."
    assert zuora.jobs.get(job).status == "completed"


def test_page_can_be_used_with_the_keyboard_only(zuora, visit):
    jobs = [submit(zuora) for _ in range(3)]
    page = visit(zuora).wait_until_live().page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/jobs/{jobs[1]}*")
    page.keyboard.press("Escape")
    page.wait_for_url("**/__mock/*")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.goto(f"{zuora.url}/__mock/inspector/requests")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.goto(f"{zuora.url}/__mock/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"


def test_keys_can_be_switched_off(zuora, visit):
    submit(zuora)
    page = visit(zuora).wait_until_live().page
    page.locator("#help-button").click()
    page.locator("#keys").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body || document.activeElement.dataset.row === undefined")


def test_copy_button_copies(zuora, visit):
    page = visit(zuora, permissions=["clipboard-read", "clipboard-write"]).wait_until_live().page
    page.locator("[data-copy]").first.click()
    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"curl {zuora.url}/objects/jobs")
    expect(page.locator("#live")).to_have_text("Live")


def test_theme_can_be_chosen(zuora, visit):
    page = visit(zuora).page
    page.locator("#theme").select_option("dark")
    page.locator("footer button", has_text="Apply").click()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_hidden_page_closes_its_feed(zuora, visit):
    page = visit(zuora).wait_until_live().page
    page.evaluate("""() => {
      window.closedFeeds = 0;
      const close = EventSource.prototype.close;
      EventSource.prototype.close = function () { window.closedFeeds += 1; close.call(this); };
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert page.evaluate("window.closedFeeds") == 1
    submit(zuora)
    page.wait_for_timeout(700)
    assert page.locator(ROWS).count() == 0
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: false, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    expect(page.locator(ROWS)).to_have_count(1)


def test_page_polls_if_the_feed_is_refused(zuora, visit):
    found = visit(zuora)
    found.page.route("**/__mock/v1/changes*", lambda route: route.fulfill(status=409, body="{}"))
    found.page.reload()
    expect(found.page.locator("#live")).to_have_text("Not live; refreshed every 2 seconds")
    submit(zuora)
    expect(found.page.locator(ROWS)).to_have_count(1)


def test_page_connects_again_after_a_restart(visit):
    with MockZuora(transitions="manual") as zuora:
        port = int(zuora.url.rpartition(":")[2])
        page = visit(zuora).wait_until_live().page
        submit(zuora)
        expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#live")).to_contain_text("connecting again")
    with MockZuora(port=port, transitions="manual") as zuora:
        expect(page.locator("#live")).to_have_text("Live")
        expect(page.locator("main")).to_contain_text("Nothing has arrived yet")


def test_dropped_tenant_is_named(zuora, visit):
    with zuora.tenant("acme"):
        page = visit(zuora, "/__mock/?tenant=acme").wait_until_live().page
    expect(page.locator(".alert")).to_contain_text("tenant: 'acme' does not exist")


def test_server_stops_in_time_with_open_pages(visit):
    with MockZuora() as zuora:
        pages = [visit(zuora).wait_until_live() for _ in range(3)]
        assert len(pages) == 3
        begun = monotonic()
    assert monotonic() - begun < 2


def test_login_opens_the_page_that_was_asked_for(visit):
    with MockZuora(control="token", control_token="open-sesame") as zuora:
        found = visit(zuora, "/__mock/?status=failed")
        found.page.locator("#token").fill("wrong")
        found.page.keyboard.press("Enter")
        expect(found.page.locator(".alert")).to_contain_text("not the control token")
        found.page.locator("#token").fill("open-sesame")
        found.page.keyboard.press("Enter")
        found.wait_until_live()
        assert found.page.url.endswith("/__mock/?status=failed")
        found.page.goto(f"{zuora.url}/__mock/inspector/clock")
        found.page.get_by_role("button", name="Freeze").click()
        expect(found.page.locator("main .done")).to_be_visible()
        assert zuora.clock.speed == 0 and found.problems == []
        found.page.get_by_role("button", name="Log out").click()
        expect(found.page.locator("h1")).to_have_text("Log in")


def test_open_page_changes_no_result(visit):
    """The same run, with a page that is open on it, and without."""

    def run(zuora: MockZuora) -> object:
        zuora.clock.freeze()
        zuora.clock.set("2026-01-01T00:00:00Z")
        jobs = [submit(zuora, "brand__c\n" + f"b{each}\n" * 300) for each in range(5)]
        zuora.clock.advance(3600)
        for job in jobs:
            call(zuora, "GET", f"/objects/jobs/{job}")
        zuora.configure(transitions="polls", processing_polls=3)
        job = submit(zuora, "brand__c\nVolvo\n")
        statuses = [call(zuora, "GET", f"/objects/jobs/{job}")["status"] for _ in range(5)]
        return statuses, zuora.export_state()

    settings = {"random_seed": "same", "transitions": "time", "execution_order": "shuffled"}
    with MockZuora(**settings) as zuora:
        found = visit(zuora).wait_until_live()
        assert found.page.locator("h1").inner_text() == "Jobs"
        watched = run(zuora)
        expect(found.page.locator(ROWS)).to_have_count(6)
    with MockZuora(**settings) as zuora:
        alone = run(zuora)
    assert json.dumps(watched, default=str) == json.dumps(alone, default=str)
