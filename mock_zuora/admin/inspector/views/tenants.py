"""The tenants of the server."""

from typing import Final, get_args

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.reset import Scope
from mock_zuora.control.services.tenants import list_tenants

ROWS: Final = 100
"""Tenants of a page."""


@view(PREFIX + "/tenants", "Tenants")
async def tenants_of_server(page: Page) -> View:
    """The tenants, or those whose name contains a text."""
    found, text = await list_tenants(page.control, page.tenant), page.query.get("q", "")
    matching = [each for each in found if text.casefold() in each.name.casefold()]
    values = {
        "part": page.part_of(matching, ROWS),
        "q": text,
        "scopes": [("", "everything"), *((each, _SCOPES.get(each, each)) for each in get_args(Scope))],
    }
    return View(template="tenants.html", title="Tenants", watch="tenants requests jobs control", values=values)


_SCOPES: Final = {
    "records": "objects and records, with the jobs",
    "tokens": "tokens, users and OAuth clients",
    "journal": "recorded requests",
}
"""What the scopes of a reset are called where their names do not say it."""
