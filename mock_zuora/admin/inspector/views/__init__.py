"""The views: one module for each subject. Importing this package registers all of them in ``VIEWS``.

A view is an async function with ``@view(path, section)``. It gets a ``Page`` (the tenant, the query, the parameters in
the path), calls service functions of ``control/services`` with ``page.control`` and ``page.tenant``, and returns a
``View``: a template with its values. A ``ControlError`` that it raises becomes a page with the message.

- All state of a page is in its URL: filters and paging are query parameters, and ``page.here(after=...)`` is the URL of
  the same page with another one. A form of filters has the method ``get``.
- Buttons and forms that change something are made by the macros ``action`` and ``action_form`` of ``macros.html``. They
  post to ``/__mock/inspector/actions/{operation}``, which runs that control operation with the fields of the form, and
  show the operation as Python and curl. A field whose name ends with ``:json`` is parsed as JSON. In a read-only
  inspector the macros show nothing, and the server refuses the request.
- ``watch`` names the kinds of changes (``control/changes.py``) after which the browser fetches the page again. The
  module then updates rows by their attribute ``data-key``, so each row or card needs one that is unique on the page.
- The main link of a row has the attribute ``data-row``: the keys j and k move between them.
- Texts of clients are shown as text only, never as the target of a link. Templates escape them.
"""

from typing import Final

from mock_zuora.admin.inspector.page import VIEWS
from mock_zuora.admin.inspector.views import (
    clock,
    faults,
    jobs,
    outcomes,
    records,
    requests,
    settings,
    snapshots,
    tenants,
    warnings,
)

__all__ = [
    "DONE", "SECTIONS", "VIEWS", "clock", "faults", "jobs", "outcomes", "records", "requests", "settings", "snapshots",
    "tenants", "warnings",
]  # fmt: skip

SECTIONS: Final = (
    ("Jobs", "/__mock/"),
    ("Requests", "/__mock/inspector/requests"),
    ("Records", "/__mock/inspector/records"),
    ("Clock", "/__mock/inspector/clock"),
    ("Faults", "/__mock/inspector/faults"),
    ("Outcomes", "/__mock/inspector/outcomes"),
    ("Snapshots", "/__mock/inspector/snapshots"),
    ("Settings", "/__mock/inspector/settings"),
    ("Warnings", "/__mock/inspector/warnings"),
    ("Tenants", "/__mock/inspector/tenants"),
)
"""The navigation: names of sections with the paths of their pages."""

DONE: Final = {
    "jobs.step": "The job has moved on.",
    "jobs.complete": "The job has run to its end.",
    "jobs.fail": "The job has failed.",
    "faults.add": "The fault is added.",
    "faults.remove": "The fault is removed.",
    "faults.clear": "All faults are removed.",
    "requests.clear": "The recorded requests and the warnings are removed.",
    "jobs.fail_next": "A failure is planned.",
    "jobs.reject_rows": "A rejection of rows is planned.",
    "jobs.hold_next": "A hold is planned.",
    "jobs.remove_outcome": "The planned outcome is removed.",
    "jobs.clear_outcomes": "All planned outcomes are removed.",
    "clock.advance": "The clock has moved ahead, and what was due has been done.",
    "clock.change": "The clock has changed.",
    "clock.next": "The clock has moved ahead to what was due next.",
    "clock.set": "The clock is set.",
    "snapshots.save": "The snapshot is saved.",
    "snapshots.restore": "The snapshot is restored.",
    "snapshots.drop": "The snapshot is deleted.",
    "configure": "The settings have changed.",
    "reset": "The tenant is reset.",
    "tenants.add": "The tenant is created.",
    "tenants.drop": "The tenant is removed.",
}
"""What a page says after an action, by the name of its operation. After others it says "Done."."""
