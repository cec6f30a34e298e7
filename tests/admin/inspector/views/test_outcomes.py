"""The page of planned outcomes."""

import pytest

from mock_zuora.domain.jobs.planned_outcomes import JobMatcher, PlannedFailure, PlannedRejection
from tests.admin.inspector.conftest import HOSTILE

pytestmark = pytest.mark.anyio
PAGE = "/__mock/inspector/outcomes"


async def test_outcomes_are_planned_with_forms(open_page, press):
    page = await open_page(PAGE)
    assert page.one("main p.quiet") == "No outcome is planned."
    page = await press(page, "jobs.fail_next", object="car", after_records="3")
    assert page.one(".done") == "A failure is planned."
    page = await press(page, "jobs.reject_rows", rows='{"3": [71012520, "boom"], "5": [71012520, "bang"]}')
    page = await press(page, "jobs.reject_rows", where='{"brand__c": "Lada"}')
    page = await press(page, "jobs.hold_next", operation="delete")
    assert [row[:3] for row in page.rows()] == [
        ["failure-1", "any operation on car",
         "After 3 records, it fails with 71012560 Service limit reached, please retry later."],
        ["rejection-2", "any operation on any object", "Rejected: row 3 (71012520 boom), row 5 (71012520 bang)"],
        ["rejection-3", "any operation on any object", "Rejected: rows with brand__c = Lada"],
        ["hold-4", "delete on any object", "It stays in progress until it is stepped."],
    ]  # fmt: skip


async def test_outcomes_are_removed_one_by_one_or_together(api, open_page, press):
    for _ in range(3):
        api.tenant.planned_outcomes.hold_next(JobMatcher())
    page = await press(await open_page(PAGE), "jobs.remove_outcome", id="hold-2")
    assert [row[0] for row in page.rows()] == ["hold-1", "hold-3"]
    page = await press(page, "jobs.clear_outcomes")
    assert (page.rows(), api.tenant.planned_outcomes.describe()["holds"]) == ([], 0)


@pytest.mark.parametrize(
    ("operation", "fields", "named"),
    [
        ("jobs.fail_next", {"code": "7"}, "code: 7"),
        ("jobs.reject_rows", {}, "rows or where is required"),
        ("jobs.reject_rows", {"rows": "{"}, "rows: is not JSON"),
        ("jobs.reject_rows", {"where": r'{"brand__c": "\ud800"}'}, "brand__c: "),
        ("jobs.remove_outcome", {"id": "hold-1"}, "id: tenant 'default' has no planned outcome 'hold-1'"),
    ],
    ids=str,
)
async def test_refused_form_is_explained_on_its_page(api, open_page, press, operation, fields, named):
    api.tenant.planned_outcomes.hold_next(JobMatcher())
    before = await open_page(PAGE)
    if operation == "jobs.remove_outcome":
        api.tenant.planned_outcomes.clear()
    page = await press(before, operation, **fields)
    assert named in page.one(".alert")
    assert page.one("h1") == "Planned outcomes"


async def test_texts_of_plans_are_shown_as_text(api, open_page):
    planned = api.tenant.planned_outcomes
    planned.fail_next(PlannedFailure(object=HOSTILE, message=HOSTILE))
    planned.reject_rows(PlannedRejection(rows={2: (71012520, HOSTILE)}, where={HOSTILE: HOSTILE}))
    page = await open_page(PAGE)
    assert page.is_harmless
    assert page.response.text.count("&lt;script&gt;") == 5
