"""The methods of the handle, with both transports, and their completeness."""

import json
import pickle
import re
import tomllib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from mock_zuora import MockZuora
from mock_zuora.client.assumptions import AssumptionsResource
from mock_zuora.client.clock import ClockResource
from mock_zuora.client.faults import FaultsResource
from mock_zuora.client.jobs import JobsResource
from mock_zuora.client.objects import ObjectsResource
from mock_zuora.client.requests import RequestsResource
from mock_zuora.client.snapshots import SnapshotsResource
from mock_zuora.control.errors import Invalid, Refused, Unknown, Unreachable
from mock_zuora.control.paths import CONTROL_PREFIX
from mock_zuora.control.services import OPERATIONS

JOBS = "/objects/jobs"
BRANDS = {
    "schema": {
        "type": "object",
        "object": "Car",
        "label": "Car",
        "properties": {"brand__c": {"type": "string", "label": "Brand"}},
    }
}


# The tenant


def test_configure_changes_only_named_settings(handle):
    before = handle.settings()
    after = handle.configure(transitions="polls", strict=True, version="2025-08-12")
    assert after == handle.settings() == {**before, "transitions": "polls", "strict": True, "version": "2025-08-12"}
    assert handle.configure(version=None)["version"] is None


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"transitions": "never"}, "transitions: 'never'"),
        ({"processing_time": -1}, "processing_time: -1"),
        ({"version": "7"}, "version: '7'"),
        ({"rate_limits": "many"}, "rate_limits: .*'many'"),
        ({"assume": {"put-records": "merge"}}, "'put-records' is not an assumption; expected one of error-body"),
        ({"assume": {"put-record": "delete"}}, "put-record: 'delete' is not valid; expected one of merge, replace"),
        ({"speed": 2}, "speed: there is no such field; expected transitions"),
        ({"strict": True, "port": 1}, "port"),
    ],
    ids=str,
)
def test_invalid_setting_changes_nothing(handle, settings, named):
    before = handle.settings()
    with pytest.raises(Invalid, match=named):
        handle.configure(**settings)
    assert handle.settings() == before


def test_records_have_the_field_names_of_the_api(handle, submit):
    submit(handle, "brand__c\nSaab\n")
    (record,) = handle.records("vehicle")
    assert (record["brand__c"], record["type"], record["version"]) == ("Saab", "vehicle", 1)
    assert {"Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate"} < record.keys()


@pytest.mark.fidelity("mock-08")
def test_warnings_are_listed_with_their_request(handle, call):
    call(handle, "GET", JOBS, **{"Zuora-Version": "7"})
    (warning,) = handle.warnings()
    assert (warning.kind, warning.path) == ("unlisted-version", JOBS)
    assert "'7'" in warning.message and warning.request_id == handle.requests.find()[0].id


# Seeds and resets


def test_seed_replaces_the_initial_state(handle, submit):
    submit(handle, "brand__c\nSaab\n")
    handle.seed({"definitions": [BRANDS], "records": {"Car": [{"brand__c": "Volvo"}]}, "users": [{"name": "ann"}]})
    assert [each["brand__c"] for each in handle.records("Car")] == ["Volvo"]
    assert handle.jobs.all() == []
    assert handle.records("vehicle") == []


def test_seed_keeps_what_it_omits(handle, call, request_token):
    handle.seed({"definitions": [BRANDS]})
    handle.configure(strict=True)
    now, token, client = handle.clock.freeze(), handle.token(), handle.client()
    handle.jobs.fail_next()
    handle.seed({"records": {"Car": [{"brand__c": "Volvo"}]}})
    assert (handle.clock.now(), handle.settings()["strict"], handle.jobs.outcomes().failures) == (now, True, 1)
    assert call(handle, "GET", JOBS, token=token)[0] == 200
    assert call(handle, "GET", "/objects/definitions/default/Car")[0] == 200
    assert request_token(handle, client)[0] == 200


@pytest.mark.parametrize(
    "change", [lambda handle: handle.seed({"records": {}}), lambda handle: handle.reset("records")]
)
def test_added_users_and_clients_stay_when_the_data_changes(handle, call, change):
    token, client = handle.token(user="ann"), handle.client(user="ann")
    change(handle)
    assert call(handle, "GET", JOBS, token=token)[0] == 200
    assert handle.client(user="ann").client_id != client.client_id


