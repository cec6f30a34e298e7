"""Changes wait in memory while the file cannot be written, up to a limit. Beyond it, the whole state is written."""

import pytest

from mock_zuora.domain.objects.definition import open_definition
from mock_zuora.domain.records.record import Record
from mock_zuora.server import state_writer
from mock_zuora.server.state_entries import Replay, encoded
from mock_zuora.server.state_writer import StateWriter
from mock_zuora.storage.memory import MemoryTenantStore
from mock_zuora.storage.state_file import StateFile, StateFileError

STORE = 1


class FullDisk(StateFile):
    """A state file whose writes fail while ``is_full`` is set."""

    is_full = False

    def _write(self, *arguments):
        if self.is_full:
            raise StateFileError("cannot be used: database or disk is full")
        return super()._write(*arguments)


@pytest.fixture
def file(tmp_path):
    file = FullDisk(str(tmp_path / "state.db"), "x")
    yield file
    file.close()


@pytest.fixture
def writer(file, monkeypatch):
    monkeypatch.setattr(state_writer, "MAX_UNWRITTEN", 3)
    monkeypatch.setattr(state_writer, "CHUNKS_PER_STEP", 1)
    return StateWriter(file)


def record(record_id):
    return Record(record_id, "ann", 1, "ann", 1, 1, {})


def put(*record_ids):
    return [("record", STORE, "default", "car", record(each)) for each in record_ids]


def whole_state(*record_ids):
    store = MemoryTenantStore()
    store.objects.define(open_definition("default", "car"))
    for each in record_ids:
        store.objects.table("default", "car").put(record(each))
    return [("whole", STORE, store)]


def entries_of(file):
    return [*file.whole_state(), *file.changes()]


def stored(file):
    replay = Replay(tokens=None, keys=None)
    for chunk in entries_of(file):
        replay.apply(chunk)
    return [each.id for each in replay.stores[STORE].objects.table("default", "car").after(None)]


def test_few_changes_wait_and_are_written_with_the_next(file, writer):
    writer.write(whole_state())
    file.is_full = True
    writer.write(put("a"))
    assert "disk is full" in writer.failure and not writer.needs_compacting
    file.is_full = False
    writer.write(put("b"))
    assert writer.failure is None
    assert stored(file) == ["a", "b"]


@pytest.fixture
def overflowing(file, writer):
    """The writer has dropped changes, so the file holds nothing but record ``first``."""
    writer.write(whole_state("first"))
    file.is_full = True
    writer.write(put("a", "b"))
    writer.write(put("c", "d"))
    return writer


def test_too_many_changes_are_replaced_by_the_whole_state(file, overflowing):
    assert overflowing.needs_compacting
    with pytest.raises(StateFileError, match="full"):
        overflowing.start_next([])
        overflowing.write_next(encoded(whole_state("first", "a", "b", "c", "d")))
    overflowing.give_up_next(StateFileError("full"))
    assert overflowing.needs_compacting
    file.is_full = False
    overflowing.write(put("e"))
    assert stored(file) == ["first"]
    chunks = encoded(whole_state("first", "a", "b", "c", "d", "e"))
    overflowing.start_next([])
    while overflowing.write_next(chunks):
        overflowing.write(put("f"))
    overflowing.use_next()
    assert (overflowing.failure, overflowing.needs_compacting) == (None, False)
    assert stored(file) == ["first", "a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_whole_state_is_written_at_the_end(file, overflowing, is_interrupted):
    file.is_full = False
    if is_interrupted:
        overflowing.start_next([])
        overflowing.write_next(encoded(whole_state("first", "a")))
    overflowing.write_last(put("e"), lambda: whole_state("first", "a", "e"))
    assert overflowing.failure is None
    assert stored(file) == ["first", "a", "e"]


def test_copies_count_towards_compacting(file, writer):
    writer.write([*whole_state("first"), ("copied", 2, STORE, 1)])
    assert not writer.needs_compacting
    writer.write([("copied", 3, STORE, state_writer.MIN_SIZE_TO_COMPACT)])
    assert writer.needs_compacting


def test_disk_that_stays_full_is_a_failure_at_the_end(file, overflowing):
    overflowing.write_last([], lambda: whole_state("first", "a"))
    assert "full" in overflowing.failure
    assert stored(file) == ["first"]


def test_changes_that_are_lost_during_the_whole_state_start_it_again(file, writer):
    writer.write(whole_state())
    writer.start_next([])
    writer.write_next(encoded(whole_state()))
    file.is_full = True
    writer.write(put("a", "b", "c", "d"))
    file.is_full = False
    with pytest.raises(StateFileError, match="full"):
        writer.use_next()
    writer.give_up_next(StateFileError("full"))
    assert writer.needs_compacting
    assert stored(file) == []
