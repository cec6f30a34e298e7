"""The snapshots of a handle's tenant."""

from collections.abc import Sequence

from mock_zuora.client.calls import Call
from mock_zuora.control.errors import is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import SnapshotInfo

__tracebackhide__ = is_control_error


class SnapshotsResource:
    """Named snapshots of the tenant, in the server's memory: objects, records, jobs, settings and clock."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> Sequence[str]:
        """Lists the names of the snapshots."""
        return from_json(list[str], self._call("GET", "/snapshots"))

    def get(self, name: str) -> SnapshotInfo:
        """Returns the time and the size of a snapshot. Raises Unknown."""
        return from_json(SnapshotInfo, self._call("GET", "/snapshots/{name}", name=name))

    def save(self, name: str) -> None:
        """Saves the current state under a name. Raises Invalid for a name with slashes."""
        self._call("PUT", "/snapshots/{name}", name=name)

    def restore(self, name: str) -> None:
        """Restores a snapshot, which is kept. Raises Unknown."""
        self._call("POST", "/snapshots/{name}", name=name)

    def drop(self, name: str) -> None:
        """Removes a snapshot. Raises Unknown."""
        self._call("DELETE", "/snapshots/{name}", name=name)
