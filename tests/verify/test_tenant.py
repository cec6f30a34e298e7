import pytest

from mock_zuora.verify.finding import Inconclusive
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import TEXT, accepted, csv_text

NUMBER = {"type": "integer"}


@pytest.fixture
def runner(runner_of, tenant):
    return runner_of(tenant, seconds=60.0)


@pytest.fixture
def probed(runner):
    return runner.tenant


def test_a_file_runs_to_its_end(probed, tenant):
    name = probed.object({"doors__c": NUMBER})
    run = probed.run(name, csv_text(["doors__c"], ["2"], ["four"]))
    assert (run.status, run.code) == ("completed", "")
    assert [each["row"] for each in run.errors] == [3]
    assert run.seen == "the job ended completed with recordsProcessed 1; rejected rows: row 3: 71012523"
    assert [each["doors__c"] for each in probed.records(name)] == [2]


def test_a_slow_tenant_is_waited_for(probed, tenant):
    tenant.configure(transitions="time", accept_delay=3, queue_delay=5, processing_time=20, read_delay=15)
    name = probed.object({"doors__c": NUMBER})
    assert probed.run(name, csv_text(["doors__c"], ["2"])).status == "completed"
    assert len(probed.records(name)) == 1


def test_a_job_that_takes_too_long_makes_it_inconclusive(probed, tenant):
    tenant.configure(transitions="time", processing_time=10_000)
    name = probed.object({"doors__c": NUMBER})
    with pytest.raises(Inconclusive, match="the job did not become cancelled or completed or failed"):
        probed.run(name, csv_text(["doors__c"], ["2"]))


def test_a_refused_upload_leaves_no_job(probed, tenant):
    name = probed.object({"doors__c": NUMBER})
    run = probed.run(name, "")
    assert (run.status, run.code, run.errors) == ("refused", "71013620", ())
    assert "71013620" in run.seen
    assert [each.status for each in tenant.jobs] == ["cancelled"]


def test_room_for_a_job_is_waited_for_once(probed, tenant, runner):
    tenant.jobs.fill()
    name = probed.object({"doors__c": NUMBER})
    with pytest.raises(Inconclusive, match="too many unfinished jobs"):
        probed.submit("create", name)
    waited = runner.timer.passed
    with pytest.raises(Inconclusive, match="too many unfinished jobs"):
        probed.submit("create", name)
    assert runner.timer.passed == waited >= 60


def test_an_attempt_deletes_what_it_has_created(probed, tenant):
    name = probed.object({"name__c": TEXT})
    probed.create(name, *({"name__c": str(number)} for number in range(3)))
    probed.pending_job(name)
    assert probed.clean() == []
    assert tenant.objects.all() == []
    assert [each.status for each in tenant.jobs] == ["cancelled"]


def test_what_cannot_be_deleted_is_reported(probed, tenant):
    probed.object({"name__c": TEXT})
    tenant.faults.add(method="DELETE", status=403, code=71012514)
    (left,) = probed.clean()
    assert left.startswith("object mockzuora_probe_")
    assert "403" in left


def test_objects_and_jobs_of_others_are_never_touched(probed, tenant):
    others = f"mockzuora_probe_{probed.suffix}0_1"
    tenant.define({"object": others, "label": "x", "properties": {"name__c": {"type": "string", "label": "Name"}}})
    tenant.add_records(others, [{"name__c": "Kim"}])
    tenant.jobs.fill(2)
    before = [(each.id, each.status) for each in tenant.jobs]
    probed.object({"name__c": TEXT})
    probed.objects = []
    assert probed.sweep([probed.suffix]) == []
    assert [each.name for each in tenant.objects.all() if each.has_schema] == [others]
    assert len(tenant.records(others)) == 1
    assert [(each.id, each.status) for each in tenant.jobs] == before


def test_a_list_of_objects_that_is_refused_is_reported(probed, tenant):
    """Otherwise nothing would tell that objects of a killed run may be left."""
    tenant.faults.add(method="GET", path="/objects/definitions/*", status=403, code=71012512, nth=1)
    (left,) = probed.sweep(["dead"])
    assert left.startswith("any object that begins with mockzuora_probe_dead_: the objects cannot be listed; ")


def test_lists_with_nulls_do_not_stop_the_cleaning_up(probed, monkeypatch):
    nulls = Response("GET /", 200, {}, '{"jobs": [null, {}], "records": [null], "definitions": {"payroll": null}}')
    monkeypatch.setattr(probed, "call", lambda *_, **__: nulls)
    assert probed.sweep(["dead"]) == []


def test_the_definition_that_used_up_the_rate_limit_is_deleted(probed, tenant):
    name, _ = probed.define({})
    probed._connection._spared_until, probed._connection._spared = probed.timer.now() + 3_000, "few"
    with pytest.raises(Inconclusive, match="few"):
        probed.define({})
    assert probed.objects == [name]
    assert probed.clean() == []
    assert tenant.objects.all() == []


def test_a_refusal_where_success_is_expected_is_inconclusive(probed):
    with pytest.raises(Inconclusive, match="GET /objects/definitions/default/{object}: 404"):
        accepted(probed.call("GET", f"/objects/definitions/default/{probed.new_name()}"))
