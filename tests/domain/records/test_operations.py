import pytest

from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.records import batch_operations as record_batches
from mock_zuora.domain.records import operations as records
from mock_zuora.domain.records.operations import VersionMismatch

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def cars(keeper):
    """Somebody who keeps cars; a color is required, the number is filterable, the name unique."""
    keeper.define(
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
    return keeper


def put(keeper, record, **values):
    return records.replace_record(keeper.caller, "car", record.id, values)


def patch(keeper, record, **values):
    return records.patch(keeper.caller, "car", record.id, values)


# List


@pytest.mark.fidelity("records-09", "records-10")
def test_records_are_listed_in_the_order_of_their_creation_with_the_count_of_all(cars):
    for number in range(3):
        cars.one(color__c="red", n__c=number)
    page = cars.page(page_size=2)
    assert ([each.values["n__c"] for each in page.records], page.count) == ([0, 1], 3)


@pytest.mark.fidelity("records-10")
def test_a_page_has_25_records_unless_the_call_says_more(cars):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(30)])
    assert len(cars.page().records) == 25
    assert len(cars.page(page_size=1000).records) == 30


@pytest.mark.fidelity("records-09")
@pytest.mark.parametrize("q", [None, "n__c:>=0", "color__c:red"], ids=["all", "a range", "an equality"])
def test_pages_follow_each_other_by_the_id_of_the_last_record(cars, q):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(5)])
    first = cars.page(q=q, page_size=2)
    second = cars.page(q=q, page_size=2, cursor=first.records[-1].id)
    third = cars.page(q=q, page_size=2, cursor=second.records[-1].id.upper())
    assert [each.values["n__c"] for page in (first, second, third) for each in page.records] == [0, 1, 2, 3, 4]
    assert (third.count, cars.page(q=q, cursor=third.records[-1].id).records) == (5, [])


def test_a_client_that_pages_skips_none_if_the_last_record_is_changed_meanwhile(cars):
    cars.create(*[{"color__c": "red", "n__c": number} for number in range(4)])
    last = cars.page(q="color__c:red", page_size=2).records[-1]
    patch(cars, last, color__c="blue")
    assert cars.values("n__c", q="color__c:red", cursor=last.id) == [2, 3]


@pytest.mark.parametrize("cursor", [NOBODY, "2"])
def test_a_cursor_that_names_no_record_is_refused(cars, refused, cursor):
    refused(71012720, lambda: cars.page(cursor=cursor), f"cursor: '{cursor}' is not the id of a record of 'car'")


def test_ids_choose_records_in_the_order_of_their_creation(cars):
    made = [cars.one(color__c="red", n__c=number).id for number in range(3)]
    assert cars.values("n__c", ids=(made[2], NOBODY, made[0].upper())) == [0, 2]
    assert cars.values("n__c", ids=(made[2], made[0]), q="n__c:>0") == [2]
    assert cars.values("n__c", ids=(made[2], made[0]), cursor=made[0]) == [2]


def test_an_id_that_is_no_uuid_is_refused(cars, refused):
    refused(71012920, lambda: cars.page(ids=(NOBODY, "12")), "ids:", '"12"')


@pytest.mark.fidelity("queries-04")
@pytest.mark.parametrize(
    ("q", "code", "named"),
    [
        ("color__c:", 71012720, "position 10"),
        ("", 71012720, "the query is empty"),
        ("wheels__c:4", 71012721, "no field 'wheels__c'"),
        ("note__c:none", 71012730, "[note__c] of object 'car' is not filterable"),
        ("n__c:four", 71012720, "[n__c] expects an integer"),
    ],
)
def test_a_query_that_cannot_be_is_refused(cars, refused, q, code, named):
    refused(code, lambda: cars.page(q=q), "q: ", named)


def test_the_records_of_an_object_that_nobody_defined_are_not_found(keeper, refused):
    refused(71000040, keeper.page, "'car'")


# Retrieve, replace, patch, delete


def test_a_record_is_retrieved_by_its_id_in_any_case(cars):
    made = cars.one(color__c="red")
    assert records.retrieve(cars.caller, "car", made.id.upper()) == made


@pytest.mark.parametrize("verb", [records.retrieve, lambda *at: put_at(*at), lambda *at: patch_at(*at)])
def test_a_record_that_is_not_there_is_not_found(cars, refused, verb):
    refused(71012540, lambda: verb(cars.caller, "car", NOBODY), f"'{NOBODY}'", "'car'")
    refused(71012520, lambda: verb(cars.caller, "car", "12"), "id: ", '"12"')


