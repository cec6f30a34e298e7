"""Probes of files claim nothing about a tenant that refuses everything, and show what fits no choice."""

import pytest

from mock_zuora.verify.finding import Verdict

UPLOADS = "/objects/jobs/*/files"
FILE_PROBES = ["byte-order-mark", "header-check", "header-only-file"]


@pytest.mark.parametrize("probe", FILE_PROBES)
def test_refusal_of_every_file_proves_nothing(run_probes, tenant, probe):
    tenant.faults.add(UPLOADS, "POST", status=400, code=71013620, message="no files today")
    found = run_probes(tenant, probe)[probe]
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "is refused too" in found.reason


@pytest.mark.parametrize("probe", FILE_PROBES)
def test_unknown_code_is_shown(run_probes, tenant, probe):
    if probe == "byte-order-mark":
        tenant.configure(assume={"byte-order-mark": "refused"})
    # The second upload of each round is the control, which is accepted.
    tenant.faults.sequence([{"status": 400, "code": 71013630}, None] * 2, UPLOADS, "POST")
    found = run_probes(tenant, probe)[probe]
    assert found.verdict is Verdict.OTHER
    assert "71013630" in found.reason


@pytest.mark.parametrize("probe", [*FILE_PROBES, "file-limit"])
def test_missing_permission_proves_nothing(run_probes, tenant, probe):
    tenant.user(tenant.client().user, permissions=["view", "delete"])
    assert run_probes(tenant, probe)[probe].verdict is Verdict.INCONCLUSIVE


def test_size_limit_counts_with_its_code_only(run_probes, tenant):
    tenant.faults.sequence([None, {"status": 413, "body": "too large", "content_type": "text/plain"}] * 2, UPLOADS)
    found = run_probes(tenant, "file-limit")
    assert found["upload-02"].verdict is Verdict.HOLDS
    assert found["file-limit"].verdict is Verdict.OTHER
    assert "413 too large" in found["file-limit"].reason
