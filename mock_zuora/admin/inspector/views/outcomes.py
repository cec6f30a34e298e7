"""The planned outcomes of a tenant."""

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.services import job_outcomes
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.planned_outcomes import PlannedFailure


@view(PREFIX + "/outcomes", "Outcomes")
async def planned_outcomes(page: Page) -> View:
    """The outcomes that wait for a job, and forms to plan others."""
    values = {
        "outcomes": await job_outcomes.list_outcomes(page.control, page.tenant),
        "operations": [each.value for each in Operation],
        "failure": PlannedFailure(),
    }
    return View(template="outcomes.html", title="Planned outcomes", watch="jobs control", values=values)
