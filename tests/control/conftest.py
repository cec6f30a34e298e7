"""What the tests of the control verbs share: a control over a world whose clock only the test moves."""

from collections.abc import Callable
from typing import Any

import pytest

from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.control.results import Request
from mock_zuora.control.verbs import Control, Known
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.tenant import Tenant
from mock_zuora.server.job_runner import BackgroundJobRunner


@pytest.fixture
def control(registry: TenantRegistry, tenant: Tenant) -> Control:
    """A control over the default tenant's world."""
    known = Known(versions=("186.0", "2025-08-12"), operations=("GET_AllCustomObjectBulkJobs",))
    return Control(registry, BackgroundJobRunner(registry, []), InstrumentationRegistry("test"), known)


@pytest.fixture
def make_request() -> Callable[..., Request]:
    """Makes a call as the journal shows it."""

    def make(**said: Any) -> Request:
        usual: dict[str, Any] = {
            "id": "r", "at": "2021-03-10T00:05:54.207Z", "method": "GET", "path": "/objects/jobs", "query": "",
            "headers": {}, "body": "", "body_bytes": 0, "tenant": "default", "user": "admin", "status": 200,
            "response_body": "", "duration": 0.01, "fault": None, "warnings": (),
        }  # fmt: skip
        return Request(**usual | said)

    return make


class FakeEntry:
    """A call as the journal keeps it, of a size that a test chooses."""

    def __init__(self, request: Request, size: int) -> None:
        self.method, self.path, self.status = request.method, request.path, request.status
        self.warnings = request.warnings
        self.size = size
        self.request = lambda: request


@pytest.fixture
def make_entry(make_request: Callable[..., Request]) -> Callable[..., FakeEntry]:
    """Makes what the journal takes in."""
    return lambda size=100, **said: FakeEntry(make_request(**said), size)
