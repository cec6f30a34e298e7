"""Users of a tenant without HTTP. Like a request, every method applies the clock first."""

from collections.abc import Callable
from typing import Any

import pytest

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.csv_file import CsvFile, read_csv
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.lifecycle import apply_clock
from mock_zuora.domain.objects import operations as definitions
from mock_zuora.domain.objects.definition import Definition, open_definition
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records
from mock_zuora.domain.records.batch_operations import Batch
from mock_zuora.domain.records.operations import RecordPage, RecordQuery
from mock_zuora.domain.records.record import Record
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Caller, Tenant
from tests.domain.choosing import choosing
from tests.finished import finished


class Actor:
    """A user who works with jobs."""

    def __init__(self, tenant: Tenant, permissions: frozenset[Permission] = frozenset(Permission)) -> None:
        self.tenant = tenant
        self.caller = Caller(tenant, tenant.default_user, permissions)

    def set_permissions(self, *permissions: Permission) -> None:
        """Replaces the permissions of the user."""
        self.caller = Caller(self.tenant, self.caller.user, frozenset(permissions))

    def submit(self, operation: str = "create", object: str = "vehicle", **more: Any) -> Job:
        self.touch()
        request = jobs.Submission(Operation(operation), more.pop("namespace", "default"), object, **more)
        return jobs.submit(self.caller, request)

    def upload(self, job: Job, text: str | bytes) -> Job:
        self.touch()
        data = text.encode() if isinstance(text, str) else text
        found = jobs.find_for_upload(self.caller, job.id)
        reading = read_csv(data, found.operation, jobs.definition_of(self.tenant, found), self.caller.choices)
        return jobs.upload(self.caller, job.id, finished(reading))

    def started(self, text: str | bytes, operation: str = "create", object: str = "vehicle") -> Job:
        """A new job with its file."""
        return self.upload(self.submit(operation, object), text)

    def done(self, text: str | bytes, operation: str = "create", object: str = "vehicle") -> Job:
        """A new job that has processed its file. Advances the clock."""
        return self.ended(self.started(text, operation, object))

    def ended(self, job: Job) -> Job:
        """The job after its end. Advances the clock."""
        while not (now := self.job(job)).has_ended:
            assert now.next_at is not None, f"{now} does not end by the clock"
            self.tenant.clock.advance(now.next_at - self.tenant.clock.now())
        return now

    def touch(self) -> None:
        while apply_clock(self.tenant):
            pass

    def cancel(self, job: Job) -> Job:
        self.touch()
        return jobs.cancel(self.caller, job.id)

    def retrieve(self, job: Job) -> Job:
        self.touch()
        return jobs.retrieve(self.caller, job.id)

    def job(self, job: Job) -> Job:
        """The current state of the job, without counting a poll."""
        self.touch()
        found = self.tenant.store.jobs.get(job.id)
        assert found is not None
        return found

    def status(self, job: Job) -> Status:
        return self.job(job).status

    def errors(self, job: Job) -> list[RowError]:
        self.touch()
        return jobs.list_errors(self.caller, job.id).row_errors

    def records(self, object: str = "vehicle") -> list[Record]:
        self.touch()
        return list(self.tenant.store.objects.table("default", object).after(None))

    def values(self, object: str = "vehicle") -> list[dict[str, Any]]:
        return [dict(record.values) for record in self.records(object)]


@pytest.fixture
def make_actor(registry: TenantRegistry) -> Callable[..., Actor]:
    """Creates a tenant with these settings and ``objects``, and returns its first user."""

    def make(
        name: str = "default",
        *,
        objects: tuple[Definition, ...] = (),
        permissions: frozenset[Permission] = frozenset(Permission),
        **settings: Any,
    ) -> Actor:
        template = TenantTemplate(name=name, settings=TenantSettings(**settings), definitions=objects)
        return Actor(registry.add_tenant(template), permissions)

    return make


@pytest.fixture
def actor(make_actor: Callable[..., Actor]) -> Actor:
    """A user whose jobs end at once."""
    return make_actor(transitions=Transitions.IMMEDIATE)


@pytest.fixture
def read() -> Callable[..., CsvFile]:
    """Reads a file, by default for a create job on an open object."""

    def read(
        data: str | bytes,
        operation: str = "create",
        definition: Definition | None = None,
        choices: Choices | None = None,
    ) -> CsvFile:
        data = data.encode() if isinstance(data, str) else data
        definition = definition or open_definition("default", "vehicle")
        file = finished(read_csv(data, operation, definition, choices or choosing()))
        return file

    return read


@pytest.fixture
def assert_refused() -> Callable[..., ZuoraError]:
    """Asserts that a call raises ZuoraError with this code and all of these texts in its message. Returns the error."""

    def assert_refused(code: int, call: Callable[[], object], *expected: str) -> ZuoraError:
        with pytest.raises(ZuoraError) as error:
            call()
        assert error.value.code == code
        for each in expected:
            assert each in error.value.message
        return error.value

    return assert_refused


class RecordClient:
    """A user who works with definitions and records."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)

    def set_permissions(self, *permissions: Permission) -> None:
        """Replaces the permissions of the user."""
        self.caller = Caller(self.tenant, self.caller.user, frozenset(permissions))

    def define(self, name: str = "car", **document: Any) -> Definition:
        """Defines an object, by default with one field. A property can be given by its type alone."""
        properties = {
            key: {"label": key, **({"type": value} if isinstance(value, str) else value)}
            for key, value in document.pop("properties", {"name__c": "string"}).items()
        }
        definition = {"object": name, "label": name, "properties": properties, **document}
        return definitions.create(self.caller, {name: definition})[0]

    def create(self, *documents: Any, object: str = "car", partial: bool = False) -> Batch:
        return record_batches.create(self.caller, object, list(documents), partial=partial)

    def one(self, object: str = "car", **values: Any) -> Record:
        """Creates one record."""
        return self.create(values, object=object).written[0]

    def update(self, documents: Any, *, partial: bool = False) -> Batch:
        return record_batches.update(self.caller, "car", documents, partial=partial)

    def page(self, **query: Any) -> RecordPage:
        return finished(records.list_records(self.caller, "car", RecordQuery(**query)))

    def values(self, field: str, **query: Any) -> list[Any]:
        """The values of a field in the records of a page."""
        return [record.values.get(field) for record in self.page(**query).records]

    def migrate(self, type: str, **action: Any) -> Any:
        request = {"type": type, "namespace": "default", "object": "car", **action}
        return definitions.migrate_definition(self.caller, [request])


@pytest.fixture
def record_client(tenant: Tenant) -> RecordClient:
    return RecordClient(tenant)
