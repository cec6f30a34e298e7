"""Jobs and row errors for the tests of stores."""

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.ports import RowError


def job(job_id, **more):
    return Job(
        id=job_id,
        namespace="default",
        object="vehicle",
        operation=Operation.CREATE,
        created_by="ann",
        created_at=0,
        updated_by="ann",
        updated_at=0,
        **more,
    )


def row_error(row):
    return RowError(Problem(71012520, "A sentence."), row, {"brand__c": "vw"})
