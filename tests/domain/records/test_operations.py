from dataclasses import replace

import pytest

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.catalogue.records import PUT_RECORD
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records
from mock_zuora.domain.records.operations import RecordQuery, VersionMismatch
from tests.finished import count_chunks, finished

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def cars(record_client):
    """A user of a tenant with cars: color__c is required, vin__c unique, all but note__c filterable."""
    record_client.define(
        properties={
            "color__c": "string",
            "n__c": "integer",
            "vin__c": "string",
            "note__c": {"type": "string", "default": "none"},
        },
        required=["color__c"],
        filterable=["color__c", "n__c", "vin__c"],
        unique=["vin__c"],
    )
    return record_client


def put(record_client, record, **values):
    return records.replace_record(record_client.caller, "car", record.id, values)


def patch(record_client, record, **values):
    return records.patch(record_client.caller, "car", record.id, values)


# List


@pytest.mark.fidelity("records-09", "records-10")
def test_records_are_listed_in_order_of_creation_with_total_count(cars):
    for number in range(3):
        cars.one(color__c="red", n__c=number)
    page = cars.page(page_size=2)
    assert ([each.values["n__c"] for each in page.records], page.count) == ([0, 1], 3)


@pytest.mark.fidelity("records-10")
def test_page_has_25_records_by_default(cars):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(30)])
    assert len(cars.page().records) == 25
    assert len(cars.page(page_size=1000).records) == 30


@pytest.mark.fidelity("records-09")
@pytest.mark.parametrize("q", [None, "n__c:>=0", "color__c:red"], ids=["all", "a range", "an equality"])
def test_pages_follow_the_id_of_the_last_record(cars, q):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(5)])
    first = cars.page(q=q, page_size=2)
    second = cars.page(q=q, page_size=2, cursor=first.records[-1].id)
    third = cars.page(q=q, page_size=2, cursor=second.records[-1].id.upper())
    assert [each.values["n__c"] for page in (first, second, third) for each in page.records] == [0, 1, 2, 3, 4]
    assert (third.count, cars.page(q=q, cursor=third.records[-1].id).records) == (5, [])


def test_paging_skips_no_record_if_the_last_one_is_changed(cars):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(4)])
    last = cars.page(q="color__c:red", page_size=2).records[-1]
    patch(cars, last, color__c="blue")
    assert cars.values("n__c", q="color__c:red", cursor=last.id) == [2, 3]


@pytest.mark.parametrize("cursor", [UNKNOWN_ID, "2"])
def test_unknown_cursor_is_refused(cars, assert_refused, cursor):
    assert_refused(71012720, lambda: cars.page(cursor=cursor), f"cursor: '{cursor}' is not the id of a record of 'car'")


def test_ids_select_records_in_order_of_creation(cars):
    record = [cars.one(color__c="red", n__c=number).id for number in range(3)]
    assert cars.values("n__c", ids=(record[2], UNKNOWN_ID, record[0].upper())) == [0, 2]
    assert cars.values("n__c", ids=(record[2], record[0]), q="n__c:>0") == [2]
    assert cars.values("n__c", ids=(record[2], record[0]), cursor=record[0]) == [2]


def test_invalid_id_in_ids_is_refused(cars, assert_refused):
    assert_refused(71012920, lambda: cars.page(ids=(UNKNOWN_ID, "12")), "ids:", '"12"')


@pytest.mark.fidelity("queries-04")
@pytest.mark.parametrize(
    ("q", "code", "expected"),
    [
        ("color__c:", 71012720, "position 10"),
        ("", 71012720, "the query is empty"),
        ("wheels__c:4", 71012721, "no field 'wheels__c'"),
        ("note__c:none", 71012730, "[note__c] of object 'car' is not filterable"),
        ("n__c:four", 71012720, "[n__c] expects an integer"),
    ],
)
def test_invalid_query_is_refused(cars, assert_refused, q, code, expected):
    assert_refused(code, lambda: cars.page(q=q), "q: ", expected)


def test_list_of_undefined_object_is_not_found(record_client, assert_refused):
    assert_refused(71000040, record_client.page, "'car'")


