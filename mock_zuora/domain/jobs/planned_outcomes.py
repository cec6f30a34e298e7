"""Outcomes that a test plans for later jobs (M): a failure, rejected rows, or a job that is held in progress."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation, Outcome

CODE_BOUNDS: Final = {"ge": 10_000_000, "le": 99_999_999}
"""Constraints of an error code, by the names of pydantic's ``Field``."""
MESSAGE_BOUNDS: Final = {"min_length": 1, "max_length": 1_000}
"""Constraints of an error message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMatcher:
    """Which jobs a plan applies to; None matches any. Control requests are validated by this class and its subclasses:
    the metadata of a field holds its constraints."""

    __pydantic_config__ = {"extra": "forbid"}

    object: str | None = field(default=None, metadata={"min_length": 1, "description": "any if omitted"})
    operation: Operation | None = field(default=None, metadata={"description": "any if omitted"})

    def matches(self, job: Job) -> bool:
        """Whether the plan applies to a job."""
        return self.object in (None, job.object) and self.operation in (None, job.operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFailure(JobMatcher):
    """The next matching job fails with this error after it has written or deleted a number of records."""

    code: int = field(default=71012560, metadata=CODE_BOUNDS)
    message: str = field(default="Service limit reached, please retry later.", metadata=MESSAGE_BOUNDS)
    after_records: int = field(
        default=0, metadata={"ge": 0, "description": "how many records it writes or deletes before"}
    )

    @property
    def error(self) -> Problem:
        """The error of the job."""
        return Problem(self.code, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRejection(JobMatcher):
    """Rows of the next matching file are rejected, by number (row 1 is the header) or by value.

    Raises ValueError for a plan without rows and without values, and for a row or code that is not possible.
    """

    rows: Mapping[int, tuple[int, str]] = field(
        default_factory=dict, metadata={"description": "error code and message by row number; row 1 is the header"}
    )
    where: Mapping[str, str] = field(
        default_factory=dict, metadata={"description": "values by column: rows that have all of them are rejected"}
    )
    code: int | None = field(
        default=None,
        metadata={**CODE_BOUNDS, "description": "error code of the rows that where matches, 71012520 if omitted"},
    )
    message: str | None = field(default=None, metadata={**MESSAGE_BOUNDS, "description": "error message of those rows"})

    def __post_init__(self) -> None:
        if not self.rows and not self.where:
            raise ValueError("rows or where is required")
        if not self.where and (self.code is not None or self.message is not None):
            raise ValueError("code and message require where; in rows, each row has its own")
        for row, (code, message) in self.rows.items():
            if (
                row < 2
                or not CODE_BOUNDS["ge"] <= code <= CODE_BOUNDS["le"]
                or not 1 <= len(message) <= MESSAGE_BOUNDS["max_length"]
            ):
                raise ValueError(
                    f"rows.{row}: expected a row from 2, an error code of 8 digits and a message of at most "
                    f"{MESSAGE_BOUNDS['max_length']} characters"
                )

    def rejection_of(self, number: int, cells: Mapping[str, str]) -> Problem | None:
        """Why a row is rejected; None if it is not."""
        if self.where and all(cells.get(name) == text for name, text in self.where.items()):
            return Problem(self.code or 71012520, self.message or "This row was rejected on purpose.")
        planned = self.rows.get(number)
        return None if planned is None else Problem(*planned)


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """Everything that is planned for one job."""

    failure: PlannedFailure | None = None
    rejections: tuple[PlannedRejection, ...] = ()

    def rejection_of(self, number: int, cells: Mapping[str, str]) -> Problem | None:
        """Why a row is rejected; None if it is not."""
        problems = (each.rejection_of(number, cells) for each in self.rejections)
        return next((problem for problem in problems if problem is not None), None)

    @property
    def kinds(self) -> tuple[Outcome, ...]:
        """The kinds of the plans."""
        failure = (Outcome.FAILURE,) if self.failure is not None else ()
        return (*failure, Outcome.REJECTION) if self.rejections else failure


NOTHING_PLANNED = PlannedOutcome()


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far the processing of a job is, so that an interrupted job continues at the next row."""

    plan: PlannedOutcome = NOTHING_PLANNED
    rows: int = 0
    """Rows that are done."""
    written: int = 0
    """Records that were written or deleted."""
    rejected: int = 0
    first: Problem | None = None
    """The error of the first rejected row."""