def test_reset_of_the_tokens_removes_added_users(handle):
    handle.token(user="ann")
    handle.reset("tokens")
    with pytest.raises(Unknown, match="'ann'"):
        handle.client(user="ann")


@pytest.mark.parametrize(
    ("seed", "named"),
    [
        ({"records": {"Car": [{"brand": 1}]}}, "records.Car.0.: .*'brand'"),
        ({"colour": "red"}, "colour"),
        ({"name": "other"}, "name: 'other'"),
        ({"version": "7"}, "version: '7'"),
        ({"definitions": [{"schema": {}}]}, "definitions: .*object"),
        ({"clients": [{"id": "c", "secret": "geheim", "user": "bob"}]}, "'bob'"),
    ],
    ids=str,
)
def test_invalid_seed_changes_nothing(handle, submit, seed, named):
    job = submit(handle)
    with pytest.raises(Invalid, match=named) as refusal:
        handle.seed(seed)
    assert [each.id for each in handle.jobs.all()] == [job]
    assert "geheim" not in str(refusal.value)


def test_seed_with_client_of_another_tenant_is_refused(handle, running):
    with running.tenant() as other:
        other.seed({"clients": [{"id": "mine", "secret": "s"}]})
        with pytest.raises(Refused, match=f"clients: 'mine' .*'{other.name}'"):
            handle.seed({"clients": [{"id": "mine", "secret": "s"}]})


@pytest.mark.parametrize("document", [["vehicle"], "seed.toml", {1: "one"}], ids=str)
def test_document_that_is_not_an_object_is_refused(handle, document):
    for take in (handle.seed, handle.import_state):
        with pytest.raises(Invalid, match=f"document: {re.escape(repr(document))} is not valid"):
            take(document)


def test_seed_can_have_dates_of_toml(handle):
    handle.seed(tomllib.loads("records = { car = [{ since__c = 2026-01-31 }] }"))
    assert handle.records("car")[0]["since__c"] == "2026-01-31"


def test_settings_are_json_types_with_both_transports(handle):
    assert {type(each) for each in handle.settings().values()} == {str, int, float, bool, dict, type(None)}


def test_value_that_is_not_json_is_refused_by_both_transports(handle):
    with pytest.raises(Invalid, match=r"records.Car\[0\].brand__c: <object .* is not valid; expected a text, a number"):
        handle.seed({"records": {"Car": [{"brand__c": object()}]}})


@pytest.mark.fidelity("mock-07")
def test_reset_restores_the_initial_state(handle, submit, call):
    handle.seed({"records": {"vehicle": [{"brand__c": "Volvo"}]}})
    token = handle.token()
    submit(handle, "brand__c\nSaab\n")
    handle.faults.add(status=503)
    handle.snapshots.save("one")
    handle.jobs.fail_next()
    handle.clock.advance(86_400)
    handle.configure(transitions="manual")
    handle.reset()
    assert [each["brand__c"] for each in handle.records("vehicle")] == ["Volvo"]
    assert (handle.jobs.all(), handle.requests.find(), handle.faults.all(), handle.snapshots.all()) == ([], [], [], [])
    assert (handle.settings()["transitions"], handle.jobs.outcomes().failures) == ("immediate", 0)
    assert call(handle, "GET", JOBS, token=token)[0] == 401


@pytest.mark.parametrize("scope", ["jobs", "faults", "journal", "settings", "snapshots", "clock", "tokens"])
def test_reset_of_one_scope_keeps_the_others(handle, submit, call, scope):
    token, before = handle.token(), handle.clock.freeze()
    submit(handle, "brand__c\nSaab\n")
    handle.faults.add(path="/nowhere", status=503)
    handle.snapshots.save("one")
    handle.configure(transitions="manual")
    handle.reset(scope)
    left = {
        "jobs": handle.jobs.all() != [],
        "faults": handle.faults.all() != [],
        "journal": handle.requests.find() != [],
        "settings": handle.settings()["transitions"] == "manual",
        "snapshots": handle.snapshots.all() != [],
        "clock": handle.clock.now() == before,
        "tokens": call(handle, "GET", JOBS, token=token)[0] == 200
        and handle.requests.count(path=JOBS, method="GET") > 0,
    }
    assert [name for name, is_left in left.items() if not is_left] == [scope]
    assert len(handle.records("vehicle")) == 1


