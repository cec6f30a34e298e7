"""What the handle itself can do, through both doors; and that both doors, the table and the routes are the same."""

import json
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from mock_zuora import MockZuora
from mock_zuora.client import resources as parts
from mock_zuora.control.addresses import ADDRESSES, PREFIX
from mock_zuora.control.errors import Invalid, Refused, Unknown
from mock_zuora.control.operations import OPERATIONS

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


def test_a_token_lets_a_client_in_as_the_first_user(hand, call):
    assert call(hand, "GET", JOBS, token=hand.token())[0] == 200
    assert hand.requests.find()[0].user == "admin"


def test_a_token_can_be_another_user_s_with_fewer_permissions(hand, call):
    token = hand.token(permissions=["view"], user="ann")
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    assert call(hand, "POST", JOBS, job, token=token)[1]["code"] == 71012515
    assert hand.requests.find()[0].user == "ann"


def test_a_token_with_a_permission_that_there_is_not_is_refused(hand):
    with pytest.raises(Invalid, match="permissions.0: 'admin'"):
        hand.token(permissions=["admin"])


def test_a_token_with_one_permission_needs_no_list(hand, call):
    assert call(hand, "GET", f"{JOBS}/nope", token=hand.token("view"))[0] == 404
    assert call(hand, "GET", f"{JOBS}/nope", token=hand.token("edit"))[0] == 403


def test_a_token_can_be_one_of_another_tenant_that_is_there(hand, running, call):
    with running.tenant() as other:
        call(hand, "GET", JOBS, token=hand.token(tenant=other.name))
        assert (hand.requests.count(), other.requests.count()) == (0, 1)
    with pytest.raises(Unknown, match=other.name):
        hand.token(tenant=other.name)


def test_the_headers_are_a_new_token(hand, call):
    one, two = hand.headers(), hand.headers()
    assert one.keys() == {"Authorization"} and one != two
    assert call(hand, "GET", JOBS, **one)[0] == 200


