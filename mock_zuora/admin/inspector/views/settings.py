"""The settings of the server and of a tenant, and the assumptions."""

from collections.abc import Callable
from itertools import groupby
from types import NoneType
from typing import Final, get_args

from mock_zuora.admin.inspector.page import PREFIX, Page, View, view
from mock_zuora.config.tenant_options import TenantOptions
from mock_zuora.control.results import AssumptionInfo
from mock_zuora.control.services.info import list_assumptions, list_behaviours
from mock_zuora.control.services.settings import list_settings

SECTION: Final = "Settings"
SETTINGS: Final = PREFIX + "/settings"
ASSUMPTIONS: Final = SETTINGS + "/assumptions"
SHOWN: Final[dict[str, Callable[[AssumptionInfo], bool]]] = {
    "all": lambda each: True,
    "consulted": lambda each: each.is_consulted,
    "changed": lambda each: each.origin not in ("default", "version"),
    "observed": lambda each: each.observed is not None,
}
"""Which assumptions a filter shows."""


@view(SETTINGS, SECTION)
async def settings_of_server(page: Page) -> View:
    """Every setting with its origin, and a form for those of the tenant."""
    found = await list_settings(page.control, page.tenant)
    values = {
        "groups": [(name, list(each)) for name, each in groupby(found, lambda each: each.group)],
        "changeable": [each for each in found if each.is_of_tenant and each.name != "assume"],
        "optional": [
            name for name, each in TenantOptions.model_fields.items() if NoneType in get_args(each.annotation)
        ],
    }
    return View(template="settings.html", title="Settings", watch="control tenants", values=values)


@view(ASSUMPTIONS, SECTION)
async def assumptions(page: Page) -> View:
    """Every assumption with its choices, and a switch; and the other rows of the ledger that were observed."""
    found = await list_assumptions(page.control, page.tenant)
    of_assumptions = {each.row for each in found}
    rows = await list_behaviours(page.control, page.tenant)
    show = page.query.get("show", "all")
    is_shown = SHOWN.get(show, SHOWN["all"])
    values = {
        "filters": [(name, sum(map(test, found))) for name, test in SHOWN.items()],
        "show": show if show in SHOWN else "all",
        "assumptions": [each for each in found if is_shown(each)],
        "rows": [each for each in rows if each.observed is not None and each.id not in of_assumptions],
    }
    return View(
        template="assumptions.html",
        title="Assumptions",
        watch="control requests tenants",
        up=("All settings", page.url(SETTINGS)),
        values=values,
    )