def test_reset_of_the_records_includes_the_jobs(handle, submit):
    submit(handle, "brand__c\nSaab\n")
    handle.reset("records")
    assert handle.jobs.all() == []
    assert handle.records("vehicle") == []


def test_unknown_reset_scope_is_refused(handle, submit):
    submit(handle)
    with pytest.raises(Invalid, match="scope.1: 'job'"):
        handle.reset("faults", "job")
    assert len(handle.jobs.all()) == 1


# State


@pytest.mark.fidelity("mock-07")
def test_exported_state_can_be_imported_elsewhere(handle, running, submit):
    handle.seed({"definitions": [BRANDS], "records": {"Car": [{"brand__c": "Volvo"}]}})
    handle.jobs.reject_rows({3: (71012520, "boom")})
    job = submit(handle, "brand__c\nSaab\nLada\n")
    document = json.loads(json.dumps(handle.export_state()))
    with running.tenant() as other:
        other.import_state(document)
        assert other.records("Car") == handle.records("Car")
        assert other.records("vehicle") == handle.records("vehicle")
        assert (other.jobs.get(job), other.jobs.errors(job)) == (handle.jobs.get(job), handle.jobs.errors(job))


def test_exported_state_contains_no_secret(handle):
    client, token = handle.client(), handle.token()
    text = json.dumps(handle.export_state())
    assert client.client_secret not in text and token not in text


def test_invalid_state_changes_nothing(handle, submit):
    job = submit(handle)
    with pytest.raises(Invalid, match="schema: 2"):
        handle.import_state({**handle.export_state(), "schema": 2})
    assert [each.id for each in handle.jobs.all()] == [job]


# Tenants


@pytest.mark.fidelity("mock-03")
def test_new_tenant_is_listed_until_it_is_dropped(running, handle):
    with handle.tenant() as fresh:
        assert fresh.name in [each.name for each in running.tenants()]
    assert fresh.name not in [each.name for each in running.tenants()]


def test_tenant_is_created_unless_it_exists(handle):
    view = MockZuora.connect(handle.url, handle.name)
    with view.tenant("acme-of-" + handle.name) as made:
        made.configure(strict=True)
        again = view.tenant(made.name)
        assert (again.name, again.settings()["strict"]) == ("acme-of-" + handle.name, True)
        again.stop()
        assert made.settings()["strict"]


@pytest.mark.parametrize("name", ["", "a/b", "x" * 201, "a\nb"])
def test_invalid_tenant_name_is_refused(handle, name):
    with pytest.raises(Invalid, match="name: (?s:.*) is not valid; expected 1 to 200 characters without slashes"):
        handle.tenant(name)


def test_tenant_is_created_once_by_many_threads(handle):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: handle.tenant("one of many"), range(8)))
    assert {each.name for each in made} == {f"{handle.name}-one of many"}
    # Only the handle that created it drops it.
    for each in made:
        each.stop()
    assert made[0].name not in handle.info().tenants


def test_default_tenant_cannot_be_dropped(running):
    with pytest.raises(Refused, match="name: .*'default'"):
        running.drop()


def test_dropped_tenant_is_unknown(handle):
    fresh = handle.tenant()
    fresh.drop()
    with pytest.raises(Unknown, match=f"tenant: '{fresh.name}' does not exist; expected one of default"):
        fresh.jobs.all()
    fresh.stop()


@pytest.mark.fidelity("mock-03")
def test_tenants_share_nothing(handle, running, submit, call):
    with running.tenant() as other:
        submit(other, "brand__c\nSaab\n")
        before = other.clock.freeze()
        other.snapshots.save("one")
        handle.configure(transitions="manual")
        handle.clock.advance(86_400)
        handle.faults.add(status=503)
        handle.jobs.fail_next()
        handle.reset()
        handle.requests.clear()
        assert (other.clock.now(), other.settings()["transitions"]) == (before, "immediate")
        assert (other.faults.all(), other.jobs.outcomes().failures, other.snapshots.all()) == ([], 0, ["one"])
        assert (len(other.jobs.all()), other.requests.count()) == (1, 2)
        assert call(other, "GET", JOBS)[0] == 200


