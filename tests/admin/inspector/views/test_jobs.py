"""The pages of jobs."""

import re

import pytest

from mock_zuora.admin.inspector.views import jobs as views
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from mock_zuora.domain.tenants.settings import Transitions
from tests.admin.inspector.conftest import HOSTILE, query_of

pytestmark = pytest.mark.anyio

CAR = {
    "car": {
        "label": "Car",
        "object": "car",
        "properties": {"brand__c": {"type": "string", "label": "Brand"}, "doors__c": {"type": "integer", "label": "D"}},
        "required": ["brand__c"],
    }
}
FILE = "brand__c,doors__c\nVolvo,4\nSaab,many\n,5\n"


@pytest.fixture
def submit(client):
    """Submits a job, with a file if one is given; returns its id."""

    async def submit(file=None, object="vehicle", operation="create"):
        job = {"operation": operation, "namespace": "default", "object": object}
        made = (await client.post("/objects/jobs", json=job)).json()
        if file is not None:
            path = f"/objects/jobs/{made['Id']}/files"
            response = await client.post(path, content=file, headers={"Content-Type": "text/csv"})
            assert response.status_code == 200, response.text
        return made["Id"]

    return submit


@pytest.fixture
def open_job(open_page):
    """Opens the page of a job."""

    async def open_job(job, **query):
        return await open_page(f"/__mock/inspector/jobs/{job}", **query)

    return open_job


# The board


async def test_tenant_without_jobs_gets_the_quick_start(open_page):
    page = await open_page()
    assert page.one(".empty h2") == "Nothing has arrived yet"
    assert "http://localhost:8080/objects/jobs" in page.one(".empty")


async def test_jobs_are_listed_newest_first(submit, open_page):
    jobs = [await submit(object=each) for each in ("vehicle", "boat")]
    page = await open_page()
    assert [row[0] for row in page.rows()] == [each[:8] for each in reversed(jobs)]
    assert [row[3] for row in page.rows()] == ["boat", "vehicle"]
    assert page.links("a[data-row]")[0] == f"/__mock/inspector/jobs/{jobs[1]}"


async def test_board_shows_what_moves_each_job_next(api, submit, open_page):
    api.configure(transitions=Transitions.TIME, processing_time=60.0, queue_delay=0.0, concurrent_job_limit=9)
    await submit(FILE)
    api.configure(transitions=Transitions.POLLS)
    await submit(FILE)
    api.configure(transitions=Transitions.MANUAL)
    await submit(FILE)
    await submit()
    api.tenant.planned_outcomes.fail_next(PlannedFailure(operation="delete"))
    api.configure(transitions=Transitions.IMMEDIATE)
    await submit(operation="delete")
    rows = {row[8]: row for row in (await open_page()).rows()}
    assert list(rows) == [
        "71012560 planned failure", "upload", "control request", "poll, 2 more in progress",
        "clock, 2021-03-10 00:06:54",
    ]  # fmt: skip
    assert rows["upload"][5:8] == ["", "0", "0"]
    assert rows["control request"][5:8] == ["3", "0", "0"]


async def test_board_is_filtered_by_status_object_and_operation(submit, open_page):
    await submit(FILE), await submit(object="boat"), await submit(object="boat", operation="delete")
    page = await open_page()
    assert page.all(".chips a")[:3] == ["all 3", "accepted 0", "pending 1"]
    for chip, link in zip(page.all(".chips a"), page.links(".chips a"), strict=True):
        filtered = await open_page(link)
        assert len(filtered.rows()) == int(chip.split()[-1])
        assert filtered.one("[aria-current=true]") == chip
    page = await open_page(object="boat", operation="create")
    assert [row[1:4] for row in page.rows()] == [["pending", "create", "boat"]]
    assert page.all(".chips a")[0] == "all 1"
    assert page.all("option[selected]")[:2] == ["boat", "create"]
    assert (await open_page(object="car")).one("main p.quiet") == "No job matches."