def put_at(caller, object_name, record_id):
    return records.replace_record(caller, object_name, record_id, {})


def patch_at(caller, object_name, record_id):
    return records.patch(caller, object_name, record_id, {})


@pytest.mark.fidelity("records-04")
def test_a_replaced_record_has_what_the_call_says_and_defaults_for_the_rest(cars, time):
    made = cars.one(color__c="red", n__c=4, note__c="old")
    time.pass_seconds(1)
    changed = put(cars, made, color__c="blue")
    assert changed.values == {"color__c": "blue", "note__c": "none"}
    assert (changed.version, changed.created_at, changed.updated_at) == (2, made.created_at, made.created_at + 1000)
    assert records.retrieve(cars.caller, "car", made.id) == changed


@pytest.mark.fidelity("records-03")
def test_a_patched_record_keeps_what_the_call_does_not_name_and_null_clears(cars):
    made = cars.one(color__c="red", n__c=4)
    changed = patch(cars, made, color__c="blue", n__c=None)
    assert (changed.values, changed.version) == ({"color__c": "blue", "note__c": "none"}, 2)
    assert patch(cars, made, note__c=None).values == {"color__c": "blue"}


@pytest.mark.parametrize("change", [put, patch])
@pytest.mark.parametrize(
    ("values", "code", "named"),
    [
        ({"color__c": None}, 71012522, "[color__c] is required"),
        ({"color__c": ""}, 71012526, "[color__c] cannot store an empty string"),
        ({"color__c": "red", "n__c": "4"}, 71012523, "[n__c] expects an integer"),
        ({"color__c": "red", "wheels__c": 4}, 71012521, "[wheels__c]"),
        ({"color__c": "red", "vin__c": "A"}, 71012530, "[vin__c] is unique, and its value 'A' is taken"),
    ],
)
def test_a_change_that_the_definition_does_not_admit_changes_nothing(cars, refused, change, values, code, named):
    cars.one(color__c="red", vin__c="A")
    made = cars.one(color__c="red", vin__c="B")
    refused(code, lambda: change(cars, made, **values), named)
    assert records.retrieve(cars.caller, "car", made.id) == made


def test_a_record_keeps_its_own_unique_value(cars):
    made = cars.one(color__c="red", vin__c="A")
    assert put(cars, made, color__c="blue", vin__c="A").version == 2


@pytest.mark.parametrize("body", [[], "x", None])
def test_a_change_is_an_object(cars, refused, body):
    made = cars.one(color__c="red")
    refused(71012520, lambda: records.patch(cars.caller, "car", made.id, body), "expected a JSON object")


@pytest.mark.fidelity("records-05")
def test_a_record_is_deleted_whether_it_was_there_or_not(cars, refused):
    made = cars.one(color__c="red")
    records.delete(cars.caller, "car", made.id)
    records.delete(cars.caller, "car", made.id)
    refused(71012540, lambda: records.retrieve(cars.caller, "car", made.id))
    refused(71012520, lambda: records.delete(cars.caller, "car", "12"), "id: ")


@pytest.mark.parametrize("verb", [records.replace_record, records.patch])
def test_a_record_in_another_version_than_expected_is_not_changed(cars, verb):
    made = cars.one(color__c="red")
    with pytest.raises(VersionMismatch):
        verb(cars.caller, "car", made.id, {"color__c": "blue"}, lambda record: record.version == 2)
    with pytest.raises(VersionMismatch):
        records.delete(cars.caller, "car", made.id, lambda record: record.version == 2)
    assert records.retrieve(cars.caller, "car", made.id) == made


# Relationships


@pytest.mark.fidelity("definitions-14")
def test_a_mapped_value_must_name_a_record_that_is_there(keeper, refused):
    keeper.define("person")
    owner = {"namespace": "default", "object": "person", "fields": {"owner__c": "Id"}}
    keeper.define(properties={"owner__c": {"type": "string", "format": "uuid"}}, relationships=[owner])
    person = keeper.one("person")
    made = keeper.one(owner__c=person.id.upper())
    assert keeper.values("owner__c", q=f"owner__c:{person.id}") == [person.id]
    refused(71012520, lambda: patch(keeper, made, owner__c=NOBODY), "[owner__c] names record", "'person'")
    assert patch(keeper, made, owner__c=None).values == {}


