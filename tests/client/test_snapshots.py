"""The snapshots of a handle, with both transports."""

import pytest

from mock_zuora.control.errors import Invalid, Unknown

JOBS = "/objects/jobs"


@pytest.mark.fidelity("mock-07")
def test_snapshot_restores_records_jobs_settings_and_clock(handle, submit):
    job, now = submit(handle, "brand__c\nA\n"), handle.clock.freeze()
    handle.snapshots.save("one")
    submit(handle, "brand__c\nB\n")
    handle.configure(strict=True)
    handle.clock.advance(3_600)
    handle.snapshots.restore("one")
    assert [each["brand__c"] for each in handle.records("vehicle")] == ["A"]
    assert [each.id for each in handle.jobs.all()] == [job]
    assert (handle.settings()["strict"], handle.clock.now(), handle.clock.speed) == (False, now, 0)


def test_restored_snapshot_is_kept(handle, submit):
    handle.snapshots.save("empty")
    for _ in range(2):
        submit(handle)
        handle.snapshots.restore("empty")
        assert handle.jobs.all() == []
    assert handle.snapshots.all() == ["empty"]


@pytest.mark.parametrize("name", ["a b", "ä?#%", "."])
def test_snapshot_name_can_be_any_text_without_slashes(handle, name):
    handle.snapshots.save(name)
    assert handle.snapshots.all() == [name]
    handle.snapshots.drop(name)
    assert handle.snapshots.all() == []


@pytest.mark.parametrize("name", ["", "a/b"])
def test_empty_snapshot_name_and_slash_are_refused(handle, name):
    with pytest.raises(Invalid, match="name"):
        handle.snapshots.save(name)


def test_missing_snapshot_is_unknown(handle):
    handle.snapshots.save("one")
    with pytest.raises(Unknown, match="'two'; existing snapshots: one"):
        handle.snapshots.restore("two")
    with pytest.raises(Unknown, match="'two'; existing snapshots: one"):
        handle.snapshots.drop("two")


def test_snapshot_has_a_time_and_a_size(handle, submit):
    handle.add_records("boat", [{"sail__c": "red"}] * 3)
    submit(handle, "brand__c\nA\n")
    now = handle.clock.freeze()
    handle.snapshots.save("one")
    handle.add_records("boat", [{"sail__c": "red"}])
    handle.clock.advance(60)
    found = handle.snapshots.get("one")
    assert (found.name, found.clock, found.objects, found.records, found.jobs) == ("one", now, 2, 4, 1)
    with pytest.raises(Unknown, match="'two'; existing snapshots: one"):
        handle.snapshots.get("two")
