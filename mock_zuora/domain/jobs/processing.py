"""Applies a job to its records, in chunks: a generator that yields after each, so that requests do not wait."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_

from mock_zuora.domain.assumptions.catalogue.files import HEADER_CHECK
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.csv_header import check_header
from mock_zuora.domain.jobs.delete_filter import Filter
from mock_zuora.domain.jobs.file_rows import FileRows
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK, JobResult, JobRun
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.ports import RecordSet, Table
from mock_zuora.domain.records.record import lookup
from mock_zuora.domain.refusals import condition_field_unknown

Chunks = Generator[None, None, JobResult]


@dataclass(slots=True)
class RunningJob:
    """A job whose processing has begun, with the chunks that are left."""

    job_id: str
    chunks: Chunks
    began_at: int
    """The time of the tenant's clock when the first chunk was processed."""


def process(run: JobRun) -> Chunks:
    """Processes a job."""
    return _delete(run) if run.job.operation is Operation.DELETE else _write(run)


def _delete(run: JobRun) -> Chunks:
    job, records, failure = run.job, run.records, run.plan.failure
    if (removed := _removed_field(job, records.definition)) is not None:
        return JobResult(
            0, condition_field_unknown(f"filter: object '{job.object}' has no field '{removed}' any more.").problem
        )
    # (A) Without a filter, all records of the object are deleted.
    deleted = run.progress.written
    if job.filter is not None:
        yield from records.table.index(*(each.field.name for each in job.filter.conditions))
    for count, record_id in enumerate(_candidates(job, records.table), 1):
        if failure is not None and deleted >= failure.after_records:
            break
        record = records.table.get(record_id)
        if record is not None and (job.filter is None or job.filter.matches(lookup(record))):
            deleted += records.remove(record_id, run.timestamp)
        if count % ROWS_PER_CHUNK == 0:
            run.save_progress(written=deleted)
            yield
    return JobResult(deleted, failure.error if failure else None)


def _removed_field(job: Job, definition: Definition) -> str | None:
    """A field of the job's filter that a migration has removed since the submit, or None."""
    names = [each.field.name for each in job.filter.conditions] if job.filter else []
    return next((name for name in names if definition.field(name) is None), None)


def _candidates(job: Job, table: Table) -> Iterable[str]:
    return table.ids() if job.filter is None else table.ids_of(find_matches(job.filter, table))


def find_matches(filter: Filter, table: Table) -> RecordSet:
    """The records that meet every condition of a filter."""
    return reduce(and_, (table.find(each.field.name, each.keys) for each in filter.conditions))


def _write(run: JobRun) -> Chunks:
    file = run.jobs.file(run.job.id)
    if file is None:
        raise LookupError(f"job {run.job.id} has no file")
    try:
        # The upload may have left this check to the processing, or a migration may have changed the object since.
        check_header(file.header, run.job.operation, run.records.definition)
    except ZuoraError as refused:
        is_assumed = run.choices.in_force(HEADER_CHECK).choice == "processing"
        return JobResult(0, refused.problem, HEADER_CHECK if is_assumed else None)
    return (yield from FileRows(run, file).write())