class PlannedOutcomes:
    """The plans of one tenant, with numbers in the order in which they were planned. The first matching job uses a plan
    up."""

    def __init__(
        self,
        failures: Iterable[PlannedFailure] = (),
        rejections: Iterable[PlannedRejection] = (),
        holds: Iterable[JobMatcher] = (),
    ) -> None:
        self._numbers = count(1)
        self._failures = {next(self._numbers): each for each in failures}
        self._rejections = {next(self._numbers): each for each in rejections}
        self._holds = {next(self._numbers): each for each in holds}

    def fail_next(self, failure: PlannedFailure) -> None:
        """Plans a failure. Failures for the same jobs are used in the order in which they were planned."""
        self._failures[next(self._numbers)] = failure

    def reject_rows(self, rejection: PlannedRejection) -> None:
        """Plans rejected rows. One job uses up all rejections that match it."""
        self._rejections[next(self._numbers)] = rejection

    def hold_next(self, matcher: JobMatcher) -> None:
        """Plans that the next job stays in progress until it is stepped."""
        self._holds[next(self._numbers)] = matcher

    def pop_hold(self, job: Job) -> bool:
        """Whether a job whose processing starts is held in progress. Uses the plan up."""
        number = _first_match(self._holds, job)
        if number is None:
            return False
        del self._holds[number]
        return True

    def pop_plan(self, job: Job) -> PlannedOutcome:
        """Returns the outcome planned for a job that starts processing, and removes its plans."""
        number = _first_match(self._failures, job)
        failure = None if number is None else self._failures.pop(number)
        numbers = [number for number, each in self._rejections.items() if each.matches(job)]
        rejections = tuple([self._rejections.pop(each) for each in numbers])
        return PlannedOutcome(failure, rejections) if failure or rejections else NOTHING_PLANNED

    def waiting_for(self, job: Job) -> tuple[Outcome, ...]:
        """The kinds of plans that a job would use up if it were next."""
        matching = {outcome for _, outcome, plan in self.numbered() if plan.matches(job)}
        return tuple([each for each in Outcome if each in matching])

    def remove(self, number: int) -> None:
        """Removes a plan, if it is still there."""
        for plans in (self._failures, self._rejections, self._holds):
            plans.pop(number, None)

    def clear(self) -> None:
        """Removes every plan. Later plans have new numbers."""
        for plans in (self._failures, self._rejections, self._holds):
            plans.clear()

    def plans(self) -> tuple[tuple[PlannedFailure, ...], tuple[PlannedRejection, ...], tuple[JobMatcher, ...]]:
        """The unused plans: failures, rejections and holds."""
        return tuple(self._failures.values()), tuple(self._rejections.values()), tuple(self._holds.values())

    def numbered(self) -> Iterator[tuple[int, Outcome, JobMatcher]]:
        """The unused plans with their numbers and kinds, by kind."""
        kinds = (
            (Outcome.FAILURE, self._failures),
            (Outcome.REJECTION, self._rejections),
            (Outcome.HOLD, self._holds),
        )
        return ((number, outcome, plan) for outcome, plans in kinds for number, plan in plans.items())

    def describe(self) -> dict[str, int]:
        """The number of unused plans by kind."""
        return {"failures": len(self._failures), "rejections": len(self._rejections), "holds": len(self._holds)}


def _first_match(plans: Mapping[int, JobMatcher], job: Job) -> int | None:
    return next((number for number, each in plans.items() if each.matches(job)), None)