# Retrieve, replace, patch, delete


def test_record_id_can_have_any_letter_case(cars):
    record = cars.one(color__c="red")
    assert records.retrieve(cars.caller, "car", record.id.upper()) == record


@pytest.mark.parametrize("operation", [records.retrieve, lambda *at: put_at(*at), lambda *at: patch_at(*at)])
def test_missing_record_is_not_found(cars, assert_refused, operation):
    assert_refused(71012540, lambda: operation(cars.caller, "car", UNKNOWN_ID), f"'{UNKNOWN_ID}'", "'car'")
    assert_refused(71012520, lambda: operation(cars.caller, "car", "12"), "id: ", '"12"')


def put_at(caller, object_name, record_id):
    return records.replace_record(caller, object_name, record_id, {})


def patch_at(caller, object_name, record_id):
    return records.patch(caller, object_name, record_id, {})


@pytest.mark.fidelity("records-04")
def test_put_keeps_omitted_fields(cars):
    record = cars.one(color__c="red", n__c=4, note__c="old")
    changed = put(cars, record, color__c="blue")
    assert changed.values == {"color__c": "blue", "n__c": 4, "note__c": "old"}


@pytest.mark.fidelity("records-04")
def test_put_that_replaces_resets_omitted_fields_to_defaults(cars, time):
    tenant = cars.caller.tenant
    tenant.settings = replace(tenant.settings, assume=assumed({"put-record": "replace"}, Origin.TEST))
    record = cars.one(color__c="red", n__c=4, note__c="old")
    time.pass_seconds(1)
    changed = put(cars, record, color__c="blue")
    assert changed.values == {"color__c": "blue", "note__c": "none"}
    assert (changed.version, changed.created_at, changed.updated_at) == (2, record.created_at, record.created_at + 1000)
    assert records.retrieve(cars.caller, "car", record.id) == changed


@pytest.mark.fidelity("records-04")
def test_put_that_omits_a_required_field_rests_on_an_assumption(cars, assert_refused):
    record = cars.one(color__c="red", n__c=4)
    choose(cars, put_record="replace")
    refused = assert_refused(71012522, lambda: put(cars, record, n__c=5), "[color__c] is required")
    assert refused.assumption is PUT_RECORD
    choose(cars, put_record="merge")
    assert put(cars, record, n__c=5).value("color__c") == "red"


@pytest.mark.parametrize("values", [{"n__c": "five"}, {"color__c": None}, {"wheels__c": 4}])
def test_put_that_every_choice_refuses_consults_no_assumption(cars, values):
    record = cars.one(color__c="red", n__c=4)
    with pytest.raises(ZuoraError) as refused:
        put(cars, record, **values)
    assert (refused.value.assumption, list(cars.tenant.consulted)) == (None, [])


@pytest.mark.fidelity("records-03")
def test_patch_keeps_omitted_fields_and_null_clears(cars):
    record = cars.one(color__c="red", n__c=4)
    changed = patch(cars, record, color__c="blue", n__c=None)
    assert (changed.values, changed.version) == ({"color__c": "blue", "note__c": "none"}, 2)
    assert patch(cars, record, note__c=None).values == {"color__c": "blue"}


@pytest.mark.parametrize("change", [put, patch])
@pytest.mark.parametrize(
    ("values", "code", "expected"),
    [
        ({"color__c": None}, 71012522, "[color__c] is required"),
        ({"color__c": ""}, 71012526, "[color__c] cannot store an empty string"),
        ({"color__c": "red", "n__c": "4"}, 71012523, "[n__c] expects an integer"),
        ({"color__c": "red", "wheels__c": 4}, 71012521, "[wheels__c]"),
        ({"color__c": "red", "vin__c": "A"}, 71012530, "[vin__c] is unique, and its value 'A' is taken"),
    ],
)
def test_invalid_change_is_refused_and_changes_nothing(cars, assert_refused, change, values, code, expected):
    cars.one(color__c="red", vin__c="A")
    record = cars.one(color__c="red", vin__c="B")
    assert_refused(code, lambda: change(cars, record, **values), expected)
    assert records.retrieve(cars.caller, "car", record.id) == record


