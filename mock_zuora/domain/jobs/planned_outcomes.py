"""What a test wants to come of its next jobs (M): a failure, rejected rows, or no end at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMatcher:
    """Which jobs a plan is for; None stands for any."""

    object: str | None = None
    operation: Operation | None = None

    def covers(self, job: Job) -> bool:
        return self.object in (None, job.object) and self.operation in (None, job.operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFailure:
    """The next job fails, with this error, once it has written or deleted so many records."""

    which: JobMatcher
    error: Problem
    after_records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRejection:
    """Rows of the next file are rejected: by their numbers (row 1 is the header), or all that say something."""

    which: JobMatcher
    rows: Mapping[int, Problem] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    """Texts by column: a row is rejected if it says all of them; empty: none."""
    error: Problem | None = None
    """Why a row that ``where`` finds is rejected."""

    def rejects(self, number: int, said: Mapping[str, str]) -> Problem | None:
        """Why a row is rejected; None if it is not."""
        if self.where and all(said.get(name) == text for name, text in self.where.items()):
            return self.error
        return self.rows.get(number)


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """What is wanted of one job."""

    failure: PlannedFailure | None = None
    rejections: tuple[PlannedRejection, ...] = ()

    def rejects(self, number: int, said: Mapping[str, str]) -> Problem | None:
        """Why a row is to be rejected; None if it is not."""
        found = (each.rejects(number, said) for each in self.rejections)
        return next((problem for problem in found if problem is not None), None)


NOTHING_PLANNED = PlannedOutcome()


class PlannedOutcomes:
    """The plans of one tenant. Each is used up by the first job that it covers."""

    def __init__(self) -> None:
        self._failures: list[PlannedFailure] = []
        self._rejections: list[PlannedRejection] = []
        self._holds: list[JobMatcher] = []

    def fail_next(self, failure: PlannedFailure) -> None:
        """Plans a failure; plans for the same jobs are used in the order in which they were made."""
        self._failures.append(failure)

    def reject_rows(self, rejection: PlannedRejection) -> None:
        """Plans rejected rows; those of several plans add up."""
        self._rejections.append(rejection)

    def hold_next(self, which: JobMatcher) -> None:
        """Plans that the next job stays in progress until it is stepped."""
        self._holds.append(which)

    def take_hold(self, job: Job) -> bool:
        """Whether this job, which begins now, is to stay in progress; uses the plan up."""
        for hold in self._holds:
            if hold.covers(job):
                self._holds.remove(hold)
                return True
        return False

    def take_plan(self, job: Job) -> PlannedOutcome:
        """What is wanted of this job, whose processing begins now; uses the plans up."""
        failure = next((each for each in self._failures if each.which.covers(job)), None)
        if failure is not None:
            self._failures.remove(failure)
        rejections = tuple(each for each in self._rejections if each.which.covers(job))
        self._rejections = [each for each in self._rejections if each not in rejections]
        return PlannedOutcome(failure, rejections) if failure or rejections else NOTHING_PLANNED

    def describe(self) -> dict[str, int]:
        """How many plans of each kind wait for a job."""
        return {"failures": len(self._failures), "rejections": len(self._rejections), "holds": len(self._holds)}
