"""The state of a server survives a restart: what is kept, what is not, and what happens when a write fails."""

import asyncio
import http.client
import json
import threading
import time

import pytest

from mock_zuora import MockZuora
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.domain.clock import DAY
from mock_zuora.domain.jobs import lifecycle
from mock_zuora.domain.jobs.job import Cause
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK
from mock_zuora.domain.objects.definition import open_definition
from mock_zuora.domain.records.record import Record
from mock_zuora.server import state_keeper, state_writer
from mock_zuora.server.state_entries import Replay
from mock_zuora.server.state_keeper import StateKeeper
from mock_zuora.storage.state_file import StateFile, StateFileError
from tests.conformance.test_kills import Process
from tests.server.state import entries_of, keeper_of, server_of, wait_until

JOBS = "/objects/jobs"
CREATE = {"operation": "create", "object": "vehicle", "namespace": "default"}


# What is kept


@pytest.mark.fidelity("mock-11")
def test_objects_records_jobs_and_rejected_rows_survive(keep, submit):
    with keep() as zuora:
        zuora.jobs.reject_rows({3: (71012520, "boom")})
        job = submit(zuora, "brand__c\nSaab\nLada\n")
        before = (zuora.jobs.all(), zuora.jobs.errors(job), zuora.records("vehicle"))
    with keep() as zuora:
        assert (zuora.jobs.all(), zuora.jobs.errors(job), zuora.records("vehicle")) == before


def test_tenant_that_no_seed_lists_survives_with_users_and_clients(keep, submit):
    with keep() as zuora:
        acme = zuora.tenant("acme")
        acme.token(user="ann")
        submit(acme, "brand__c\nSaab\n")
        record, client = acme.records("vehicle")[0], acme.client()
    with keep() as zuora:
        acme = zuora.tenant("acme")
        assert acme.records("vehicle") == [record]
        listed = server_of(zuora).app.registry.tenants["acme"]
        assert listed.clients[client.client_id].secret == client.client_secret
        assert {"admin", "ann"} == set(listed.users)
        acme.reset()
        assert acme.jobs.all() == []


def test_dropped_tenant_does_not_come_back(keep):
    with keep() as zuora:
        keeper = keeper_of(zuora)
        with zuora.tenant("acme"):
            wait_until(lambda: ("acme",) in keeper._signatures)
    with keep() as zuora:
        assert zuora.info().tenants == ("default",)


def test_token_survives(keep, call):
    with keep(auth="strict") as zuora:
        token = zuora.token()
    with keep(auth="strict") as zuora:
        assert call(zuora, "GET", JOBS, token=token)[0] == 200


def test_idempotency_key_survives(keep, call):
    key = {"Idempotency-Key": "one"}
    with keep(assume={"idempotency-key": "honoured"}) as zuora:
        job = call(zuora, "POST", JOBS, CREATE, **key)
    with keep(assume={"idempotency-key": "honoured"}) as zuora:
        assert call(zuora, "POST", JOBS, CREATE, **key) == job
        assert len(zuora.jobs.all()) == 1


def test_changed_settings_survive_and_others_follow_the_flags(keep):
    with keep(processing_polls=3) as zuora:
        zuora.configure(strict=True, assume={"put-record": "replace"})
    with keep(processing_polls=4) as zuora:
        settings = zuora.settings()
        assert (settings["strict"], settings["processing_polls"]) == (True, 4)
        assert settings["assume"] == {"put-record": "replace"}


def test_planned_outcomes_survive(keep, submit):
    with keep() as zuora:
        zuora.jobs.fail_next(code=71012560, message="no", after_records=1)
        zuora.jobs.reject_rows({2: (71012520, "boom")}, object="other")
        zuora.jobs.hold_next(object="other")
    with keep() as zuora:
        assert zuora.jobs.get(submit(zuora, "brand__c\nSaab\nLada\n")).error.message == "no"
        planned = zuora.jobs.outcomes()
        assert (planned.failures, planned.rejections, planned.holds) == (0, 1, 1)


def test_clock_that_is_behind_real_time_survives(keep):
    with keep() as zuora:
        state = zuora.export_state()
        zuora.import_state({**state, "now": 1_577_836_800_000})
    with keep() as zuora:
        assert zuora.clock.now().year == 2020


