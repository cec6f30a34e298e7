"""Probes of rows show what fits no choice, and claim nothing without permission."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES, rows

ROW_PROBES = [each for each in PROBES if getattr(rows, each.replace("-", "_"), None) is PROBES[each]]


@pytest.mark.parametrize("probe", ROW_PROBES)
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert {each.verdict for each in run_probes(tenant, probe).values()} == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize("probe", [each for each in ROW_PROBES if PROBES[each].jobs])
def test_refusal_of_every_file_fits_no_choice(run_probes, tenant, probe):
    tenant.faults.add("/objects/jobs/*/files", "POST", status=400, code=71013620, message="no files today")
    assert {each.verdict for each in run_probes(tenant, probe).values()} <= {Verdict.OTHER, Verdict.INCONCLUSIVE}


def test_error_of_another_form_is_shown(run_probes, tenant):
    body = '{"errors": [{"code": 71012523, "row": 2, "record": {"doors__c": "four", "line": 1}}]}'
    tenant.faults.add("/objects/jobs/*/errors", status=200, body=body)
    found = run_probes(tenant, "row-error-record")
    assert found["row-error-record"].verdict is Verdict.OTHER
    assert "keys doors__c, line" in found["row-error-record"].reason
    assert found["rows-01"].verdict is Verdict.HOLDS


def test_short_id_refused_with_another_code_is_shown(run_probes, tenant):
    tenant.faults.add("/objects/records/default/*", "POST", match_body="2c92c0f85d4e", status=400, code=71012526)
    assert run_probes(tenant, "uuid-format")["uuid-format"].verdict is Verdict.OTHER


def test_job_that_stops_at_its_first_rejected_row_proves_nothing_about_others(run_probes, tenant):
    tenant.configure(assume={"rejected-rows": "stop"})
    assert {each.verdict for each in run_probes(tenant, "rejected-cells").values()} == {Verdict.INCONCLUSIVE}


def test_other_code_of_a_rejected_row_is_shown(run_probes, tenant):
    body = '{"errors": [{"code": 71012540, "row": 3, "record": {}, "message": "no"}]}'
    tenant.faults.add("/objects/jobs/*/errors", status=200, body=body)
    assert run_probes(tenant, "rejected-cells")["rows-10"].verdict is Verdict.OTHER
