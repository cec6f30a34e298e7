"""All probes on a tenant that is slow, fails, is full, forbids things, or changes: they claim nothing that is wrong."""

import pytest

from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES
from tests.verify.choices import HIDDEN, assume
from tests.verify.conftest import findings, runners
from tests.verify.moved_time import MovedTime

USUAL = [each for each in PROBES.values() if not each.is_limit]


@pytest.fixture
def others(tenant):
    """What other people have in the tenant; the function says whether it is as it was."""
    field = {"type": "string", "label": "Name"}
    for number in range(30):
        tenant.define({"object": f"payroll_{number}", "label": "Payroll", "properties": {"name__c": field}})
        tenant.add_records(f"payroll_{number}", [{"name__c": str(number)}])

    def state():
        return [each for each in tenant.export_state()["objects"] if each["object"].startswith(("payroll", "vehicle"))]

    before = state()
    return lambda: state() == before


@pytest.fixture
def run_all(runner_of, tenant):
    """Runs every probe that reaches no limit; returns the findings by subject."""
    return lambda **options: findings(runner_of(tenant, **options), USUAL)


def wrong(found):
    """Claims that are not true of a server with the default choices."""
    return {
        name: each
        for name, each in found.items()
        if each.verdict is Verdict.OTHER
        or (each.verdict is Verdict.CHOICE and each.choice != ASSUMPTIONS[name].default)
    }


def decided(found):
    return {name for name, each in found.items() if each.verdict is not Verdict.INCONCLUSIVE}


@pytest.fixture(scope="module")
def decidable(server):
    """What a friendly tenant shows."""
    with runners() as runner_of, server.tenant() as tenant:
        tenant.clock.freeze()
        return decided(findings(runner_of(tenant), USUAL))


def test_a_slow_tenant_shows_the_same(run_all, tenant, decidable):
    tenant.configure(transitions="time", accept_delay=2, queue_delay=5, processing_time=9, read_delay=6)
    found = run_all()
    # Such a tenant does not respond to a submit with the status pending.
    assert wrong(found).keys() == {"jobs-10"}
    assert decided(found) == decidable


def test_failures_of_the_network_and_of_the_service_do_not_change_what_is_found(run_all, tenant, others, decidable):
    tenant.faults.add(probability=0.02, status=503)
    tenant.faults.add(probability=0.02, status=429, retry_after=3)
    tenant.faults.add(probability=0.01, reset=True)
    tenant.faults.add(probability=0.01, truncate=True)
    tenant.faults.add(probability=0.005, status=500, code=71012561)
    found = run_all()
    tenant.faults.clear()
    assert wrong(found) == {}
    assert decided(found) == decidable
    assert others()


def test_a_server_that_responds_503_to_everything_decides_nothing(runner_of, server, tenant):
    for each in (server, tenant):
        each.faults.add(status=503)
    runner = runner_of(tenant)
    try:
        runner.run(USUAL)
    finally:
        server.faults.clear()
    assert {each.verdict for found in runner.evidence.rounds.values() for each in found[0].values()} == {
        Verdict.INCONCLUSIVE
    }
    assert runner.left == []


def test_a_tenant_full_of_jobs_decides_only_what_needs_none(run_all, tenant, others):
    jobs = tenant.jobs.fill()
    found = run_all()
    assert wrong(found) == {}
    without_jobs = {name for each in USUAL if not each.jobs for name in each.subjects}
    assert decided(found) <= without_jobs
    assert "put-record" in decided(found)
    assert [tenant.jobs.get(each).status for each in jobs] == ["pending"] * len(jobs)
    assert others()


@pytest.mark.parametrize("permissions", [[], ["view"], ["view", "delete"]], ids="+".join)
def test_a_user_who_may_not_do_everything_makes_no_false_claim(run_all, tenant, others, permissions):
    tenant.user("prober", permissions=permissions)
    found = run_all(user="prober")
    assert wrong(found) == {}
    assert others()


def test_a_token_that_expires_half_way_is_renewed(run_all, tenant, decidable):
    begun = []

    def tell(probe, number):
        begun.append(probe)
        if len(begun) % 7 == 0:
            tenant.clock.advance(3_700)

    tenant.configure(auth="strict")
    found = run_all(tell=tell)
    assert wrong(found) == {}
    assert decided(found) == decidable


def test_a_tenant_that_changes_between_the_rounds_shows_no_choice(run_all, server, tenant):
    others = {each.name: next(name for name in each.choices if name != each.default) for each in ASSUMPTIONS.values()}

    def tell(probe, number):
        if number == 2:
            assume(server, tenant, others)

    found = run_all(tell=tell)
    assert {name for name, each in found.items() if each.verdict is Verdict.CHOICE} <= HIDDEN.keys()


@pytest.mark.parametrize("probe", [each for each in USUAL if each.requests], ids=lambda probe: probe.name)
def test_a_probe_that_is_interrupted_leaves_the_tenant_as_it_was(runner_of, tenant, probe):
    runner = runner_of(tenant)
    call, sent = runner.tenant.call, 0

    def interrupted(*arguments, **options):
        nonlocal sent
        sent += 1
        response = call(*arguments, **options)
        if sent == max(1, probe.requests // 2):
            raise KeyboardInterrupt
        return response

    runner.tenant.call = interrupted
    with pytest.raises(KeyboardInterrupt):
        runner.run([probe])
    assert runner.left == []
    assert tenant.objects.all() == []
    assert [each for each in tenant.jobs if not each.has_ended] == []


def test_time_is_moved_and_not_waited_for(tenant):
    before = tenant.clock.now()
    MovedTime(tenant).pause(86_400)
    assert (tenant.clock.now() - before).total_seconds() >= 86_400
