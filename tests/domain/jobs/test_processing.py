import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.planned_outcomes import (
    NOTHING_PLANNED,
    JobProgress,
    PlannedFailure,
    PlannedOutcome,
    PlannedRejection,
)
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK, JobRun, process
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.tenants.settings import Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.server.app import build_registry

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
LIMIT = Problem(71012560, "Service limit reached, please retry later.")
REJECTED_VW = PlannedRejection(where={"brand__c": "vw"}, code=LIMIT.code, message=LIMIT.message)

VEHICLE = Definition(
    object="vehicle",
    fields={
        each.name: each
        for each in (
            Field(name="brand__c", required=True),
            Field(name="plate__c", unique=True),
            Field(name="color__c", default="grey"),
            Field(name="state__c", type=FieldType.PICKLIST, options=("new", "used")),
            Field(name="doors__c", type=FieldType.INTEGER),
            Field(name="price__c", type=FieldType.NUMBER),
            Field(name="sold__c", type=FieldType.BOOLEAN),
            Field(name="built__c", type=FieldType.DATE),
            Field(name="owner__c", type=FieldType.UUID),
        )
    },
    relationships=(Relationship(namespace="default", object="vehicle", fields={"owner__c": "Id"}),),
)


@pytest.fixture
def dealer(make_actor):
    """A user of a tenant with vehicles, whose jobs end at once."""
    return make_actor(objects=(VEHICLE,), transitions=Transitions.IMMEDIATE)


def ids(actor):
    return [record.id for record in actor.records()]


# Create


def test_create_job_writes_one_record_per_row(dealer):
    job = dealer.done("brand__c,doors__c,price__c,sold__c,built__c\nvw,4,0.1,TRUE,2021-03-10\nkia,2,5,false,\n")
    assert (job.status, job.records_processed, job.error) == (Status.COMPLETED, 2, None)
    assert dealer.values() == [
        {
            "brand__c": "vw",
            "doors__c": 4,
            "price__c": 0.1,
            "sold__c": True,
            "built__c": "2021-03-10",
            "color__c": "grey",
        },
        {"brand__c": "kia", "doors__c": 2, "price__c": 5, "sold__c": False, "color__c": "grey"},
    ]


def test_new_record_has_user_and_time_of_its_creation(dealer):
    job = dealer.done("brand__c\nvw\n")
    (record,) = dealer.records()
    assert (record.created_by, record.updated_by, record.version) == (job.updated_by, job.updated_by, 1)
    assert record.created_at == record.updated_at == job.updated_at


@pytest.mark.fidelity("definitions-21")
def test_open_object_stores_text(actor):
    actor.done("brand__c,doors__c\nvw,4\n")
    assert actor.values() == [{"brand__c": "vw", "doors__c": "4"}]


# Invalid rows

EXISTING = "brand__c,plate__c\nkia,AA-1\n"
INVALID_ROWS = [
    pytest.param("brand__c,doors__c\n,4\n", 71012522, ["[brand__c]", "required"], id="22 required"),
    pytest.param("brand__c,doors__c\nvw,four\n", 71012523, ["[doors__c]", "'four'", "an integer"], id="23 integer"),
    pytest.param("brand__c,price__c\nvw,cheap\n", 71012524, ["[price__c]", "'cheap'", "a number"], id="24 number"),
    pytest.param("brand__c,sold__c\nvw,yes\n", 71012525, ["[sold__c]", "'yes'", "true or false"], id="25 boolean"),
    pytest.param(f"brand__c\n{'x' * 513}\n", 71012526, ["[brand__c]", "at most 512", "'xx"], id="26 length"),
    pytest.param("brand__c,state__c\nvw,old\n", 71012526, ["[state__c]", "'old'", "new, used"], id="26 picklist"),
    pytest.param("brand__c,built__c\nvw,May\n", 71012520, ["[built__c]", "'May'", "a date"], id="20 date"),
    pytest.param("brand__c,owner__c\nvw,123\n", 71012520, ['input string "123" is not a valid UUID'], id="20 UUID"),
    pytest.param(
        f"brand__c,owner__c\nvw,{UNKNOWN_ID}\n", 71012520, ["[owner__c]", UNKNOWN_ID, "'vehicle'"], id="20 related"
    ),
    pytest.param("brand__c,doors__c\nvw,4,5\n", 71012520, ["3 cells", "2 columns"], id="20 too many cells"),
    pytest.param("brand__c,doors__c\nvw\n", 71012520, ["1 cell", "2 columns"], id="20 too few cells"),
    pytest.param("brand__c,plate__c\nvw,AA-1\n", 71012530, ["[plate__c]", "'AA-1'", "unique"], id="30 unique"),
]


