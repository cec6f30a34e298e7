"""Jobs, row errors and searches for the tests of stores."""

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.comparison import Operator, keys_of, operand_of


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


def ids_with(table, name, value, type=FieldType.TEXT):
    """The ids of the records whose field equals a value, in order of creation."""
    field = Field(name=name, type=type)
    return list(table.ids_of(table.find(name, keys_of(field, Operator.EQ, operand_of(field, value)))))
