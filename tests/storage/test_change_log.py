"""The log of changes that are not in the state file yet."""

from mock_zuora.storage.change_log import ChangeLog, ignore


def test_changes_are_taken_in_order_and_once():
    log = ChangeLog()
    note = log.of(7)
    note("job", "a job")
    log.add("dropped", ("other",))
    assert log.take() == [("job", 7, "a job"), ("dropped", ("other",))]
    assert log.take() == []
    note("job", "another job")
    assert log.take() == [("job", 7, "another job")]


def test_change_is_discarded_without_a_state_file():
    assert ignore("job", "a job") is None