async def test_board_has_pages(api, submit, open_page, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    jobs = [await submit() for _ in range(5)][::-1]
    page, seen = await open_page(status="pending"), []
    for _ in range(3):
        seen += [row[0] for row in page.rows()]
        following = page.links(".pages a[rel=next]")
        page = await open_page(following[0]) if following else page
    assert seen == [each[:8] for each in jobs]
    assert query_of(page.links(".pages a")[0]) == {"status": ["pending"]}


@pytest.mark.parametrize(("query", "named"), [({"status": "lost"}, "status: 'lost'"), ({"after": "x"}, "after: ")])
async def test_invalid_filter_is_explained(submit, open_page, query, named):
    await submit()
    page = await open_page(**query)
    assert page.status in (400, 404)
    assert named in page.one(".alert")


# The page of a job


async def test_job_page_has_the_path_of_the_job(api, submit, open_job):
    api.configure(transitions=Transitions.TIME, processing_time=60.0, queue_delay=0.0)
    job = await submit(FILE)
    page = await open_job(job)
    assert page.one("h1") == "create vehicle in progress"
    assert page.all("svg .current text") == ["in progress", "00:05:54.207", "uploaded"]
    assert [each.split()[0] for each in page.all("svg .box.visited")] == ["accepted", "pending"]
    assert [row[0::2] for row in page.rows("[aria-label=History] tbody tr")] == [
        ["accepted", "submitted"], ["pending", "submitted"], ["in progress", "uploaded"]
    ]  # fmt: skip
    assert "clock, 2021-03-10 00:06:54" in page.all("dd")


async def test_buttons_move_a_job(api, submit, open_job, press):
    api.configure(transitions=Transitions.MANUAL)
    job = await submit(FILE)
    page = await press(await open_job(job), "jobs.step")
    assert (page.one(".done"), page.one("h1 .badge")) == ("The job has moved on.", "completed")
    assert "control request" in page.one("svg .current")
    page = await press(await open_job(await submit(FILE)), "jobs.complete")
    assert page.one("h1 .badge") == "completed"
    page = await press(await open_job(await submit()), "jobs.fail", message="Out of order.")
    assert page.one("h1 .badge") == "failed"
    assert "71012560 Out of order." in page.all("dd")
    assert not page.soup.select("form[action*=actions]")


async def test_job_that_waits_for_its_file_can_only_fail(submit, open_job):
    page = await open_job(await submit())
    assert [each["action"].rpartition("/")[2] for each in page.soup.select("form[action*=actions]")] == ["jobs.fail"]


async def test_rejected_cells_are_marked(client, submit, open_job):
    assert (await client.post("/objects/definitions/default", json={"definitions": CAR})).status_code == 200
    page = await open_job(await submit(FILE, object="car"))
    rows = page.rows("[aria-labelledby=rejected] tbody tr")
    assert [[row[0], *row[3:]] for row in rows] == [["3", "Saab", "rejected: many"], ["4", "rejected:", "5"]]
    assert page.all("td.wrong") == ["rejected: many", "rejected:"]
    assert page.all("[aria-labelledby=rejected] th")[3:] == ["brand__c", "doors__c"]


async def test_rejected_rows_have_pages(api, submit, open_job, open_page, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    api.tenant.planned_outcomes.reject_rows(PlannedRejection(where={"brand__c": "Saab"}))
    page = await open_job(await submit("brand__c\n" + "Saab\n" * 5))
    seen = []
    for _ in range(3):
        seen += [row[0] for row in page.rows("[aria-labelledby=rejected] tbody tr")]
        following = page.links(".pages a[rel=next]")
        page = await open_page(following[0]) if following else page
    assert seen == ["2", "3", "4", "5", "6"]


async def test_file_is_shown_as_a_table(submit, open_job):
    page = await open_job(await submit(FILE))
    assert page.rows("[aria-labelledby=file] tbody tr") == [["2", "Volvo", "4"], ["3", "Saab", "many"], ["4", "", "5"]]
    assert f"{len(FILE)} B, 3 rows" in page.all("dd")
    assert page.soup.select_one("details.preview").has_attr("open")
    page = await open_job(await submit("brand__c\n" + "Saab\n" * 1_000))
    assert page.one("details.preview summary") == "The first 200 rows"
    assert not page.soup.select_one("details.preview").has_attr("open")


async def test_missing_file_is_explained(submit, open_job):
    assert "is pending and has no file." in (await open_job(await submit())).all("main p.quiet")[0]
    assert not (await open_job(await submit(operation="delete"))).soup.select("#file")


async def test_requests_of_a_job_are_links(client, submit, open_job):
    job = await submit(FILE)
    await client.get(f"/objects/jobs/{job}")
    page = await open_job(job)
    rows = page.rows("[aria-labelledby=requests] tbody tr")
    assert [row[0].split()[0] for row in rows] == ["GET", "POST", "POST"]
    assert all(each.startswith("/__mock/inspector/requests/") for each in page.links("[aria-labelledby=requests] a"))


async def test_planned_outcomes_of_a_job_are_shown(api, submit, open_job):
    api.configure(transitions=Transitions.TIME, processing_time=60.0)
    api.tenant.planned_outcomes.hold_next(JobMatcher())
    page = await open_job(await submit(FILE))
    assert page.one(".tag") == "planned hold"


async def test_unknown_job_is_not_found(open_job):
    page = await open_job("nope")
    assert (page.status, "has no job 'nope'" in page.one(".alert")) == (404, True)


async def test_texts_of_clients_are_shown_as_text(api, submit, open_page, open_job):
    name = "<script>alert(1)\"'><img>"
    cell = '"' + HOSTILE.replace('"', '""') + '"'
    api.tenant.planned_outcomes.reject_rows(PlannedRejection(rows={2: (71012520, HOSTILE), 3: (71012520, "Field [x")}))
    job = await submit(f"brand__c\n{cell}\n{cell}\n", object=name)
    for page in (await open_page(), await open_page(object=name), await open_job(job), await open_job(HOSTILE)):
        assert page.is_harmless
    page = await open_job(job)
    keys = [each["data-key"] for each in page.soup.select("[data-key]")]
    assert len(keys) == len(set(keys)) > 5
    assert HOSTILE in page.all("td.text")
    assert page.all("td.cell") == [HOSTILE] * 4


async def test_history_and_requests_show_milliseconds(submit, open_job):
    page = await open_job(await submit(file="brand__c\nVolvo\n"))
    since = [row[1] for row in page.rows('[aria-label="History"] tbody tr')]
    at = [row[2] for row in page.rows('[aria-labelledby="requests"] tbody tr')]
    assert len(since) >= 3 and len(at) == 2
    assert all(re.fullmatch(r"2021-03-10 00:\d\d:\d\d\.\d{3}", each) for each in [*since, *at])
