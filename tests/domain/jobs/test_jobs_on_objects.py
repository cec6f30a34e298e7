"""Jobs and the objects behind them: unique values, relationships, and definitions that change meanwhile."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.jobs import operations as jobs
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
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def dealer(make_actor):
    """Somebody with cars and persons, whose jobs end at once."""
    return make_actor(objects=(CAR, PERSON), transitions=Transitions.IMMEDIATE)


def migrate(actor, type, **action):
    said = {"type": type, "namespace": "default", "object": "car", **action}
    definitions.migrate_definition(actor.caller, [said])


# Unique values


@pytest.mark.fidelity("rows-07")
def test_the_guides_example_writes_every_row_but_the_one_whose_value_is_taken(dealer):
    job = dealer.done("vin__c,brand__c\nA,vw\nB,vw\nC,vw\nA,kia\nD,kia\n", object="car")
    assert (job.status, job.records_processed) == (Status.COMPLETED, 4)
    assert [each["vin__c"] for each in dealer.values("car")] == ["A", "B", "C", "D"]
    (error,) = dealer.errors(job)
    assert (error.problem.code, error.row, error.record) == (71012530, 5, {"vin__c": "A", "brand__c": "kia"})


@pytest.mark.fidelity("rows-08")
def test_a_value_of_a_record_that_is_there_is_taken(dealer):
    record_batches.create(dealer.caller, "car", [{"vin__c": "A"}], partial=False)
    job = dealer.done("vin__c\nA\nB\n", object="car")
    assert [(each.problem.code, each.row) for each in dealer.errors(job)] == [(71012530, 2)]


def test_a_value_that_a_record_gave_up_is_free(dealer):
    dealer.done("vin__c\nA\n", object="car")
    (record,) = dealer.records("car")
    dealer.done(f"id,vin__c\n{record.id},B\n", operation="update", object="car")
    job = dealer.done("vin__c\nA\nB\n", object="car")
    assert [each.row for each in dealer.errors(job)] == [3]


files = st.lists(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=4), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(files, st.integers(0, 1_000))
def test_of_concurrent_jobs_the_first_one_in_has_the_value_whatever_their_order(files, seed):
    registry = build_registry(str(seed))
    shuffled = TenantSettings(transitions=Transitions.IMMEDIATE, execution_order=ExecutionOrder.SHUFFLED)
    tenant = registry.add_tenant(TenantTemplate(settings=shuffled, definitions=(CAR, PERSON)))
    caller = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
    submitted = [jobs.submit(caller, Submission(Operation.CREATE, "default", "car")) for _ in files]
    for job, vins in zip(submitted, files, strict=True):
        data = "\n".join(["vin__c", *vins]).encode()
        reading = jobs.read_file(caller, job, data)
        try:
            while True:
                next(reading)
        except StopIteration as stop:
            jobs.upload(caller, job.id, stop.value)
    while apply_clock(tenant):
        pass
    ended = [jobs.retrieve(caller, job.id) for job in submitted]
    written = sorted(each.values["vin__c"] for each in tenant.store.objects.table("default", "car").after(None))
    assert written == sorted({vin for vins in files for vin in vins})
    for job, vins in zip(ended, files, strict=True):
        rejected = jobs.list_errors(caller, job.id)
        assert job.records_processed + len(rejected) == len(vins)
        assert {each.problem.code for each in rejected} <= {71012530}
        assert job.status is (Status.COMPLETED if job.records_processed else Status.FAILED)


# Relationships


@pytest.mark.fidelity("definitions-14")
def test_a_row_that_names_a_missing_record_of_a_related_object_is_rejected(dealer):
    person = record_batches.create(dealer.caller, "person", [{}], partial=False).written[0]
    job = dealer.done(f"vin__c,owner__c\nA,{person.id}\nB,{NOBODY}\nC,\n", object="car")
    assert [each["vin__c"] for each in dealer.values("car")] == ["A", "C"]
    (error,) = dealer.errors(job)
    assert (error.problem.code, "[owner__c] names record" in error.problem.message) == (71012520, True)


def test_saved_queries_of_zuora_are_there_for_jobs(make_actor):
    keeper = make_actor(transitions=Transitions.IMMEDIATE)
    job = keeper.submit("create", "SavedQuery", namespace="com_zuora")
    keeper.upload(job, "name,query\nall,select *\n")
    assert keeper.status(job) is Status.COMPLETED
    (record,) = keeper.tenant.store.objects.table("com_zuora", "SavedQuery").after(None)
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
def test_a_delete_job_takes_what_its_filter_finds(dealer, conditions, left):
    dealer.done("vin__c,brand__c\nA,vw\nB,vw\nC,kia\n", object="car")
    wanted = [{"field": field, "operator": operator, "value": value} for field, operator, value in conditions]
    job = dealer.ended(dealer.submit("delete", "car", filter={"conditions": wanted}))
    assert job.records_processed == 3 - len(left)
    assert [each["vin__c"] for each in dealer.values("car")] == left


@pytest.mark.fidelity("filter-07")
def test_a_filter_asks_beyond_the_limits_of_what_a_field_stores(make_actor):
    age = {"age__c": {"type": "integer", "label": "Age", "maximum": 20}}
    car = definition_from({"object": "car", "label": "Car", "properties": age, "filterable": ["age__c"]})
    dealer = make_actor(objects=(car,), transitions=Transitions.IMMEDIATE)
    dealer.done("age__c\n20\n", object="car")
    wanted = {"conditions": [{"field": "age__c", "operator": "LT", "value": 21}]}
    assert dealer.ended(dealer.submit("delete", "car", filter=wanted)).records_processed == 1


# Definitions that change meanwhile


def test_the_rows_of_a_file_whose_column_was_renamed_since_are_rejected(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), queue_delay=10)
    job = dealer.started("vin__c\nA\nB\n", object="car")
    migrate(dealer, "renameField", field={"name": "vin__c", "targetName": "frame__c"})
    assert dealer.ended(job).status is Status.FAILED
    errors = [(each.problem.code, each.row, "[vin__c]" in each.problem.message) for each in dealer.errors(job)]
    assert errors == [(71012521, 2, True), (71012521, 3, True)]


def test_a_delete_job_whose_field_was_renamed_since_fails_and_deletes_nothing(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), queue_delay=10)
    dealer.done("vin__c\nA\n", object="car")
    wanted = {"conditions": [{"field": "vin__c", "operator": "EQ", "value": "A"}]}
    job = dealer.submit("delete", "car", filter=wanted)
    migrate(dealer, "renameField", field={"name": "vin__c", "targetName": "frame__c"})
    ended = dealer.ended(job)
    assert (ended.status, ended.error.code, "'vin__c'" in ended.error.message) == (Status.FAILED, 71013321, True)
    assert len(dealer.records("car")) == 1


def test_a_job_half_way_through_its_rows_writes_on_after_its_object_changed(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), transitions=Transitions.IMMEDIATE)
    rows = [f"{number}" for number in range(2 * ROWS_PER_CHUNK)]
    job = dealer.started("\n".join(["vin__c", *rows]), object="car")
    assert apply_clock(dealer.tenant, chunks=1)
    migrate(dealer, "updateObject", label="Auto")
    assert dealer.ended(job).records_processed == len(dealer.records("car")) == len(rows)


def test_a_read_delay_hides_what_a_job_wrote_until_that_long_after_its_end(make_actor):
    dealer = make_actor(objects=(CAR, PERSON), queue_delay=1, processing_time=1, read_delay=5)
    job = dealer.done("vin__c\nA\nB\n", object="car")
    assert (job.records_processed, list_records(dealer.caller, "car", RecordQuery()).count) == (2, 0)
    dealer.tenant.clock.advance(4_999)
    assert list_records(dealer.caller, "car", RecordQuery()).count == 0
    dealer.tenant.clock.advance(1)
    assert list_records(dealer.caller, "car", RecordQuery()).count == 2
