"""Outcomes that a test plans for its next jobs (M): a failure, rejected rows, or a job that is held in progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMatcher:
    """The jobs that a plan applies to; None matches any."""

    object: str | None = None
    operation: Operation | None = None

    def matches(self, job: Job) -> bool:
        """Whether the plan applies to this job."""
        return self.object in (None, job.object) and self.operation in (None, job.operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFailure:
    """The next matching job fails with this error, after it has written or deleted this many records."""

    matcher: JobMatcher
    error: Problem
    after_records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRejection:
    """Rows of the next matching job's file are rejected, by their numbers or by their cells."""

    matcher: JobMatcher
    rows: Mapping[int, Problem] = field(default_factory=dict)
    """Errors by row number; the header is row 1."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Cells by column: a row with all of these cells is rejected with ``error``. An empty mapping matches no row."""
    error: Problem | None = None

    def rejection_of(self, number: int, cells: Mapping[str, str]) -> Problem | None:
        """Why a row is rejected; None if it is not."""
        if self.where and all(cells.get(name) == text for name, text in self.where.items()):
            return self.error
        return self.rows.get(number)


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """Everything that is planned for one job."""

    failure: PlannedFailure | None = None
    rejections: tuple[PlannedRejection, ...] = ()

    def rejection_of(self, number: int, cells: Mapping[str, str]) -> Problem | None:
        """Why a row is rejected; None if it is not."""
        problems = (each.rejection_of(number, cells) for each in self.rejections)
        return next((problem for problem in problems if problem is not None), None)


NOTHING_PLANNED = PlannedOutcome()


class PlannedOutcomes:
    """The plans of one tenant. The first matching job uses a plan up."""

    def __init__(self) -> None:
        self._failures: list[PlannedFailure] = []
        self._rejections: list[PlannedRejection] = []
        self._holds: list[JobMatcher] = []

    def fail_next(self, failure: PlannedFailure) -> None:
        """Plans a failure. Failures for the same jobs are used in the order in which they were planned."""
        self._failures.append(failure)

    def reject_rows(self, rejection: PlannedRejection) -> None:
        """Plans rejected rows. One job uses up all rejections that match it."""
        self._rejections.append(rejection)

    def hold_next(self, matcher: JobMatcher) -> None:
        """Plans that the next matching job stays in progress until it is stepped."""
        self._holds.append(matcher)

    def pop_hold(self, job: Job) -> bool:
        """Whether a job whose processing starts is held in progress. Uses the plan up."""
        for hold in self._holds:
            if hold.matches(job):
                self._holds.remove(hold)
                return True
        return False

    def pop_plan(self, job: Job) -> PlannedOutcome:
        """What is planned for a job that processes its first row. Uses the plans up."""
        failure = next((each for each in self._failures if each.matcher.matches(job)), None)
        if failure is not None:
            self._failures.remove(failure)
        rejections = tuple(each for each in self._rejections if each.matcher.matches(job))
        self._rejections = [each for each in self._rejections if each not in rejections]
        return PlannedOutcome(failure, rejections) if failure or rejections else NOTHING_PLANNED

    def describe(self) -> dict[str, int]:
        """The number of unused plans by kind."""
        return {"failures": len(self._failures), "rejections": len(self._rejections), "holds": len(self._holds)}