def test_tenants_can_use_the_same_idempotency_key(handle, running, call):
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    with running.tenant() as other:
        for each in (handle, other):
            each.configure(assume={"idempotency-key": "honoured"})
        made = [call(each, "POST", JOBS, job, **{"Idempotency-Key": "key-1"}) for each in (handle, other, handle)]
    assert [status for status, _ in made] == [200, 200, 200]
    assert made[0][1]["Id"] == made[2][1]["Id"] != made[1][1]["Id"]


def test_info_describes_server_and_tenant(handle):
    handle.clock.freeze()
    info = handle.info()
    assert (info.tenant, info.control, info.clock.speed) == (handle.name, "local", 0)
    assert handle.name in info.tenants and info.settings == handle.settings()


# The handle and the operations


def handle_methods() -> set[str]:
    """The public methods of the handle and of its resources, by the names of their operations."""
    own = {"stop", "connect", "tenant", "headers", "name", "url", "ca_file"}
    methods = {name for name in vars(MockZuora) if not name.startswith("_")} - own
    resources = [
        AssumptionsResource, ClockResource, FaultsResource, JobsResource, ObjectsResource, RequestsResource,
        SnapshotsResource,
    ]  # fmt: skip
    for kind in resources:
        resource = kind.__name__.removesuffix("Resource").lower()
        methods |= {f"{resource}.{name}" for name in vars(kind) if not name.startswith("_")}
    return methods - {"clock.follow", "jobs.wait_async", "requests.wait_async"}


OTHER_NAMES = {
    "clock.now": "clock", "clock.next_due": "clock", "clock.speed": "clock", "clock.freeze": "clock.change",
    "clock.resume": "clock.change", "clock.run_at": "clock.change", "requests.dropped": "requests.count",
    "requests.received": "requests.count",
    "requests.index": "requests.find", "requests.last": "requests.find", "jobs.last": "jobs.all",
    "jobs.index": "jobs.all", "requests.assert_made": "requests.find",
    "assumptions.consulted": "assumptions.all", "drop": "tenants.drop", "tenants": "tenants.all",
}  # fmt: skip


def test_handle_has_a_method_for_every_operation():
    operations = {OTHER_NAMES.get(name, name) for name in handle_methods()}
    assert operations | {"tenants.add"} == {each.name for each in OPERATIONS.values()}


def test_document_has_every_operation(running, call):
    document = call(running, "GET", "/__mock/openapi.json")[1]
    found = {
        (method.upper(), path.removeprefix(CONTROL_PREFIX)): operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert found == {key: each.name for key, each in OPERATIONS.items()}


def test_handle_can_be_used_in_another_process(handle):
    handle.configure(concurrent_job_limit=3)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        name, limit = pool.submit(name_and_limit, handle).result(timeout=60)
    assert (name, limit) == (handle.name, 3)


def test_pickled_handle_has_the_control_token_and_stops_nothing():
    with MockZuora(control="token", control_token="t0ken") as zuora:
        copy = pickle.loads(pickle.dumps(zuora))
        copy.stop()
        assert copy.info().control == "token"


def name_and_limit(zuora: MockZuora) -> tuple[str, object]:
    return zuora.name, zuora.settings()["concurrent_job_limit"]


@pytest.mark.anyio
async def test_handle_is_an_async_context_manager():
    async with MockZuora() as zuora:
        assert zuora.clock.speed == 1
    with pytest.raises(Unreachable):
        zuora.info()


def test_many_threads_can_use_one_handle(handle, submit):
    handle.configure(concurrent_job_limit=100)

    def work(at: int) -> str:
        handle.clock.advance(1)
        handle.faults.remove(handle.faults.add(path=f"/{at}", status=503))
        return submit(handle, f"brand__c\n{at}\n")

    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(work, range(24)))
    assert {each.id for each in handle.jobs.all()} == set(jobs)
    assert sorted(int(each["brand__c"]) for each in handle.records("vehicle")) == list(range(24))
    assert handle.faults.all() == []


def test_option_that_json_does_not_have_is_named(handle):
    for wrong in (float("nan"), b"x"):
        with pytest.raises(Invalid, match=rf"^body: {wrong!r} cannot be sent as JSON: "):
            handle.faults.add(status=503, body=wrong)


@pytest.mark.parametrize("name", [None, "", 5, "a/b"])
def test_name_that_no_path_can_have_is_refused(handle, name):
    with pytest.raises(Invalid, match=r"^object: .* is not valid in a path"):
        handle.records(name)
