from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.records.read_delay import PreviousVersion, WriteLog, as_of, position_of
from mock_zuora.domain.records.record import new_record
from mock_zuora.storage.tables import MemoryTable


def record(record_id, version=1):
    return new_record(record_id, "me", 0, {})._replace(version=version)


def table_of(*ids):
    table = MemoryTable(Definition(object="car"))
    for each in ids:
        table.put(record(each, version=9))
    return table


def seen(table, before, candidates=None):
    return [(each.id, each.version) for each in as_of(table, candidates, before)]


def test_the_oldest_change_since_a_moment_says_how_a_record_was_then():
    log = WriteLog()
    log.add(1, "a", PreviousVersion(None, 0))
    log.add(3, "a", PreviousVersion(record("a", 1), 0))
    log.add(5, "a", PreviousVersion(record("a", 2), 0))
    assert log.versions_at(0)["a"].record is None
    assert log.versions_at(1)["a"].record.version == 1
    assert log.versions_at(4)["a"].record.version == 2
    assert log.versions_at(5) == {}


def test_a_job_whose_changes_carry_an_older_moment_does_not_hide_them():
    log = WriteLog()
    log.add(5, "a", PreviousVersion(None, 0))
    log.add(3, "b", PreviousVersion(None, 1))
    assert list(log.versions_at(4)) == ["a"]


def test_what_is_old_enough_is_forgotten():
    log = WriteLog()
    for moment in (1, 2, 3):
        log.add(moment, "a", PreviousVersion(None, 0))
    log.forget_until(2)
    assert len(log) == 1


def test_records_are_seen_as_they_were_in_the_order_of_their_creation():
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


def test_candidates_of_an_index_are_joined_by_what_changed_since():
    table = table_of("a", "b", "c")
    before = {"b": PreviousVersion(record("b", 1), table.position("b"))}
    assert seen(table, before, ["a"]) == [("a", 9), ("b", 1)]
    assert seen(table, {}, ["c", "x"]) == [("c", 9)]
    assert seen(table, {}) == [("a", 9), ("b", 9), ("c", 9)]


def test_a_record_that_is_gone_since_keeps_its_place():
    table = table_of("a", "b")
    place = table.position("a")
    table.remove("a")
    assert position_of("a", table, {"a": PreviousVersion(record("a"), place)}) == place
    assert position_of("a", table, {}) is None
    assert position_of("a", table, {"a": PreviousVersion(None, place)}) is None
