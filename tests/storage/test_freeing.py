import gc
import threading
import weakref

import pytest

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.records.record import new_stamp
from mock_zuora.storage.freeing import FREED_PER_STEP, free_later, free_step, freeing_in_steps, is_anything_waiting
from mock_zuora.storage.memory import MemoryTenantStore
from mock_zuora.storage.tables import MemoryTable

MANY = FREED_PER_STEP + 1
CAR = Definition(object="car", fields={"vin__c": Field(name="vin__c", unique=True, filterable=True)})


def table_of(count):
    table = MemoryTable(CAR)
    ids = [f"car-{number}" for number in range(count)]
    table.add(ids, new_stamp("me", 0, ["vin__c"]), [[f"v{number}" for number in range(count)]])
    return table


def steps():
    """The number of steps until everything is free."""
    count = 0
    while is_anything_waiting():
        free_step()
        count += 1
    return count


@pytest.fixture
def serving():
    with freeing_in_steps():
        yield


def test_discarded_records_and_indexes_are_freed_in_steps(serving):
    table = table_of(2 * FREED_PER_STEP)
    list(table.index("vin__c"))
    assert not is_anything_waiting()
    del table
    # Records, unique values, three containers of the order, and the keys of an index.
    assert steps() == 6 * 2


def test_small_table_is_freed_at_once(serving):
    table_of(FREED_PER_STEP)
    assert not is_anything_waiting()


def test_container_that_is_still_read_is_left_to_its_reader(serving):
    table = table_of(MANY)
    records = table.after(None)
    del table
    assert steps() > 0
    assert sum(1 for _ in records) == MANY


def test_without_a_server_tables_are_freed_at_once():
    table_of(MANY)
    assert not is_anything_waiting()


def test_nothing_is_kept_after_the_last_server():
    with freeing_in_steps():
        with freeing_in_steps():
            free_later(dict.fromkeys(range(MANY)))
        assert is_anything_waiting()
    assert not is_anything_waiting()


def test_thread_without_a_server_frees_at_once(serving):
    waits = []

    def discard():
        table_of(MANY)
        waits.append(is_anything_waiting())

    thread = threading.Thread(target=discard)
    thread.start()
    thread.join()
    assert (waits, is_anything_waiting()) == ([False], False)


def test_step_without_anything_to_free_does_nothing(serving):
    free_step()
    assert not is_anything_waiting()


def test_used_store_is_freed_without_the_garbage_collector():
    """``serve`` exempts what is old from collections, which would otherwise leak."""
    store = MemoryTenantStore()
    store.objects.define(CAR)
    table = store.objects.table("default", "car")
    table.add(["car-1", "car-2"], new_stamp("me", 0, ["vin__c"]), [["A", "B"]])
    list(table.index("vin__c", "CreatedDate"))
    assert table.find("vin__c")
    references = [weakref.ref(each) for each in (store, store.objects, table)]
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        del store, table
        assert [reference() for reference in references] == [None] * 3
    finally:
        if was_enabled:
            gc.enable()
