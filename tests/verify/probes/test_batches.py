"""Probes of requests about several records."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES


@pytest.mark.parametrize("probe", ["create-several", "batches"])
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert {each.verdict for each in run_probes(tenant, probe).values()} == {Verdict.INCONCLUSIVE}


def test_records_refused_without_details_are_shown(run_probes, tenant):
    tenant.faults.add("/objects/records/default/*", "POST", match_body="four", status=400, code=71012520)
    found = run_probes(tenant, "create-several")
    assert {each.verdict for each in found.values()} == {Verdict.OTHER}


def test_batch_update_without_effect_is_shown(runner_of, tenant):
    tenant.faults.add("/objects/batch/**", "POST", match_body="doors__c", status=200, body="{}")
    found = runner_of(tenant).attempt(PROBES["batches"])
    assert found["records-07"].verdict is Verdict.OTHER
    assert "doors__c was 2" in found["records-07"].reason
    assert found["records-08"].verdict is Verdict.INCONCLUSIVE
