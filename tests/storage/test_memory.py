"""The contract of the storage ports, for every store in conftest.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord, KeyScope, StoredResponse
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.jobs.planned_outcomes import JobProgress
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.records.record import new_record
from mock_zuora.storage.memory import MemoryTenantStore
from tests.storage.builders import ids_with, job, row_error

FILE = CsvFile(("brand__c",), [("vw",)])
VEHICLE = Definition(
    object="vehicle",
    fields={"plate__c": Field(name="plate__c", unique=True), "brand__c": Field(name="brand__c", filterable=True)},
)


def record(record_id, **values):
    return new_record(record_id, "ann", 1000, values)


@pytest.fixture
def jobs(store):
    return store.jobs


@pytest.fixture
def table(store):
    """The table of an object with a unique and a filterable field."""
    store.objects.define(VEHICLE)
    return store.objects.table("default", "vehicle")


# Jobs


def test_added_job_is_stored(jobs):
    assert jobs.add(job("a"), limit=5)
    assert jobs.get("a") == job("a")
    assert jobs.get("b") is None


def test_job_over_the_limit_is_not_stored(jobs):
    added = [jobs.add(job(name), limit=2) for name in "abc"]
    assert added == [True, True, False]
    assert jobs.get("c") is None
    assert list(jobs.newest_first()) == jobs.unfinished()[::-1] == [job("b"), job("a")]


def test_limit_0_accepts_no_job(jobs):
    assert not jobs.add(job("a"), limit=0)


@pytest.mark.parametrize("status", list(Status))
def test_only_unfinished_jobs_count_towards_the_limit(jobs, status):
    jobs.add(job("a"), limit=1)
    jobs.save(job("a", status=status))
    has_ended = status in ("completed", "failed", "cancelled")
    assert jobs.add(job("b"), limit=1) is has_ended
    assert (jobs.get("a") not in jobs.unfinished()) is has_ended


def test_saved_job_keeps_its_position(jobs):
    for name in "abc":
        jobs.add(job(name), limit=5)
    jobs.save(job("a", status=Status.PENDING))
    assert [each.id for each in jobs.newest_first()] == ["c", "b", "a"]
    assert jobs.unfinished()[0].status is Status.PENDING


@pytest.mark.parametrize(("after", "older"), [("c", ["b", "a"]), ("a", []), (None, ["c", "b", "a"])])
def test_jobs_are_listed_from_a_given_one(jobs, after, older):
    for name in "abc":
        jobs.add(job(name), limit=5)
    assert [each.id for each in jobs.newest_first(after)] == older


def test_job_iterator_ignores_new_jobs(jobs):
    for name in "ab":
        jobs.add(job(name), limit=5)
    listed = jobs.newest_first()
    assert next(listed).id == "b"
    jobs.add(job("c"), limit=5)
    assert [each.id for each in listed] == ["a"]


def test_file_and_progress_are_stored_until_the_job_ends(jobs):
    jobs.add(job("a"), limit=5)
    jobs.put_file("a", FILE)
    jobs.save_progress("a", JobProgress(rows=4))
    assert (jobs.file("a"), jobs.progress("a")) == (FILE, JobProgress(rows=4))
    jobs.save(job("a", status=Status.COMPLETED))
    assert (jobs.file("a"), jobs.progress("a")) == (None, None)


def test_row_errors_keep_their_order(jobs):
    for row in (2, 5, 9):
        jobs.add_row_error("a", row_error(row))
    assert jobs.row_errors("a") == [row_error(2), row_error(5), row_error(9)]
    assert jobs.row_errors("b") == []


def test_returned_row_errors_do_not_change(jobs):
    jobs.add_row_error("a", row_error(2))
    read = jobs.row_errors("a")
    jobs.add_row_error("a", row_error(3))
    assert read == [row_error(2)]


# Records


def test_put_record_is_stored(table):
    table.put(record("a", brand__c="vw"))
    assert table.get("a") == record("a", brand__c="vw")
    assert (len(table), table.get("b")) == (1, None)


def test_removed_record_is_gone(table):
    table.put(record("a", plate__c="AA-1"))
    assert [table.remove("a"), table.remove("a")] == [True, False]
    assert (len(table), table.get("a"), table.ids(), table.holders("plate__c", "AA-1")) == (0, None, [], ())


def test_records_are_in_order_of_creation(table):
    for name in "abc":
        table.put(record(name))
    table.put(record("a", brand__c="vw"))
    assert table.ids() == [each.id for each in table.after(None)] == ["a", "b", "c"]
    assert [each.id for each in table.after("a")] == ["b", "c"]


def test_unique_value_has_one_holder(table):
    table.put(record("a", plate__c="AA-1"))
    assert table.holders("plate__c", "AA-1") == ("a",)
    table.put(record("a", plate__c="AA-2"))
    assert [table.holders("plate__c", plate) for plate in ("AA-1", "AA-2")] == [(), ("a",)]


def test_unique_value_can_have_several_holders(table):
    """Which the assumption ``unique-scope=file`` allows."""
    for name in "abc":
        table.put(record(name, plate__c="AA-1"))
    assert table.holders("plate__c", "AA-1") == ("a", "b", "c")
    assert ids_with(table, "plate__c", "AA-1") == ["a", "b", "c"]
    table.put(record("a", plate__c="AA-1", brand__c="vw"))
    assert ids_with(table, "plate__c", "AA-1") == ["a", "b", "c"]
    table.put(record("a", plate__c="AA-2"))
    table.remove("b")
    assert [table.holders("plate__c", plate) for plate in ("AA-1", "AA-2")] == [("c",), ("a",)]
    table.remove("c")
    assert table.holders("plate__c", "AA-1") == ()


def test_shared_unique_value_is_copied_and_renamed(store, table):
    for name in "ab":
        table.put(record(name, plate__c="AA-1"))
    copied = store.copy().objects.table("default", "vehicle")
    table.remove("a")
    assert (copied.holders("plate__c", "AA-1"), table.holders("plate__c", "AA-1")) == (("a", "b"), ("b",))


def test_removing_a_record_keeps_values_of_others(table):
    table.put(record("a", plate__c="AA-1", brand__c="vw"))
    table.put(record("b", brand__c="vw"))
    table.put(record("a", plate__c="AA-2", brand__c="vw"))
    table.put(record("b", plate__c="AA-1", brand__c="vw"))
    table.remove("a")
    assert table.holders("plate__c", "AA-1") == ("b",)
    assert ids_with(table, "brand__c", "vw") == ["b"]


def test_records_are_found_by_equal_value(table):
    table.put(record("a", brand__c="vw", plate__c="AA-1"))
    table.put(record("b", brand__c="kia"))
    assert ids_with(table, "brand__c", "vw") == ids_with(table, "plate__c", "AA-1") == ["a"]
    table.put(record("c", brand__c="vw"))
    assert ids_with(table, "brand__c", "vw") == ["a", "c"]
    assert ids_with(table, "brand__c", "fiat") == ids_with(table, "plate__c", "vw") == []


def test_records_with_equal_value_are_in_order_of_creation(table):
    for name, brand in (("a", "kia"), ("b", "vw"), ("c", "vw")):
        table.put(record(name, brand__c=brand))
    assert ids_with(table, "brand__c", "vw") == ["b", "c"]
    table.put(record("b", brand__c="vw", plate__c="AA-1"))
    table.put(record("a", brand__c="vw"))
    assert ids_with(table, "brand__c", "vw") == ["a", "b", "c"]


PUTS = st.tuples(st.sampled_from("abcd"), st.sampled_from(["vw", "kia", None]), st.sampled_from(["red", "blue", None]))


@given(st.lists(PUTS | st.sampled_from("abcd"), max_size=12), st.integers(0, 12))
@settings(max_examples=80, deadline=None)
def test_index_agrees_with_a_scan_of_all_records(steps, first_query):
    store, model = MemoryTenantStore(), {}
    store.objects.define(VEHICLE)
    table = store.objects.table("default", "vehicle")
    for at, step in enumerate(steps):
        if at == first_query:
            ids_with(table, "brand__c", "vw")
        if isinstance(step, str):
            assert table.remove(step) is (model.pop(step, None) is not None)
        else:
            name, brand, color = step
            model[name] = {"brand__c": brand} if color is None else {"brand__c": brand, "color__c": color}
            model[name] = {key: value for key, value in model[name].items() if value is not None}
            table.put(record(name, **model[name]))
    for brand in ("vw", "kia"):
        found = ids_with(table, "brand__c", brand)
        assert found == [name for name, values in model.items() if values.get("brand__c") == brand]
    assert table.ids() == list(model)


# Objects


def test_object_is_known_once_defined(store):
    assert store.objects.definition("default", "vehicle") is None
    store.objects.define(VEHICLE)
    assert store.objects.definition("default", "vehicle") == VEHICLE
    assert store.objects.definition("com_zuora", "vehicle") is None
    assert store.objects.definitions() == [VEHICLE]


def test_removed_object_loses_its_records(store, table):
    table.put(record("a"))
    store.objects.remove("default", "vehicle")
    assert store.objects.definitions() == []
    store.objects.define(VEHICLE)
    assert len(store.objects.table("default", "vehicle")) == 0


def test_redefined_object_keeps_records_and_moves_renamed_values(store, table):
    table.put(record("a", brand__c="vw", plate__c="AA-1"))
    after = Definition(object="vehicle", fields={"make__c": Field(name="make__c", unique=True)})
    store.objects.redefine(after, ("brand__c", "make__c"))
    again = store.objects.table("default", "vehicle")
    assert store.objects.definition("default", "vehicle") == after
    assert again.get("a").values == {"make__c": "vw", "plate__c": "AA-1"}
    assert again.holders("make__c", "vw") == ("a",)


# Tenant stores


def test_copy_is_independent(store, table):
    store.jobs.add(job("a"), limit=5)
    store.jobs.add_row_error("a", row_error(2))
    store.jobs.put_file("a", FILE)
    table.put(record("a", plate__c="AA-1", brand__c="vw"))
    copy = store.copy()
    store.jobs.save(job("a", status=Status.CANCELLED))
    store.jobs.add(job("b"), limit=5)
    store.jobs.add_row_error("a", row_error(3))
    table.put(record("a", plate__c="AA-2", brand__c="kia"))
    store.objects.define(Definition(object="person"))
    assert list(copy.jobs.newest_first()) == copy.jobs.unfinished() == [job("a")]
    assert (copy.jobs.row_errors("a"), copy.jobs.file("a")) == ([row_error(2)], FILE)
    assert copy.objects.definitions() == [VEHICLE]
    copied = copy.objects.table("default", "vehicle")
    assert (copied.holders("plate__c", "AA-1"), ids_with(copied, "brand__c", "vw")) == (("a",), ["a"])


def test_store_without_jobs_shares_records(store, table):
    store.jobs.add(job("a"), limit=5)
    bare = store.without_jobs()
    table.put(record("a"))
    assert list(bare.jobs.newest_first()) == bare.jobs.unfinished() == []
    assert bare.objects.table("default", "vehicle").get("a") == record("a")


# Tokens and idempotency keys of all tenants


def token(text, tenant):
    return AccessToken(text=text, jti="a", tenant=tenant, user="ann", expires_at=1000)


def test_tokens_of_one_tenant_can_be_deleted(tokens):
    first, second = token("a", "first"), token("b", "second")
    tokens.add(first)
    tokens.add(second)
    assert [tokens.get(text) for text in "abc"] == [first, second, None]
    tokens.forget("first")
    assert [tokens.get(text) for text in "ab"] == [None, second]


def key_record(tenant, response=None):
    return IdempotencyRecord(KeyScope(tenant, "POST", "/objects/jobs"), 1000, response)


def test_key_belongs_to_its_first_claim(idempotency_records):
    first, second = key_record("first"), key_record("second")
    assert idempotency_records.get("key") is None
    assert (
        idempotency_records.claim("key", first)
        == idempotency_records.claim("key", second)
        == idempotency_records.get("key")
        == first
    )


def test_key_stores_its_response_and_can_be_dropped(idempotency_records):
    idempotency_records.claim("key", key_record("first"))
    response = StoredResponse(200, (), b"{}", "")
    idempotency_records.put("key", key_record("first", response))
    assert idempotency_records.get("key").response == response
    idempotency_records.drop("key")
    idempotency_records.drop("key")
    assert idempotency_records.claim("key", key_record("second")) == key_record("second")


def test_keys_of_one_tenant_can_be_deleted(idempotency_records):
    idempotency_records.claim("a", key_record("first"))
    idempotency_records.claim("b", key_record("second"))
    idempotency_records.forget("first")
    assert (idempotency_records.get("a"), idempotency_records.get("b")) == (None, key_record("second"))
