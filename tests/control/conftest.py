"""Fixtures for tests of control operations."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from mock_zuora.control.context import Control
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.control.recorded_requests import RecordedRequest, RequestSummary
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.jobs.operations import Submission, submit, upload
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.tenant import Caller, Tenant
from mock_zuora.server.job_runner import BackgroundJobRunner


@pytest.fixture
def control(registry: TenantRegistry, tenant: Tenant) -> Control:
    """The context of control operations, with the default tenant."""
    return Control(
        registry=registry,
        runner=BackgroundJobRunner(registry, []),
        instrumentation=InstrumentationRegistry("test"),
        versions=("186.0", "2025-08-12"),
        operation_ids=("GET_AllCustomObjectBulkJobs",),
    )


@pytest.fixture
def make_request() -> Callable[..., RecordedRequest]:
    """Creates a recorded request."""

    def make(**values: Any) -> RecordedRequest:
        defaults: dict[str, Any] = {
            "id": "r", "at": timestamp(1_615_334_754_207), "method": "GET", "path": "/objects/jobs", "query": "",
            "headers": {}, "body": "", "body_bytes": 0, "tenant": "default", "user": "admin", "status": 200,
            "response_body": "", "duration": 0.01, "fault": None, "warnings": (),
        }  # fmt: skip
        return RecordedRequest(**defaults | values)

    return make


@pytest.fixture
def submit_file(tenant: Tenant) -> Callable[[int], Job]:
    """Submits a create job with a file of that many rows, whose processing has not started."""

    def submit_file(rows: int) -> Job:
        caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
        job = submit(caller, Submission(Operation.CREATE, "default", "vehicle"))
        return upload(caller, job.id, CsvFile(("brand__c",), [("Saab",)] * rows))

    return submit_file


class FakeEntry:
    """A journal entry with a size that the test chooses."""

    def __init__(self, request: RecordedRequest, size: int) -> None:
        self.method, self.path, self.status = request.method, request.path, request.status
        self.operation, self.error_code, self.job_id = request.operation, request.error_code, request.job_id
        self.id, self.fault, self.user = request.id, request.fault, request.user
        self.warnings, self.is_error, self.contains = request.warnings, request.is_error, request.contains
        self.size = size
        self.request = lambda: request
        shown = {each.name: getattr(request, each.name, None) for each in fields(RequestSummary)}
        self.summary = lambda: RequestSummary(**shown | {"warnings": len(request.warnings)})


@pytest.fixture
def make_entry(make_request: Callable[..., RecordedRequest]) -> Callable[..., FakeEntry]:
    """Creates a journal entry."""
    return lambda size=100, **values: FakeEntry(make_request(**values), size)