def test_an_oauth_client_gets_tokens_of_the_tenant(hand, call):
    client = hand.client()
    form = urlencode(
        {"client_id": client.client_id, "client_secret": client.client_secret, "grant_type": "client_credentials"}
    )
    status, answer = call(hand, "POST", "/oauth/token", form, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 200
    call(hand, "GET", JOBS, token=answer["access_token"])
    assert hand.requests.count(path=JOBS) == 1


def test_an_oauth_client_of_a_user_that_there_is_not_is_refused(hand):
    with pytest.raises(Unknown, match="user: .*'ann'; it has admin"):
        hand.client(user="ann")


def test_settings_change_from_now_on_and_the_others_stay(hand):
    before = hand.settings()
    after = hand.configure(transitions="polls", strict=True, version="2025-08-12")
    assert after == hand.settings() == {**before, "transitions": "polls", "strict": True, "version": "2025-08-12"}
    assert hand.configure(version=None)["version"] is None


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"transitions": "never"}, "transitions: 'never'"),
        ({"processing_time": -1}, "processing_time: -1"),
        ({"version": "7"}, "version: '7'"),
        ({"rate_limits": "many"}, "rate_limits: .*'many'"),
        ({"speed": 2}, "speed: there is no such field"),
        ({"strict": True, "port": 1}, "port"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused_and_changes_nothing(hand, said, named):
    before = hand.settings()
    with pytest.raises(Invalid, match=named):
        hand.configure(**said)
    assert hand.settings() == before


def test_records_have_the_api_s_own_names(hand, submit):
    submit(hand, "brand__c\nSaab\n")
    (record,) = hand.records("vehicle")
    assert (record["brand__c"], record["type"], record["version"]) == ("Saab", "vehicle", 1)
    assert {"Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate"} < record.keys()


def test_records_of_an_object_that_there_is_not_are_unknown(hand, submit):
    submit(hand)
    with pytest.raises(Unknown, match="object: .*'boat'; it has vehicle"):
        hand.records("boat")


@pytest.mark.fidelity("mock-08")
def test_warnings_are_listed_with_the_call_that_caused_them(hand, call):
    call(hand, "GET", JOBS, **{"Zuora-Version": "7"})
    (warning,) = hand.warnings()
    assert (warning.kind, warning.path) == ("unlisted-version", JOBS)
    assert "'7'" in warning.message and warning.request_id == hand.requests.find()[0].id


# Seeds and resets


def test_a_seed_gives_the_tenant_other_things_to_begin_with(hand, submit):
    submit(hand, "brand__c\nSaab\n")
    hand.seed({"definitions": [BRANDS], "records": {"Car": [{"brand__c": "Volvo"}]}, "users": [{"name": "ann"}]})
    assert [each["brand__c"] for each in hand.records("Car")] == ["Volvo"]
    assert hand.jobs.all() == []
    with pytest.raises(Unknown):
        hand.records("vehicle")


def test_a_seed_leaves_what_it_does_not_name(hand, call):
    hand.seed({"definitions": [BRANDS]})
    hand.configure(strict=True)
    now, token, client = hand.clock.freeze(), hand.token(), hand.client()
    hand.jobs.fail_next()
    hand.seed({"records": {"Car": [{"brand__c": "Volvo"}]}})
    assert (hand.clock.now(), hand.settings()["strict"], hand.jobs.outcomes().failures) == (now, True, 1)
    assert call(hand, "GET", JOBS, token=token)[0] == 200
    assert call(hand, "GET", "/objects/definitions/default/Car")[0] == 200
    assert client


@pytest.mark.parametrize("change", [lambda hand: hand.seed({"records": {}}), lambda hand: hand.reset("records")])
def test_who_was_added_stays_when_only_the_data_changes(hand, call, change):
    token, client = hand.token(user="ann"), hand.client(user="ann")
    change(hand)
    assert call(hand, "GET", JOBS, token=token)[0] == 200
    assert hand.client(user="ann").client_id != client.client_id


def test_who_was_added_goes_with_the_tokens(hand):
    hand.token(user="ann")
    hand.reset("tokens")
    with pytest.raises(Unknown, match="'ann'"):
        hand.client(user="ann")


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
def test_a_seed_that_cannot_be_is_refused_and_changes_nothing(hand, submit, seed, named):
    job = submit(hand)
    with pytest.raises(Invalid, match=named) as refusal:
        hand.seed(seed)
    assert [each.id for each in hand.jobs.all()] == [job]
    assert "geheim" not in str(refusal.value)


def test_a_seed_cannot_take_the_client_of_another_tenant(hand, running):
    with running.tenant() as other:
        other.seed({"clients": [{"id": "mine", "secret": "s"}]})
        with pytest.raises(Refused, match=f"clients: 'mine' .*'{other.name}'"):
            hand.seed({"clients": [{"id": "mine", "secret": "s"}]})


@pytest.mark.parametrize("document", [["vehicle"], "seed.toml", {1: "one"}], ids=str)
def test_a_document_that_is_none_is_refused(hand, document):
    for take in (hand.seed, hand.import_state):
        with pytest.raises(Invalid, match=f"document: a {type(document).__name__} is not valid"):
            take(document)


def test_a_seed_may_have_dates_as_toml_writes_them(hand):
    hand.seed(tomllib.loads("records = { car = [{ since__c = 2026-01-31 }] }"))
    assert hand.records("car")[0]["since__c"] == "2026-01-31"


def test_settings_are_plain_texts_and_numbers_through_both_doors(hand):
    assert {type(each) for each in hand.settings().values()} == {str, int, float, bool, type(None)}


def test_what_is_no_json_is_refused_by_both_doors_alike(hand):
    with pytest.raises(Invalid, match="seed: what is said is not JSON"):
        hand.seed({"records": {"Car": [{"brand__c": object()}]}})


@pytest.mark.fidelity("mock-07")
def test_a_reset_takes_everything_back_to_the_seed(hand, submit, call):
    hand.seed({"records": {"vehicle": [{"brand__c": "Volvo"}]}})
    token = hand.token()
    submit(hand, "brand__c\nSaab\n")
    hand.faults.add(status=503)
    hand.snapshots.save("one")
    hand.jobs.fail_next()
    hand.clock.advance(86_400)
    hand.configure(transitions="manual")
    hand.reset()
    assert [each["brand__c"] for each in hand.records("vehicle")] == ["Volvo"]
    assert (hand.jobs.all(), hand.requests.find(), hand.faults.all(), hand.snapshots.all()) == ([], [], [], [])
    assert (hand.settings()["transitions"], hand.jobs.outcomes().failures) == ("immediate", 0)
    assert call(hand, "GET", JOBS, token=token)[1]["jobs"] == []


@pytest.mark.parametrize("scope", ["jobs", "faults", "journal", "settings", "snapshots", "clock", "tokens"])
def test_a_reset_of_one_scope_leaves_the_others(hand, submit, call, scope):
    token, before = hand.token(), hand.clock.freeze()
    submit(hand, "brand__c\nSaab\n")
    hand.faults.add(path="/nowhere", status=503)
    hand.snapshots.save("one")
    hand.configure(transitions="manual")
    hand.reset(scope)
    left = {
        "jobs": hand.jobs.all() != [],
        "faults": hand.faults.all() != [],
        "journal": hand.requests.find() != [],
        "settings": hand.settings()["transitions"] == "manual",
        "snapshots": hand.snapshots.all() != [],
        "clock": hand.clock.now() == before,
        "tokens": call(hand, "GET", JOBS, token=token)[0] == 200 and hand.requests.count(path=JOBS, method="GET") > 0,
    }
    assert [name for name, is_left in left.items() if not is_left] == [scope]
    assert len(hand.records("vehicle")) == 1


def test_a_reset_of_the_records_takes_the_jobs_along(hand, submit):
    submit(hand, "brand__c\nSaab\n")
    hand.reset("records")
    assert hand.jobs.all() == []
    with pytest.raises(Unknown):
        hand.records("vehicle")


def test_a_reset_of_a_scope_that_there_is_not_is_refused(hand, submit):
    submit(hand)
    with pytest.raises(Invalid, match="scope.1: 'job'"):
        hand.reset("faults", "job")
    assert len(hand.jobs.all()) == 1


# State


@pytest.mark.fidelity("mock-07")
def test_a_state_goes_out_and_comes_in_elsewhere(hand, running, submit):
    hand.seed({"definitions": [BRANDS], "records": {"Car": [{"brand__c": "Volvo"}]}})
    hand.jobs.reject_rows({3: (71012520, "boom")})
    job = submit(hand, "brand__c\nSaab\nLada\n")
    document = json.loads(json.dumps(hand.export_state()))
    with running.tenant() as other:
        other.import_state(document)
        assert other.records("Car") == hand.records("Car")
        assert other.records("vehicle") == hand.records("vehicle")
        assert (other.jobs.get(job), other.jobs.errors(job)) == (hand.jobs.get(job), hand.jobs.errors(job))


def test_a_state_holds_no_secret(hand):
    client, token = hand.client(), hand.token()
    text = json.dumps(hand.export_state())
    assert client.client_secret not in text and token not in text


def test_a_state_that_cannot_be_is_refused_and_changes_nothing(hand, submit):
    job = submit(hand)
    with pytest.raises(Invalid, match="schema: 2"):
        hand.import_state({**hand.export_state(), "schema": 2})
    assert [each.id for each in hand.jobs.all()] == [job]


# Tenants


@pytest.mark.fidelity("mock-03")
def test_a_fresh_tenant_has_a_name_and_is_listed_until_it_is_dropped(running, hand):
    with hand.tenant() as fresh:
        assert fresh.name in [each.name for each in running.tenants()]
    assert fresh.name not in [each.name for each in running.tenants()]


def test_a_tenant_is_made_under_a_name_or_taken_if_it_is_there(hand):
    with hand.tenant("acme-of-" + hand.name) as made:
        made.configure(strict=True)
        again = hand.tenant(made.name)
        assert again.settings()["strict"]
        again.stop()
        assert made.settings()["strict"]


@pytest.mark.parametrize("name", ["", "a/b", "x" * 201, "a\nb"])
def test_a_tenant_cannot_have_any_name(hand, name):
    with pytest.raises(Invalid, match="name: (?s:.*) is not valid: expected 1 to 200 characters, no slash among them"):
        hand.tenant(name)


def test_a_tenant_of_a_name_is_one_however_many_make_it(hand):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: hand.tenant("one of many"), range(8)))
    assert [each.name for each in hand.tenants()].count("one of many") == 1
    # It is dropped by who made it; the others leave it alone.
    for each in made:
        each.stop()
    assert "one of many" not in hand.info().tenants


