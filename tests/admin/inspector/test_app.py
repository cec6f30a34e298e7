"""The frame of every page: headers, the tenant, errors, actions that lead back, themes, modes."""

import httpx2
import pytest

from mock_zuora import MockZuora
from mock_zuora.admin.inspector.page import VIEWS
from mock_zuora.admin.inspector.views import SECTIONS

from .conftest import HOSTILE, Html, query_of

pytestmark = pytest.mark.anyio

ACTIONS = "/__mock/inspector/actions/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


async def test_first_page_names_the_tenant_and_both_clocks(open_page):
    page = await open_page()
    assert page.status == 200 and page.one("title") == "Jobs · default · mock_zuora"
    status = page.one(".status")
    assert "Tenant default" in status and "Tenant’s clock" in status and "Real time" in status


async def test_path_without_a_slash_leads_to_the_first_page(browser):
    response = await browser.get("/__mock")
    assert (response.status_code, response.headers["location"]) == (308, "/__mock/")


@pytest.mark.parametrize("path", ["/__mock/", "/__mock/inspector/nope", "/__mock/?tenant=nope"])
async def test_page_loads_nothing_from_elsewhere_and_cannot_be_framed(open_page, path):
    headers = (await open_page(path)).response.headers
    assert headers["content-security-policy"] == POLICY
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


async def test_tenant_of_the_url_is_kept_in_links(api, browser, open_page):
    await browser.post("/__mock/v1/tenants", json={"name": "acme & co"})
    page = await open_page(tenant="acme & co")
    assert "acme & co" in page.one("title")
    assert {query_of(link)["tenant"][0] for link in page.links("nav a")} == {"acme & co"}
    assert page.one("#tenant option[selected]") == "acme & co"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("clock", "clock"), ("settings/assumptions", "settings"), ("requests?text=x", "requests"), ("nope", None)],
)
async def test_tenant_is_switched_on_the_same_page(browser, open_page, path, leads_to):
    await browser.post("/__mock/v1/tenants", json={"name": "acme"})
    page = await open_page(f"/__mock/inspector/{path}")
    actions = [each["action"] for each in page.soup.select("form:has(#tenant)")]
    assert actions == ([f"/__mock/inspector/{leads_to}"] if leads_to else [])


async def test_tenant_that_vanished_is_named(open_page):
    page = await open_page(tenant=HOSTILE)
    assert page.status == 404 and page.is_harmless
    assert "does not exist; expected one of default" in page.one(".alert")
    assert page.one("h1") == "Not found" and page.soup.body["data-feed"].endswith("tenant=default")


async def test_unknown_page_is_an_error_page(open_page):
    page = await open_page("/__mock/inspector/<b>")
    assert page.status == 404 and "There is no page '/__mock/inspector/<b>'" in page.one(".alert")


async def test_method_that_a_page_does_not_have_is_refused(browser):
    response = await browser.post("/__mock/")
    assert response.status_code == 405 and "POST is not allowed" in response.text


async def test_every_section_has_a_page(open_page):
    paths = {entry.path for entry in VIEWS}
    assert {path for _, path in SECTIONS} <= paths
    for name, path in SECTIONS:
        page = await open_page(path)
        assert (page.status, page.one("nav a[aria-current=page]")) == (200, name)


async def test_action_runs_its_operation_and_leads_back(browser):
    form = {"tenant": "default", "back": "/__mock/?x=1&done=jobs.step", "frozen": "true"}
    response = await browser.post(ACTIONS + "clock.change", data=form)
    assert (response.status_code, response.headers["location"]) == (303, "/__mock/?x=1&done=clock.change")
    assert (await browser.get("/__mock/v1/clock")).json()["speed"] == 0
    assert Html(await browser.get(response.headers["location"])).one(".done") == "The clock has changed."


@pytest.mark.parametrize(
    ("operation", "fields", "status", "named"),
    [
        ("clock.change", {"speed": "fast"}, 400, "speed: 'fast' is not valid"),
        ("clock.change", {"speed": "1", "tenant": "nope"}, 404, "tenant: 'nope' does not exist"),
        ("jobs.step", {"id": "nope"}, 404, "has no job 'nope'"),
        ("seed", {"records:json": "{"}, 400, "records: is not JSON"),
        ("jobs.all", {}, 404, "no control operation 'jobs.all' that changes anything"),
        ("nope", {}, 404, "no control operation 'nope'"),
    ],
)
async def test_refused_action_shows_its_page_with_the_message(browser, operation, fields, status, named):
    page = Html(await browser.post(ACTIONS + operation, data={"back": "/__mock/", **fields}))
    assert page.status == status and named in page.one(".alert")
    assert page.one("nav a[aria-current=page]") == "Jobs"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/__mock/\\evil", "/objects/jobs", "/__mock/\n"]
)
async def test_action_leads_back_to_own_pages_only(browser, back):
    response = await browser.post(ACTIONS + "clock.change", data={"frozen": "true", "back": back})
    assert response.headers["location"] == "/__mock/?done=clock.change"


async def test_form_that_is_too_long_is_refused(browser):
    page = Html(await browser.post(ACTIONS + "clock.change", content=b"a=" + b"x" * 70_000))
    assert page.status == 400 and "form: expected at most 65,536 bytes" in page.one(".alert")


@pytest.mark.parametrize("body", [b"a=%ff", b"\xff=1", b"&".join(b"a=1" for _ in range(300))])
async def test_malformed_form_is_refused(browser, body):
    page = Html(await browser.post(ACTIONS + "clock.change", content=body))
    assert page.status == 400 and "form: expected the fields of a form" in page.one(".alert")


async def test_done_message_is_one_of_the_known_ones(open_page):
    assert (await open_page(done="<b>you won</b>")).all(".done") == []


async def test_theme_is_kept(browser, open_page):
    response = await browser.post("/__mock/inspector/theme", data={"theme": "dark", "back": "/__mock/?x=1"})
    assert (response.status_code, response.headers["location"]) == (303, "/__mock/?x=1")
    assert (await open_page()).soup.html["data-theme"] == "dark"
    await browser.post("/__mock/inspector/theme", data={"theme": "pink"})
    assert (await open_page()).soup.html["data-theme"] == "dark"


async def test_crash_is_an_error_page_and_is_logged(browser, monkeypatch, caplog):
    monkeypatch.setattr("mock_zuora.admin.inspector.app.get_info", None)
    response = await browser.get("/__mock/")
    assert response.status_code == 500 and "its log has the details" in response.text
    assert "GET '/__mock/' crashed" in caplog.text


async def test_page_says_that_the_server_is_seeding(browser, api):
    api.app.runner.ready.clear()
    response = await browser.get("/__mock/")
    assert (response.status_code, response.headers["refresh"]) == (503, "1")


def test_read_only_inspector_shows_no_forms_and_refuses_actions(call):

    with MockZuora(inspector="read-only") as zuora:
        zuora.snapshots.save("one")
        for path in (*(path for _, path in SECTIONS), "/__mock/inspector/settings/assumptions"):
            page = Html(httpx2.get(zuora.url + path))
            assert page.all("main form[method=post]") == [] and "Read-only" in page.one(".status"), path
        refused = Html(httpx2.post(f"{zuora.url}{ACTIONS}clock.change", data={"frozen": "true"}))
        assert refused.status == 403 and "started with --inspector read-only" in refused.one(".alert")
        assert zuora.clock.speed == 1


def test_inspector_can_be_switched_off(call):
    with MockZuora(inspector="off") as zuora:
        status, document = call(zuora, "GET", "/__mock/")
    assert status == 404 and "there is no such path" in document["error"]
