"""Applies a job to its records, in chunks: a generator that yields after each, so that requests do not wait."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Category, Problem
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.csv_file import CsvFile, Row, is_id_column
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.jobs.planned_outcomes import NOTHING_PLANNED, PlannedOutcome
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import FieldValidationError
from mock_zuora.domain.objects.field_values import TextConverter, from_text, uuid_of
from mock_zuora.domain.ports import JobRepository, RowError, Table
from mock_zuora.domain.records.record import Record, Values, lookup, new_record, row_values
from mock_zuora.domain.records.validation import (
    UniqueHolders,
    check_relationships,
    complete,
    problem_of,
    unknown_field,
)
from mock_zuora.domain.refusals import condition_field_unknown, record_not_found

ROWS_PER_CHUNK = 250
"""Rows that one chunk processes: one or two milliseconds of work."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job: the number of records written or deleted (A), and the error of a failed job."""

    records_processed: int
    error: Problem | None = None


Chunks = Generator[None, None, JobResult]


@dataclass(slots=True)
class RunningJob:
    """A job whose processing has begun, with the chunks that are left."""

    job_id: str
    chunks: Chunks


class WritableRecords(Protocol):
    """The records of the job's object."""

    @property
    def definition(self) -> Definition: ...

    @property
    def table(self) -> Table: ...

    def put(self, record: Record) -> None: ...

    def remove(self, record_id: str, timestamp: int) -> bool: ...

    def exists(self, relationship: Relationship, record_id: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """A job that is processed, with what this needs. Its changes carry ``timestamp``."""

    job: Job
    jobs: JobRepository
    records: WritableRecords
    ids: Ids
    timestamp: int
    choices: Choices
    plan: PlannedOutcome = NOTHING_PLANNED
    """The outcome that a test planned."""

    def reject(self, number: int, cells: dict[str, str], problem: Problem, reason: str = "") -> None:
        """Lists a row as rejected."""
        self.jobs.add_row_error(self.job.id, RowError(problem, number, cells, reason))


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
    deleted = 0
    for count, record_id in enumerate(_candidates(job, records.table), 1):
        if failure is not None and deleted >= failure.after_records:
            break
        record = records.table.get(record_id)
        if record is not None and (job.filter is None or job.filter.matches(lookup(record))):
            deleted += records.remove(record_id, run.timestamp)
        if count % ROWS_PER_CHUNK == 0:
            yield
    return JobResult(deleted, failure.error if failure else None)


def _removed_field(job: Job, definition: Definition) -> str | None:
    """A field of the job's filter that a migration has removed since the submit, or None."""
    names = [each.field.name for each in job.filter.conditions] if job.filter else []
    return next((name for name in names if definition.field(name) is None), None)


def _candidates(job: Job, table: Table) -> list[str]:
    if job.filter is not None:
        for name, value in job.filter.equalities():
            return table.ids_with(name, value)
    return table.ids()


def _write(run: JobRun) -> Chunks:
    file, plan = run.jobs.pop_file(run.job.id), run.plan
    reader = RowReader(file, run.records.definition)
    check = _row_check(run.records)
    is_update = run.job.operation is Operation.UPDATE
    user_id = run.job.updated_by
    first: Problem | None = None
    written = 0
    for count, (number, row) in enumerate(file.numbered()):
        if count and count % ROWS_PER_CHUNK == 0:
            yield
        if plan.failure is not None and written >= plan.failure.after_records:
            break
        if plan.rejections and (planned := plan.rejection_of(number, cells := row_values(file.header, row))):
            first = first or planned
            run.reject(number, cells, planned)
            continue
        try:
            before = reader.record(row, run.records.table) if is_update else None
            values = reader.values(row)
            record_id = before.id if before else run.ids.uuid()
            check(values, record_id)
        except FieldValidationError as invalid:
            first = first or problem_of(invalid)
            reason = "" if invalid.assumption is None else run.choices.reason(invalid.assumption)
            run.reject(number, row_values(file.header, row), problem_of(invalid), reason)
        else:
            changed = before.updated(user_id, run.timestamp, values) if before else None
            run.records.put(changed or new_record(record_id, user_id, run.timestamp, values))
            written += 1
    if plan.failure is not None:
        return JobResult(written, plan.failure.error)
    # (A) Rejected rows fail a job only if no row was written. The first row's error is then the job's error.
    return JobResult(written, first if written == 0 else None)


def _row_check(records: WritableRecords) -> Callable[[Values, str], None]:
    """Returns the check of a row's values and record id, without the parts that the object does not need."""
    definition = records.definition
    unique = UniqueHolders(definition, records.table.holder) if definition.unique_fields else None

    def check(values: Values, record_id: str) -> None:
        if unique is not None:
            unique.check(values, record_id)
        if definition.relationships:
            check_relationships(values, definition, records.exists)

    return check


class RowReader:
    """Converts the rows of one file to values. Create one per file."""

    def __init__(self, file: CsvFile, definition: Definition) -> None:
        self._width = len(file.header)
        self._definition = definition
        self._id_index = next((index for index, name in enumerate(file.header) if is_id_column(name)), -1)
        self._columns: list[tuple[int, str, TextConverter]] = []
        self._removed: str | None = None
        for index, name in enumerate(file.header):
            if index != self._id_index:
                self._add_column(index, name)

    def _add_column(self, index: int, name: str) -> None:
        field = self._definition.field(name)
        if field is None:
            # The header was valid when it was uploaded; a migration has removed the field since.
            self._removed = name
        else:
            self._columns.append((index, name, from_text(field)))

    def record(self, row: Row, table: Table) -> Record:
        """The record that a row updates. Raises FieldValidationError."""
        self._check_cells(row)
        text = row[self._id_index]
        if not text:
            raise FieldValidationError(
                Category.MISSING, "Column 'id' has no value; an update needs the id of the record."
            )
        record_id = uuid_of(text)
        record = table.get(record_id)
        if record is None:
            raise FieldValidationError(Category.NOT_FOUND, record_not_found(record_id, self._definition.object).message)
        return record

    def values(self, row: Row) -> Values:
        """The values of a row. An empty cell is a missing value (D) and gets the default of a missing column (A).

        Raises FieldValidationError.
        """
        self._check_cells(row)
        values: Values = {name: convert(text) for index, name, convert in self._columns if (text := row[index])}
        # A row with a value for every field needs no defaults.
        return complete(values, self._definition) if len(values) < len(self._definition.fields) else values

    def _check_cells(self, row: Row) -> None:
        if len(row) != self._width:
            raise FieldValidationError(
                Category.INVALID, f"The row has {len(row)} cells, but the header row has {self._width} columns."
            )
        if self._removed is not None:
            raise unknown_field(self._removed, self._definition)
