"""Probes of objects."""

import pytest

from mock_zuora.verify.finding import Verdict

DEFINITIONS = "/objects/definitions/default"


def test_unknown_object_with_another_code_is_shown(run_probes, tenant):
    tenant.faults.add("/objects/records/default/*", "GET", status=400, code=71012920)
    assert run_probes(tenant, "unknown-object")["unknown-object"].verdict is Verdict.OTHER


@pytest.mark.parametrize("probe", ["text-limit", "filterable-limit"])
def test_refusal_of_every_definition_proves_nothing(run_probes, tenant, probe):
    tenant.faults.add(DEFINITIONS, "POST", status=400, code=71000530)
    assert run_probes(tenant, probe)[probe].verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("probe", "longer"), [("text-limit", '"maxLength": 513'), ("filterable-limit", "field10__c")])
def test_limit_with_another_code_is_shown(run_probes, tenant, probe, longer):
    tenant.faults.add(DEFINITIONS, "POST", match_body=longer, status=400, code=71000020)
    assert run_probes(tenant, probe)[probe].verdict is Verdict.OTHER


@pytest.mark.parametrize("probe", ["unknown-object", "text-limit", "filterable-limit"])
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=[])
    assert run_probes(tenant, probe)[probe].verdict is Verdict.INCONCLUSIVE
