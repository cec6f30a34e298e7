"""The examples of the control API's document. They work on a fresh server, one after the other, but for ids."""

from typing import Any, Final

_ID: Final = "5112347a-f7a1-4373-99df-c082984de7be"
_VEHICLE: Final = {
    "object": "vehicle",
    "label": "Vehicle",
    "properties": {"brand__c": {"type": "string", "label": "Brand"}},
}

PATHS: Final[dict[str, str]] = {"id": _ID, "object": "vehicle", "name": "before", "code": "71012523"}
"""Values of path parameters by name."""
OWN_PATHS: Final[dict[tuple[str, str], str]] = {
    ("tenants.drop", "name"): "test-1",
    ("jobs.remove_outcome", "id"): "failure-1",
}
"""Values by operation and name, for operations in which the parameter means something else."""

BODIES: Final[dict[str, dict[str, Any]]] = {
    "clock.change": {"frozen": True},
    "clock.set": {"now": "2030-01-01T00:00:00Z"},
    "clock.advance": {"seconds": 60},
    "define": {"definitions": {"vehicle": _VEHICLE}},
    "faults.add": {"path": "/objects/jobs", "method": "GET", "status": 503, "times": 2, "retry_after": 7},
    "faults.sequence": {"path": "/objects/jobs/*", "effects": [503, "reset", None]},
    "configure": {"transitions": "polls", "processing_polls": 3},
    "jobs.fail_next": {"object": "vehicle", "after_records": 1},
    "jobs.reject_rows": {"rows": {"3": [71012520, "Rejected by the test."]}},
    "jobs.hold_next": {"operation": "create"},
    "jobs.fill": {"count": 1},
    "jobs.fail": {"code": 71012560, "message": "Service limit reached, please retry later."},
    "add_records": {"records": [{"brand__c": "Volvo"}]},
    "import_state": {
        "schema": 1,
        "tenant": "default",
        "now": 1_893_456_000_000,
        "users": [{"id": _ID, "name": "admin", "permissions": ["view", "edit", "delete"]}],
        "objects": [],
        "jobs": [],
    },
    "tenants.add": {"name": "test-1"},
    "reset": {"scope": ["jobs", "faults"]},
    "seed": {"definitions": [_VEHICLE], "records": {"vehicle": [{"brand__c": "Volvo"}]}},
    "user": {"name": "viewer", "permissions": ["view"]},
    "token": {"user": "admin", "lifetime": 60},
    "client": {"user": "admin"},
}
"""Bodies of requests by operation."""
