"""Probes of uploads go on only as long as the job takes files."""

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES

UPLOADS = "/objects/jobs/*/files"


def test_accepted_file_leaves_the_rest_open(runner_of, tenant):
    tenant.faults.sequence([None, None, {"status": 200, "body": '{"success": true}'}], UPLOADS, "POST")
    found = runner_of(tenant).attempt(PROBES["uploads"])
    verdicts = {name: each.verdict for name, each in found.items()}
    assert verdicts == {
        "upload-01": Verdict.OTHER, "upload-12": Verdict.INCONCLUSIVE, "rows-16": Verdict.INCONCLUSIVE,
    }  # fmt: skip
    assert "a file in Latin-1" in found["upload-01"].reason


def test_unknown_code_of_a_column_is_shown(run_probes, tenant):
    tenant.faults.add(UPLOADS, "POST", match_body="unknown__c", status=400, code=71013620, message="no such column")
    found = run_probes(tenant, "columns")
    assert found["upload-08"].verdict is Verdict.OTHER
    assert "no such column" in found["upload-08"].reason
    assert {found[each].verdict for each in ("upload-09", "upload-10", "upload-11")} == {Verdict.HOLDS}


def test_columns_that_fail_the_job_count_as_refused(run_probes, tenant):
    tenant.configure(assume={"header-check": "processing"})
    assert {each.verdict for each in run_probes(tenant, "columns").values()} == {Verdict.HOLDS}


def test_delete_job_that_has_ended_proves_nothing(run_probes, tenant):
    tenant.faults.add(UPLOADS, "POST", status=400, code=71013620, message="it has ended")
    assert run_probes(tenant, "delete-job-file")["upload-05"].verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("probe", ["uploads", "columns", "delete-job-file"])
def test_refused_job_proves_nothing(run_probes, tenant, probe):
    tenant.faults.add("/objects/jobs", "POST", status=403, code=71012515)
    assert {each.verdict for each in run_probes(tenant, probe).values()} == {Verdict.INCONCLUSIVE}
