"""Jobs and their objects: unique values, relationships, and definitions that change while a job runs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.csv_file import read_csv
from mock_zuora.domain.jobs.job import Operation, Status
from mock_zuora.domain.jobs.lifecycle import apply_clock
from mock_zuora.domain.jobs.operations import Submission
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.objects import operations as definitions
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records.operations import RecordQuery, list_records
from mock_zuora.domain.tenants.settings import ExecutionOrder, TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Caller
from mock_zuora.server.app import build_registry
from tests.finished import finished

CAR = definition_from(
    {
        "object": "car",
        "label": "Car",
        "properties": {
            "vin__c": {"type": "string", "label": "Vin"},
            "brand__c": {"type": "string", "label": "Brand"},
            "owner__c": {"type": "string", "format": "uuid", "label": "Owner"},
        },
        "filterable": ["vin__c", "brand__c"],
        "unique": ["vin__c"],
        "relationships": [{"namespace": "default", "object": "person", "fields": {"owner__c": "Id"}}],
    }
)
PERSON = definition_from({"object": "person", "label": "Person"})
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def dealer(make_actor):
    """A user of a tenant with cars and persons, whose jobs end at once."""
    return make_actor(objects=(CAR, PERSON), transitions=Transitions.IMMEDIATE)


def migrate(actor, type, **action):
    request = {"type": type, "namespace": "default", "object": "car", **action}
    definitions.migrate_definition(actor.caller, [request])


# Unique values


@pytest.mark.fidelity("rows-07")
def test_guide_example_rejects_only_the_row_with_duplicate_value(dealer):
    job = dealer.done("vin__c,brand__c\nA,vw\nB,vw\nC,vw\nA,kia\nD,kia\n", object="car")
    assert (job.status, job.records_processed) == (Status.COMPLETED, 4)
    assert [each["vin__c"] for each in dealer.values("car")] == ["A", "B", "C", "D"]
    (error,) = dealer.errors(job)
    assert (error.problem.code, error.row, error.record) == (71012530, 5, {"vin__c": "A", "brand__c": "kia"})


@pytest.mark.fidelity("rows-08")
def test_value_of_existing_record_is_rejected(dealer):
    record_batches.create(dealer.caller, "car", [{"vin__c": "A"}], partial=False)
    job = dealer.done("vin__c\nA\nB\n", object="car")
    assert [(each.problem.code, each.row) for each in dealer.errors(job)] == [(71012530, 2)]


def test_value_released_by_update_can_be_reused(dealer):
    dealer.done("vin__c\nA\n", object="car")
    (record,) = dealer.records("car")
    dealer.done(f"id,vin__c\n{record.id},B\n", operation="update", object="car")
    job = dealer.done("vin__c\nA\nB\n", object="car")
    assert [each.row for each in dealer.errors(job)] == [3]


files = st.lists(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=4), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(files, st.integers(0, 1_000))
def test_concurrent_jobs_write_each_unique_value_once(files, seed):
    registry = build_registry(str(seed))
    shuffled = TenantSettings(transitions=Transitions.IMMEDIATE, execution_order=ExecutionOrder.SHUFFLED)
    tenant = registry.add_tenant(TenantTemplate(settings=shuffled, definitions=(CAR, PERSON)))
    caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
    submitted = [jobs.submit(caller, Submission(Operation.CREATE, "default", "car")) for _ in files]
    for job, vins in zip(submitted, files, strict=True):
        data = "\n".join(["vin__c", *vins]).encode()
        reading = read_csv(data, job.operation, jobs.definition_of(tenant, job), caller.choices)
        jobs.upload(caller, job.id, finished(reading))
    while apply_clock(tenant):
        pass
    ended = [jobs.retrieve(caller, job.id) for job in submitted]
    written = sorted(each.values["vin__c"] for each in tenant.store.objects.table("default", "car").after(None))
    assert written == sorted({vin for vins in files for vin in vins})
    for job, vins in zip(ended, files, strict=True):
        rejected = jobs.list_errors(caller, job.id).row_errors
        assert job.records_processed + len(rejected) == len(vins)
        assert {each.problem.code for each in rejected} <= {71012530}
        assert job.status is (Status.COMPLETED if job.records_processed else Status.FAILED)


# Relationships


@pytest.mark.fidelity("definitions-14")
def test_row_with_missing_related_record_is_rejected(dealer):
    person = record_batches.create(dealer.caller, "person", [{}], partial=False).written[0]
    job = dealer.done(f"vin__c,owner__c\nA,{person.id}\nB,{UNKNOWN_ID}\nC,\n", object="car")
    assert [each["vin__c"] for each in dealer.values("car")] == ["A", "C"]
    (error,) = dealer.errors(job)
    assert (error.problem.code, "[owner__c] names record" in error.problem.message) == (71012520, True)


def test_saved_queries_can_be_created_by_jobs(make_actor):
    actor = make_actor(transitions=Transitions.IMMEDIATE)
    job = actor.submit("create", "SavedQuery", namespace="com_zuora")
    actor.upload(job, "name,query\nall,select *\n")
    assert actor.status(job) is Status.COMPLETED
    (record,) = actor.tenant.store.objects.table("com_zuora", "SavedQuery").after(None)
    assert record.values == {"name": "all", "query": "select *"}


# Filters


@pytest.mark.fidelity("filter-01", "filter-04")
@pytest.mark.parametrize(
    ("conditions", "left"),
    [
        ([("brand__c", "EQ", "vw")], ["C"]),
        ([("brand__c", "EQ", "vw"), ("vin__c", "EQ", "A")], ["B", "C"]),
        ([("brand__c", "EQ", "fiat")], ["A", "B", "C"]),
        ([("CreatedDate", "LT", "2000-01-01T00:00:00Z")], ["A", "B", "C"]),
        ([("CreatedDate", "GE", "2000-01-01T01:00:00+01:00")], []),
    ],
)
def test_delete_job_deletes_matching_records(dealer, conditions, left):
    dealer.done("vin__c,brand__c\nA,vw\nB,vw\nC,kia\n", object="car")
    filter_conditions = [
        {"field": field, "operator": operator, "value": value} for field, operator, value in conditions
    ]
    job = dealer.ended(dealer.submit("delete", "car", filter={"conditions": filter_conditions}))
    assert job.records_processed == 3 - len(left)
    assert [each["vin__c"] for each in dealer.values("car")] == left


@pytest.mark.fidelity("filter-07")
def test_filter_value_can_exceed_the_limits_of_its_field(make_actor):
    age = {"age__c": {"type": "integer", "label": "Age", "maximum": 20}}
    car = definition_from({"object": "car", "label": "Car", "properties": age, "filterable": ["age__c"]})
    dealer = make_actor(objects=(car,), transitions=Transitions.IMMEDIATE)
    dealer.done("age__c\n20\n", object="car")
    filter_document = {"conditions": [{"field": "age__c", "operator": "LT", "value": 21}]}
    assert dealer.ended(dealer.submit("delete", "car", filter=filter_document)).records_processed == 1


# Definitions that change while a job runs


@pytest.mark.fidelity("upload-14")
def test_job_fails_without_effect_if_a_column_of_its_file_was_renamed(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), queue_delay=10)
    job = dealer.started("vin__c\nA\nB\n", object="car")
    migrate(dealer, "renameField", field={"name": "vin__c", "targetName": "frame__c"})
    ended = dealer.ended(job)
    assert (ended.status, ended.error.code, "'vin__c'" in ended.error.message) == (Status.FAILED, 71013721, True)
    assert (ended.records_processed, dealer.errors(job), dealer.records("car")) == (0, [], [])


def test_delete_job_fails_without_effect_if_its_field_was_renamed(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), queue_delay=10)
    dealer.done("vin__c\nA\n", object="car")
    filter_document = {"conditions": [{"field": "vin__c", "operator": "EQ", "value": "A"}]}
    job = dealer.submit("delete", "car", filter=filter_document)
    migrate(dealer, "renameField", field={"name": "vin__c", "targetName": "frame__c"})
    ended = dealer.ended(job)
    assert (ended.status, ended.error.code, "'vin__c'" in ended.error.message) == (Status.FAILED, 71013321, True)
    assert len(dealer.records("car")) == 1


def test_running_job_continues_after_its_object_was_changed(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), transitions=Transitions.IMMEDIATE)
    rows = [f"{number}" for number in range(2 * ROWS_PER_CHUNK)]
    job = dealer.started("\n".join(["vin__c", *rows]), object="car")
    assert apply_clock(dealer.tenant, chunks=1)
    migrate(dealer, "updateObject", label="Auto")
    assert dealer.ended(job).records_processed == len(dealer.records("car")) == len(rows)


def test_read_delay_hides_records_of_a_job_after_its_end(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), queue_delay=1, processing_time=1, read_delay=5)
    job = dealer.done("vin__c\nA\nB\n", object="car")
    assert (job.records_processed, finished(list_records(dealer.caller, "car", RecordQuery())).count) == (2, 0)
    dealer.tenant.clock.advance(4_999)
    assert finished(list_records(dealer.caller, "car", RecordQuery())).count == 0
    dealer.tenant.clock.advance(1)
    assert finished(list_records(dealer.caller, "car", RecordQuery())).count == 2
