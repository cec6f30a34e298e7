"""Entries of the state file: what changes and stores become, and what they restore."""

import json

import pytest

from mock_zuora.domain import limits
from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord, KeyScope, StoredResponse
from mock_zuora.domain.access.permissions import Permission
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.delete_filter import filter_from
from mock_zuora.domain.jobs.job import Job, Operation, Status
from mock_zuora.domain.jobs.planned_outcomes import JobProgress, PlannedFailure, PlannedOutcome, PlannedRejection
from mock_zuora.domain.objects.definition import open_definition
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.record import new_record
from mock_zuora.server.state_entries import PER_CHUNK, Replay, changes_of, encoded
from mock_zuora.storage.access import MemoryAccessTokens, MemoryIdempotencyRecords
from mock_zuora.storage.change_log import ChangeLog
from mock_zuora.storage.memory import MemoryTenantStore

OWNER = ("default",)
CAR = definition_from(
    {
        "object": "car",
        "label": "Car",
        "properties": {
            "brand__c": {"type": "string", "label": "Brand", "maxLength": 100},
            "doors__c": {"type": "integer", "label": "Doors"},
        },
        "filterable": ["brand__c"],
        "unique": ["brand__c"],
    }
).stamped("id-of-car", "ann", 1)
OPEN = open_definition("default", "boat").stamped("id-of-boat", "ann", 2)
CONDITIONS = {"conditions": [{"field": "brand__c", "operator": "EQ", "value": "Saab"}]}
REJECTED = RowError(Problem(71012523, "x\ud83d"), 3, {"doors__c": "four"}, "assumption a=b (test)", "an-id")
PROGRESS = JobProgress(
    PlannedOutcome(PlannedFailure(after_records=3), (PlannedRejection(rows={2: (71012520, "no")}),)),
    500, 498, 2, Problem(71012520, "no"),
)  # fmt: skip


def job(job_id, **changes):
    usual = {"namespace": "default", "object": "car", "operation": Operation.CREATE, "created_by": "ann"}
    return Job(**{**usual, "id": job_id, "created_at": 1, "updated_by": "ann", "updated_at": 2, **changes})


@pytest.fixture
def log():
    return ChangeLog()


@pytest.fixture
def store(log):
    """A store with one of everything, whose changes are logged."""
    store = MemoryTenantStore(log)
    store.objects.define(CAR)
    store.objects.define(OPEN)
    table = store.objects.table("default", "car")
    for number in range(3):
        table.put(new_record(f"car-{number}", "ann", 5, {"brand__c": f"b{number}", "doors__c": number}))
    table.put(table.get("car-1").updated("bob", 6, {"brand__c": "Saab"}))
    table.remove("car-0")
    store.jobs.add(job("deletion", operation=Operation.DELETE, filter=filter_from(CONDITIONS, CAR)), 5)
    store.jobs.add(job("creation", status=Status.IN_PROGRESS, of_version={"error-body": "reasons"}), 5)
    store.jobs.put_file("creation", CsvFile(("brand__c",), [(str(row),) for row in range(PER_CHUNK + 7)]))
    store.jobs.save_progress("creation", PROGRESS)
    store.jobs.add_row_error("creation", REJECTED)
    store.jobs.add(job("done"), 5)
    store.jobs.put_file("done", CsvFile(("brand__c",), []))
    store.jobs.save(job("done", status=Status.FAILED, error=Problem(1, "no"), records_processed=4))
    return store


@pytest.fixture
def replayed():
    """Applies changes; returns what they restore."""

    def replay(*changes):
        restored = Replay(MemoryAccessTokens(), MemoryIdempotencyRecords())
        for chunk in encoded(changes):
            chunk.encode()
            restored.apply(chunk)
        return restored

    return replay


def content(store):
    """Everything that a store holds, in order."""
    return [
        (what, *(list(each) if isinstance(each, tuple) else each for each in details))
        for what, *details in changes_of(store)
    ]


def test_changes_restore_the_store(store, log, replayed):
    restored = replayed(*log.take()).stores[store.key]
    assert content(restored) == content(store)
    assert [each.id for each in restored.jobs.unfinished()] == ["deletion", "creation"]
    assert restored.objects.table("default", "car").holders("brand__c", "Saab") == ("car-1",)
    assert restored.jobs.file("done") is None and restored.jobs.progress("creation") == PROGRESS


