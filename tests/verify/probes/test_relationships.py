"""Probes of relationships and of deletions."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES

DEFINITIONS = "/objects/definitions/default"


@pytest.mark.parametrize("probe", ["relationships", "object-deletion"])
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert {each.verdict for each in run_probes(tenant, probe).values()} == {Verdict.INCONCLUSIVE}


def test_unchecked_relationship_is_shown(run_probes, tenant):
    unknown_id = "00000000-0000-4000-8000-000000000000"
    tenant.faults.add("/objects/records/**", "POST", match_body=unknown_id, status=200, body='{"records": []}')
    found = run_probes(tenant, "relationships")
    assert found["definitions-14"].verdict is Verdict.OTHER
    assert found["definitions-13"].verdict is Verdict.HOLDS


def test_object_that_cannot_be_deleted_for_another_reason_is_shown(runner_of, tenant):
    tenant.faults.sequence([{"status": 400, "code": 71000220}], f"{DEFINITIONS}/*", "DELETE")
    assert runner_of(tenant).attempt(PROBES["object-deletion"])["definitions-17"].verdict is Verdict.OTHER
