from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.records.read_delay import PreviousVersion, WriteLog, ids_as_of, position_of, version_as_of
from mock_zuora.domain.records.record import Record
from mock_zuora.storage.tables import MemoryTable


def record(record_id, version=1):
    return Record(record_id, "me", 0, "me", 0, version, {})


def table_of(*ids):
    table = MemoryTable(Definition(object="car"))
    for each in ids:
        table.put(record(each, version=9))
    return table


def seen(table, before, candidates=None):
    versions = [version_as_of(table, each, before) for each in ids_as_of(table, candidates, before)]
    return [(each.id, each.version) for each in versions if each is not None]


def test_oldest_change_since_a_timestamp_has_the_version_at_that_time():
    log = WriteLog()
    log.add(1, "a", PreviousVersion(None, 0))
    log.add(3, "a", PreviousVersion(record("a", 1), 0))
    log.add(5, "a", PreviousVersion(record("a", 2), 0))
    assert log.versions_at(0)["a"].record is None
    assert log.versions_at(1)["a"].record.version == 1
    assert log.versions_at(4)["a"].record.version == 2
    assert log.versions_at(5) == {}


def test_older_change_logged_later_hides_no_other():
    log = WriteLog()
    log.add(5, "a", PreviousVersion(None, 0))
    log.add(3, "b", PreviousVersion(None, 1))
    assert list(log.versions_at(4)) == ["a"]


def test_old_changes_are_forgotten():
    log = WriteLog()
    for timestamp in (1, 2, 3):
        log.add(timestamp, "a", PreviousVersion(None, 0))
    log.forget_until(2)
    assert len(log) == 1


def test_previous_versions_are_returned_in_order_of_creation():
    table = table_of("a", "b", "c", "d")
    gone = PreviousVersion(record("b", 2), table.position("b"))
    table.remove("b")
    before = {
        "b": gone,
        "c": PreviousVersion(record("c", 3), table.position("c")),
        "d": PreviousVersion(None, table.position("d")),
    }
    assert seen(table, before) == [("a", 9), ("b", 2), ("c", 3)]
    assert [each.id for each in table.after(None)] == ["a", "c", "d"]


def test_index_candidates_include_records_that_have_changed():
    table = table_of("a", "b", "c")
    before = {"b": PreviousVersion(record("b", 1), table.position("b"))}
    assert seen(table, before, ["a"]) == [("a", 9), ("b", 1)]
    assert seen(table, {}, ["c", "x"]) == [("c", 9)]
    assert seen(table, {}) == [("a", 9), ("b", 9), ("c", 9)]


def test_deleted_record_keeps_its_position():
    table = table_of("a", "b")
    place = table.position("a")
    table.remove("a")
    assert position_of("a", table, {"a": PreviousVersion(record("a"), place)}) == place
    assert position_of("a", table, {}) is None
    assert position_of("a", table, {"a": PreviousVersion(None, place)}) is None
