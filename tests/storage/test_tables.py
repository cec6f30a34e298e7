"""The indexes of an in-memory table. test_memory.py has the contract of every table."""

import gc
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.records.comparison import keys_in_any_case
from mock_zuora.domain.records.record import new_record, new_stamp
from mock_zuora.storage import tables
from mock_zuora.storage.tables import MemoryTable
from tests.storage.builders import ids_with

CAR = Definition(
    object="car",
    fields={
        "color__c": Field(name="color__c", filterable=True),
        "vin__c": Field(name="vin__c", filterable=True, unique=True),
        "seen__c": Field(name="seen__c", type=FieldType.DATETIME, filterable=True, unique=True),
    },
)


def car(number, **values):
    return new_record(f"car-{number}", "me", 0, values)


@pytest.fixture
def table():
    return MemoryTable(CAR)


def test_equal_values_are_found_in_order_of_creation(table):
    for number, color in enumerate(["red", "blue", "red"]):
        table.put(car(number, color__c=color))
    assert ids_with(table, "color__c", "red") == ["car-0", "car-2"]
    table.put(car(1, color__c="red"))
    table.put(car(3, color__c="red"))
    assert ids_with(table, "color__c", "red") == ["car-0", "car-1", "car-2", "car-3"]
    table.put(car(0, color__c="blue"))
    table.remove("car-2")
    assert ids_with(table, "color__c", "red") == ["car-1", "car-3"]
    assert ids_with(table, "color__c", "blue") == ["car-0"]
    assert ids_with(table, "color__c", "green") == []


def test_date_times_are_equal_if_their_instants_are(table):
    table.put(car(1, seen__c="2018-01-01T00:00:00Z"))
    assert ids_with(table, "seen__c", "2018-01-01T01:00:00+01:00", FieldType.DATETIME) == ["car-1"]


def test_unique_value_is_held_until_released(table):
    table.put(car(1, vin__c="A"))
    table.put(car(1, vin__c="B"))
    assert (table.holders("vin__c", "A"), table.holders("vin__c", "B")) == ((), ("car-1",))
    assert (ids_with(table, "vin__c", "A"), ids_with(table, "vin__c", "B")) == ([], ["car-1"])
    assert table.remove("car-1")
    assert table.holders("vin__c", "B") == ()
    assert not table.remove("car-1")


def test_value_keeps_its_new_holder_when_the_previous_one_is_deleted(table):
    table.put(car(1, vin__c="A"))
    table.put(car(2, vin__c="A"))
    table.remove("car-1")
    assert table.holders("vin__c", "A") == ("car-2",)


@pytest.mark.parametrize(("field", "value", "ids"), [("Id", "car-1", ["car-1"]), ("Id", "car-9", []), ("x", "y", [])])
def test_record_is_found_by_id_and_not_by_unknown_field(table, field, value, ids):
    table.put(car(1))
    assert ids_with(table, field, value, FieldType.UUID) == ids


def test_records_after_one_are_those_created_later(table):
    for number in range(4):
        table.put(car(number))
    table.put(car(0, color__c="red"))
    table.remove("car-2")
    assert [each.id for each in table.after("car-0")] == ["car-1", "car-3"]
    assert [each.id for each in table.after(None)] == ["car-0", "car-1", "car-3"]
    with pytest.raises(LookupError, match="car-2"):
        table.after("car-2")


def test_deleted_record_has_no_position_and_recreated_one_a_new_position(table):
    table.put(car(1))
    table.put(car(2))
    assert (table.position("car-1"), table.position("car-2")) == (0, 1)
    table.remove("car-1")
    assert table.position("car-1") is None
    table.put(car(1))
    assert table.position("car-1") == 2


def test_iterator_returns_records_that_still_exist(table):
    for number in range(4):
        table.put(car(number))
    reading = table.after("car-0")
    table.remove("car-1")
    table.put(car(4))
    assert [each.id for each in reading] == ["car-2", "car-3"]