@pytest.mark.fidelity("rows-10")
@pytest.mark.parametrize(("text", "code", "expected"), INVALID_ROWS)
def test_invalid_row_is_listed_with_number_and_cells(dealer, text, code, expected):
    dealer.done(EXISTING)
    job = dealer.done(text)
    (error,) = dealer.errors(job)
    assert (error.problem.code, error.row) == (code, 2)
    assert all(each in error.problem.message for each in expected)
    header, cells = (line.split(",") for line in text.splitlines())
    assert error.record == {name: cell for name, cell in zip(header, cells, strict=False) if cell}


@pytest.mark.fidelity("jobs-18")
@pytest.mark.parametrize(("text", "code", "expected"), INVALID_ROWS)
def test_job_with_only_invalid_rows_fails_with_the_first_error(dealer, text, code, expected):
    dealer.done(EXISTING)
    job = dealer.done(text)
    assert (job.status, job.records_processed) == (Status.FAILED, 0)
    assert job.error == dealer.errors(job)[0].problem
    assert dealer.values() == [{"brand__c": "kia", "plate__c": "AA-1", "color__c": "grey"}]


@pytest.mark.fidelity("jobs-16", "jobs-17")
def test_invalid_rows_do_not_affect_other_rows(dealer):
    job = dealer.done("brand__c,doors__c\nvw,4\n,2\n\nkia,two\nfiat,3\n")
    assert (job.status, job.records_processed, job.error) == (Status.COMPLETED, 2, None)
    assert [(error.row, error.problem.code) for error in dealer.errors(job)] == [(3, 71012522), (5, 71012523)]
    assert [values["brand__c"] for values in dealer.values()] == ["vw", "fiat"]


@pytest.mark.fidelity("rows-07")
def test_first_of_two_rows_with_the_same_unique_value_is_written(dealer):
    job = dealer.done("brand__c,plate__c\nvw,AA-1\nkia,AA-1\nfiat,AA-2\n")
    assert [values["brand__c"] for values in dealer.values()] == ["vw", "fiat"]
    assert [(error.row, error.problem.code) for error in dealer.errors(job)] == [(3, 71012530)]


def test_rejected_row_reserves_no_unique_value(dealer):
    job = dealer.done("brand__c,plate__c,doors__c\nvw,AA-1,four\nkia,AA-1,4\n")
    assert job.records_processed == 1
    assert dealer.values()[0]["brand__c"] == "kia"


def test_missing_values_are_not_duplicates(dealer):
    assert dealer.done("brand__c,plate__c\nvw,\nkia,\n").records_processed == 2


def test_cell_of_200_kilobytes_rejects_only_its_row(dealer):
    job = dealer.done(f"brand__c\nvw\n{'x' * 200_000}\n")
    assert (job.status, job.records_processed) == (Status.COMPLETED, 1)
    (error,) = dealer.errors(job)
    assert (error.problem.code, error.row) == (71012526, 3)
    assert "[brand__c]" in error.problem.message
    assert len(error.problem.message) < 300


# Update


def test_update_changes_the_record_of_its_row(dealer, time):
    dealer.done("brand__c\nvw\nkia\n")
    first, second = dealer.records()
    time.pass_seconds(60)
    job = dealer.done(f"Id,brand__c,doors__c\n{first.id.upper()},audi,4\n", "update")
    after, other = dealer.records()
    assert after.values == {"brand__c": "audi", "doors__c": 4, "color__c": "grey"}
    assert (after.id, after.version, after.created_at) == (first.id, 2, first.created_at)
    assert after.updated_at == job.updated_at == first.updated_at + 60_000
    assert other == second


@pytest.mark.fidelity("rows-06")
def test_update_resets_fields_without_column(dealer):
    dealer.done("brand__c,color__c,doors__c\nvw,red,4\n")
    dealer.done(f"id,brand__c\n{ids(dealer)[0]},vw\n", "update")
    assert dealer.values() == [{"brand__c": "vw", "color__c": "grey"}]


