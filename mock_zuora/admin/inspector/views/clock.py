"""The clock of a tenant, beside the real time."""

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.json_types import to_json
from mock_zuora.control.services.clock import get_clock


@view(PREFIX + "/clock", "Clock")
async def clocks(page: Page) -> View:
    """Both clocks, and what moves the one of the tenant."""
    found = await get_clock(page.control, page.tenant)
    values = {"found": found, "text": to_json(found.now)}
    return View(template="clock.html", title="Clock", watch="control jobs tenants", values=values)
