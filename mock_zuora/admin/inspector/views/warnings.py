"""The fidelity warnings of a tenant: requests that were accepted although Zuora does not document them."""

from typing import Final

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.control.services.requests import list_warnings

PER_PAGE: Final = 100


@view(PREFIX + "/warnings", "Warnings")
async def warnings_list(page: Page) -> View:
    """The latest warnings, newest first."""
    warnings = (await list_warnings(page.control, page.tenant))[::-1]
    kinds: dict[str, int] = {}
    for each in warnings:
        kinds[each.kind] = kinds.get(each.kind, 0) + 1
    kind = page.query.get("kind")
    found = [each for each in warnings if kind in (None, "", each.kind)]
    return View(
        template="warnings.html",
        title="Fidelity warnings",
        watch="requests control tenants",
        values={
            "part": page.part_of(found, PER_PAGE),
            "kinds": kinds,
            "kind": kind or "",
            "requests_path": PREFIX + "/requests",
        },
    )