def test_record_can_keep_its_unique_value(cars):
    record = cars.one(color__c="red", vin__c="A")
    assert put(cars, record, color__c="blue", vin__c="A").version == 2


@pytest.mark.parametrize("body", [[], "x", None])
def test_change_document_must_be_an_object(cars, assert_refused, body):
    record = cars.one(color__c="red")
    assert_refused(71012520, lambda: records.patch(cars.caller, "car", record.id, body), "expected a JSON object")


@pytest.mark.fidelity("records-05")
def test_delete_of_missing_record_is_no_error(cars, assert_refused):
    record = cars.one(color__c="red")
    records.delete(cars.caller, "car", record.id)
    records.delete(cars.caller, "car", record.id)
    assert_refused(71012540, lambda: records.retrieve(cars.caller, "car", record.id))
    assert_refused(71012520, lambda: records.delete(cars.caller, "car", "12"), "id: ")


@pytest.mark.parametrize("operation", [records.replace_record, records.patch])
def test_record_in_unexpected_version_is_not_changed(cars, operation):
    record = cars.one(color__c="red")
    with pytest.raises(VersionMismatch):
        operation(cars.caller, "car", record.id, {"color__c": "blue"}, lambda record: record.version == 2)
    with pytest.raises(VersionMismatch):
        records.delete(cars.caller, "car", record.id, lambda record: record.version == 2)
    assert records.retrieve(cars.caller, "car", record.id) == record


# Relationships


@pytest.mark.fidelity("definitions-14")
def test_value_of_relationship_must_be_an_existing_record(record_client, assert_refused):
    record_client.define("person")
    owner = {"namespace": "default", "object": "person", "fields": {"owner__c": "Id"}}
    record_client.define(properties={"owner__c": {"type": "string", "format": "uuid"}}, relationships=[owner])
    person = record_client.one("person")
    record = record_client.one(owner__c=person.id.upper())
    assert record_client.values("owner__c", q=f"owner__c:{person.id}") == [person.id]
    assert_refused(
        71012520, lambda: patch(record_client, record, owner__c=UNKNOWN_ID), "[owner__c] names record", "'person'"
    )
    assert patch(record_client, record, owner__c=None).values == {}


# Read delay


@pytest.fixture
def delayed(cars):
    """A user of a tenant with a read delay of ten seconds and a red car that is older."""
    cars.tenant.settings = type(cars.tenant.settings)(read_delay=10)
    cars.one(color__c="red", n__c=0)
    cars.tenant.clock.advance(10_000)
    return cars


@pytest.mark.fidelity("records-11")
def test_list_shows_a_write_after_the_delay_and_retrieve_at_once(delayed):
    record = delayed.one(color__c="red", n__c=1)
    assert records.retrieve(delayed.caller, "car", record.id) == record
    delayed.tenant.clock.advance(9_999)
    assert (delayed.values("n__c"), delayed.page().count) == ([0], 1)
    delayed.tenant.clock.advance(1)
    assert (delayed.values("n__c"), delayed.page().count) == ([0, 1], 2)


@pytest.mark.parametrize("q", [None, "color__c:red", "n__c:<5", "color__c:red AND n__c:0"])
def test_delayed_query_matches_previous_values(delayed, q):
    record = delayed.page().records[0]
    patch(delayed, record, color__c="blue", n__c=7)
    assert delayed.values("n__c", q=q) == [0]
    assert delayed.values("n__c", q=q, ids=(record.id,)) == [0]
    delayed.tenant.clock.advance(10_000)
    assert delayed.values("n__c", q=q or "color__c:blue") == ([] if q else [7])


def test_deleted_record_keeps_its_position_during_the_delay(delayed):
    record = delayed.page().records[0]
    delayed.one(color__c="red", n__c=1)
    delayed.tenant.clock.advance(10_000)
    records.delete(delayed.caller, "car", record.id)
    assert (delayed.values("n__c"), delayed.page().count) == ([0, 1], 2)
    assert delayed.values("n__c", cursor=record.id) == [1]
    delayed.tenant.clock.advance(10_000)
    assert delayed.values("n__c") == [1]


