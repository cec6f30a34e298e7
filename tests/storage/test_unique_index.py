from mock_zuora.domain.records.record import new_record
from mock_zuora.storage.unique_index import UniqueIndex


def car(number, vin):
    return new_record(f"car-{number}", "me", 0, {} if vin is None else {"vin__c": vin})


def moved(index, before, after):
    index.move(before, after, "vin__c")
    return index


def test_value_is_held_until_its_last_record_loses_it():
    index = moved(UniqueIndex(), None, car(1, "A"))
    moved(index, None, car(2, "A"))
    assert index.holders("A") == ("car-1", "car-2")
    moved(index, car(1, "A"), car(1, "B"))
    assert (index.holders("A"), index.holders("B")) == (("car-2",), ("car-1",))
    moved(index, car(2, "A"), None)
    assert (index.holders("A"), index.has_any(["A"]), index.has_any(["A", "B"])) == ((), False, True)


def test_records_without_a_value_hold_nothing():
    index = moved(UniqueIndex(), None, car(1, None))
    index.add(["A", None], ["car-2", "car-3"])
    assert (index.holders("A"), index.by_value) == (("car-2",), {"A": "car-2"})


def test_copies_are_independent_in_both_directions():
    index = moved(UniqueIndex(), None, car(1, "A"))
    copy = index.copy()
    second = copy.copy()
    index.add(["B"], ["car-2"])
    moved(copy, car(1, "A"), None)
    assert (index.holders("A"), index.holders("B")) == (("car-1",), ("car-2",))
    assert (copy.holders("A"), copy.holders("B")) == ((), ())
    assert (second.holders("A"), second.holders("B")) == (("car-1",), ())
