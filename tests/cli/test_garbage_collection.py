import gc

import pytest

from mock_zuora.cli import garbage_collection
from mock_zuora.cli.garbage_collection import startup_without_collections, without_long_collections


@pytest.fixture(autouse=True)
def unfrozen():
    """Leaves the collector of the test process as it was."""
    was_frozen = gc.get_freeze_count() > 0
    yield
    if not was_frozen:
        gc.unfreeze()


def is_collected(item):
    return any(each is item for each in gc.get_objects())


def test_collector_is_paused_and_then_ignores_what_was_imported():
    with startup_without_collections():
        was_enabled = gc.isenabled()
        imported = [[]]
    assert (was_enabled, gc.isenabled(), is_collected(imported)) == (False, True, False)


def test_long_collection_is_the_last_one_of_what_exists(monkeypatch):
    monkeypatch.setattr(garbage_collection, "LONG_MILLISECONDS", 0)
    with without_long_collections():
        survivor = [[]]
        before = is_collected(survivor)
        gc.collect()
        assert (before, is_collected(survivor)) == (True, False)
    later = [[]]
    gc.collect()
    assert is_collected(later)


def test_short_collection_exempts_nothing(monkeypatch):
    monkeypatch.setattr(garbage_collection, "LONG_MILLISECONDS", 60_000)
    with without_long_collections():
        survivor = [[]]
        gc.collect()
        assert is_collected(survivor)


def test_garbage_is_still_collected():
    with without_long_collections():
        gc.collect()
        cycle = []
        cycle.append(cycle)
        del cycle
        assert gc.collect() > 0
