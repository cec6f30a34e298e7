"""Every page in a real browser: both themes, two widths, accessibility, and texts that would like to be scripts."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from mock_zuora import MockZuora
from mock_zuora.admin.inspector import views

from .conftest import HOSTILE, fill

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def server() -> Iterator[MockZuora]:
    with MockZuora(random_seed="pages") as zuora:
        yield zuora


@pytest.fixture(scope="module")
def paths(server) -> list[str]:
    """Every page of a tenant with something on it."""
    ids = fill(server)
    assert all(ids.values())
    return all_paths(server)


@pytest.fixture(scope="module")
def hostile() -> Iterator[MockZuora]:
    """A tenant whose texts are all hostile."""
    with MockZuora(random_seed="hostile") as zuora:
        fill(zuora, HOSTILE)
        yield zuora


def all_paths(zuora: MockZuora) -> list[str]:
    """A path for every view, those of details with the first and the last item that exist."""
    requests, jobs = zuora.requests.find(), zuora.jobs.all()
    record = zuora.objects.records("vehicle").records[0]["Id"]
    items = {
        "/requests/{id}": [f"/requests/{each.id}" for each in requests[-4:]],
        "/jobs/{id}": [f"/jobs/{each.id}" for each in jobs[:3]],
        "/records/object": ["/records/object?object=vehicle", "/records/object?object=vehicle&q=brand__c+%3D%3D+1"],
        "/records/record": [f"/records/record?object=vehicle&id={record}"],
    }
    found = []
    for entry in views.VIEWS:
        [examples] = [each for ending, each in items.items() if entry.path.endswith(ending)] or [None]
        prefix = entry.path.rpartition("/")[0].rpartition("/")[0]
        found += [entry.path] if examples is None else [prefix + each for each in examples]
    assert len(found) > len(views.VIEWS) and not any("{" in each for each in found)
    return found


def axe_violations(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_page_is_accessible_fits_and_keeps_to_its_policy(server, paths, visit, theme, width):
    found = visit(server, width=width, color_scheme=theme)
    wrong: dict[str, list[str]] = {}
    for path in paths:
        page = found.go(path).wait_until_live().page
        wide = page.evaluate("document.documentElement.scrollWidth")
        problems = [*axe_violations(page), *found.problems]
        if wide > width:
            problems.append(f"{wide} px wide")
        if problems:
            wrong[path] = problems
    assert wrong == {}


def test_hostile_texts_stay_texts(hostile, visit):
    found = visit(hostile)
    for path in all_paths(hostile):
        page = found.go(path).wait_until_live().page
        for each in page.locator("details").all():
            each.evaluate("each => each.open = true")
        assert found.problems == [], path
        assert page.locator("img:not(.brand img), main script, [onerror]").count() == 0
        links = page.eval_on_selector_all("a", "all => all.map((each) => each.getAttribute('href'))")
        assert [each for each in links if not re.match(r"(/|#)(?!/)", each)] == []
    shown = found.go("/__mock/inspector/requests").page
    assert HOSTILE in shown.locator("main").inner_text()


def test_page_works_without_scripts(server, paths, visit):
    found = visit(server, java_script_enabled=False)
    for path in paths:
        found.go(path)
        assert (
            found.page.locator("h1").count() == 1 and found.page.locator("header [aria-current=page]").count() == 1
        ), path


def test_long_names_leave_the_buttons_of_their_rows_in_view(server, visit):
    server.snapshots.save("x" * 200)
    row = visit(server, "/__mock/inspector/snapshots").page.locator("tr", has_text="x" * 200)
    box = row.get_by_role("button", name="Delete").bounding_box()
    assert box is not None and box["x"] + box["width"] < 1440
    server.snapshots.drop("x" * 200)
