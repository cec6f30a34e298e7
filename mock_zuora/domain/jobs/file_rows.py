"""Writes the rows of a job's file as records, and lists the rejected ones."""

from collections.abc import Generator, Mapping, Sequence
from typing import Final

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.catalogue.files import BLANK_LINES, EMPTY_ROWS
from mock_zuora.domain.assumptions.catalogue.jobs import ALL_ROWS_REJECTED, RECORDS_PROCESSED, REJECTED_ROWS
from mock_zuora.domain.errors import Category, Problem, Resource
from mock_zuora.domain.jobs.column_reader import ColumnReader
from mock_zuora.domain.jobs.csv_file import FIRST_DATA_ROW, CsvFile, Row
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.job_run import ROWS_PER_CHUNK, JobResult, JobRun
from mock_zuora.domain.jobs.row_problems import RowProblems
from mock_zuora.domain.jobs.row_reader import RowReader
from mock_zuora.domain.jobs.staged_records import DirectRecords, StagedRecords
from mock_zuora.domain.objects.field import FieldValidationError, Value
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.record import Record, new_record, new_stamp, row_values
from mock_zuora.domain.records.validation import UniqueRows, check_relationships, problem_of

PROBLEMS_PER_CHUNK: Final = 100
"""Problems that one chunk explains: one or two milliseconds of work."""
_NO_ROW_ACCEPTED = Problem(
    Resource.RECORD * 100 + Category.INVALID, "No row of the file was accepted; the errors of the job list each row."
)


