"""The page of faults."""

import pytest

from mock_zuora.admin.inspector.views.faults import effect_of, requests_of, state_of
from mock_zuora.control.faults import EFFECT_OPTIONS, MATCHING_OPTIONS, Fault, FaultRule

from ..conftest import Html

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
FAULTS = "/__mock/inspector/faults"


@pytest.fixture
def faults(browser):
    """The faults of the tenant, as the control API has them."""

    async def faults():
        return (await browser.get("/__mock/v1/faults")).json()

    return faults


@pytest.fixture
def add(browser):
    """Submits the form for any fault."""

    async def add(page, **fields):
        [form] = page.soup.select('form.fields[action$="actions/faults.add"]')
        values = {each["name"]: each["value"] for each in form.select("input[value]:not([type=checkbox])")}
        values |= {each.parent["name"]: each["value"] for each in form.select("option[selected]")}
        return Html(await browser.post(form["action"], data=values | fields, follow_redirects=True))

    return add


async def test_faults_are_listed_with_their_hits(client, browser, open_page):
    fault = {"path": JOBS, "method": "GET", "status": 503, "times": 3, "retry_after": 7}
    id = (await browser.post("/__mock/v1/faults", json=fault)).json()["id"]
    await client.get(JOBS)
    page = await open_page(FAULTS)
    assert page.rows()[0][:5] == [f"GET {JOBS}", "responds with 503, Retry-After: 7", "1", "1", "2 hits left"]
    assert page.links("td a") == [f"/__mock/inspector/requests?fault={id}"]


@pytest.mark.parametrize(
    "label, effect",
    [
        ("503 with Retry-After", {"status": 503, "retry_after": 2}),
        ("429 with Retry-After", {"status": 429, "retry_after": 5}),
        ("Reset the connection", {"reset": True}),
        ("Truncate the response", {"truncate": True}),
        ("Respond after 3 seconds", {"delay": 3.0}),
    ],
)
async def test_preset_adds_a_fault_for_the_next_request(browser, open_page, faults, label, effect):
    page = await open_page(FAULTS)
    [form] = [each for each in page.soup.select("main form") if label in each.get_text()]
    values = {each["name"]: each["value"] for each in form.select("input")}
    assert (await browser.post(form["action"], data=values)).status_code == 303
    [fault] = await faults()
    assert {name: fault[name] for name in effect} == effect and fault["times"] == 1


async def test_form_adds_any_fault(open_page, add, faults):
    fields = {
        "path": "/objects/**", "method": "POST", "match_headers:json": '{"X-Part": "2*"}', "match_body": "Volvo",
        "status": "500", "body": "<html>", "content_type": "text/html", "headers:json": '{"X-Cause": "load"}',
        "delay": "0.5", "nth": "2", "probability": "0.5",
    }  # fmt: skip
    page = await add(await open_page(FAULTS), **{"times": "", **fields})
    assert page.one(".done") == "The fault is added."
    [fault] = await faults()
    assert (fault["match_headers"], fault["headers"]) == ({"X-Part": "2*"}, {"X-Cause": "load"})
    assert (fault["status"], fault["delay"], fault["nth"], fault["probability"]) == (500, 0.5, 2, 0.5)


async def test_form_has_every_option_of_a_fault(open_page):
    page = await open_page(FAULTS)
    names = {each["name"].removesuffix(":json") for each in page.soup.select("form.fields [name]")}
    assert names - {"tenant", "back", "theme"} == set(FaultRule.__dataclass_fields__)


async def test_refused_fault_is_explained_on_the_page(open_page, add, faults):
    page = await add(await open_page(FAULTS), status="200")
    assert page.status == 400 and "status: 200 is not valid without body" in page.one(".alert")
    assert await faults() == []


async def test_faults_are_removed(browser, open_page, press, faults):
    for status in (500, 502, 503):
        await browser.post("/__mock/v1/faults", json={"status": status})
    page = await press(await open_page(FAULTS), "faults.remove", id=(await faults())[1]["id"])
    assert page.one(".done") == "The fault is removed."
    assert [each["status"] for each in await faults()] == [500, 503]
    await press(page, "faults.clear")
    assert await faults() == []


async def test_fault_is_made_from_a_request(api, client, open_page, add, faults):
    response = await client.get(f"{JOBS}/1")
    page = await open_page(FAULTS, request=response.headers["Zuora-Request-Id"])
    assert page.one("main p .mono") == f"GET {JOBS}/1"
    await add(page, status="503", times="1")
    [fault] = await faults()
    assert (fault["operation"], fault["path"], fault["status"]) == ("GET_CustomObjectBulkJob", None, 503)


async def test_fault_is_made_from_a_request_without_an_operation(client, open_page, add, faults):
    response = await client.get("/nothing")
    await add(await open_page(FAULTS, request=response.headers["Zuora-Request-Id"]), reset="true")
    assert [(each["method"], each["path"], each["reset"]) for each in await faults()] == [("GET", "/nothing", True)]


async def test_request_that_is_no_longer_recorded_leaves_the_forms_empty(open_page):
    assert "no longer recorded" in (await open_page(FAULTS, request="nope")).one("main")


def fault(**values):
    return Fault(id="f", **values)


@pytest.mark.parametrize(
    "fault, state",
    [
        (fault(status=500), "unlimited"),
        (fault(status=500, times=2, hits=1), "1 hit left"),
        (fault(status=500, times=2, hits=2, used_up=True), "used up"),
        (fault(status=500, nth=3), "waits for matching request 3"),
        (fault(status=500, probability=0.25), "unlimited, at random (25%)"),
    ],
    ids=str,
)
def test_state_says_which_requests_it_will_hit(fault, state):
    assert state_of(fault) == state


VALUES = {
    "path": "/x", "method": "GET", "operation": "op", "match_headers": {"X-A": "1"}, "match_body": "Volvo",
    "status": 503, "code": 71013061, "message": "Down.", "body": "<p>", "content_type": "text/html",
    "headers": {"X-B": "2"}, "retry_after": 9, "delay": 2.5, "reset": True, "truncate": True, "stall": True,
}  # fmt: skip


@pytest.mark.parametrize("option", [*MATCHING_OPTIONS, *set(EFFECT_OPTIONS) - {"message", "content_type"}])
def test_every_option_changes_the_line_of_a_fault(option):
    base = {} if option in ("delay", "reset", "truncate", "stall") else {"status": 500}
    plain, changed = fault(**base), fault(**{**base, option: VALUES[option]})
    assert (requests_of(plain), effect_of(plain)) != (requests_of(changed), effect_of(changed))