# Read delay


@pytest.fixture
def delayed(cars):
    """Somebody whose tenant shows writes after ten seconds, with a red car that is older."""
    cars.tenant.settings = type(cars.tenant.settings)(read_delay=10)
    cars.one(color__c="red", n__c=0)
    cars.tenant.clock.advance(10_000)
    return cars


@pytest.mark.fidelity("records-11")
def test_a_list_shows_a_write_after_the_delay_and_a_retrieve_at_once(delayed):
    made = delayed.one(color__c="red", n__c=1)
    assert records.retrieve(delayed.caller, "car", made.id) == made
    delayed.tenant.clock.advance(9_999)
    assert (delayed.values("n__c"), delayed.page().count) == ([0], 1)
    delayed.tenant.clock.advance(1)
    assert (delayed.values("n__c"), delayed.page().count) == ([0, 1], 2)


@pytest.mark.parametrize("q", [None, "color__c:red", "n__c:<5", "color__c:red AND n__c:0"])
def test_a_query_finds_records_by_what_they_were(delayed, q):
    made = delayed.page().records[0]
    patch(delayed, made, color__c="blue", n__c=7)
    assert delayed.values("n__c", q=q) == [0]
    assert delayed.values("n__c", q=q, ids=(made.id,)) == [0]
    delayed.tenant.clock.advance(10_000)
    assert delayed.values("n__c", q=q or "color__c:blue") == ([] if q else [7])


def test_a_deleted_record_is_listed_in_its_place_until_the_delay_is_over(delayed):
    made = delayed.page().records[0]
    delayed.one(color__c="red", n__c=1)
    delayed.tenant.clock.advance(10_000)
    records.delete(delayed.caller, "car", made.id)
    assert (delayed.values("n__c"), delayed.page().count) == ([0, 1], 2)
    assert delayed.values("n__c", cursor=made.id) == [1]
    delayed.tenant.clock.advance(10_000)
    assert delayed.values("n__c") == [1]


def test_a_cursor_can_name_a_record_that_is_gone_but_still_listed(delayed, refused):
    made = delayed.page().records[0]
    record_batches.delete(delayed.caller, "car", [made.id])
    assert delayed.page(cursor=made.id).records == []
    delayed.tenant.clock.advance(10_000)
    refused(71012720, lambda: delayed.page(cursor=made.id), made.id)


def test_what_is_older_than_the_delay_is_not_kept(delayed):
    for _ in range(5):
        delayed.one(color__c="red")
        delayed.tenant.clock.advance(10_000)
    assert len(delayed.tenant.write_logs["default", "car"]) == 1


def test_a_migration_ends_the_delay_of_its_object(delayed):
    delayed.one(color__c="red", n__c=1)
    delayed.migrate("renameField", field={"name": "n__c", "targetName": "number__c"})
    assert delayed.values("number__c") == [0, 1]


# Permissions


@pytest.mark.fidelity("permissions-04")
@pytest.mark.parametrize(
    ("permission", "code", "call"),
    [
        (Permission.VIEW, 71012512, lambda keeper, record: keeper.page()),
        (Permission.VIEW, 71012512, lambda keeper, record: records.retrieve(keeper.caller, "car", record.id)),
        (Permission.EDIT, 71012513, lambda keeper, record: put(keeper, record, color__c="blue")),
        (Permission.EDIT, 71012513, lambda keeper, record: patch(keeper, record, color__c="blue")),
        (Permission.DELETE, 71012514, lambda keeper, record: records.delete(keeper.caller, "car", record.id)),
        (Permission.EDIT, 71012515, lambda keeper, record: keeper.one(color__c="red")),
        (Permission.EDIT, 71012513, lambda keeper, record: keeper.update({record.id: {"color__c": "blue"}})),
        (
            Permission.DELETE,
            71012514,
            lambda keeper, record: record_batches.delete(keeper.caller, "car", [record.id]),
        ),
    ],
    ids=["list", "retrieve", "replace", "patch", "delete", "create", "batch update", "batch delete"],
)
def test_each_operation_on_records_needs_its_permission(cars, refused, permission, code, call):
    made = cars.one(color__c="red")
    cars.hold(*set(Permission) - {permission})
    refused(code, lambda: call(cars, made), "User does not have permission to")
    cars.hold(*Permission)
    assert cars.page().records == [made]
