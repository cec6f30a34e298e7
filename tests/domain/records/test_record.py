import pytest

from mock_zuora.domain.records.record import as_record, lookup, new_record, new_stamp, row_values


@pytest.mark.fidelity("definitions-09")
def test_update_counts_versions_and_keeps_creator():
    after = new_record("1", "me", 5, {}).updated("you", 9, {"name__c": "vw"})
    assert (after.id, after.stamp[:5]) == ("1", ("me", 5, "you", 9, 2))


@pytest.mark.fidelity("definitions-09")
def test_system_fields_are_looked_up_like_custom_fields():
    read = lookup(new_record("1", "me", 1_615_334_754_207, {"name__c": "vw"}))
    assert (read("Id"), read("CreatedDate"), read("name__c"), read("x__c")) == (
        "1", "2021-03-10T00:05:54.207Z", "vw", None,
    )  # fmt: skip


def test_record_has_the_values_that_it_was_created_with():
    record = new_record("1", "me", 5, {"name__c": "vw", "doors__c": 4})
    assert record.values == {"name__c": "vw", "doors__c": 4}
    assert (record.value("doors__c"), record.value("color__c")) == (4, None)


def test_cell_without_a_value_is_no_value_of_the_record():
    stamp = new_stamp("me", 5, ["name__c", "doors__c"])
    record = as_record(("1", stamp, None, 4))
    assert (record.values, record.value("name__c")) == ({"doors__c": 4}, None)


def test_row_values_leave_out_empty_cells():
    assert row_values(("a__c", "b__c", "c__c"), ("1", "")) == {"a__c": "1"}