def test_redefinition_moves_renamed_values_and_their_indexes(table):
    table.put(car(1, vin__c="A", color__c="red"))
    ids_with(table, "color__c", "red")
    vin = Field(name="frame__c", filterable=True, unique=True)
    renamed = Definition(object="car", fields={"frame__c": vin, "color__c": CAR.fields["color__c"]})
    table.redefine(renamed, ("vin__c", "frame__c"))
    assert table.get("car-1").values == {"frame__c": "A", "color__c": "red"}
    assert (table.holders("frame__c", "A"), ids_with(table, "color__c", "red")) == (("car-1",), ["car-1"])


def test_copy_is_complete_and_independent(table):
    table.put(car(1, vin__c="A", color__c="red"))
    copy = table.copy()
    table.remove("car-1")
    assert (copy.holders("vin__c", "A"), ids_with(copy, "color__c", "red"), len(copy), len(table)) == (
        ("car-1",), ["car-1"], 1, 0,
    )  # fmt: skip


def test_loaded_rows_replace_records_and_maintain_the_indexes(table):
    table.put(car(1, vin__c="A", color__c="red"))
    ids_with(table, "color__c", "red")
    table.load(("vin__c", "color__c"), [["car-1", "ann", 1, "bob", 2, 2, "B", "blue"]])
    assert (table.holders("vin__c", "A"), table.holders("vin__c", "B")) == ((), ("car-1",))
    assert (ids_with(table, "color__c", "red"), ids_with(table, "color__c", "blue")) == ([], ["car-1"])
    assert (table.get("car-1").updated_by, table.get("car-1").version) == ("bob", 2)


def test_loaded_records_share_the_ids_of_users(table):
    table.load((), [[f"car-{number}", "".join(["an", "n"]), 1, "".join(["an", "n"]), 1, 1] for number in (1, 2)])
    users = {id(user) for each in (1, 2) for user in table.get(f"car-{each}")[1:4:2]}
    assert len(users) == 1


def test_row_of_another_length_is_refused(table):
    with pytest.raises(ValueError, match="1 values for 2 fields"):
        table.load(("vin__c", "color__c"), [["car-1", "ann", 1, "bob", 2, 2, "B"]])


changes = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "query"]), st.integers(0, 5), st.sampled_from(["red", "blue", None])),
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(changes)
def test_indexes_agree_with_a_scan_of_all_records(steps):
    table, model = MemoryTable(CAR), {}
    for action, number, color in steps:
        if action == "put":
            table.put(car(number, **({"color__c": color} if color else {})))
            model[f"car-{number}"] = color
        elif action == "remove":
            assert table.remove(f"car-{number}") is (f"car-{number}" in model)
            model.pop(f"car-{number}", None)
        elif color:
            assert ids_with(table, "color__c", color) == [each for each in model if model[each] == color]
    assert table.ids() == list(model)
    for at, each in enumerate(model):
        assert [record.id for record in table.after(each)] == list(model)[at + 1 :]


@pytest.mark.parametrize("field", ["color__c", "vin__c"])
def test_texts_that_differ_in_case_only_are_found_together_or_apart(table, field):
    table.put(car(1, **{field: "Red"}))
    table.put(car(2, **{field: "RED"}))
    table.put(car(3, **{field: "red\0"}))
    assert list(table.ids_of(table.find(field, keys_in_any_case("red")))) == ["car-1", "car-2"]
    assert (ids_with(table, field, "Red"), ids_with(table, field, "red")) == (["car-1"], [])
    table.put(car(2, **{field: "rED"}))
    table.remove("car-1")
    assert list(table.ids_of(table.find(field, keys_in_any_case("Red")))) == ["car-2"]


def test_unique_values_are_exact(table):
    table.put(car(1, vin__c="A"))
    assert (table.holders("vin__c", "A"), table.holders("vin__c", "a")) == (("car-1",), ())


CHANGES = st.tuples(st.integers(0, 9), st.sampled_from(["red", "blue", None]))


def change(table, changes):
    """Gives cars a color, or removes them."""
    for number, color in changes:
        if color is None:
            table.remove(f"car-{number}")
        else:
            table.put(car(number, color__c=color))


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr("mock_zuora.storage.tables._ORDERED_PER_CHUNK", 2)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, max_size=12), st.lists(st.lists(CHANGES, max_size=3), max_size=8))
def test_order_that_is_built_between_changes_is_that_of_the_records(small_chunks, before, during):
    table = MemoryTable(CAR)
    change(table, before)
    builder = table.order()
    for changes in during:
        next(builder, None)
        change(table, changes)
    for _ in builder:
        pass
    positions = [table.position(each) for each in table.ids()]
    assert positions == sorted(set(positions))
    for place, record_id in enumerate(table.ids(), 1):
        assert [each.id for each in table.after(record_id)] == table.ids()[place:]


