"""What a test wants to come of its next jobs (M): a failure, rejected rows, or no end at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_zuora.core.errors import Problem
from mock_zuora.core.jobs import Job, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which jobs a plan is for; None stands for any."""

    object: str | None = None
    operation: Operation | None = None

    def covers(self, job: Job) -> bool:
        return self.object in (None, job.object) and self.operation in (None, job.operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The next job fails, with this error, once it has written or deleted so many records."""

    which: Which
    error: Problem
    after_records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Rows of the next file are rejected: by their numbers (row 1 is the header), or all that say something."""

    which: Which
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
class JobPlan:
    """What is wanted of one job."""

    failure: Failure | None = None
    rejections: tuple[Rejection, ...] = ()

    def rejects(self, number: int, said: Mapping[str, str]) -> Problem | None:
        """Why a row is to be rejected; None if it is not."""
        found = (each.rejects(number, said) for each in self.rejections)
        return next((problem for problem in found if problem is not None), None)


NOTHING_WANTED = JobPlan()


class Outcomes:
    """The plans of one tenant. Each is used up by the first job that it covers."""

    def __init__(self) -> None:
        self._failures: list[Failure] = []
        self._rejections: list[Rejection] = []
        self._holds: list[Which] = []

    def fail_next(self, failure: Failure) -> None:
        """Plans a failure; plans for the same jobs are used in the order in which they were made."""
        self._failures.append(failure)

    def reject_rows(self, rejection: Rejection) -> None:
        """Plans rejected rows; those of several plans add up."""
        self._rejections.append(rejection)

    def hold_next(self, which: Which) -> None:
        """Plans that the next job stays in progress until it is stepped."""
        self._holds.append(which)

    def takes_hold(self, job: Job) -> bool:
        """Whether this job, which begins now, is to stay in progress; uses the plan up."""
        for hold in self._holds:
            if hold.covers(job):
                self._holds.remove(hold)
                return True
        return False

    def plan_for(self, job: Job) -> JobPlan:
        """What is wanted of this job, whose processing begins now; uses the plans up."""
        failure = next((each for each in self._failures if each.which.covers(job)), None)
        if failure is not None:
            self._failures.remove(failure)
        rejections = tuple(each for each in self._rejections if each.which.covers(job))
        self._rejections = [each for each in self._rejections if each not in rejections]
        return JobPlan(failure, rejections) if failure or rejections else NOTHING_WANTED

    def describe(self) -> dict[str, int]:
        """How many plans of each kind wait for a job."""
        return {"failures": len(self._failures), "rejections": len(self._rejections), "holds": len(self._holds)}
