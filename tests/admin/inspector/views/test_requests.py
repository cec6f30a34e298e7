"""The pages of recorded requests."""

from contextlib import suppress
from urllib.parse import quote

import httpx2
import pytest

from mock_zuora import MockZuora

from ..conftest import HOSTILE, Html, query_of

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
REQUESTS = "/__mock/inspector/requests"
SUMMARY = "section[aria-label=Summary]"
JOB = {"operation": "create", "namespace": "default", "object": "vehicle"}


def shown(page):
    """The requests in a list, each as its method with its path."""
    return page.all("main tbody a[data-row]")


@pytest.fixture
def latest(api):
    """The id of the latest request."""
    return lambda: list(api.app.control.instruments("default").journal._entries)[-1].id


@pytest.fixture
def open_latest(open_page, latest):
    """Opens the page of the latest request."""

    async def open_latest(**query):
        return await open_page(f"{REQUESTS}/{latest()}", **query)

    return open_latest


# The list


async def test_requests_are_listed_newest_first_with_what_explains_them(client, open_page):
    await client.get(f"{JOBS}?pageSize=1")
    await client.get(f"{JOBS}/nope", headers={"Zuora-Version": "7"})
    first, second = (await open_page(REQUESTS)).rows()
    assert first[:4] == ["404", f"GET {JOBS}/nope", "71013040 Job not found for id 'nope'.", "nope"]
    assert (first[4], first[7]) == ("admin token-1", "1 warning")
    assert second[:3] == ["200", f"GET {JOBS}?pageSize=1", ""]


async def test_tenant_without_requests_gets_the_quick_start(open_page):
    assert (await open_page(REQUESTS)).one(".empty h2") == "Nothing has arrived yet"


@pytest.mark.parametrize(
    "filters, found",
    [
        ({"method": "POST"}, [f"POST {JOBS}"]),
        ({"path": "/objects/jobs/*"}, [f"GET {JOBS}/nope"]),
        ({"status": "404"}, [f"GET {JOBS}/nope"]),
        ({"error_code": "71013040"}, [f"GET {JOBS}/nope"]),
        ({"job": "NOPE"}, [f"GET {JOBS}/nope"]),
        ({"text": "vehicle"}, [f"POST {JOBS}"]),
        ({"errors_only": "true"}, [f"GET {JOBS}/nope"]),
        ({"fault": "any"}, []),
        ({"user": "admin", "status": " 200 "}, [f"POST {JOBS}"]),
    ],
    ids=str,
)
async def test_list_has_the_requests_that_match_the_filters(client, open_page, filters, found):
    await client.post(JOBS, json=JOB)
    await client.get(f"{JOBS}/nope")
    page = await open_page(REQUESTS, **filters)
    assert shown(page) == found
    [(name, text)] = list(filters.items())[:1]
    field = page.soup.select_one(f"main form [name={name}]")
    assert text in (field.get("value"), *[each["value"] for each in field.select("[selected]")])


async def test_mistake_in_a_filter_is_named_and_can_be_corrected(client, open_page):
    await client.get(JOBS)
    page = await open_page(REQUESTS, status="many", text="x")
    assert (page.status, page.one(".alert").startswith("Refused. status: 'many'")) == (200, True)
    assert page.soup.select_one("#status-code")["value"] == "many" and shown(page) == []


async def test_filters_and_tenant_stay_in_the_links_to_other_pages(client, open_page):
    for size in range(1, 102):
        await client.get(f"{JOBS}?pageSize={size}")
    page = await open_page(REQUESTS, tenant="default", path=JOBS)
    assert len(shown(page)) == 100
    [following] = page.links("a[rel=next]")
    assert (query_of(following)["tenant"], query_of(following)["path"]) == (["default"], [JOBS])
    last = await open_page(following)
    assert shown(last) == [f"GET {JOBS}?pageSize=1"] and last.links("a[rel=next]") == []
    assert len(shown(await open_page(last.links(".pages a")[0]))) == 100