def test_whole_store_restores_the_store(store, replayed):
    restored = replayed(("whole", 7, store)).stores[7]
    assert content(restored) == content(store)


def test_redefined_and_removed_objects_are_restored(store, log, replayed):
    renamed = definition_from(
        {"object": "car", "label": "Car", "properties": {"make__c": {"type": "string", "label": "Make"}}}
    ).stamped("id-of-car", "ann", 1)
    store.objects.redefine(renamed, ("brand__c", "make__c"))
    store.objects.remove("default", "boat")
    restored = replayed(*log.take()).stores[store.key]
    assert [each.object for each in restored.objects.definitions()] == ["car"]
    assert restored.objects.table("default", "car").get("car-1").values == {"make__c": "Saab"}


def test_copies_are_restored_as_they_were(store, log, replayed):
    copy = store.copy()
    store.objects.table("default", "car").remove("car-1")
    copy.objects.table("default", "car").remove("car-2")
    restored = replayed(*log.take()).stores
    assert content(restored[store.key]) == content(store)
    assert content(restored[copy.key]) == content(copy)
    assert content(copy) != content(store)


def test_whole_stores_share_their_records_again(store, log, replayed):
    table = store.objects.table("default", "car")
    for number in range(3, 20):
        table.put(new_record(f"car-{number}", "ann", 5, {"brand__c": f"b{number}"}))
    copy = store.copy()
    table.remove("car-7")
    table.put(table.get("car-9").updated("bob", 6, {"brand__c": "Lada"}))
    table.put(new_record("later", "ann", 7, {"brand__c": "later"}))
    changes = [("whole", 1, store), ("whole", 2, copy, 1, store)]
    entries = [entry for chunk in encoded(changes) for entry in json.loads(chunk)]
    assert sum(len(entry[-1]) for entry in entries if entry[:2] == ["records", 2]) == 2
    restored = replayed(*changes).stores
    assert content(restored[1]) == content(store)
    assert content(restored[2]) == content(copy)
    tables = [each.objects.table("default", "car") for each in restored.values()]
    assert tables[0]._records["car-1"] is tables[1]._records["car-1"]
    assert tables[1].holders("brand__c", "b7") == ("car-7",)


def test_copies_count_towards_the_size_of_the_log(replayed):
    small, large = (replayed(("store", 1), ("copied", 2, 1, count)).size for count in (10, 10_000))
    assert large - small > 10_000


def test_copy_adds_one_change(store, log):
    log.take()
    copy = store.copy()
    assert log.take() == [("copied", copy.key, store.key, 2)]


def test_store_without_jobs_is_restored_with_its_later_changes(store, log, replayed):
    bare = store.without_jobs()
    bare.objects.table("default", "car").remove("car-1")
    restored = replayed(*log.take()).stores[bare.key]
    assert content(restored) == content(bare)
    assert not list(restored.jobs.newest_first())


def test_store_that_nothing_refers_to_is_not_restored(log, replayed):
    MemoryTenantStore(log)
    changes = log.take()
    assert changes == [("store", 1), ("gone", 1)]
    assert replayed(*changes).stores == {}


def test_detached_copy_is_not_noted(store, log):
    log.take()
    store.detached().objects.define(CAR)
    assert log.take() == []


def test_change_that_cannot_be_saved_costs_no_other(store, replayed, caplog):
    store.objects.table("default", "car").put(new_record("bad", "ann", 5, {"brand__c": object()}))
    store.objects.table("default", "car").put(new_record("good", "ann", 5, {"brand__c": "Lada"}))
    restored = replayed(("whole", 7, store)).stores[7]
    assert [each.id for each in restored.objects.table("default", "car").after(None)] == ["car-1", "car-2", "good"]
    assert len(list(restored.jobs.newest_first())) == 3
    assert "a change cannot be saved because of a bug: records of 7" in caplog.text


def test_dropped_tenant_takes_its_snapshots_with_it(replayed):
    snapshot = (*OWNER, "before")
    changes = [("document", OWNER, {}), ("document", snapshot, {})]
    assert list(replayed(*changes).documents) == [OWNER, snapshot]
    assert replayed(*changes, ("dropped", snapshot)).documents == {OWNER: {}}
    assert replayed(*changes, ("dropped", OWNER)).documents == {}