def test_update_can_keep_its_unique_value(dealer):
    dealer.done(EXISTING)
    job = dealer.done(f"id,brand__c,plate__c\n{ids(dealer)[0]},vw,AA-1\n", "update")
    assert (job.status, dealer.values()[0]["brand__c"]) == (Status.COMPLETED, "vw")


def test_update_releases_the_unique_value_it_replaces(dealer):
    dealer.done("brand__c,plate__c\nvw,AA-1\nkia,AA-2\n")
    vw, kia = ids(dealer)
    job = dealer.done(f"id,brand__c,plate__c\n{vw},vw,AA-3\n{kia},kia,AA-1\n", "update")
    assert job.records_processed == 2
    assert [values["plate__c"] for values in dealer.values()] == ["AA-3", "AA-1"]


@pytest.mark.fidelity("rows-11")
@pytest.mark.parametrize(
    ("row", "code", "expected"),
    [
        pytest.param(f"{UNKNOWN_ID},vw", 71012540, [UNKNOWN_ID, "'vehicle'"], id="40 not found"),
        pytest.param("123,vw", 71012520, ['input string "123" is not a valid UUID'], id="20 bad id"),
        pytest.param(",vw", 71012522, ["'id'", "no value"], id="22 no id"),
        pytest.param(f"{UNKNOWN_ID}", 71012520, ["1 cell", "2 columns"], id="20 too few cells"),
    ],
)
def test_update_row_without_valid_record_id_is_rejected(dealer, row, code, expected):
    dealer.done("brand__c\nkia\n")
    job = dealer.done(f"id,brand__c\n{row}\n", "update")
    (error,) = dealer.errors(job)
    assert (error.problem.code, error.row, job.error) == (code, 2, error.problem)
    assert all(each in error.problem.message for each in expected)


def test_update_without_required_value_leaves_record_unchanged(dealer):
    dealer.done("brand__c\nvw\n")
    before = dealer.records()
    job = dealer.done(f"id,doors__c\n{before[0].id},4\n", "update")
    assert job.error is not None
    assert job.error.code == 71012522
    assert dealer.records() == before


# Delete


def filter_on(field, operator, value):
    return {"conditions": [{"field": field, "operator": operator, "value": value}]}


@pytest.mark.fidelity("filter-05")
def test_delete_without_filter_deletes_all_records(actor):
    actor.done("brand__c\nvw\nkia\n")
    job = actor.ended(actor.submit("delete"))
    assert (job.status, job.records_processed, actor.records()) == (Status.COMPLETED, 2, [])


@pytest.mark.parametrize(
    ("filter_document", "left"),
    [
        pytest.param(filter_on("brand__c", "EQ", "kia"), ["vw", "fiat"], id="an equal value"),
        pytest.param(filter_on("brand__c", "GT", "kia"), ["kia", "fiat", "kia"], id="a greater value"),
        pytest.param(
            filter_on("CreatedDate", "LT", "2020-01-01T00:00:00.000Z"), ["vw", "kia", "fiat", "kia"], id="date"
        ),
        pytest.param(filter_on("color__c", "EQ", "red"), ["vw", "kia", "fiat", "kia"], id="a field without values"),
    ],
)
def test_delete_deletes_matching_records(actor, filter_document, left):
    actor.done("brand__c\nvw\nkia\nfiat\nkia\n")
    job = actor.ended(actor.submit("delete", filter=filter_document))
    assert [values["brand__c"] for values in actor.values()] == left
    assert job.records_processed == 4 - len(left)


def test_delete_releases_unique_values(dealer):
    dealer.done(EXISTING)
    dealer.ended(dealer.submit("delete"))
    assert dealer.done(EXISTING).records_processed == 1


# Chunks


def job_of(operation):
    return Job(
        id="a-job",
        namespace="default",
        object="vehicle",
        operation=Operation(operation),
        created_by="ann",
        created_at=0,
        updated_by="ann",
        updated_at=0,
    )


def process_job(tenant, job, timestamp, plan=NOTHING_PLANNED):
    """The chunks of a job on vehicles."""
    return process(
        JobRun(
            job=job,
            jobs=tenant.store.jobs,
            records=tenant.records(VEHICLE),
            ids=tenant.ids,
            timestamp=timestamp,
            choices=tenant.choices(),
            progress=JobProgress(plan),
        )
    )


