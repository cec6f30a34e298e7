"""Probes of records."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES


def test_user_with_the_permission_learns_how_to_run_the_probe(run_probes, tenant):
    found = run_probes(tenant, "record-permission-status")["record-permission-status"]
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "--only record-permission-status" in found.reason


def test_another_status_of_a_missing_permission_is_shown(run_probes, tenant):
    tenant.faults.add("/objects/records/default/*", "POST", status=400, code=71012515)
    assert run_probes(tenant, "record-permission-status")["record-permission-status"].verdict is Verdict.OTHER


@pytest.mark.parametrize("probe", ["put-record", "record-version", "unprocessed-records"])
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert run_probes(tenant, probe)[probe].verdict is Verdict.INCONCLUSIVE


def test_refused_version_proves_nothing(run_probes, tenant):
    tenant.faults.add("/objects/records/**", match_headers={"Zuora-Version": "186.0"}, status=400, code=71012520)
    for name in ("record-version", "unprocessed-records"):
        assert run_probes(tenant, name)[name].verdict is Verdict.INCONCLUSIVE


def test_missing_etag_and_system_fields_are_shown(runner_of, tenant):
    tenant.faults.sequence([{"status": 200, "body": '{"Id": "1", "type": "x"}'}], "/objects/records/default/*/*", "GET")
    found = runner_of(tenant).attempt(PROBES["record-life"])
    assert "CreatedById, CreatedDate, UpdatedById, UpdatedDate" in found["definitions-09"].reason
    assert {found[each].verdict for each in ("definitions-09", "records-06")} == {Verdict.OTHER}
    assert found["records-03"].verdict is Verdict.HOLDS


def test_unknown_version_that_is_not_refused_is_shown(runner_of, tenant):
    tenant.faults.add("/objects/records/**", "PUT", match_body="Cy", status=200, body="{}")
    assert runner_of(tenant).attempt(PROBES["record-life"])["records-06"].verdict is Verdict.OTHER