async def test_paused_list_stays_and_counts_the_new_requests(client, open_page):
    await client.get(f"{JOBS}?pageSize=1")
    paused = await open_page((await open_page(REQUESTS)).links("a.pause")[0])
    assert paused.one("a.resume") == "Resume"
    for size in (2, 3):
        await client.get(f"{JOBS}?pageSize={size}")
    again = await open_page(str(paused.response.url))
    assert shown(again) == [f"GET {JOBS}?pageSize=1"] and again.one("a.resume") == "Resume (2 new)"
    assert len(shown(await open_page(again.links("a.resume")[0]))) == 3


async def test_list_that_was_paused_before_the_journal_was_cleared_is_live_again(client, open_page, browser, latest):
    await client.get(JOBS)
    paused = latest()
    await browser.delete("/__mock/v1/requests")
    await client.get(f"{JOBS}/1")
    page = await open_page(REQUESTS, paused=paused, after=paused)
    assert (page.status, shown(page), page.all("a.resume")) == (200, [f"GET {JOBS}/1"], [])


async def test_requests_are_cleared(client, open_page, press):
    await client.get(JOBS)
    page = await press(await open_page(REQUESTS), "requests.clear")
    assert page.one(".done") == "The recorded requests and the warnings are removed."
    assert page.rows() == []


# One request


async def test_request_is_shown_with_its_response(client, open_latest):
    response = await client.post(f"{JOBS}?why=not", json=JOB)
    page = await open_latest()
    assert page.one("h1") == f"POST {JOBS}?why=not"
    facts = page.one(SUMMARY)
    assert "200" in facts and response.headers["Zuora-Request-Id"] in facts and "POST_CustomObjectBulkJob" in facts
    assert page.links(f"{SUMMARY} a")[0] == f"/__mock/inspector/jobs/{response.json()['Id']}"
    sent, received = page.soup.select(".split section")
    assert '"object": "vehicle"' in sent.pre.text and len(sent.pre.text.strip().splitlines()) == 5
    assert f'"Id": "{response.json()["Id"]}"' in received.pre.text
    assert "Why" not in page.one("main")


async def test_page_names_what_it_cannot_show(client, open_latest):
    await client.post(f"{JOBS}/1/files", content="x" * 20_000, headers={"Content-Type": "text/csv"})
    page = await open_latest()
    assert "only the beginning" in page.one(".split section:first-child")
    assert "The body was cut: 16,384 bytes of it were recorded" in page.one("main > section:last-child")


async def test_request_that_is_not_recorded_is_an_error_page(open_page):
    page = await open_page(f"{REQUESTS}/nope")
    assert page.status == 404 and "has no recorded request 'nope'" in page.one(".alert")


async def test_refusal_is_explained_by_its_rules(client, open_latest):
    await client.get(f"{JOBS}?pageSize=1000")
    page = await open_latest()
    assert page.one("#why") == "Why refused"
    assert page.one(".message") == "pageSize: '1000' is not valid; expected an integer from 1 to 100."
    assert page.all(".rule .tag") == ["documented"] and "list-02" in page.one(".rule")


async def test_refusal_shows_what_was_observed_of_its_rules_and_its_assumption(client, browser, open_latest):
    place = {"host": "rest.test.zuora.com", "date": "2026-11-26"}
    observed = {"bad-job-id": {"choice": "400", **place, "reason": "so it was"}}
    await browser.patch("/__mock/v1/settings", json={"assume": observed})
    await client.get(f"{JOBS}/nope")
    page = await open_latest()
    texts = page.all(".observed")
    assert texts[-1] == "observed on rest.test.zuora.com, 2026-11-26 so it was"
    assert page.one(".rule .observed").endswith("on rest.test.zuora.com, 2026-11-26 so it was")


@pytest.mark.fidelity("mock-06")
async def test_assumption_of_a_refusal_can_be_switched_on_the_page(client, open_latest, press):
    job = (await client.post(JOBS, json=JOB)).json()["Id"]
    for _ in range(2):
        refused = await client.post(f"{JOBS}/{job}/files", content="a__c\n1\n", headers={"Content-Type": "text/csv"})
    page = await open_latest()
    assert refused.json()["code"] == 71013620 and "71013620 , in force" in page.one(".facts:has(b)")
    assert "zuora.configure(assume={'wrong-status': '71013430'})" in page.one("#why ~ .action")
    page = await press(page, "configure")
    assert "71013430 , in force" in page.one(".facts:has(b)")
    refused = await client.post(f"{JOBS}/{job}/files", content="a__c\n1\n", headers={"Content-Type": "text/csv"})
    assert refused.json()["code"] == 71013430


