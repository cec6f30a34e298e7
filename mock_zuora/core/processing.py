"""What a job does with its rows or records, in slices: a generator that yields after each, so that nobody waits."""

from collections.abc import Generator
from dataclasses import dataclass

from mock_zuora.core.csv_upload import CsvFile, Row, is_id_column
from mock_zuora.core.definitions import Definition
from mock_zuora.core.errors import Category, Problem, Resource, record_not_found, show
from mock_zuora.core.fields import Mismatch, from_text, uuid_of
from mock_zuora.core.ids import Ids
from mock_zuora.core.jobs import Job, Operation
from mock_zuora.core.records import Record, Values, as_said, complete, lookup
from mock_zuora.core.store import RowError, Table, TenantStore

ROWS_A_SLICE = 250
"""How many rows one slice takes: one or two milliseconds of work."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: how many records were written or deleted (I), and why it failed, if it did."""

    records_processed: int
    error: Problem | None = None


Slices = Generator[None, None, Outcome]


@dataclass(slots=True)
class Work:
    """A job half-way through."""

    job_id: str
    slices: Slices


def process(job: Job, store: TenantStore, ids: Ids, at: int) -> Slices:
    """The job's effect, as of the moment ``at``."""
    definition = store.objects.definition(job.namespace, job.object)
    if definition is None:  # pragma: no cover - an object with an unfinished job cannot be removed
        raise ValueError(f"object {job.object} of job {job.id} is gone")
    table = store.objects.table(job.namespace, job.object)
    if job.operation is Operation.DELETE:
        return _delete(job, table)
    return _write(job, store, table, definition, ids, at)


def _delete(job: Job, table: Table) -> Slices:
    # (I) Without a filter, every record of the object.
    deleted = 0
    for count, record_id in enumerate(table.ids(), 1):
        record = table.get(record_id)
        if record is not None and (job.filter is None or job.filter.matches(lookup(record))):
            deleted += table.remove(record_id)
        if count % ROWS_A_SLICE == 0:
            yield
    return Outcome(deleted)


def _write(job: Job, store: TenantStore, table: Table, definition: Definition, ids: Ids, at: int) -> Slices:
    file = store.jobs.take_file(job.id)
    reader = RowReader(file, definition)
    rejected: Problem | None = None
    written = 0
    for count, (number, row) in enumerate(file.numbered(), 1):
        try:
            before = reader.record(row, table) if job.operation is Operation.UPDATE else None
            values = reader.values(row)
            record_id = before.id if before else ids.uuid()
            check_unique(values, definition, table, record_id)
            if before:
                table.put(
                    before._replace(updated_by=job.updated_by, updated_at=at, version=before.version + 1, values=values)
                )
            else:
                table.put(Record(record_id, job.updated_by, at, job.updated_by, at, 1, values))
            written += 1
        except Mismatch as mismatch:
            problem = Problem(Resource.RECORD * 100 + mismatch.category, mismatch.message)
            rejected = rejected or problem
            store.jobs.add_row_error(job.id, RowError(problem, number, as_said(file.header, row)))
        if count % ROWS_A_SLICE == 0:
            yield
    # (I) Rejected rows do not fail a job, unless there was no other: then the first one's error is the job's.
    return Outcome(written, rejected if written == 0 else None)


class RowReader:
    """Turns the rows of one file into values, by the rules of one object. Made once for each file."""

    def __init__(self, file: CsvFile, definition: Definition) -> None:
        self._header = file.header
        self._definition = definition
        self._id_at = next((at for at, name in enumerate(file.header) if is_id_column(name)), -1)
        self._columns = [
            (at, name, from_text(field))
            for at, name in enumerate(file.header)
            if at != self._id_at and (field := definition.field(name)) is not None
        ]

    def record(self, row: Row, table: Table) -> Record:
        """The record that the row names. Raises Mismatch."""
        self._check_cells(row)
        text = row[self._id_at]
        if not text:
            raise Mismatch(Category.MISSING, "Column 'id' has no value; an update needs the id of the record.")
        record_id = uuid_of(text)
        record = table.get(record_id)
        if record is None:
            raise Mismatch(Category.NOT_FOUND, record_not_found(record_id, self._definition.object).message)
        return record

    def values(self, row: Row) -> Values:
        """The values of the row. An empty cell is a missing value (D), with the default that a missing column has (I).

        Raises Mismatch.
        """
        self._check_cells(row)
        values: Values = {}
        for at, name, convert in self._columns:
            if text := row[at]:
                values[name] = convert(text)
        return complete(values, self._definition)

    def _check_cells(self, row: Row) -> None:
        if len(row) != len(self._header):
            raise Mismatch(
                Category.INVALID, f"The row has {len(row)} cells, but the header row has {len(self._header)} columns."
            )


def check_unique(values: Values, definition: Definition, table: Table, record_id: str) -> None:
    """Refuses a value of a unique field that another record has: the first one in was taken (D).

    Raises Mismatch.
    """
    for name in definition.unique_fields:
        value = values.get(name)
        if value is None:
            continue
        holder = table.holder(name, value)
        if holder is not None and holder != record_id:
            raise Mismatch(
                Category.RULE, f"Field [{name}] is unique, and its value {show(value)} is taken by record '{holder}'."
            )
