"""The index of a field, compared with a scan of all records."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.records.comparison import Operator, comparison, keys_in_any_case, keys_of, operand_of
from mock_zuora.domain.records.record import new_record
from mock_zuora.storage.field_index import FieldIndex
from mock_zuora.storage.tables import MemoryTable

TEXT = Field(name="color__c", filterable=True)
NUMBER = Field(name="price__c", type=FieldType.NUMBER, filterable=True)
DAY = Field(name="built__c", type=FieldType.DATE, filterable=True)
AT = Field(name="seen__c", type=FieldType.DATETIME, filterable=True)
FIELDS = (TEXT, NUMBER, DAY, AT)
CAR = Definition(object="car", fields={each.name: each for each in FIELDS})

VALUES = {
    TEXT: st.sampled_from(["red", "Red", "RED", "stra\u00dfe", "STRASSE", "a\0", "a"]),
    NUMBER: st.integers(-3, 9) | st.sampled_from([0.5, 2.0]),
    DAY: st.sampled_from(["0001-01-01", "1969-12-31", "2018-01-01", "2018-01-02"]),
    AT: st.sampled_from(["2018-01-01T00:00:00Z", "2018-01-01T01:00:00+01:00", "2018-01-01T23:59:59.999999Z"]),
}
RECORDS = st.fixed_dictionaries({}, optional={field.name: values for field, values in VALUES.items()})
PUT = st.tuples(st.integers(0, 40), RECORDS)
CHANGES = st.lists(PUT | st.integers(0, 40) | st.sampled_from(["chunk", "copy"]), max_size=60)


@pytest.fixture
def small_parts(monkeypatch):
    """Small chunks and blocks, so that few records make many."""
    monkeypatch.setattr("mock_zuora.storage.tables._ORDERED_PER_CHUNK", 3)
    monkeypatch.setattr("mock_zuora.storage.creation_order._MAX_UNUSED", 5)
    monkeypatch.setattr("mock_zuora.storage.field_index._RECORDS_PER_CHUNK", 2)
    monkeypatch.setattr("mock_zuora.storage.field_index._MIN_BLOCK", 3)


def scan(table, matches):
    return [each.id for each in table.after(None) if matches(each)]


def changed(table, changes, *fields):
    """Makes changes while the indexes of fields are built. Returns the table, or the last copy."""
    building = table.index(*fields)
    for change in changes:
        if change == "chunk":
            if next(building, building) is building:
                building = table.index(*fields)
        elif change == "copy":
            table = table.copy()
            building = table.index(*fields)
        elif isinstance(change, int):
            table.remove(f"car-{change}")
        else:
            table.put(new_record(f"car-{change[0]}", "me", 0, change[1]))
    return table


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES, CHANGES, st.sampled_from(FIELDS), st.sampled_from(Operator), st.data())
def test_index_finds_the_same_records_as_a_scan(small_parts, changes, more, field, operator, data):
    operand = operand_of(field, data.draw(VALUES[field]))
    matches = comparison(field, operator, operand)
    table = MemoryTable(CAR)
    for each in (changes, more):
        table = changed(table, each, field.name)
        found = table.find(field.name, keys_of(field, operator, operand))
        assert list(table.ids_of(found)) == scan(table, lambda record: matches(record.value(field.name)))
        found = table.find(field.name)
        assert list(table.ids_of(found)) == scan(table, lambda record: record.value(field.name) is not None)
        assert found.bit_count() == len(scan(table, lambda record: record.value(field.name) is not None))
        assert list(table.ids_of(table.all() ^ found)) == scan(table, lambda record: record.value(field.name) is None)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES, VALUES[TEXT])
def test_texts_are_found_in_any_case(small_parts, changes, text):
    table = changed(MemoryTable(CAR), changes, TEXT.name)
    found = table.ids_of(table.find(TEXT.name, keys_in_any_case(text)))
    assert list(found) == scan(table, lambda record: (record.value(TEXT.name) or "").casefold() == text.casefold())


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_index_that_was_built_between_changes_needs_little_more_work(small_parts, changes):
    table = changed(MemoryTable(CAR), changes, TEXT.name, NUMBER.name)
    for _ in table.index(TEXT.name, NUMBER.name):
        pass
    assert list(table.index(TEXT.name, NUMBER.name)) == []


def test_index_of_many_records_in_random_order():
    table, numbers = MemoryTable(CAR), random.Random(1).choices(range(2_000), k=5_000)
    for at, number in enumerate(numbers):
        table.put(new_record(f"car-{at}", "me", 0, {NUMBER.name: number}))
    for operator in Operator:
        matches = comparison(NUMBER, operator, 700)
        found = table.ids_of(table.find(NUMBER.name, keys_of(NUMBER, operator, 700)))
        assert list(found) == scan(table, lambda record, matches=matches: matches(record.value(NUMBER.name)))


def table_with(count):
    table = MemoryTable(CAR)
    for number in range(count):
        table.put(new_record(f"car-{number}", "me", 0, {NUMBER.name: number % 7}))
    return table


def test_index_is_built_in_chunks_by_any_reader(small_parts):
    table = table_with(10)
    first, second = table.index(NUMBER.name), table.index(NUMBER.name)
    while next(first, first) is None and next(second, second) is None:
        pass
    assert list(first) == list(second) == list(table.index(NUMBER.name)) == []


def test_abandoned_index_is_completed_by_the_next_reader(small_parts):
    table = table_with(10)
    whole = len(list(table_with(10).index(NUMBER.name)))
    building = table.index(NUMBER.name)
    for _ in range(6):
        next(building)
    building.close()
    assert 0 < len(list(table.index(NUMBER.name))) < whole


def test_index_that_is_not_built_is_built_at_once(small_parts):
    table = table_with(10)
    building = table.index(NUMBER.name)
    next(building)
    assert table.find(NUMBER.name).bit_count() == 10


@pytest.mark.parametrize("known", [True, False])
def test_redefinition_ends_the_building_of_an_index(small_parts, known):
    table = table_with(10)
    building = table.index(NUMBER.name)
    for _ in range(6):
        next(building)
    table.redefine(CAR if known else Definition(object="car"), None)
    for _ in building:
        pass
    assert table.find(NUMBER.name).bit_count() == (10 if known else 0)


def test_writes_do_not_read_the_values_of_an_index(small_parts, monkeypatch):
    table = table_with(10)
    table.find(NUMBER.name)
    monkeypatch.setattr(FieldIndex, "_read_chunk", lambda index: pytest.fail("read"))
    table.put(new_record("car-1", "me", 0, {NUMBER.name: 8}))
    table.put(new_record("car-11", "me", 0, {NUMBER.name: 8}))
    table.remove("car-2")


def test_range_no_longer_has_records_whose_values_changed(small_parts):
    table = table_with(10)
    assert table.find(NUMBER.name).bit_count() == 10
    table.put(new_record("car-1", "me", 0, {}))
    table.remove("car-2")
    assert list(table.ids_of(table.find(NUMBER.name))) == [f"car-{number}" for number in (0, *range(3, 10))]
