import pytest

from mock_zuora.domain.jobs.staged_records import DirectRecords, StagedRecords
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.records.record import new_record

CAR = Definition(object="car", fields={"plate__c": Field(name="plate__c", unique=True)})


@pytest.fixture
def records(tenant):
    """The records of an object, of which one is stored."""
    tenant.store.objects.define(CAR)
    records = tenant.records(CAR)
    records.put(car("a", "A"))
    return records


def car(record_id, plate):
    return new_record(record_id, "ann", 0, {"plate__c": plate})


def commit(staged):
    return sum(1 for _ in staged.commit(2))


def test_direct_records_are_written_at_once(records):
    direct = DirectRecords(records)
    direct.put(car("b", "B"))
    assert (records.table.ids(), direct.get("b"), direct.holders("plate__c", "B")) == (
        ["a", "b"],
        car("b", "B"),
        ("b",),
    )
    assert commit(direct) == 0


def test_staged_records_are_read_by_their_job_only(records):
    staged = StagedRecords(records)
    staged.put(car("b", "B"))
    assert (staged.get("b"), staged.get("a"), staged.get("c")) == (car("b", "B"), car("a", "A"), None)
    assert (staged.holders("plate__c", "B"), records.table.ids()) == (("b",), ["a"])


def test_staged_change_frees_the_value_that_it_replaces(records):
    staged = StagedRecords(records)
    staged.put(car("a", "B"))
    assert [staged.holders("plate__c", plate) for plate in "AB"] == [(), ("a",)]
    staged.put(car("a", "C"))
    assert [staged.holders("plate__c", plate) for plate in "ABC"] == [(), (), ("a",)]
    assert records.table.holders("plate__c", "A") == ("a",)


def test_staged_records_are_written_in_chunks(records):
    staged = StagedRecords(records)
    for name in "abcde":
        staged.put(car(name, name))
    assert commit(staged) == 3
    assert [record.values for record in records.table.after(None)] == [{"plate__c": name} for name in "abcde"]


def test_record_that_was_deleted_meanwhile_stays_deleted(records):
    staged = StagedRecords(records)
    staged.put(car("a", "B"))
    staged.put(car("b", "C"))
    records.remove("a", 0)
    commit(staged)
    assert records.table.ids() == ["b"]
