"""mock_zuora: a local server that emulates Zuora's Custom Object Jobs API.

Everything in ``__all__`` is public, and so is ``MockZuoraContainer``, which needs the extra ``testcontainers``.
Importing the package imports nothing else; names are looked up on first use.
"""

# Not from typing: importing that takes ten times as long as all the rest, and this is imported in every pytest run.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from mock_zuora.client.handle import MockZuora
    from mock_zuora.config.settings import SettingsError
    from mock_zuora.control.errors import ControlError, Denied, Invalid, Refused, TimedOut, Unknown, Unreachable
    from mock_zuora.control.faults import Fault
    from mock_zuora.control.job_results import JobCounts, JobFile, JobStatusChange, PlannedOutcomeInfo, PlannedRow
    from mock_zuora.control.object_results import ObjectInfo, RecordPage
    from mock_zuora.control.recorded_requests import FidelityWarning, RecordedRequest, RequestSummary
    from mock_zuora.control.results import (
        Behaviour,
        ClientCredentials,
        ClockTime,
        DroppedTenant,
        Explanation,
        IssuedToken,
        JobError,
        JobInfo,
        PendingOutcomes,
        RejectedRow,
        ServerInfo,
        SettingInfo,
        SnapshotInfo,
        TenantInfo,
        UserInfo,
    )
    from mock_zuora.domain.assumptions.assumption import Observation
    from mock_zuora.testing.container import MockZuoraContainer as MockZuoraContainer

__version__ = "0.1.0"
__all__ = [
    "AssumptionInfo", "Behaviour", "ClientCredentials", "ClockTime", "ControlError", "Denied", "DroppedTenant",
    "Explanation", "Fault", "FidelityWarning", "Invalid", "IssuedToken", "JobCounts", "JobError", "JobFile", "JobInfo",
    "JobStatusChange", "MockZuora", "ObjectInfo", "Observation", "PendingOutcomes", "PlannedOutcomeInfo", "PlannedRow",
    "RecordPage", "RecordedRequest", "Refused", "RejectedRow", "RequestSummary", "ServerInfo", "SettingInfo",
    "SettingsError", "SnapshotInfo", "TenantInfo", "TimedOut", "Unknown", "Unreachable", "UserInfo", "__version__",
]  # fmt: skip
_PLACES = {
    "MockZuora": "client.handle",
    "MockZuoraContainer": "testing.container",
    "SettingsError": "config.settings",
    "Fault": "control.faults",
    "Observation": "domain.assumptions.assumption",
    **dict.fromkeys(("FidelityWarning", "RecordedRequest", "RequestSummary"), "control.recorded_requests"),
    **dict.fromkeys(
        ("JobCounts", "JobFile", "JobStatusChange", "PlannedOutcomeInfo", "PlannedRow"), "control.job_results"
    ),
    **dict.fromkeys(("ObjectInfo", "RecordPage"), "control.object_results"),
    **dict.fromkeys(
        ("ControlError", "Denied", "Invalid", "Refused", "TimedOut", "Unknown", "Unreachable"), "control.errors"
    ),
}
"""The modules of the public names; the others are in ``control.results``."""


def __getattr__(name: str) -> object:
    if name not in __all__ and name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES.get(name, 'control.results')}"), name)