def test_cursor_can_be_a_deleted_record_during_the_delay(delayed, assert_refused):
    record = delayed.page().records[0]
    record_batches.delete(delayed.caller, "car", [record.id])
    assert delayed.page(cursor=record.id).records == []
    delayed.tenant.clock.advance(10_000)
    assert_refused(71012720, lambda: delayed.page(cursor=record.id), record.id)


def test_changes_older_than_the_delay_are_forgotten(delayed):
    for _ in range(5):
        delayed.one(color__c="red")
        delayed.tenant.clock.advance(10_000)
    assert len(delayed.tenant.write_logs["default", "car"]) == 1


def test_migration_ends_the_delay_of_its_object(delayed):
    delayed.one(color__c="red", n__c=1)
    delayed.migrate("renameField", field={"name": "n__c", "targetName": "number__c"})
    assert delayed.values("number__c") == [0, 1]


# Permissions


@pytest.mark.fidelity("permissions-04")
@pytest.mark.parametrize(
    ("permission", "code", "call"),
    [
        (Permission.VIEW, 71012512, lambda record_client, record: record_client.page()),
        (
            Permission.VIEW,
            71012512,
            lambda record_client, record: records.retrieve(record_client.caller, "car", record.id),
        ),
        (Permission.EDIT, 71012513, lambda record_client, record: put(record_client, record, color__c="blue")),
        (Permission.EDIT, 71012513, lambda record_client, record: patch(record_client, record, color__c="blue")),
        (
            Permission.DELETE,
            71012514,
            lambda record_client, record: records.delete(record_client.caller, "car", record.id),
        ),
        (Permission.EDIT, 71012515, lambda record_client, record: record_client.one(color__c="red")),
        (
            Permission.EDIT,
            71012513,
            lambda record_client, record: record_client.update({record.id: {"color__c": "blue"}}),
        ),
        (
            Permission.DELETE,
            71012514,
            lambda record_client, record: record_batches.delete(record_client.caller, "car", [record.id]),
        ),
    ],
    ids=["list", "retrieve", "replace", "patch", "delete", "create", "batch update", "batch delete"],
)
def test_operation_on_records_needs_its_permission(cars, assert_refused, permission, code, call):
    record = cars.one(color__c="red")
    cars.set_permissions(*set(Permission) - {permission})
    assert_refused(code, lambda: call(cars, record), "User does not have permission to")
    cars.set_permissions(*Permission)
    assert cars.page().records == [record]


# Assumptions about lists


def choose(record_client, **choices):
    settings = record_client.tenant.settings
    choices = {name.replace("_", "-"): choice for name, choice in choices.items()}
    record_client.tenant.settings = replace(settings, assume=assumed(choices, Origin.TEST))


@pytest.mark.fidelity("records-15")
@pytest.mark.parametrize(("choice", "count"), [("matches", 2), ("page", 1), ("all", 3)])
def test_assumption_chooses_the_count_of_a_list(cars, choice, count):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(3)])
    choose(cars, record_count=choice)
    assert cars.page(q="n__c:>0", page_size=1).count == count
    assert list(cars.tenant.consulted) == ["record-count"]


@pytest.mark.parametrize("choice", ["page", "all"])
def test_list_whose_counts_are_equal_consults_no_assumption(cars, choice):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(3)])
    choose(cars, record_count=choice)
    assert cars.page().count == cars.page(q="n__c:>=0").count == 3
    assert list(cars.tenant.consulted) == []


def test_count_of_all_records_has_the_read_delay(cars):
    kept = cars.one(color__c="red")
    cars.tenant.settings = replace(cars.tenant.settings, read_delay=5)
    cars.create({"color__c": "red"}, {"color__c": "blue"})
    records.delete(cars.caller, "car", kept.id)
    choose(cars, record_count="all")
    assert cars.page(q="color__c:blue").count == 1
    cars.tenant.clock.advance(5_000)
    assert cars.page(q="color__c:green").count == 2