def test_tokens_are_restored(log, replayed):
    tokens = MemoryAccessTokens()
    tokens.note = log.add
    kept = AccessToken(
        text="t", jti="j", tenant="acme", user="ann", permissions=frozenset({Permission.VIEW}), expires_at=7
    )
    tokens.add(kept)
    tokens.add(AccessToken(text="u", jti="j", tenant="other", user="ann", expires_at=7))
    tokens.forget("other")
    restored = replayed(*log.take())._tokens
    assert list(restored) == [kept]


def test_idempotency_keys_of_ended_requests_are_restored(log, replayed):
    keys = MemoryIdempotencyRecords()
    keys.note = log.add
    scope = KeyScope("acme", "POST", "/objects/jobs")
    response = StoredResponse(200, ((b"etag", b'"1"'),), b"\xff{}", "")
    kept = IdempotencyRecord(scope, 9, response)
    for key in ("running", "ended", "dropped", "of another tenant"):
        keys.claim(key, IdempotencyRecord(scope, 9))
    keys.put("ended", kept)
    keys.put("dropped", kept)
    keys.drop("dropped")
    keys.put("of another tenant", IdempotencyRecord(KeyScope("other", "POST", "/"), 9, response))
    keys.forget("other")
    assert list(replayed(*log.take())._keys) == [("ended", kept)]


def test_chunks_are_short(store):
    table = store.objects.table("default", "car")
    for number in range(3 * PER_CHUNK):
        table.put(new_record(f"new-{number}", "ann", 5, {"brand__c": f"n{number}"}))
    chunks = [json.loads(chunk) for chunk in encoded([("whole", 7, store)])]
    assert max(map(len, chunks)) <= PER_CHUNK
    assert max(len(entry[-1]) for chunk in chunks for entry in chunk if entry[0] == "records") == PER_CHUNK
    assert max(len(entry[3]) for chunk in chunks for entry in chunk if entry[0] == "rows") == PER_CHUNK


def test_change_that_cannot_be_encoded_costs_no_other(store, replayed, caplog):
    deep = RowError(Problem(1, "deep"), 2, {"a": object()})
    restored = replayed(("whole", 7, store), ("rejected", 7, "creation", deep), ("document", OWNER, {"now": 1}))
    assert (restored.documents, len(restored.stores[7].jobs.row_errors("creation"))) == ({OWNER: {"now": 1}}, 1)
    assert "cannot be saved because of a bug: rejected" in caplog.text


@pytest.mark.parametrize("chunk", ["{", "[1]", '[["song", ["a"]]]', '[["records", 1, "default", "car", [], [[]]]]'])
def test_damaged_entries_raise(replayed, chunk):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Replay(MemoryAccessTokens(), MemoryIdempotencyRecords()).apply(chunk)


def test_what_was_dropped_is_not_restored(log, replayed, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FINISHED_JOBS", 2)
    monkeypatch.setattr(limits, "MAX_ROW_ERRORS", 3)
    monkeypatch.setattr(limits, "MAX_TOKENS", 2)
    store, tokens = MemoryTenantStore(log), MemoryAccessTokens()
    tokens.note = log.add
    store.objects.define(CAR)
    for name in "abc":
        store.jobs.add(job(name), 5)
        store.jobs.add_row_error(name, REJECTED)
        store.jobs.add_row_error(name, REJECTED)
        store.jobs.save(job(name, status=Status.COMPLETED))
        tokens.add(AccessToken(text=name, jti="j", tenant="default", user="ann", expires_at=7))
    changes = log.take()
    assert {"job dropped", "row errors dropped", "token dropped"} <= {change[0] for change in changes}
    monkeypatch.undo()
    restored = replayed(*changes)
    assert content(restored.stores[store.key]) == content(store)
    assert [each.text for each in restored._tokens] == ["b", "c"]


def test_replay_applies_the_bounds(log, replayed, monkeypatch):
    store = MemoryTenantStore(log)
    store.objects.define(CAR)
    for name in "abc":
        store.jobs.add(job(name), 5)
        store.jobs.save(job(name, status=Status.COMPLETED))
        store.jobs.add_row_error(name, REJECTED)
    monkeypatch.setattr(limits, "MAX_FINISHED_JOBS", 1)
    restored = replayed(*log.take(), ("rejected", store.key, "a", REJECTED)).stores[store.key]
    assert [each.id for each in restored.jobs.newest_first()] == ["c"]
    assert (restored.jobs.row_errors("a"), restored.jobs._row_error_count) == ([], 1)
