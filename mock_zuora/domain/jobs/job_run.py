"""A job that is processed, with what its processing needs."""

from dataclasses import dataclass, replace
from typing import Any

from mock_zuora.domain.assumptions.assumption import Assumption
from mock_zuora.domain.assumptions.choices import Choices
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.jobs.planned_outcomes import JobProgress, PlannedOutcome
from mock_zuora.domain.jobs.staged_records import WritableRecords
from mock_zuora.domain.ports import JobRepository

ROWS_PER_CHUNK = 250
"""Rows that one chunk processes: one or two milliseconds of work."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job: its ``recordsProcessed``, the error of a failed job, and the number of rejected rows.

    ``assumption`` is the assumption that the error rests on, if it rests on one.
    """

    records_processed: int
    error: Problem | None = None
    assumption: Assumption | None = None
    rejected_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """A job that is processed, with what this needs. Its changes carry ``timestamp``."""

    job: Job
    jobs: JobRepository
    records: WritableRecords
    ids: Ids
    timestamp: int
    choices: Choices
    progress: JobProgress = JobProgress()
    """Where the processing continues."""

    @property
    def plan(self) -> PlannedOutcome:
        """The outcome that a test planned."""
        return self.progress.plan

    def save_progress(self, **changes: Any) -> None:
        """Saves how far the processing is, before other requests are served."""
        self.jobs.save_progress(self.job.id, replace(self.progress, **changes))
