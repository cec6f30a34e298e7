"""Where each control operation is found over HTTP. Only the standard library: a client elsewhere reads it, too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_zuora.control.errors import Invalid

PREFIX: Final = "/__mock/v1"


@dataclass(frozen=True, slots=True)
class Address:
    """Method and path of an operation, without the prefix; the rest is said in a JSON body or in the query."""

    method: str
    path: str
    waits: bool = False
    """Whether it answers only when something has happened, or time is up."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the path itself says."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def is_at(self, path: str) -> bool:
        """Whether a path, with the prefix, is this address."""
        return re.fullmatch(PREFIX + re.sub(r"\{\w+\}", "[^/]+", self.path), path) is not None

    def of_path(self, said: Mapping[str, Any]) -> dict[str, str]:
        """What the path itself says. Raises Invalid for what cannot stand in a path."""
        values = {name: str(said[name]) for name in self.names}
        for name, value in values.items():
            if not value or "/" in value:
                raise Invalid(f"{name}: {value!r} cannot stand in a path; expected a text without slashes")
        return values

    @property
    def has_body(self) -> bool:
        return self.method not in ("GET", "DELETE")


ADDRESSES: Final[Mapping[str, Address]] = {
    "info": Address("GET", "/info"),
    "fidelity": Address("GET", "/fidelity"),
    "tenants.all": Address("GET", "/tenants"),
    "tenants.add": Address("POST", "/tenants"),
    "tenants.drop": Address("DELETE", "/tenants/{name}"),
    "reset": Address("POST", "/reset"),
    "seed": Address("PUT", "/seed"),
    "settings": Address("GET", "/settings"),
    "configure": Address("PATCH", "/settings"),
    "token": Address("POST", "/tokens"),
    "client": Address("POST", "/clients"),
    "clock": Address("GET", "/clock"),
    "clock.change": Address("PATCH", "/clock"),
    "clock.advance": Address("POST", "/clock/advance"),
    "jobs.outcomes": Address("GET", "/jobs/outcomes"),
    "jobs.fail_next": Address("POST", "/jobs/outcomes/failure"),
    "jobs.reject_rows": Address("POST", "/jobs/outcomes/rejection"),
    "jobs.hold_next": Address("POST", "/jobs/outcomes/hold"),
    "jobs.clear_outcomes": Address("DELETE", "/jobs/outcomes"),
    "jobs.all": Address("GET", "/jobs"),
    "jobs.get": Address("GET", "/jobs/{id}"),
    "jobs.errors": Address("GET", "/jobs/{id}/errors"),
    "jobs.step": Address("POST", "/jobs/{id}/step"),
    "jobs.wait": Address("GET", "/jobs/{id}/wait", waits=True),
    "faults.all": Address("GET", "/faults"),
    "faults.add": Address("POST", "/faults"),
    "faults.clear": Address("DELETE", "/faults"),
    "faults.get": Address("GET", "/faults/{id}"),
    "faults.remove": Address("DELETE", "/faults/{id}"),
    "requests.find": Address("GET", "/requests"),
    "requests.count": Address("GET", "/requests/count"),
    "requests.wait": Address("GET", "/requests/wait", waits=True),
    "requests.clear": Address("DELETE", "/requests"),
    "warnings": Address("GET", "/warnings"),
    "records": Address("GET", "/records/{object}"),
    "snapshots.all": Address("GET", "/snapshots"),
    "snapshots.save": Address("PUT", "/snapshots/{name}"),
    "snapshots.restore": Address("POST", "/snapshots/{name}"),
    "snapshots.drop": Address("DELETE", "/snapshots/{name}"),
    "export_state": Address("GET", "/state"),
    "import_state": Address("PUT", "/state"),
}
"""The operations by their names: those of the handle, and the order in which the document lists them."""