def test_second_reader_waits_for_an_order_that_is_being_built(table, small_chunks):
    builder, other = filled(table).order(), table.order()
    next(builder)
    next(other)
    assert (len(list(builder)), len(list(other))) == (1, 0)


def test_record_that_is_deleted_while_the_order_is_built_has_no_position(table, small_chunks):
    builder = filled(table).order()
    next(builder)
    table.remove("car-0")
    assert list(builder) == []
    assert table.position("car-0") is None


def test_record_that_is_created_anew_while_the_order_is_built_is_the_last(table, small_chunks):
    builder = filled(table).order()
    next(builder)
    table.remove("car-0")
    table.put(car(0))
    assert list(builder) == []
    assert [each.id for each in table.after("car-4")] == ["car-0"]


def test_position_is_known_although_another_reader_is_building_the_order(table, small_chunks):
    builder = filled(table).order()
    next(builder)
    assert table.position("car-4") == 4
    assert list(builder) == []


def filled(table, count=5):
    for number in range(count):
        table.put(car(number, color__c="red"))
    return table


def test_fields_of_the_system_and_unknown_fields_need_no_index(table):
    filled(table)
    assert list(table.index("Id", "no__c")) == []
    assert table.find("no__c") == 0
    assert table.find("Id") == table.find("CreatedDate") == table.all()


def test_set_of_ids_can_be_read_after_changes(table):
    ids = filled(table, 200).ids_of(table.all())
    for number in range(0, 200, 2):
        table.remove(f"car-{number}")
        table.put(car(number))
    assert list(ids) == [f"car-{number}" for number in range(200)]


def test_ids_of_a_set_begin_after_a_record(table):
    filled(table).remove("car-3")
    assert list(table.ids_of(table.all(), after="car-1")) == ["car-2", "car-4"]


def test_records_that_are_added_together_are_stored_and_indexed(table):
    table.put(car(0, vin__c="O", color__c="red"))
    assert ids_with(table, "color__c", "red") == ["car-0"]
    stamp = new_stamp("me", 5, ["vin__c", "color__c"])
    assert not table.has_holders("vin__c", ["A", "B"])
    table.add(["car-1", "car-2"], stamp, [["A", None], ["red", "blue"]])
    assert [record.values for record in table.after("car-0")] == [
        {"vin__c": "A", "color__c": "red"},
        {"color__c": "blue"},
    ]
    assert ids_with(table, "color__c", "red") == ["car-0", "car-1"]
    assert (table.holders("vin__c", "A"), table.has_holders("vin__c", ["A", "B"])) == (("car-1",), True)
    assert table.get("car-1").stamp is table.get("car-2").stamp


def test_renamed_field_keeps_its_values_in_records_that_share_a_stamp(table):
    table.add(["car-1", "car-2"], new_stamp("me", 5, ["color__c"]), [["red", "blue"]])
    renamed = {("paint__c" if name == "color__c" else name): field for name, field in CAR.fields.items()}
    table.redefine(Definition(object="car", fields=renamed), ("color__c", "paint__c"))
    assert [record.values for record in table.after(None)] == [{"paint__c": "red"}, {"paint__c": "blue"}]
    assert table.get("car-1").stamp is table.get("car-2").stamp


def test_stamp_that_consecutive_records_share_is_renamed_once(table, monkeypatch):
    table.add(["car-1", "car-2"], new_stamp("me", 5, ["color__c"]), [["red", "blue"]])
    monkeypatch.setattr(tables, "names_of", names_of := Mock(wraps=tables.names_of))
    table.redefine(CAR, ("color__c", "paint__c"))
    assert names_of.call_count == 1


def test_garbage_collector_does_not_track_records(table):
    table.put(car(1, color__c="red"))
    table.add(["car-2"], new_stamp("me", 5, ["color__c"]), [["red"]])
    gc.collect()
    gc.collect()
    assert [gc.is_tracked(stored) for stored in table.stored()] == [False, False]
