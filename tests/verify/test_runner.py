import pytest

from mock_zuora.verify.evidence import ROUNDS, Evidence
from mock_zuora.verify.finding import CannotRun, Unclear, Verdict, choice, inconclusive
from mock_zuora.verify.probe import Probe
from mock_zuora.verify.runner import ATTEMPTS
from mock_zuora.verify.tenant import TEXT


def probe_of(scenario):
    """A probe about the assumption put-record."""
    return Probe(name="put-record", what="", requests=0, jobs=0, objects=1, is_limit=False, scenario=scenario)


def finds(*names):
    """A scenario that finds these choices, one in each round."""
    remaining = iter(names)

    def scenario(tenant):
        tenant.object({"name__c": TEXT})
        yield "put-record", choice(next(remaining), "seen")

    return scenario


def run(runner, scenario):
    runner.run([probe_of(scenario)])
    return runner.evidence.result("put-record", "put-record")


def test_two_rounds_that_agree_make_a_result(runner_of, tenant):
    assert run(runner_of(tenant), finds("merge", "merge")).choice == "merge"


def test_a_tenant_that_changes_between_the_rounds_makes_none(runner_of, tenant):
    assert run(runner_of(tenant), finds("merge", "replace")).verdict is Verdict.INCONCLUSIVE


def test_a_probe_that_found_nothing_is_not_run_again(runner_of, tenant):
    rounds = []

    def scenario(probed):
        rounds.append(1)
        yield "put-record", inconclusive("no permission")

    assert run(runner_of(tenant), scenario) == inconclusive("no permission")
    assert len(rounds) == 1


def test_an_attempt_that_may_have_taken_effect_is_repeated_with_new_objects(runner_of, tenant):
    tenant.faults.add(method="POST", path="/objects/definitions/default", reset=True, nth=1)
    assert run(runner_of(tenant), finds(*["merge"] * (ROUNDS + 1))).choice == "merge"
    assert tenant.objects.all() == []


def test_attempts_are_limited(runner_of, tenant):
    fault = tenant.faults.add(method="POST", path="/objects/definitions/default", status=500, code=71012561)
    found = run(runner_of(tenant), finds())
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "it is unknown whether a request took effect: POST /objects/definitions/default: 500" in found.reason
    assert tenant.faults.get(fault).hits == ATTEMPTS + 1, "and the rehearsal"


def test_a_response_in_another_form_is_inconclusive(runner_of, tenant):
    def scenario(probed):
        yield "put-record", choice(probed.call("GET", "/objects/jobs").object["jobs"][7]["Id"], "")

    assert "another form than the probe expects: IndexError" in run(runner_of(tenant), scenario).reason


def test_what_a_probe_did_not_come_to_is_inconclusive(runner_of, tenant):
    assert run(runner_of(tenant), lambda probed: iter(())).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("error", [KeyboardInterrupt, CannotRun])
def test_an_interrupted_run_leaves_nothing_behind(runner_of, tenant, error):
    def scenario(probed):
        name = probed.object({"name__c": TEXT})
        probed.create(name, {"name__c": "Kim"})
        probed.pending_job(name)
        raise error
        yield

    runner = runner_of(tenant)
    with pytest.raises(error):
        run(runner, scenario)
    assert runner.left == []
    assert tenant.objects.all() == []
    assert [each.status for each in tenant.jobs] == ["cancelled"]


def test_a_user_who_could_not_delete_the_objects_creates_only_one(runner_of, tenant):
    tenant.user("editor", permissions=["view", "edit"])
    runner = runner_of(tenant, user="editor")
    with pytest.raises(
        CannotRun, match="can create objects, but not delete them: object mockzuora_probe_test0_1: .* 403"
    ):
        run(runner, finds())
    assert [each.name for each in tenant.objects.all()] == ["mockzuora_probe_test0_1"]
    assert "mockzuora_probe_test0_1" in runner.left[0]


def test_what_the_end_of_an_attempt_could_not_delete_is_deleted_at_the_end_of_the_run(runner_of, tenant):
    tenant.faults.add(method="DELETE", status=403, code=71012514, nth=2)
    runner = runner_of(tenant)
    run(runner, finds("merge", "merge"))
    assert runner.left == []
    assert tenant.objects.all() == []


def test_a_second_interruption_leaves_what_was_created_and_names_it(runner_of, tenant):
    def scenario(probed):
        probed.object({"name__c": TEXT})
        probed.clean = interrupted
        raise KeyboardInterrupt
        yield

    def interrupted():
        raise KeyboardInterrupt

    runner = runner_of(tenant)
    with pytest.raises(KeyboardInterrupt):
        run(runner, scenario)
    assert runner.left == ["whatever begins with mockzuora_probe_test0_: interrupted"]


def test_what_could_not_be_deleted_is_listed(runner_of, tenant):
    for number in range(2, 20):
        tenant.faults.add(method="DELETE", status=403, code=71012514, nth=number)
    runner = runner_of(tenant)
    run(runner, finds("merge", "merge"))
    assert len(runner.left) == len(tenant.objects.all()) == 2


def test_a_run_continues_where_it_was_killed_and_deletes_what_was_left(runner_of, tenant):
    left = {"object": "mockzuora_probe_dead_1", "label": "x", "properties": {"a__c": {"type": "string", "label": "A"}}}
    tenant.define(left)
    evidence = Evidence(host="localhost", suffixes=["dead"])
    evidence.rounds["put-record"] = [{"put-record": choice("merge", "seen")}]
    told = []
    runner = runner_of(tenant, evidence=evidence, tell=lambda probe, number: told.append(number))
    assert run(runner, finds("merge")).choice == "merge"
    assert told == [2]
    assert tenant.objects.all() == []


def test_after_a_complete_cleaning_up_nothing_is_remembered(runner_of, tenant):
    runner = runner_of(tenant)
    run(runner, finds("merge", "merge"))
    assert runner.evidence.suffixes == []


def test_a_server_that_is_no_tenant_is_not_probed(runner_of, tenant):
    tenant.faults.add(path="/objects/jobs", status=404, body="{}")
    with pytest.raises(CannotRun, match="does not respond like the API of a tenant: GET /objects/jobs: 404"):
        run(runner_of(tenant), finds())


def test_jobs_whose_submit_got_no_response_do_not_pile_up(runner_of, tenant):
    waiting = []

    def scenario(probed):
        name = probed.object({"name__c": TEXT})
        waiting.append(sum(each.status == "pending" for each in tenant.jobs))
        probed.submit("create", name)
        raise Unclear("the response was lost")
        yield

    def forgotten(operation, name):
        probed.call("POST", "/objects/jobs", json_body={"operation": operation, "namespace": "default", "object": name})

    runner = runner_of(tenant)
    probed = runner.tenant
    probed.submit = forgotten
    run(runner, scenario)
    assert set(waiting) == {0}
    assert {each.status for each in tenant.jobs} == {"cancelled"}


def test_reasons_have_no_secrets(runner_of, tenant):
    def scenario(probed):
        yield "put-record", choice("merge", f"it was {tenant.client().client_secret}")

    assert run(runner_of(tenant), scenario) == choice("merge", "it was redacted")


def test_every_round_is_saved(runner_of, tenant):
    saved = []
    runner = runner_of(tenant, save=lambda: saved.append(len(runner.evidence.rounds.get("put-record", []))))
    run(runner, finds("merge", "merge"))
    assert saved == [0, 1, 2, 2]