def run(registry, operation, rows, plan=NOTHING_PLANNED, records=()):
    """Processes one job. Returns its result and the number of chunks."""
    tenant = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,)))
    jobs, table = tenant.store.jobs, tenant.records(VEHICLE)
    for each in records:
        table.put(each)
    job = job_of(operation)
    jobs.put_file(job.id, CsvFile(("brand__c",), rows))
    chunks = process_job(tenant, job, 1000, plan)
    count = 0
    while True:
        try:
            next(chunks)
        except StopIteration as stop:
            return stop.value, count
        count += 1


BIG = [["vw"]] * (4 * ROWS_PER_CHUNK)


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(PlannedOutcome(), id="written"),
        pytest.param(
            PlannedOutcome(rejections=(REJECTED_VW,)),
            id="rejected",
        ),
    ],
)
def test_long_file_is_processed_in_chunks(registry, plan):
    assert run(registry, "create", BIG, plan)[1] >= 3


def test_long_delete_is_processed_in_chunks(registry, actor):
    actor.done("brand__c\n" + "vw\n" * (4 * ROWS_PER_CHUNK))
    result, chunks = run(registry, "delete", [], records=actor.records())
    assert (result.records_processed, chunks >= 3) == (len(BIG), True)


# Planned outcomes


@pytest.mark.fidelity("jobs-20")
def test_a_planned_failure_ends_a_file_after_so_many_records(registry):
    plan = PlannedOutcome(failure=PlannedFailure(code=LIMIT.code, message=LIMIT.message, after_records=500))
    outcome, _ = run(registry, "create", BIG, plan)
    assert (outcome.records_processed, outcome.error) == (500, LIMIT)


def test_planned_failure_ends_delete_after_given_records(actor):
    actor.done("brand__c\nvw\nkia\nfiat\n")
    actor.tenant.planned_outcomes.fail_next(PlannedFailure(code=LIMIT.code, message=LIMIT.message, after_records=2))
    job = actor.ended(actor.submit("delete"))
    assert (job.status, job.records_processed, job.error) == (Status.FAILED, 2, LIMIT)
    assert [values["brand__c"] for values in actor.values()] == ["fiat"]


def test_a_planned_failure_comes_also_after_fewer_records(actor):
    actor.tenant.planned_outcomes.fail_next(PlannedFailure(code=LIMIT.code, message=LIMIT.message, after_records=10))
    job = actor.done("brand__c\nvw\n")
    assert (job.status, job.records_processed, job.error) == (Status.FAILED, 1, LIMIT)


def test_planned_rejections_join_those_that_the_rules_find(dealer):
    dealer.tenant.planned_outcomes.reject_rows(PlannedRejection(rows={3: (LIMIT.code, LIMIT.message)}))
    job = dealer.done("brand__c\nvw\nkia\n,\nfiat\n")
    assert [(error.row, error.problem.code) for error in dealer.errors(job)] == [(3, 71012560), (4, 71012520)]
    assert job.records_processed == 2


def test_a_job_whose_rows_are_all_rejected_by_plan_fails_with_the_first(dealer):
    dealer.tenant.planned_outcomes.reject_rows(REJECTED_VW)
    assert dealer.done("brand__c\nvw\nvw\n").error == LIMIT


# Random rows

CELLS = st.sampled_from(["", "vw", "4", "x" * 600, "AA-1", "\x00", "true", UNKNOWN_ID, "ü"])


@pytest.mark.fidelity("jobs-17")
@given(st.lists(st.lists(CELLS, max_size=4), max_size=12), st.sampled_from(["create", "update"]))
@settings(max_examples=120, deadline=None)
def test_every_row_is_written_or_listed(rows, operation):
    header = ("id" if operation == "update" else "brand__c", "plate__c", "doors__c")
    registry = build_registry("test")
    tenant = registry.add_tenant(TenantTemplate(definitions=(VEHICLE,)))
    job = job_of(operation)
    tenant.store.jobs.put_file(job.id, CsvFile(header, rows))
    chunks = process_job(tenant, job, 0)
    with pytest.raises(StopIteration) as ended:
        next(chunks)
    listed = tenant.store.jobs.row_errors(job.id)
    numbers = [number for number, row in enumerate(rows, 2) if row]
    assert ended.value.value.records_processed + len(listed) == len(numbers)
    assert [error.row for error in listed] == sorted({error.row for error in listed} & set(numbers))
    assert (ended.value.value.error is None) == (ended.value.value.records_processed > 0 or not numbers)
