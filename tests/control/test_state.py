"""Export and import of the state of a tenant."""

import copy
import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from pydantic import ValidationError

from mock_zuora.control.state import TenantState, export_state
from mock_zuora.control.state_import import DocumentError, adopt, read_state
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.clock import END_OF_TIME
from mock_zuora.domain.jobs import lifecycle as schedule
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.operations import Submission, submit, upload
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.objects.operations import migrate_definition
from mock_zuora.domain.records.record import new_record
from mock_zuora.domain.tenants.tenant import User
from mock_zuora.storage.memory import MemoryTenantStore

ID = "6f4ed1d3-ee5f-4f5b-8d55-2ffe5f6d4f4d"
TYPES = {
    "vin__c": {"type": "string"},
    "doors__c": {"type": "integer"},
    "price__c": {"type": "number"},
    "new__c": {"type": "boolean"},
    "built__c": {"type": "string", "format": "date"},
    "sold__c": {"type": "string", "format": "date-time"},
}
CAR = definition_from(
    {
        "schema": {
            "type": "object",
            "object": "car",
            "label": "Car",
            "properties": {name: {**each, "label": name} for name, each in TYPES.items()},
            "required": ["vin__c"],
            "filterable": ["vin__c"],
            "unique": ["vin__c"],
        }
    }
)
VALUES = {"vin__c": "A1", "doors__c": 4, "price__c": 9.5, "new__c": True, "built__c": "2020-01-01",
          "sold__c": "2020-01-01T10:00:00Z"}  # fmt: skip


ADD_SEATS = {
    "type": "addField",
    "namespace": "default",
    "object": "boat",
    "field": {"name": "seats__c", "filterable": True, "definition": {"type": "integer", "label": "Seats"}},
}


@pytest.fixture
def filled(tenant, caller):
    """A tenant with a defined object and three jobs: one in progress, one with a filter, and one that has ended."""
    tenant.store.objects.define(CAR.stamped(ID, caller.user.id, 1))
    tenant.store.objects.table("default", "car").put(new_record(ID, caller.user.id, 2, VALUES))
    ended = submit(caller, Submission(Operation.CREATE, "default", "boat"))
    upload(caller, ended.id, CsvFile(("sail__c",), [("red",), ("one", "too many")]))
    tenant.clock.advance(60_000)
    schedule.apply_clock(tenant)
    waiting = submit(caller, Submission(Operation.CREATE, "default", "boat"))
    upload(caller, waiting.id, CsvFile(("sail__c",), [("blue",)]))
    conditions = {"conditions": [{"field": "vin__c", "operator": "EQ", "value": "B2"}]}
    submit(caller, Submission(Operation.DELETE, "default", "car", conditions))
    return tenant


@pytest.fixture
def document(filled):
    return export_state(filled).document()


def test_export_is_the_state_of_its_moment(filled, document):
    pieces = export_state(filled)
    filled.store.objects.table("default", "car").remove(ID)
    for job in list(filled.store.jobs.unfinished()):
        filled.store.jobs.save(replace(job, records_processed=7))
    assert pieces.document() == document


def read(document) -> MemoryTenantStore:
    return read_state(TenantState.model_validate(document), MemoryTenantStore())


def test_imported_state_is_equal(filled, document, time):
    state = TenantState.model_validate(document)
    again = adopt(filled, state, read_state(state, MemoryTenantStore()), time)
    assert export_state(again).document() == document


def test_imported_job_continues(filled, document, time):
    state = TenantState.model_validate(document)
    again = adopt(filled, state, read_state(state, MemoryTenantStore()), time)
    again.clock.advance(60_000)
    schedule.apply_clock(again)
    assert [each.values for each in again.store.objects.table("default", "boat").after(None)] == [
        {"sail__c": "red"},
        {"sail__c": "blue"},
    ]
    assert len(again.store.objects.table("default", "car")) == 1


def test_imported_unique_values_are_in_use(document):
    assert read(document).objects.table("default", "car").holders("vin__c", "A1") == (ID,)


def test_import_changes_the_ids_but_not_the_permissions_of_users(filled, document, time):
    filled.users = {"admin": User("another", "admin", frozenset())}
    again = adopt(filled, TenantState.model_validate(document), filled.store, time)
    assert again.users["admin"] == User(document["users"][0]["id"], "admin", frozenset())


def at(path, value):
    """A change of the document at a path; None removes the value."""

    def change(document):
        place = document
        for part in path[:-1]:
            place = place[part]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value

    return change


