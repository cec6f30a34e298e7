"""Every probe finds out the choice that a server runs with, costs what it says, and leaves nothing behind."""

import re

import pytest

from mock_zuora.control.ledger import behaviours
from mock_zuora.domain.assumptions.catalogue import ASSUMPTIONS
from mock_zuora.verify.evidence import PREFIX
from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES

PROBE_OF_ROW = {row.id: row.probe for row in behaviours() if row.probe}
CHOICES = [
    pytest.param(each, choice, id=f"{each.name}={choice}")
    for each in ASSUMPTIONS.values()
    for choice in each.choices
    if each.row in PROBE_OF_ROW
]
PREPARED = {
    "record-permission-status": lambda tenant: tenant.user(tenant.client().user, permissions=["view", "delete"]),
}
"""By assumption: what a tenant must have before its choice can be observed."""
NOT_DECIDED_BY_DEFAULT = {"record-permission-status"}
"""Subjects that a tenant without preparation does not show."""


def prepare(tenant, *names):
    for name in names:
        PREPARED.get(name, lambda tenant: None)(tenant)


@pytest.mark.parametrize(("assumption", "choice"), CHOICES)
def test_a_probe_finds_the_choice_in_force(run_probes, tenant, assumption, choice):
    tenant.configure(assume={assumption.name: choice})
    prepare(tenant, assumption.name)
    found = run_probes(tenant, PROBE_OF_ROW[assumption.row])[assumption.name]
    assert (found.verdict, found.choice) == (Verdict.CHOICE, choice), found.reason


@pytest.mark.parametrize("turn", range(max(len(each.choices) for each in ASSUMPTIONS.values())))
def test_probes_do_not_depend_on_other_assumptions(run_probes, tenant, turn):
    """Each turn takes another choice of every assumption, so that each choice meets others than the defaults."""
    names = {each.name: list(each.choices) for each in ASSUMPTIONS.values() if each.row in PROBE_OF_ROW}
    choices = {name: known[turn % len(known)] for name, known in names.items()}
    tenant.configure(assume=choices)
    prepare(tenant, *(choices.keys() - NOT_DECIDED_BY_DEFAULT))
    found = run_probes(tenant)
    undecided = {name: found[name].reason for name in choices if found[name].choice != choices[name]}
    assert {name: why for name, why in undecided.items() if name not in NOT_DECIDED_BY_DEFAULT} == {}


def test_the_rows_of_the_ledger_hold(run_probes, tenant):
    found = run_probes(tenant)
    assert {
        name: (each.verdict.value, each.reason)
        for name, each in found.items()
        if each.verdict not in (Verdict.HOLDS, Verdict.CHOICE) and name not in NOT_DECIDED_BY_DEFAULT
    } == {}


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda probe: probe.name)
def test_a_probe_costs_what_it_says_and_leaves_nothing_behind(runner_of, tenant, probe):
    runner = runner_of(tenant)
    prepare(tenant, *probe.subjects)
    runner.attempt(probe)
    created = [each for each in runner.evidence.exchanges if each.method == "POST" and each.status == 200]
    assert {
        "requests": runner.connection.sent,
        "jobs": len([each for each in created if each.path == "/objects/jobs"]),
        "objects": len([each for each in created if each.path == "/objects/definitions/default"]),
    } == {"requests": probe.requests, "jobs": probe.jobs, "objects": probe.objects}
    assert [each for each in tenant.jobs if not each.has_ended] == []
    assert tenant.objects.all() == []


def test_every_row_names_a_probe_that_exists_and_every_probe_has_a_row():
    assert set(PROBE_OF_ROW.values()) == set(PROBES)


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda probe: probe.name)
def test_a_probe_describes_itself(probe):
    assert re.fullmatch("[a-z][a-z0-9-]*", probe.name)
    assert re.fullmatch(r"[a-z].*[^.]", probe.what), "a part of a sentence, without a full stop"
    assert len(probe.what) <= 110
    assert PREFIX not in probe.what
