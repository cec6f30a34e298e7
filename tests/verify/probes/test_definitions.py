"""Probes of definitions."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES, definitions

DEFINITIONS = "/objects/definitions/default"
DEFINITION_PROBES = [name for name, each in PROBES.items() if each in vars(definitions).values()]


@pytest.mark.parametrize("probe", DEFINITION_PROBES)
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert Verdict.HOLDS not in {each.verdict for each in run_probes(tenant, probe).values()}


def test_refusal_of_every_definition_proves_nothing(run_probes, tenant):
    tenant.faults.add(DEFINITIONS, "POST", status=400, code=71000020)
    found = run_probes(tenant, "refused-definitions")
    assert {each.verdict for each in found.values()} == {Verdict.INCONCLUSIVE}


def test_other_code_of_a_refused_definition_is_shown(run_probes, tenant):
    tenant.faults.add(DEFINITIONS, "POST", match_body="displayName", status=400, code=71000530)
    found = run_probes(tenant, "refused-definitions")
    assert found["definitions-12"].verdict is Verdict.OTHER
    assert "71000530" in found["definitions-12"].reason
    assert found["definitions-27"].verdict is Verdict.HOLDS


def test_refused_format_is_shown(run_probes, tenant):
    tenant.faults.add(DEFINITIONS, "POST", match_body="email", status=400, code=71000020)
    assert run_probes(tenant, "text-format")["definitions-23"].verdict is Verdict.OTHER


def test_number_with_every_digit_is_shown(run_probes, tenant):
    body = '{"records": [{"number__c": 1234567890123.123456789}]}'
    tenant.faults.add("/objects/records/default/*", "POST", match_body="1234567890123.123456789", status=200, body=body)
    found = run_probes(tenant, "field-types")["definitions-04"]
    assert found.verdict is Verdict.OTHER
    assert "returned as 1234567890123.123456789" in found.reason


def test_value_that_is_not_checked_is_shown(run_probes, tenant):
    tenant.faults.add("/objects/records/default/*", "POST", match_body='"doors__c": 6', status=200, body="{}")
    assert run_probes(tenant, "constraints")["definitions-06"].verdict is Verdict.OTHER