def twice(name):
    return lambda document: document[name].append(copy.deepcopy(document[name][0]))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (twice("objects"), "objects.2. 'car': is not unique"),
        (twice("jobs"), "jobs.3. .*is not unique"),
        (at(["objects", 0, "object"], "boot"), "objects.0. 'boot': schema: belongs to object 'car'"),
        (at(["objects", 0, "schema", "properties"], {"vin": {}}), "objects.0. 'car': .*vin"),
        (at(["objects", 0, "records", 0, "id"], "nope"), "records.0.: .*nope"),
        (at(["objects", 0, "records", 0, "values", "doors__c"], "four"), "records.0.: .*doors__c"),
        (lambda document: twice("records")(document["objects"][0]), "records: id .* is not unique"),
        (at(["jobs", 1, "file"], None), "file"),
        (at(["jobs", 1, "object"], "boot"), "jobs.1. .*object: 'boot'"),
        (at(["jobs", 2, "filter", "conditions", 0, "field"], "colour__c"), "jobs.2. .*colour__c"),
        (
            at(["jobs", 0, "of_version"], {"all-rows": "failed"}),
            "jobs.0. .*of_version: 'all-rows' is not an assumption",
        ),
        (at(["jobs", 1, "of_version"], {"all-rows-rejected": "x"}), "of_version: all-rows-rejected: 'x' is not valid"),
        (at(["jobs", 0, "of_version"], {"record-version": "by-version"}), "not valid for a version"),
        (at(["jobs", 0, "of_version"], {"record-version": "never"}), None),
        (at(["jobs", 0, "status"], "pending"), None),
        (at(["objects", 0, "namespace"], "com_zuora"), "objects.0. 'car': namespace: 'com_zuora'"),
        (at(["objects", 1, "object"], "a boat"), "objects.1. 'a boat': object: expected the API name"),
        (at(["objects", 0, "schema", "label"], float("nan")), "objects.0. 'car': schema: expected JSON without NaN"),
        (at(["objects", 0, "records", 0, "values", "price__c"], float("inf")), "finite"),
        (at(["objects", 0, "records", 0, "values", "doors__c"], 10**5000), "4,300 digits"),
        (at(["objects", 0, "records", 0, "version"], 10**5000), "expected a number of at most"),
        (at(["jobs", 0, "id"], "job-1"), "jobs.0. 'job-1': id: expected a UUID"),
        (at(["jobs", 0, "polls_left"], -5), "polls_left"),
        (at(["jobs", 0, "processing_time"], -1), "processing_time"),
        (at(["jobs", 0, "records_processed"], -1), "records_processed"),
        (at(["jobs", 0, "next_at"], 253_402_300_800_000), "next_at"),
        (at(["jobs", 0, "of_version"], {"empty-cell": "x"}), "jobs.0. .*of_version: empty-cell: 'x'"),
        (at(["jobs", 0, "row_errors", 0, "record"], {"sail__c": float("nan")}), "finite"),
        (at(["jobs", 0, "row_errors", 0, "record"], {"sail__c": {"deep": {}}}), "sail__c"),
        (at(["jobs", 0, "row_errors", 0, "row"], -1), "row_errors.0.: row: -1"),
        (at(["jobs", 0, "row_errors"], {}), "jobs.0. .*row_errors: expected a list"),
        (at(["jobs", 1, "file", "rows"], "Volvo"), "jobs.1. .*file: rows: expected a list"),
        (at(["jobs", 1, "file", "rows"], [["Volvo"], [1]]), "file: rows.1.: "),
        (at(["jobs", 2, "filter", "conditions", 0, "value"], float("nan")), "jobs.2. .*filter: expected JSON"),
    ],
)
def test_invalid_document_is_refused_with_its_place(document, change, named):
    change(document)
    if named is None:
        assert read(document)
        return
    with pytest.raises((DocumentError, ValidationError), match=named):
        read(document)


def test_job_id_in_capitals_is_read_in_lower_case(document):
    job_id = document["jobs"][0]["id"]
    document["jobs"][0]["id"] = job_id.upper()
    assert read(document).jobs.get(job_id).id == job_id


ODD = (
    st.none() | st.booleans() | st.integers(-2, 10**18) | st.floats() | st.text(max_size=3)
    | st.sampled_from([10**4_400, "1E400", ID.upper(), "completed", "com_zuora", [], {}, [[]], {"a": {"b": []}}])
)  # fmt: skip