def test_the_default_tenant_cannot_be_dropped(running):
    with pytest.raises(Refused, match="name: .*'default'"):
        running.drop()


def test_a_dropped_tenant_is_unknown_and_the_message_says_which_there_are(hand):
    fresh = hand.tenant()
    fresh.drop()
    with pytest.raises(Unknown, match=f"tenant: .*'{fresh.name}'; there are default"):
        fresh.jobs.all()
    fresh.stop()


@pytest.mark.fidelity("mock-03")
def test_two_tenants_never_meet(hand, running, submit, call):
    with running.tenant() as other:
        submit(other, "brand__c\nSaab\n")
        before = other.clock.freeze()
        other.snapshots.save("one")
        hand.configure(transitions="manual")
        hand.clock.advance(86_400)
        hand.faults.add(status=503)
        hand.jobs.fail_next()
        hand.reset()
        hand.requests.clear()
        assert (other.clock.now(), other.settings()["transitions"]) == (before, "immediate")
        assert (other.faults.all(), other.jobs.outcomes().failures, other.snapshots.all()) == ([], 0, ["one"])
        assert (len(other.jobs.all()), other.requests.count()) == (1, 2)
        assert call(other, "GET", JOBS)[0] == 200


def test_two_tenants_may_use_the_same_idempotency_key(hand, running, call):
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    with running.tenant() as other:
        made = [call(each, "POST", JOBS, job, **{"Idempotency-Key": "key-1"}) for each in (hand, other, hand)]
    assert [status for status, _ in made] == [200, 200, 200]
    assert made[0][1]["Id"] == made[2][1]["Id"] != made[1][1]["Id"]