@pytest.mark.parametrize("replace", ["import", "restore", "seed"])
def test_replaced_state_survives_a_kill(path, replace):
    server = Process(path)
    zuora = MockZuora.connect(f"http://127.0.0.1:{server.port}")
    zuora.seed({"records": {"car": [{"name__c": f"car {number}"} for number in range(3_000)]}})
    match replace:
        case "import":
            zuora.import_state(zuora.export_state())
        case "restore":
            zuora.snapshots.save("one")
            zuora.reset("records")
            zuora.snapshots.restore("one")
    time.sleep(1)
    server.kill()
    with MockZuora(state=str(path)) as restarted:
        assert len(restarted.records("car")) == 3_000
        assert restarted.snapshots.all() == (["one"] if replace == "restore" else [])


def test_snapshots_survive(keep, submit):
    with keep() as zuora:
        submit(zuora, "brand__c\nSaab\n")
        zuora.snapshots.save("one")
        zuora.snapshots.save("two")
        zuora.snapshots.drop("two")
        zuora.reset("records")
    with keep() as zuora:
        assert (list(zuora.snapshots.all()), zuora.jobs.all()) == (["one"], [])
        zuora.snapshots.restore("one")
        assert len(zuora.records("vehicle")) == 1
    with keep() as zuora:
        assert len(zuora.records("vehicle")) == 1


def test_job_that_waits_continues_after_a_restart(keep, submit):
    with keep(transitions="time", processing_time=3_600) as zuora:
        job = submit(zuora, "brand__c\nSaab\n")
    with keep(transitions="time", processing_time=3_600) as zuora:
        assert zuora.jobs.get(job).status == "in_progress"
        zuora.clock.advance(3_601)
        assert zuora.jobs.get(job).records_processed == 1


def test_interrupted_job_continues_at_the_next_row(keep, submit):
    rows = "".join(f"{number}\n" for number in range(40 * ROWS_PER_CHUNK))
    with keep(transitions="manual") as zuora:
        job = submit(zuora, f"brand__c\n{rows}")
        zuora.clock.freeze()
        server = server_of(zuora)

        async def interrupt():
            runner, tenant = server.app.runner, server.app.registry.default_tenant
            lifecycle.make_due(tenant, tenant.store.jobs.get(job), Cause.CONTROL_REQUEST)
            lifecycle.apply_clock(tenant, chunks=5)
            runner.touch = lambda _: None

        asyncio.run_coroutine_threadsafe(interrupt(), server.app.runner.loop).result()
    with keep(transitions="manual") as zuora:
        assert zuora.jobs.wait(job, "completed").records_processed == 40 * ROWS_PER_CHUNK
        brands = [record["brand__c"] for record in zuora.records("vehicle")]
        assert brands == [str(number) for number in range(40 * ROWS_PER_CHUNK)]


def test_clock_never_goes_back_over_a_restart(keep):
    with keep() as zuora:
        ahead = zuora.clock.advance(DAY / 1_000)
    with keep() as zuora:
        assert zuora.clock.now() >= ahead


def test_frozen_clock_stays_frozen_over_a_restart(keep):
    with keep() as zuora:
        zuora.clock.freeze()
        now = zuora.clock.now()
    with keep() as zuora:
        assert (zuora.clock.now(), zuora.info().clock.speed) == (now, 0)


def test_ids_differ_after_a_restart_with_a_random_seed(keep, submit):
    with keep(random_seed="x") as zuora:
        first = submit(zuora)
    with keep(random_seed="x") as zuora:
        assert submit(zuora) != first
        assert len(zuora.jobs.all()) == 2


def test_reset_restores_the_seed_not_the_file(keep, submit):
    with keep() as zuora:
        submit(zuora, "brand__c\nSaab\n")
    with keep() as zuora:
        zuora.reset()
        assert zuora.jobs.all() == []
    with keep() as zuora:
        assert zuora.jobs.all() == []


def test_seeded_tenants_that_are_new_are_added_in_their_order(keep):
    with keep(seed={"tenants": [{"name": "one"}]}) as zuora:
        zuora.tenant("extra")
    with keep(seed={"tenants": [{"name": "zero"}, {"name": "one"}]}) as zuora:
        assert zuora.info().tenants == ("zero", "one", "extra")


def test_secret_of_the_seed_is_not_stored(keep, path):
    seed = {"tenants": [{"clients": [{"id": "c", "secret": "of-the-seed"}]}]}
    with keep(seed=seed) as zuora:
        secret = zuora.client().client_secret.encode()
    assert b"of-the-seed" not in path.read_bytes() and secret in path.read_bytes()


def test_faults_and_journal_do_not_survive(keep, submit):
    with keep() as zuora:
        zuora.faults.add("/nowhere", status=503)
        submit(zuora)
    with keep() as zuora:
        assert zuora.faults.all() == [] and zuora.requests.count() == 0


# Writing