def places(value, path=()):
    """The paths of everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield [*path, key]
        yield from places(each, (*path, key))


@given(data=st.data())
@trying(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
def test_what_import_accepts_can_be_exported_again(filled, document, time, data):
    changed = copy.deepcopy(document)
    paths = list(places(document))
    for _ in range(data.draw(st.integers(1, 3))):
        with suppress(KeyError, IndexError, TypeError):
            at(data.draw(st.sampled_from(paths)), data.draw(ODD))(changed)

    def imported(document):
        state = TenantState.model_validate(document)
        return adopt(filled, state, read_state(state, MemoryTenantStore()), time)

    try:
        tenant = imported(changed)
    except (DocumentError, ValidationError):
        return
    text = json.dumps(export_state(tenant).document(), allow_nan=False)
    assert export_state(imported(json.loads(text))).document() == json.loads(text)


def test_job_that_would_end_after_the_year_9999_can_be_exported(tenant, caller):
    tenant.clock.advance(END_OF_TIME - tenant.clock.now() - 5)
    job = submit(caller, Submission(Operation.CREATE, "default", "boat"))
    upload(caller, job.id, CsvFile(("sail__c",), [("red",)]))
    assert export_state(tenant).document()["jobs"][0]["next_at"] == END_OF_TIME


def test_shared_unique_value_is_kept(document):
    """Which the assumption ``unique-scope=file`` allows."""
    other = copy.deepcopy(document["objects"][0]["records"][0]) | {"id": ID.replace("6", "7")}
    document["objects"][0]["records"].append(other)
    assert read(document).objects.table("default", "car").holders("vin__c", "A1") == (ID, other["id"])


def test_job_in_progress_requires_its_file(document):
    document["jobs"][1]["file"] = None
    with pytest.raises(DocumentError, match="jobs.1. .*file: expected one in status in_progress"):
        read(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["now"], -1),
        (["users"], []),
        (["jobs", 0, "status"], "done"),
        (["jobs", 0, "next_at"], "soon"),
        (["objects", 0, "records", 0, "values", "vin__c"], {"a": 1}),
        (["objects", 0, "records", 0, "values", "price__c"], float("nan")),
        (["objects", 0, "namespace"], "elsewhere"),
        (["colour"], "red"),
    ],
    ids=str,
)
def test_document_with_another_structure_is_refused(document, path, value):
    at(path, value)(document)
    with pytest.raises((DocumentError, ValidationError)) as refusal:
        read(document)
    assert path[-1] in str(refusal.value)


def test_value_of_a_removed_field_is_kept(document):
    document["objects"][0]["records"][0]["values"]["gone__c"] = "x"
    assert read(document).objects.table("default", "car").get(ID).values["gone__c"] == "x"


def test_undefined_object_keeps_fields_of_a_migration(filled, caller):
    migrate_definition(caller, [ADD_SEATS])
    store = read_state(TenantState.model_validate(export_state(filled).document()), MemoryTenantStore())
    before, after = (each.objects.definition("default", "boat") for each in (filled.store, store))
    assert after == before
    assert after.is_open


def test_state_without_ids_of_rejected_rows_is_read(document):
    rejected = next(job["row_errors"] for job in document["jobs"] if job["row_errors"])
    assert len(rejected[0].pop("record_id")) == 36
    job_id = next(job["id"] for job in document["jobs"] if job["row_errors"])
    assert read(document).jobs.row_errors(job_id)[0].record_id == ""


def test_rejected_rows_of_a_former_state_are_counted(document):
    job = next(job for job in document["jobs"] if job["row_errors"])
    del job["rejected_rows"]
    assert read(document).jobs.get(job["id"]).rejected_rows == len(job["row_errors"])


@pytest.mark.fidelity("definitions-29")
def test_state_with_many_filterable_fields_and_a_filter_on_users_is_loaded(tenant, caller):
    properties = {f"f{number}__c": {"type": "string", "label": "F", "maxLength": 512} for number in range(12)}
    boat = definition_from(
        {"object": "boat", "label": "Boat", "properties": properties, "filterable": list(properties)}
    )
    tenant.store.objects.define(boat.stamped(ID, caller.user.id, 1))
    tenant.settings = replace(tenant.settings, assume=assumed({"filterable-system-fields": "all"}, Origin.TEST))
    conditions = {"conditions": [{"field": "CreatedById", "operator": "EQ", "value": caller.user.id}]}
    submit(caller, Submission(Operation.DELETE, "default", "boat", conditions))
    store = read(export_state(tenant).document())
    assert len(store.objects.definition("default", "boat").fields) == 12
    assert len(store.jobs.unfinished()) == 1


def test_history_and_rows_are_part_of_the_state(document):
    history = document["jobs"][0]["history"]
    assert [(each["status"], each["cause"]) for each in history] == [
        ("accepted", "submitted"),
        ("pending", "submitted"),
        ("in_progress", "uploaded"),
        ("completed", "processed"),
    ]
    assert [each["rows"] for each in document["jobs"]] == [2, 1, None]


def test_jobs_of_earlier_versions_have_no_history(document):
    for job in document["jobs"]:
        for name in ("history", "due_by", "rows", "planned"):
            del job[name]
    jobs = list(read(document).jobs.oldest_first())
    assert [(each.history, each.rows, each.planned) for each in jobs] == [((), None, ())] * 3


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"at": -1}, "history.0.at"),
        ({"at": 10**18}, "history.0.at"),
        ({"cause": "luck"}, "history.0.cause"),
        ({"status": "lost"}, "history.0.status"),
        ({"more": 1}, "history.0.more"),
    ],
    ids=str,
)
def test_invalid_history_is_refused(document, change, named):
    document["jobs"][0]["history"][0] |= change
    with pytest.raises(ValidationError) as error:
        TenantState.model_validate(document)
    [mistake] = error.value.errors()
    assert ".".join(map(str, mistake["loc"])).endswith(named)
