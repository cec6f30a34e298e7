"""What a job does with its rows or records, in slices: a generator that yields after each, so that nobody waits."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from mock_zuora.domain.errors import Category, Problem, condition_field_unknown, record_not_found
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.csv_file import CsvFile, Row, is_id_column
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.jobs.planned_outcomes import NOTHING_PLANNED, PlannedOutcome
from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Converter, FieldValidationError, from_text, uuid_of
from mock_zuora.domain.ports import JobRepository, RowError, Table
from mock_zuora.domain.records.record import (
    Record,
    UniqueHolders,
    Values,
    check_relationships,
    complete,
    lookup,
    new_record,
    problem_of,
    row_values,
    unknown_field,
)

ROWS_PER_CHUNK = 250
"""How many rows one slice takes: one or two milliseconds of work."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job: how many records were written or deleted (A), and why it failed, if it did."""

    records_processed: int
    error: Problem | None = None


Chunks = Generator[None, None, JobResult]


@dataclass(slots=True)
class RunningJob:
    """A job half-way through."""

    job_id: str
    chunks: Chunks


class Records(Protocol):
    """The records of the job's object, as a job sees and changes them."""

    @property
    def definition(self) -> Definition: ...

    @property
    def table(self) -> Table: ...

    def put(self, record: Record) -> None: ...

    def remove(self, record_id: str, at: int) -> bool: ...

    def exists(self, relationship: Relationship, record_id: str) -> bool: ...


def process(
    job: Job, jobs: JobRepository, records: Records, ids: Ids, at: int, plan: PlannedOutcome = NOTHING_PLANNED
) -> Chunks:
    """The job's effect, as of the moment ``at``; ``plan`` is what a test wants to come of it."""
    if job.operation is Operation.DELETE:
        return _delete(job, records, at, plan)
    return _write(job, jobs, records, ids, at, plan)


def _delete(job: Job, records: Records, at: int, plan: PlannedOutcome) -> Chunks:
    if (gone := _gone_field(job, records.definition)) is not None:
        return JobResult(
            0, condition_field_unknown(f"filter: object '{job.object}' has no field '{gone}' any more.").problem
        )
    # (A) Without a filter, every record of the object.
    deleted = 0
    for count, record_id in enumerate(_candidates(job, records.table), 1):
        if plan.failure is not None and deleted >= plan.failure.after_records:
            break
        record = records.table.get(record_id)
        if record is not None and (job.filter is None or job.filter.matches(lookup(record))):
            deleted += records.remove(record_id, at)
        if count % ROWS_PER_CHUNK == 0:
            yield
    return JobResult(deleted, plan.failure.error if plan.failure else None)


def _gone_field(job: Job, definition: Definition) -> str | None:
    """The field of the job's filter that a migration has taken away since the submit, if one has."""
    names = [each.field.name for each in job.filter.conditions] if job.filter else []
    return next((name for name in names if definition.field(name) is None), None)


def _candidates(job: Job, table: Table) -> list[str]:
    if job.filter is not None:
        for name, value in job.filter.equalities():
            return table.ids_with(name, value)
    return table.ids()


def _write(job: Job, jobs: JobRepository, records: Records, ids: Ids, at: int, plan: PlannedOutcome) -> Chunks:
    file = jobs.take_file(job.id)
    definition = records.definition
    reader = RowReader(file, definition)
    # What an object does not have, its rows are not asked for: most have neither.
    unique = UniqueHolders(definition, records.table.holder) if definition.unique_fields else None
    has_relationships = bool(definition.relationships)
    is_update = job.operation is Operation.UPDATE
    by = job.updated_by
    first: Problem | None = None
    written = 0
    for count, (number, row) in enumerate(file.numbered()):
        if count and count % ROWS_PER_CHUNK == 0:
            yield
        if plan.failure is not None and written >= plan.failure.after_records:
            break
        if plan.rejections and (planned := plan.rejects(number, said := row_values(file.header, row))) is not None:
            first = first or planned
            jobs.add_row_error(job.id, RowError(planned, number, said))
            continue
        try:
            before = reader.record(row, records.table) if is_update else None
            values = reader.values(row)
            record_id = before.id if before else ids.uuid()
            if unique is not None:
                unique.check(values, record_id)
            if has_relationships:
                check_relationships(values, definition, records.exists)
        except FieldValidationError as invalid:
            problem = problem_of(invalid)
            first = first or problem
            jobs.add_row_error(job.id, RowError(problem, number, row_values(file.header, row)))
        else:
            records.put(before.updated(by, at, values) if before else new_record(record_id, by, at, values))
            written += 1
    if plan.failure is not None:
        return JobResult(written, plan.failure.error)
    # (A) Rejected rows do not fail a job, unless there was no other: then the first one's error is the job's.
    return JobResult(written, first if written == 0 else None)


class RowReader:
    """Turns the rows of one file into values, by the rules of one object. Made once for each file."""

    def __init__(self, file: CsvFile, definition: Definition) -> None:
        self._width = len(file.header)
        self._definition = definition
        self._id_at = next((at for at, name in enumerate(file.header) if is_id_column(name)), -1)
        self._columns: list[tuple[int, str, Converter]] = []
        self._gone: str | None = None
        for at, name in enumerate(file.header):
            if at != self._id_at:
                self._add_column(at, name)

    def _add_column(self, at: int, name: str) -> None:
        field = self._definition.field(name)
        if field is None:
            # The file was checked when it came; a migration may have taken the field away since.
            self._gone = name
        else:
            self._columns.append((at, name, from_text(field)))

    def record(self, row: Row, table: Table) -> Record:
        """The record that the row names. Raises Mismatch."""
        self._check_cells(row)
        text = row[self._id_at]
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
        """The values of the row. An empty cell is a missing value (D), with the default that a missing column has (A).

        Raises Mismatch.
        """
        self._check_cells(row)
        values: Values = {name: convert(text) for at, name, convert in self._columns if (text := row[at])}
        # With a value for every field there is nothing to complete.
        return complete(values, self._definition) if len(values) < len(self._definition.fields) else values

    def _check_cells(self, row: Row) -> None:
        if len(row) != self._width:
            raise FieldValidationError(
                Category.INVALID, f"The row has {len(row)} cells, but the header row has {self._width} columns."
            )
        if self._gone is not None:
            raise unknown_field(self._gone, self._definition)