def test_info_says_how_the_server_and_the_tenant_stand(hand):
    hand.clock.freeze()
    info = hand.info()
    assert (info.tenant, info.control, info.clock.speed) == (hand.name, "local", 0)
    assert hand.name in info.tenants and info.settings == hand.settings()


# Whatever the handle can do, curl can do


def handle_verbs() -> set[str]:
    """The public methods of the handle and of its parts, by the names of their operations."""
    own = {"stop", "connect", "tenant", "headers", "name", "url"}
    verbs = {name for name in vars(MockZuora) if not name.startswith("_")} - own
    for part in (parts.Clock, parts.Jobs, parts.Faults, parts.Requests, parts.Snapshots):
        verbs |= {f"{part.__name__.lower()}.{name}" for name in vars(part) if not name.startswith("_")}
    return verbs


SAID_OTHERWISE = {
    "clock.now": "clock", "clock.speed": "clock", "clock.freeze": "clock.change", "clock.resume": "clock.change",
    "clock.run_at": "clock.change", "requests.dropped": "requests.count", "drop": "tenants.drop",
    "tenants": "tenants.all",
}  # fmt: skip


def test_every_verb_of_the_handle_is_an_operation_and_every_operation_a_verb():
    verbs = {SAID_OTHERWISE.get(verb, verb) for verb in handle_verbs()}
    assert verbs | {"tenants.add"} == set(ADDRESSES)


def test_every_operation_has_its_address_and_a_sentence():
    assert OPERATIONS.keys() == ADDRESSES.keys()
    assert all(each.sentences for each in OPERATIONS.values())


def test_no_two_operations_share_an_address():
    assert len({(each.method, each.path) for each in ADDRESSES.values()}) == len(ADDRESSES)


def test_the_document_has_every_operation_at_its_address(running, call):
    document = call(running, "GET", "/__mock/openapi.json")[1]
    found = {
        (method.upper(), path.removeprefix(PREFIX)): operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert found == {(each.method, each.path): name for name, each in ADDRESSES.items()}


# From many threads; what is imported


def test_many_threads_can_use_one_handle(hand, submit):
    hand.configure(concurrent_job_limit=100)

    def work(at: int) -> str:
        hand.clock.advance(1)
        hand.faults.remove(hand.faults.add(path=f"/{at}", status=503))
        return submit(hand, f"brand__c\n{at}\n")

    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(work, range(24)))
    assert {each.id for each in hand.jobs.all()} == set(jobs)
    assert sorted(int(each["brand__c"]) for each in hand.records("vehicle")) == list(range(24))
    assert hand.faults.all() == []


def test_the_package_and_the_hand_on_a_server_elsewhere_import_the_standard_library_only():
    heavy = "('fastapi', 'starlette', 'uvicorn', 'pydantic', 'pydantic_settings', 'multipart')"
    code = (
        "import sys, mock_zuora; assert not any(name.startswith('mock_zuora.') for name in sys.modules)\n"
        "from mock_zuora import MockZuora\n"
        "try: MockZuora.connect('http://127.0.0.1:1')\n"
        f"except ConnectionError: print([name for name in sys.modules if name.partition('.')[0] in {heavy}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_plugin_imports_nothing_of_ours_before_a_test_asks_for_it():
    code = (
        "import sys, mock_zuora.testing.pytest_plugin;"
        "print(*(each for each in sys.modules if each.startswith('mock_zuora')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["mock_zuora", "mock_zuora.testing", "mock_zuora.testing.pytest_plugin"]


def test_the_package_has_no_other_names():
    import mock_zuora

    with pytest.raises(AttributeError, match="MockZora"):
        _ = mock_zuora.MockZora