@pytest.mark.fidelity("queries-07")
@pytest.mark.parametrize(("choice", "found"), [("exact", [0, 2]), ("ignored", [0, 1, 2])])
@pytest.mark.parametrize("q", ["color__c:red", "NOT color__c:blue AND color__c:red"])
def test_assumption_chooses_whether_case_matters(cars, q, choice, found):
    cars.create(*[{"color__c": color, "n__c": number} for number, color in enumerate(["red", "Red", "red", "blue"])])
    choose(cars, query_letter_case=choice)
    assert cars.values("n__c", q=q) == found
    assert "query-letter-case" in cars.tenant.consulted


@pytest.mark.parametrize("choice", ["exact", "ignored"])
@pytest.mark.parametrize("q", ["color__c:red", "n__c:1", "color__c:red OR n__c:>=0", "color__c:RED AND n__c:9"])
def test_query_with_the_same_records_in_both_readings_consults_no_assumption(cars, q, choice):
    cars.create({"color__c": "red", "n__c": 1}, {"color__c": "red", "n__c": 2})
    choose(cars, query_letter_case=choice)
    cars.page(q=q)
    assert "query-letter-case" not in cars.tenant.consulted


def test_unique_values_are_found_in_another_case_and_stay_exact(cars):
    cars.create({"color__c": "red", "n__c": 1, "vin__c": "a1"}, {"color__c": "red", "n__c": 2, "vin__c": "A1"})
    choose(cars, query_letter_case="ignored")
    assert cars.values("n__c", q="vin__c:a1") == [1, 2]


@pytest.mark.fidelity("records-16")
@pytest.mark.parametrize("q", [None, "n__c:>=0"], ids=["all", "query"])
def test_pages_are_numbered_from_1(cars, q):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(5)])
    pages = [cars.values("n__c", q=q, page_size=2, page=page) for page in (1, 2, 3, 4)]
    assert pages == [[0, 1], [2, 3], [4], []]
    assert cars.page(q=q, page_size=2, page=3).count == 5


def test_long_query_of_listed_records_is_evaluated_in_chunks(cars):
    ids = []
    for _ in range(3):
        ids += [each.id for each in cars.create(*[{"color__c": "red"}] * 1_000).written]
    query = RecordQuery(q=" OR ".join(f"n__c:>{number}" for number in range(100)), ids=tuple(ids))
    assert count_chunks(records.list_records(cars.caller, "car", query)) > 100


def test_record_that_changes_during_a_query_is_seen_as_it_is_then(cars):
    first, second, third = cars.create(*[{"color__c": "red"}] * 3).written
    with pytest.MonkeyPatch.context() as patch_context:
        patch_context.setattr("mock_zuora.domain.records.operations._TERMS_PER_CHUNK", 1)
        query = RecordQuery(q="color__c:red", cursor=first.id, ids=(first.id, second.id, third.id))
        chunks = records.list_records(cars.caller, "car", query)
        next(chunks)
        records.delete(cars.caller, "car", first.id)
        put(cars, second, color__c="blue")
        page = finished(chunks)
    assert [each.id for each in page.records] == [third.id]


def test_record_that_changes_while_indexes_are_built_is_seen_as_it_is_then(cars):
    cars.create(*[{"color__c": "red"}] * 1_000)
    first, second = cars.create({"color__c": "blue"}, {"color__c": "blue"}).written
    chunks = records.list_records(cars.caller, "car", RecordQuery(q="color__c:blue OR n__c:>5"))
    next(chunks)
    records.delete(cars.caller, "car", first.id)
    third, _ = cars.create({"color__c": "blue"}, {"color__c": "red"}).written
    page = finished(chunks)
    assert ([each.id for each in page.records], page.count) == ([second.id, third.id], 2)


def test_page_of_a_query_begins_after_the_cursor(cars):
    first, *_ = cars.create(*[{"color__c": color} for color in ("blue", "red", "blue", "red")]).written
    page = cars.page(q="color__c:red", cursor=first.id, page_size=1, page=2)
    assert ([each.values["color__c"] for each in page.records], page.count) == (["red"], 2)