def test_loaded_state_is_logged(keep, submit, caplog):
    with keep() as zuora:
        submit(zuora, "brand__c\nSaab\nLada\n")
    with caplog.at_level("INFO", logger="mock_zuora.state"), keep():
        pass
    assert "loaded 1 tenant, 2 records, 1 job, 0 snapshots in " in caplog.text


def test_records_survive_while_the_log_is_compacted_all_the_time(keep, submit, monkeypatch):
    monkeypatch.setattr(state_writer, "MIN_SIZE_TO_COMPACT", 0)
    monkeypatch.setattr(state_keeper, "FLUSH_SECONDS", 0.001)
    rows = "".join(f"{number}\n" for number in range(2_000))
    with keep() as zuora:
        for _ in range(5):
            submit(zuora, f"brand__c\n{rows}")
            zuora.reset("records")
        submit(zuora, "brand__c\nSaab\nLada\n")
        before = zuora.records("vehicle")
    with keep() as zuora:
        assert zuora.records("vehicle") == before


@pytest.mark.anyio
async def test_compacting_leaves_the_whole_state_and_later_changes(path, registry, tenant):
    file = StateFile(str(path), "x")
    keeper = StateKeeper(file, registry, InstrumentationRegistry())
    tenant.store = registry.tenant_store()
    tenant.store.objects.define(open_definition("default", "car"))
    table = tenant.store.objects.table("default", "car")
    await keeper.start()
    for version in range(1, 100):
        table.put(Record("one", "ann", 1, "ann", version, version, {"brand__c": "Saab"}))
        await keeper._flush()
    assert len(entries_of(file)) == 100
    await keeper._compact()
    table.put(Record("two", "ann", 1, "ann", 1, 1, {}))
    await keeper._flush()
    replay = Replay(registry.tokens, registry.idempotency_records)
    for chunk in entries_of(file):
        replay.apply(chunk)
    assert len(entries_of(file)) == 2
    restored = replay.stores[tenant.store.key].objects.table("default", "car").after(None)
    assert [(each.id, each.version) for each in restored] == [("one", 99), ("two", 1)]
    assert keeper.close() is None


def test_snapshots_share_their_records_after_compacting_and_restarting(keep, submit, monkeypatch):
    with keep() as zuora:
        submit(zuora, "brand__c\n" + "Saab\n" * 100)
        for number in range(20):
            zuora.snapshots.save(f"{number}")
        submit(zuora, "brand__c\nLada\n")
        before = zuora.records("vehicle")
        monkeypatch.setattr(state_writer, "MIN_SIZE_TO_COMPACT", 0)
        keeper = keeper_of(zuora)
        wait_until(lambda: not keeper._writer.needs_compacting)
        entries = [entry for chunk in entries_of(keeper._file) for entry in json.loads(chunk)]
        assert sum(len(entry[-1]) for entry in entries if entry[0] == "records") == 101
    with keep() as zuora:
        assert zuora.records("vehicle") == before
        zuora.snapshots.restore("7")
        assert len(zuora.records("vehicle")) == 100


def test_failed_compaction_keeps_the_log(keep, submit, monkeypatch, caplog):
    caplog.set_level("WARNING", logger="mock_zuora")
    monkeypatch.setattr(state_writer, "MIN_SIZE_TO_COMPACT", 0)
    monkeypatch.setattr(state_keeper, "FLUSH_SECONDS", 0.01)
    attempts = []

    def fail(self, chunks):
        attempts.append(chunks)
        raise StateFileError("cannot be used: database or disk is full")

    with keep() as zuora:
        monkeypatch.setattr(StateFile, "append_to_next", fail)
        job = submit(zuora, "brand__c\nSaab\n")
        wait_until(lambda: attempts)
        before = zuora.records("vehicle")
    with keep() as zuora:
        assert ([each.id for each in zuora.jobs.all()], zuora.records("vehicle")) == ([job], before)
    assert "cannot be compacted" in caplog.text


def test_failed_write_is_reported_and_tried_again(keep, submit, monkeypatch, caplog):
    append, fails = StateFile.append, [True]

    def fail(self, chunks):
        if fails:
            raise StateFileError("cannot be used: database or disk is full")
        return append(self, chunks)

    with keep() as zuora:
        monkeypatch.setattr(StateFile, "append", fail)
        job = submit(zuora)
        wait_until(lambda: keeper_of(zuora).failure)
        assert "database or disk is full; changes are kept in memory" in caplog.text
        status, body = ready(zuora)
        assert (status, body["status"]) == (503, "failing") and "disk is full" in body["error"]
        fails.clear()
        wait_until(lambda: keeper_of(zuora).failure is None)
        assert ready(zuora)[0] == 200
    with keep() as zuora:
        assert [each.id for each in zuora.jobs.all()] == [job]