async def test_401_names_its_reason(api, open_latest):
    async with api.client() as client:
        del client.headers["Authorization"]
        await client.get(JOBS)
    page = await open_latest()
    assert "the header is missing" in page.one(".message") and "not authenticated" in page.one(SUMMARY)


async def test_refused_records_of_a_successful_request_are_explained(client, browser, open_latest):
    car = {"object": "car", "label": "Car", "properties": {"doors__c": {"type": "integer", "label": "Doors"}}}
    await browser.post("/__mock/v1/definitions", json={"definitions": {"car": car}})
    body = {"allowPartialSuccess": True, "records": [{"doors__c": 4}, {"doors__c": "x"}]}
    await client.post("/objects/records/default/car", json=body)
    assert (await open_latest()).one("#why") == "Why records were refused"


@pytest.mark.parametrize("effect, heading", [({"status": 503}, "Why refused"), ({"reset": True}, "Why no response")])
async def test_fault_is_named_instead_of_a_rule(client, browser, open_latest, effect, heading):
    fault = (await browser.post("/__mock/v1/faults", json=effect)).json()["id"]
    with suppress(ConnectionResetError):  # The connection was reset.
        await client.get(JOBS)
    page = await open_latest()
    assert page.one("#why") == heading and "A fault that a test has added" in page.one("main")
    assert f"/__mock/inspector/faults#{fault}" in page.links(f"{SUMMARY} a")
    await browser.delete("/__mock/v1/faults")
    assert "a fault that was removed" in (await open_latest()).one(SUMMARY)


def test_read_only_pages_have_no_forms_that_change_anything(call):
    with MockZuora(inspector="read-only") as zuora:
        call(zuora, "GET", f"{JOBS}?pageSize=1000")
        call(zuora, "GET", f"{JOBS}/nope")
        paths = [
            REQUESTS,
            f"{REQUESTS}/{zuora.requests.last.id}",
            "/__mock/inspector/faults",
            "/__mock/inspector/warnings",
        ]
        pages = [Html(httpx2.get(zuora.url + path)) for path in paths]
    assert [page.status for page in pages] == [200] * 4
    assert [page.all("main form[method=post]") for page in pages] == [[]] * 4
    assert "Make a fault" not in pages[1].one("main")
    assert "Assumption" in pages[1].one("#why ~ h3").title()


async def test_text_of_clients_is_never_markup_or_the_target_of_a_link(api, browser, open_page, open_latest):
    token = (await browser.post("/__mock/v1/tokens", json={"user": HOSTILE})).json()["access_token"]
    fault = {"path": f"{JOBS}/**", "match_body": HOSTILE, "status": 500, "body": HOSTILE, "headers": {"X-Bad": HOSTILE}}
    assert (await browser.post("/__mock/v1/faults", json={**fault, "content_type": HOSTILE})).status_code == 200
    headers = {"X-Bad": HOSTILE, "Zuora-Version": HOSTILE, "Content-Type": HOSTILE, "Zuora-Track-Id": HOSTILE[:9]}
    paths = [f"{JOBS}/{quote(HOSTILE)}?{HOSTILE}={quote(HOSTILE)}", JOBS, f"/{quote(HOSTILE, safe='')}/{HOSTILE}"]
    async with api.client(token) as client:
        for path in paths:
            await client.post(path, content=HOSTILE, headers=headers)
            page = await open_latest()
            assert page.is_harmless and "<script>alert(1)</script>" in page.soup.main.get_text()
            await client.get(path, headers=headers)
            assert (await open_latest()).is_harmless
    searched = dict.fromkeys(("text", "path", "job", "user", "fault"), HOSTILE)
    for query in ({}, searched, {"status": HOSTILE}, {"after": HOSTILE, "paused": HOSTILE}, {"errors_only": HOSTILE}):
        page = await open_page(REQUESTS, **query)
        assert page.is_harmless and page.status == 200
    for path in ("faults", "warnings"):
        page = await open_page(f"/__mock/inspector/{path}", kind=HOSTILE, skip=HOSTILE, request=HOSTILE)
        assert page.is_harmless and page.status == 200