class _PlannedRejectionError(Exception):
    """A test planned that the row is rejected."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class FileRows:
    """The rows of one file, whose header was checked, and their results."""

    def __init__(self, run: JobRun, file: CsvFile) -> None:
        definition = run.records.definition
        self._run = run
        self._file = file
        self._is_update = run.job.operation is Operation.UPDATE
        self._on_rejection = run.choices.in_force(REJECTED_ROWS).choice
        is_staged = self._on_rejection == "fail-job"
        if is_staged:
            # If the job was interrupted, it starts again at its first row.
            run.jobs.drop_row_errors(run.job.id)
        self._records = StagedRecords(run.records) if is_staged else DirectRecords(run.records)
        self._reader = RowReader(file.header, definition, run.choices)
        is_one_by_one = (
            self._is_update or self._on_rejection != "skip" or run.plan.kinds or bool(definition.relationships)
        )
        self._columns = None if is_one_by_one else ColumnReader(file.header, definition, run.choices)
        self._stamp = new_stamp(run.job.updated_by, run.timestamp, self._columns.names if self._columns else ())
        has_unique = bool(definition.unique_fields)
        self._unique = UniqueRows(definition, self._records.holders, run.choices) if has_unique else None
        self._has_relationships = bool(definition.relationships)
        self._written = run.progress.written
        self._rejected = run.progress.rejected
        self._first = run.progress.first
        self._explained = 0
        """Problems that were explained since other requests could run."""

    def write(self) -> Generator[None, None, JobResult]:
        """Writes the rows in chunks."""
        rows, first = self._file.rows, self._run.progress.rows
        for start in range(first, len(rows), ROWS_PER_CHUNK):
            if start > first:
                self._save_progress(start)
                yield
            chunk = rows[start : start + ROWS_PER_CHUNK]
            if not self._write_together(chunk):
                yield from self._write_one_by_one(start, chunk)
            if self._is_over:
                break
        self._note_decision()
        if self._rejected and self._on_rejection == "fail-job":
            return JobResult(0, *self._error(), self._rejected)
        yield from self._records.commit(ROWS_PER_CHUNK)
        return JobResult(self._processed(), *self._error(), self._rejected)

    @property
    def _is_over(self) -> bool:
        """Whether the rows that are left are not written."""
        failure = self._run.plan.failure
        if failure is not None and self._written >= failure.after_records:
            return True
        return self._rejected > 0 and self._on_rejection == "stop"

    def _write_together(self, rows: Sequence[Row]) -> bool:
        """Writes the rows if they create records and none has a problem. Returns whether it did."""
        if self._columns is None or (columns := self._columns.read(rows)) is None:
            return False
        if self._has_conflict(dict(zip(self._columns.names, columns, strict=True))):
            return False
        ids = [self._run.ids.unused_uuid(self._records.get) for _ in rows]
        self._run.records.add(ids, self._stamp, columns)
        if self._unique is not None:
            self._unique.add(*ids)
        self._written += len(rows)
        return True

    def _has_conflict(self, columns: Mapping[str, Sequence[Value | None]]) -> bool:
        """Whether a value of a unique field occurs twice, or a stored record has it."""
        records = self._run.records
        for name in records.definition.unique_fields:
            values = [value for value in columns.get(name, ()) if value is not None]
            if len(set(values)) < len(values) or records.table.has_holders(name, values):
                return True
        return False

    def _write_one_by_one(self, start: int, rows: Sequence[Row]) -> Generator[None, None, None]:
        for number, row in enumerate(rows, start + FIRST_DATA_ROW):
            if self._is_over:
                return
            if self._explained > PROBLEMS_PER_CHUNK:
                self._explained = 0
                self._save_progress(number - FIRST_DATA_ROW)
                yield
            try:
                if row and self._run.plan.rejections:
                    self._check_plan(number, row)
                if any(row) or not self._is_skipped(row):
                    self._write(row)
            except _PlannedRejectionError as planned:
                self._reject(number, row, planned.problem)
            except FieldValidationError as invalid:
                self._reject(number, row, problem_of(invalid), invalid.assumption)
        self._explained = 0

    def _save_progress(self, rows: int) -> None:
        if not isinstance(self._records, StagedRecords):
            self._run.save_progress(rows=rows, written=self._written, rejected=self._rejected, first=self._first)

    def _check_plan(self, number: int, row: Row) -> None:
        planned = self._run.plan.rejection_of(number, row_values(self._file.header, row))
        if planned is not None:
            raise _PlannedRejectionError(planned)

    def _is_skipped(self, row: Row) -> bool:
        """Whether a row without values is skipped. Raises FieldValidationError if it is rejected."""
        assumption = EMPTY_ROWS if row else BLANK_LINES
        choice = self._run.choices.of(assumption)
        if choice == "rejected":
            what = "All cells of the row are empty" if row else "The line is blank"
            raise FieldValidationError(Category.INVALID, f"{what}; expected a row with values.", assumption)
        return choice == "skipped"

    def _write(self, row: Row) -> None:
        run, reader = self._run, self._reader
        reader.check_width(row)
        try:
            if self._is_update:
                before = self._record_of(row)
                values = reader.values(row, before)
                record = before.updated(run.job.updated_by, run.timestamp, values)
            else:
                values = reader.values(row)
                record_id = run.ids.unused_uuid(self._records.get)
                record = new_record(record_id, run.job.updated_by, run.timestamp, values)
            if self._unique is not None:
                self._unique.check(values, record.id)
            if self._has_relationships:
                check_relationships(values, run.records.definition, run.records.exists)
        except FieldValidationError:
            raise self._all_problems(row) from None
        self._records.put(record)
        if self._unique is not None:
            self._unique.add(record.id)
        self._written += 1

    def _record_of(self, row: Row) -> Record:
        """The record that a row updates."""
        record_id = self._reader.record_id(row)
        record = self._records.get(record_id)
        if record is None:
            raise self._reader.not_found(record_id)
        return record

    def _all_problems(self, row: Row) -> FieldValidationError:
        """The error of a row that has a problem, with all its problems."""
        problems, definition, before = RowProblems(), self._run.records.definition, None
        if self._is_update:
            with problems:
                before = self._record_of(row)
        values = self._reader.valid_values(row, before, problems)
        # Without the record that a row updates, its unique values cannot be checked: they may be its own.
        unique = self._unique if before is not None or not self._is_update else None
        for name, value in values.items() if unique is not None or self._has_relationships else ():
            if unique is not None:
                with problems:
                    unique.check({name: value}, before.id if before else "")
            if self._has_relationships:
                with problems:
                    check_relationships({name: value}, definition, self._run.records.exists)
        self._explained += len(problems)
        return problems.together()

    def _reject(self, number: int, row: Row, problem: Problem, assumption: Assumption | None = None) -> None:
        run = self._run
        self._first = self._first or problem
        self._rejected += 1
        reason = "" if assumption is None else run.choices.reason(assumption)
        record_id = self._reader.id_text(row) if self._is_update else run.ids.uuid()
        error = RowError(problem, number, row_values(self._file.header, row), reason, record_id)
        run.jobs.add_row_error(run.job.id, error)

    def _note_decision(self) -> None:
        """Notes ``rejected-rows``, unless every choice ends the job alike."""
        if not self._rejected:
            return
        choices = self._run.choices
        ends_alike = (
            len(self._file.rows) == 1
            and choices.in_force(ALL_ROWS_REJECTED).choice == "failed"
            and choices.in_force(RECORDS_PROCESSED).choice == "written"
        )
        if not ends_alike:
            choices.of(REJECTED_ROWS)

    def _error(self) -> tuple[Problem | None, Assumption | None]:
        """Why the job failed, None if it completed, and the assumption that this rests on."""
        if self._run.plan.failure is not None:
            return self._run.plan.failure.error, None
        if not self._rejected:
            return None, None
        if self._on_rejection != "skip":
            return self._first, REJECTED_ROWS
        if self._written:
            return None, None
        choice = self._run.choices.of(ALL_ROWS_REJECTED)
        errors = {"failed": self._first, "completed": None, "failed-generic": _NO_ROW_ACCEPTED}
        return errors[choice], ALL_ROWS_REJECTED

    def _processed(self) -> int:
        if self._rejected and self._run.choices.of(RECORDS_PROCESSED) == "all-rows":
            return self._written + self._rejected
        return self._written