def test_changes_that_wait_for_the_thread_at_a_shutdown_are_written(keep, monkeypatch):
    monkeypatch.setattr(state_keeper, "MAX_BEHIND", 60_000)
    go = threading.Event()
    with keep() as zuora:
        keeper_of(zuora)._executor.submit(go.wait)
        zuora.token(user="ann")
        # Longer than the time between two writes.
        time.sleep(3 * state_keeper.FLUSH_SECONDS)
        threading.Timer(0.2, go.set).start()
    with keep() as zuora:
        assert "ann" in server_of(zuora).app.registry.default_tenant.users


def test_failure_at_the_end_is_logged(keep, monkeypatch, caplog):
    zuora = keep()
    monkeypatch.setattr(StateFile, "append", lambda *_: (_ for _ in ()).throw(StateFileError("is full")))
    zuora.configure(strict=True)
    zuora.stop()
    assert "is full; the latest changes are lost" in caplog.text


def test_uploads_wait_while_the_file_is_behind(keep, submit, monkeypatch, caplog):
    caplog.set_level("WARNING", logger="mock_zuora")
    with keep() as zuora:
        keeper = keeper_of(zuora)
        monkeypatch.setattr(state_keeper, "MAX_BEHIND", -1)
        assert keeper._is_behind
        monkeypatch.setattr(state_keeper, "MAX_BEHIND", 50)
        monkeypatch.setattr(StateFile, "append", lambda *_: time.sleep(0.3) or 0)
        zuora.configure(strict=True)
        wait_until(lambda: keeper._is_behind)
        submit(zuora, "brand__c\nSaab\n")
        assert "requests that change anything wait" in caplog.text


@pytest.mark.anyio
async def test_log_says_once_each_time_that_the_file_is_behind(path, registry, monkeypatch, caplog):
    keeper = StateKeeper(StateFile(str(path), "x"), registry, InstrumentationRegistry())
    is_behind = iter([True, True, False, True, False])
    monkeypatch.setattr(StateKeeper, "_is_behind", property(lambda self: next(is_behind)))
    for expected in (1, 2):
        waiting = asyncio.create_task(keeper.keep_up())
        while not waiting.done():
            keeper._written.set()
            await asyncio.sleep(0)
        assert caplog.text.count("half a second behind") == expected
    keeper.close()


def test_every_request_that_changes_anything_waits_for_the_file(keep, call, submit, monkeypatch):
    waits = []

    async def keep_up(self):
        waits.append(self)

    monkeypatch.setattr(StateKeeper, "keep_up", keep_up)
    with keep() as zuora:
        submit(zuora, "brand__c\n" + "Saab\n" * 300)
        state, token = zuora.export_state(), zuora.token()

        def waits_of(request):
            waits.clear()
            request()
            return len(waits)

        assert waits_of(lambda: call(zuora, "GET", JOBS, token=token)) == 0
        assert waits_of(lambda: call(zuora, "POST", JOBS, CREATE, token=token)) == 1
        assert waits_of(lambda: zuora.info()) == 0
        assert waits_of(lambda: zuora.configure(strict=True)) == 1
        # An import waits between its steps, too.
        assert waits_of(lambda: zuora.import_state(state)) > 2


def test_request_to_the_emulated_api_is_followed_by_a_search_for_changes(keep, call, monkeypatch):
    noted = []
    with keep() as zuora:
        token = zuora.token()
        monkeypatch.setattr(StateKeeper, "note_activity", lambda self: noted.append(self))
        call(zuora, "GET", JOBS, token=token)
    assert len(noted) == 1


def test_crash_of_the_writing_task_is_reported(keep, monkeypatch, caplog):
    with keep() as zuora:
        monkeypatch.setattr(StateKeeper, "_collect", None)
        wait_until(lambda: keeper_of(zuora).failure)
        assert "because of a bug" in ready(zuora)[1]["error"]
        zuora.token(user="ann")
        monkeypatch.undo()
    assert "a background task crashed" in caplog.text


def test_idle_server_looks_for_nothing(keep, monkeypatch):
    with keep() as zuora:
        keeper = keeper_of(zuora)
        wait_until(lambda: not keeper._is_active)
        looked = []
        monkeypatch.setattr(state_keeper, "signature", looked.append)
        time.sleep(3 * state_keeper.FLUSH_SECONDS)
        assert looked == []


def ready(zuora):
    connection = http.client.HTTPConnection("127.0.0.1", int(zuora.url.rpartition(":")[2]), timeout=30)
    connection.request("GET", "/__mock/readyz")
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, body
