"""Every probe finds out the choice that a server runs with, costs what it says, and leaves nothing behind."""

import re

import pytest

from mock_zuora.control.ledger import behaviours
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.verify.evidence import PREFIX, Evidence
from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES
from tests.verify.choices import HIDDEN, assume
from tests.verify.conftest import findings

PROBE_OF_ROW = {row.id: row.probe for row in behaviours() if row.probe}
CHOICES = [
    pytest.param(each, choice, id=f"{each.name}={choice}") for each in ASSUMPTIONS.values() for choice in each.choices
]


def stop_between_seconds(tenant):
    """The first record then has a date half-way, and the second one is on a whole second."""
    now = tenant.clock.now()
    tenant.clock.advance((1.5 - now.microsecond / 1_000_000) % 1)


def wait_for_a_file(tenant):
    tenant.jobs.fill(1)
    tenant.clock.advance(hours=26)


def lower_rate_limits(tenant):
    tenant.configure(rate_limits="30,100000,1000000")


def forbid_creating(tenant):
    tenant.user(tenant.client().user, permissions=["view", "delete"])


PREPARED = {
    "dates": stop_between_seconds,
    "pending-expiry": wait_for_a_file,
    "record-permission-status": forbid_creating,
    "refused-requests": lower_rate_limits,
}
"""By assumption: what a tenant must have before its choice can be observed."""
ALONE = {"record-permission-status"}
"""Assumptions whose preparation prevents the other probes."""
NOT_DECIDED_BY_DEFAULT = {"pending-expiry", "refused-requests", "limits-05", "permissions-03"} | ALONE
"""Subjects that a tenant without preparation does not show."""


def prepare(tenant, *names):
    for name in names:
        PREPARED.get(name, lambda tenant: None)(tenant)


@pytest.mark.parametrize(("assumption", "choice"), CHOICES)
def test_a_probe_finds_the_choice_in_force(run_probes, server, tenant, assumption, choice):
    assume(server, tenant, {assumption.name: choice})
    prepare(tenant, assumption.name)
    found = run_probes(tenant, PROBE_OF_ROW[assumption.row])[assumption.name]
    assert (found.verdict, found.choice) == (Verdict.CHOICE, choice), found.reason


@pytest.mark.parametrize("turn", range(max(len(each.choices) for each in ASSUMPTIONS.values())))
def test_probes_do_not_depend_on_other_assumptions(run_probes, server, tenant, turn):
    """Each turn takes another choice of every assumption, so that each choice meets others than the defaults."""
    names = {each.name: list(each.choices) for each in ASSUMPTIONS.values()}
    choices = {name: known[turn % len(known)] for name, known in names.items()}
    assume(server, tenant, choices)
    prepare(tenant, *(name for name in choices if name not in ALONE))
    found = run_probes(tenant)
    hidden = ALONE | {name for name, (other, choice) in HIDDEN.items() if choices[other] != choice}
    shown = [name for name in choices if name not in hidden]
    assert {name: found[name].reason for name in shown if found[name].choice != choices[name]} == {}


def test_the_rows_of_the_ledger_hold_and_the_evidence_can_be_read_again(runner_of, tenant, tmp_path):
    evidence = Evidence(host="localhost")
    runner = runner_of(tenant, evidence=evidence, save=lambda: evidence.save(tmp_path / "evidence.json"))
    found = findings(runner, list(PROBES.values()))
    assert Evidence.load(tmp_path / "evidence.json").rounds == evidence.rounds
    assert {
        name: (each.verdict.value, each.reason)
        for name, each in found.items()
        if each.verdict not in (Verdict.HOLDS, Verdict.CHOICE) and name not in NOT_DECIDED_BY_DEFAULT
    } == {}


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda probe: probe.name)
def test_a_probe_costs_what_it_says_and_leaves_nothing_behind(runner_of, tenant, probe):
    runner = runner_of(tenant)
    prepare(tenant, *probe.subjects)
    before = [each.id for each in tenant.jobs if not each.has_ended], tenant.objects.all()
    found = runner.attempt(probe)
    assert found.keys() <= set(probe.subjects), "the probe of each row is the one that fidelity.toml names"
    created = [each for each in runner.evidence.exchanges if each.method == "POST" and each.status == 200]
    assert {
        "requests": runner.connection.sent,
        "jobs": len([each for each in created if each.path == "/objects/jobs"]),
        "objects": len([each for each in created if each.path == "/objects/definitions/default"]),
    } == {"requests": probe.requests, "jobs": probe.jobs, "objects": probe.objects}
    assert ([each.id for each in tenant.jobs if not each.has_ended], tenant.objects.all()) == before


def test_every_assumption_has_a_probe():
    assert [each.name for each in ASSUMPTIONS.values() if each.row not in PROBE_OF_ROW] == []


def test_every_row_names_a_probe_that_exists_and_every_probe_has_a_row():
    assert set(PROBE_OF_ROW.values()) == set(PROBES)


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda probe: probe.name)
def test_a_probe_describes_itself(probe):
    assert re.fullmatch("[a-z][a-z0-9-]*", probe.name)
    assert re.fullmatch(r"[a-z].*[^.]", probe.what), "a part of a sentence, without a full stop"
    assert len(probe.what) <= 110
    assert PREFIX not in probe.what
