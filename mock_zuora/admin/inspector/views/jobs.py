"""The jobs of a tenant."""

from mock_zuora.admin.inspector.page import ROOT, Page, View, view
from mock_zuora.control.services.jobs import JobSearch, list_jobs


@view(ROOT, "Jobs")
async def jobs_board(page: Page) -> View:
    """All jobs, newest first."""
    found = await list_jobs(page.control, page.tenant, JobSearch(order="newest"))
    return View(template="jobs.html", title="Jobs", watch="jobs control requests tenants", values={"jobs": found})
