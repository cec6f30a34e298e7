import pickle

import pytest

from mock_zuora.control.faults import Fault
from mock_zuora.control.results import ClientCredentials, CreatedTenant, IssuedToken, JobInfo
from mock_zuora.domain.clock import timestamp
from mock_zuora.domain.jobs.job import Status

NOW = timestamp(1_615_334_754_207)


def make_job(status: str) -> JobInfo:
    return JobInfo(
        id="1", namespace="default", object="vehicle", operation="create", status=status, created_by="u",
        created_at=NOW, updated_by="u", updated_at=NOW, processing_time=62, records_processed=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "result",
    [
        ClientCredentials(client_id="c", client_secret="geheim", user="ann"),
        CreatedTenant(name="acme", client_id="c", client_secret="geheim"),
        IssuedToken(access_token="geheim", tenant="acme", user="ann", expires_at=NOW),
    ],
    ids=lambda result: type(result).__name__,
)
def test_secret_is_not_in_repr(result):
    assert "geheim" not in repr(result)


@pytest.mark.parametrize("status", Status)
def test_job_has_ended_in_every_final_status(status):
    assert make_job(status.value).has_ended is status.is_final


def test_result_can_be_pickled(make_request):
    for result in (make_job("failed"), make_request(warnings=("kind: message",)), Fault(id="1", reset=True, hits=2)):
        assert pickle.loads(pickle.dumps(result)) == result
