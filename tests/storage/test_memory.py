"""The contract of the ports, for every store of the conftest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord, KeyScope
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Field
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.record import new_record
from mock_zuora.storage.memory import MemoryTenantStore

FILE = CsvFile(("brand__c",), [("vw",)])
VEHICLE = Definition(
    object="vehicle",
    fields={"plate__c": Field(name="plate__c", unique=True), "brand__c": Field(name="brand__c", filterable=True)},
)


def job(job_id, **more):
    return Job(
        id=job_id,
        namespace="default",
        object="vehicle",
        operation=Operation.CREATE,
        created_by="ann",
        created_at=0,
        updated_by="ann",
        updated_at=0,
        **more,
    )


def record(record_id, **values):
    return new_record(record_id, "ann", 1000, values)


def row_error(row):
    return RowError(Problem(71012520, "A sentence."), row, {"brand__c": "vw"})


@pytest.fixture
def jobs(store):
    return store.jobs


@pytest.fixture
def table(store):
    """The table of an object with a unique and a filterable field."""
    store.objects.define(VEHICLE)
    return store.objects.table("default", "vehicle")


# Jobs


def test_a_job_that_was_added_is_there(jobs):
    assert jobs.add(job("a"), limit=5)
    assert jobs.get("a") == job("a")
    assert jobs.get("b") is None


def test_a_job_over_the_limit_is_not_kept(jobs):
    added = [jobs.add(job(name), limit=2) for name in "abc"]
    assert added == [True, True, False]
    assert jobs.get("c") is None
    assert list(jobs.newest_first()) == jobs.unfinished()[::-1] == [job("b"), job("a")]


def test_a_limit_of_0_takes_no_job(jobs):
    assert not jobs.add(job("a"), limit=0)


@pytest.mark.parametrize("status", list(Status))
def test_only_unfinished_jobs_count_towards_the_limit(jobs, status):
    jobs.add(job("a"), limit=1)
    jobs.save(job("a", status=status))
    is_over = status in ("completed", "failed", "cancelled")
    assert jobs.add(job("b"), limit=1) is is_over
    assert (jobs.get("a") not in jobs.unfinished()) is is_over


def test_saving_keeps_a_jobs_place(jobs):
    for name in "abc":
        jobs.add(job(name), limit=5)
    jobs.save(job("a", status=Status.PENDING))
    assert [each.id for each in jobs.newest_first()] == ["c", "b", "a"]
    assert jobs.unfinished()[0].status is Status.PENDING


@pytest.mark.parametrize(("after", "older"), [("c", ["b", "a"]), ("a", []), (None, ["c", "b", "a"])])
def test_jobs_are_listed_from_one_on(jobs, after, older):
    for name in "abc":
        jobs.add(job(name), limit=5)
    assert [each.id for each in jobs.newest_first(after)] == older


def test_a_list_that_was_begun_is_not_disturbed_by_new_jobs(jobs):
    for name in "ab":
        jobs.add(job(name), limit=5)
    listed = jobs.newest_first()
    assert next(listed).id == "b"
    jobs.add(job("c"), limit=5)
    assert [each.id for each in listed] == ["a"]


def test_a_file_is_kept_until_it_is_taken(jobs):
    jobs.put_file("a", FILE)
    assert jobs.file("a") == jobs.pop_file("a") == FILE
    assert jobs.file("a") is None


def test_row_errors_are_kept_in_their_order(jobs):
    for row in (2, 5, 9):
        jobs.add_row_error("a", row_error(row))
    assert jobs.row_errors("a") == [row_error(2), row_error(5), row_error(9)]
    assert jobs.row_errors("b") == []


def test_what_was_read_of_row_errors_does_not_grow(jobs):
    jobs.add_row_error("a", row_error(2))
    read = jobs.row_errors("a")
    jobs.add_row_error("a", row_error(3))
    assert read == [row_error(2)]


# Records


def test_a_record_that_was_put_is_there(table):
    table.put(record("a", brand__c="vw"))
    assert table.get("a") == record("a", brand__c="vw")
    assert (len(table), table.get("b")) == (1, None)


def test_a_record_that_was_removed_is_gone(table):
    table.put(record("a", plate__c="AA-1"))
    assert [table.remove("a"), table.remove("a")] == [True, False]
    assert (len(table), table.get("a"), table.ids(), table.holder("plate__c", "AA-1")) == (0, None, [], None)


def test_records_stand_in_the_order_of_their_creation(table):
    for name in "abc":
        table.put(record(name))
    table.put(record("a", brand__c="vw"))
    assert table.ids() == [each.id for each in table.after(None)] == ["a", "b", "c"]
    assert [each.id for each in table.after("a")] == ["b", "c"]


def test_a_unique_value_has_one_holder(table):
    table.put(record("a", plate__c="AA-1"))
    assert table.holder("plate__c", "AA-1") == "a"
    table.put(record("a", plate__c="AA-2"))
    assert [table.holder("plate__c", plate) for plate in ("AA-1", "AA-2")] == [None, "a"]


def test_removing_a_record_leaves_the_values_of_others(table):
    table.put(record("a", plate__c="AA-1", brand__c="vw"))
    table.put(record("b", brand__c="vw"))
    table.put(record("a", plate__c="AA-2", brand__c="vw"))
    table.put(record("b", plate__c="AA-1", brand__c="vw"))
    table.remove("a")
    assert table.holder("plate__c", "AA-1") == "b"
    assert table.ids_with("brand__c", "vw") == ["b"]


def test_records_are_found_by_an_equal_value(table):
    table.put(record("a", brand__c="vw", plate__c="AA-1"))
    table.put(record("b", brand__c="kia"))
    assert table.ids_with("brand__c", "vw") == table.ids_with("plate__c", "AA-1") == ["a"]
    table.put(record("c", brand__c="vw"))
    assert table.ids_with("brand__c", "vw") == ["a", "c"]
    assert table.ids_with("brand__c", "fiat") == table.ids_with("plate__c", "vw") == []


def test_records_with_an_equal_value_stand_in_the_order_of_their_creation(table):
    for name, brand in (("a", "kia"), ("b", "vw"), ("c", "vw")):
        table.put(record(name, brand__c=brand))
    assert table.ids_with("brand__c", "vw") == ["b", "c"]
    table.put(record("b", brand__c="vw", plate__c="AA-1"))
    table.put(record("a", brand__c="vw"))
    assert table.ids_with("brand__c", "vw") == ["a", "b", "c"]


PUTS = st.tuples(st.sampled_from("abcd"), st.sampled_from(["vw", "kia", None]), st.sampled_from(["red", "blue", None]))


@given(st.lists(PUTS | st.sampled_from("abcd"), max_size=12), st.integers(0, 12))
@settings(max_examples=80, deadline=None)
def test_an_index_says_what_a_look_at_every_record_would(steps, first_asked):
    store, model = MemoryTenantStore(), {}
    store.objects.define(VEHICLE)
    table = store.objects.table("default", "vehicle")
    for at, step in enumerate(steps):
        if at == first_asked:
            table.ids_with("brand__c", "vw")
        if isinstance(step, str):
            assert table.remove(step) is (model.pop(step, None) is not None)
        else:
            name, brand, color = step
            model[name] = {"brand__c": brand} if color is None else {"brand__c": brand, "color__c": color}
            model[name] = {key: value for key, value in model[name].items() if value is not None}
            table.put(record(name, **model[name]))
    for brand in ("vw", "kia"):
        found = table.ids_with("brand__c", brand)
        assert sorted(found) == sorted(name for name, values in model.items() if values.get("brand__c") == brand)
    assert table.ids() == list(model)


# Objects


def test_an_object_is_known_once_it_is_defined(store):
    assert store.objects.definition("default", "vehicle") is None
    store.objects.define(VEHICLE)
    assert store.objects.definition("default", "vehicle") == VEHICLE
    assert store.objects.definition("com_zuora", "vehicle") is None
    assert store.objects.definitions() == [VEHICLE]


def test_an_object_that_is_removed_takes_its_records_along(store, table):
    table.put(record("a"))
    store.objects.remove("default", "vehicle")
    assert store.objects.definitions() == []
    store.objects.define(VEHICLE)
    assert len(store.objects.table("default", "vehicle")) == 0


def test_a_changed_definition_keeps_the_records_and_moves_the_values_of_a_renamed_field(store, table):
    table.put(record("a", brand__c="vw", plate__c="AA-1"))
    after = Definition(object="vehicle", fields={"make__c": Field(name="make__c", unique=True)})
    store.objects.redefine(after, ("brand__c", "make__c"))
    again = store.objects.table("default", "vehicle")
    assert store.objects.definition("default", "vehicle") == after
    assert again.get("a").values == {"make__c": "vw", "plate__c": "AA-1"}
    assert again.holder("make__c", "vw") == "a"


# The whole of a tenant


def test_later_changes_do_not_show_in_a_copy(store, table):
    store.jobs.add(job("a"), limit=5)
    store.jobs.add_row_error("a", row_error(2))
    store.jobs.put_file("a", FILE)
    table.put(record("a", plate__c="AA-1", brand__c="vw"))
    copy = store.copy()
    store.jobs.save(job("a", status=Status.CANCELLED))
    store.jobs.add(job("b"), limit=5)
    store.jobs.add_row_error("a", row_error(3))
    store.jobs.pop_file("a")
    table.put(record("a", plate__c="AA-2", brand__c="kia"))
    store.objects.define(Definition(object="person"))
    assert list(copy.jobs.newest_first()) == copy.jobs.unfinished() == [job("a")]
    assert (copy.jobs.row_errors("a"), copy.jobs.file("a")) == ([row_error(2)], FILE)
    assert copy.objects.definitions() == [VEHICLE]
    copied = copy.objects.table("default", "vehicle")
    assert (copied.holder("plate__c", "AA-1"), copied.ids_with("brand__c", "vw")) == ("a", ["a"])


def test_a_store_without_its_jobs_shares_its_records(store, table):
    store.jobs.add(job("a"), limit=5)
    bare = store.without_jobs()
    table.put(record("a"))
    assert list(bare.jobs.newest_first()) == bare.jobs.unfinished() == []
    assert bare.objects.table("default", "vehicle").get("a") == record("a")


# Tokens and idempotency keys of all tenants


def token(text, tenant):
    return AccessToken(text=text, jti="a", tenant=tenant, user="ann", expires_at=1000)


def test_the_tokens_of_one_tenant_can_be_forgotten(tokens):
    first, second = token("a", "first"), token("b", "second")
    tokens.add(first)
    tokens.add(second)
    assert [tokens.get(text) for text in "abc"] == [first, second, None]
    tokens.forget("first")
    assert [tokens.get(text) for text in "ab"] == [None, second]


def replay(tenant, answer=None):
    return IdempotencyRecord(KeyScope(tenant, "POST", "/objects/jobs"), 1000, answer)


def test_a_key_belongs_to_the_call_that_took_it_first(idempotency_records):
    first, second = replay("first"), replay("second")
    assert idempotency_records.get("key") is None
    assert (
        idempotency_records.claim("key", first)
        == idempotency_records.claim("key", second)
        == idempotency_records.get("key")
        == first
    )


def test_a_key_is_given_its_answer_and_can_be_dropped(idempotency_records):
    idempotency_records.claim("key", replay("first"))
    idempotency_records.put("key", replay("first", "the answer"))
    assert idempotency_records.get("key").response == "the answer"
    idempotency_records.drop("key")
    idempotency_records.drop("key")
    assert idempotency_records.claim("key", replay("second")) == replay("second")


def test_the_keys_of_one_tenant_can_be_forgotten(idempotency_records):
    idempotency_records.claim("a", replay("first"))
    idempotency_records.claim("b", replay("second"))
    idempotency_records.forget("first")
    assert (idempotency_records.get("a"), idempotency_records.get("b")) == (None, replay("second"))
