"""A bulk job, its statuses, and the table of allowed transitions.

Jobs are immutable: every change returns a new job. Every change of status goes through ``Job.moved``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from mock_zuora.domain import refusals
from mock_zuora.domain.clock import END_OF_TIME
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.delete_filter import Filter


class Status(StrEnum):
    """The status of a job (D)."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether a job in this status has ended: no transition leaves the status (D)."""
        return self not in _LEFT


class Operation(StrEnum):
    """What a job does with records (D)."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def needs_file(self) -> bool:
        """Whether the job waits for a file; a delete job does not (D)."""
        return self is not Operation.DELETE


class Cause(StrEnum):
    """Why a job has changed its status (M)."""

    SUBMITTED = "submitted"
    UPLOADED = "uploaded"
    CLOCK = "clock"
    """The delay before the status has passed."""
    PROCESSED = "processed"
    """Its rows were processed when its processing time had passed."""
    POLL = "poll"
    """Its rows were processed because a retrieval was its last poll."""
    CONTROL_REQUEST = "control request"
    PLANNED_FAILURE = "planned failure"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """The kinds of planned outcomes (M)."""

    FAILURE = "failure"
    REJECTION = "rejection"
    HOLD = "hold"


_WITH_FILE = {
    Status.ACCEPTED: frozenset({Status.PENDING, Status.CANCELLED}),
    Status.PENDING: frozenset({Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.FAILED}),
}
_WITHOUT_FILE = {
    Status.ACCEPTED: frozenset({Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.FAILED}),
}

TRANSITIONS: Mapping[Operation, Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {Operation.CREATE: _WITH_FILE, Operation.UPDATE: _WITH_FILE, Operation.DELETE: _WITHOUT_FILE}
)
"""The allowed transitions by operation (D). A status that is a key of none is final."""
_LEFT = frozenset(status for transitions in TRANSITIONS.values() for status in transitions)

CANCELLABLE = frozenset({Status.ACCEPTED, Status.PENDING})
"""The statuses in which a job can be cancelled (D)."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status that a job has had, since when in milliseconds of the tenant's clock, and why. The metadata of the
    fields holds the constraints of states that are imported."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    status: Status
    at: int = field(metadata={"ge": 0, "le": END_OF_TIME})
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One bulk job. Timestamps and durations are whole milliseconds of the tenant's clock."""

    id: str
    namespace: str
    object: str
    operation: Operation
    filter: Filter | None = None
    created_by: str
    created_at: int
    updated_by: str
    updated_at: int
    status: Status = Status.ACCEPTED
    next_at: int | None = None
    """When the clock moves the job to its next status; None if only a request can."""
    polls_left: int | None = None
    """How many more retrievals return ``in_progress``; None if retrievals are not counted."""
    started_at: int | None = None
    processing_time: int = 0
    records_processed: int = 0
    rejected_rows: int = 0
    """All rejected rows of a job that has ended, also those that are only counted."""
    error: Problem | None = None
    reason: str = ""
    """The assumption that the job's end rests on; empty if it rests on none."""
    of_version: Mapping[str, str] = field(default_factory=dict)
    """The choices of assumptions that the version of the submit makes."""
    history: tuple[StatusChange, ...] = ()
    """Every status so far, oldest first; only the latest ones for a job of an earlier version."""
    due_by: Cause = Cause.PROCESSED
    """What makes the job in progress end."""
    rows: int | None = None
    """The rows of its file below the header; None without a file."""
    planned: tuple[Outcome, ...] = ()
    """The planned outcomes that apply to the job and are used up."""

    @property
    def has_ended(self) -> bool:
        """Whether the job is in a final status. Other jobs count towards the concurrent bulk job limit (D)."""
        return self.status.is_final

    def is_due(self, now: int) -> bool:
        """Whether the time of processing has passed, so that the job only has to process its rows to end."""
        return self.status is Status.IN_PROGRESS and self.next_at is not None and self.next_at <= now

    def may_become(self, status: Status) -> bool:
        """Whether the table allows this transition."""
        return status in TRANSITIONS[self.operation].get(self.status, frozenset())

    def moved(self, status: Status, timestamp: int, cause: Cause, *, next_at: int | None = None) -> "Job":
        """The job in its next status.

        Raises ValueError for a transition that the table does not allow. Callers check first, so that is a bug.
        """
        if not self.may_become(status):
            raise ValueError(f"a {self.operation} job cannot go from {self.status} to {status}")
        # No clock reaches a later time, so a job that is due then is due at the end of time.
        next_at = None if next_at is None else min(next_at, END_OF_TIME)
        history = (*self.history, StatusChange(status, timestamp, cause))
        return replace(self, status=status, updated_at=timestamp, next_at=next_at, history=history)

    def uploaded(
        self, timestamp: int, user_id: str, *, rows: int, starts_at: int, ends_at: int | None, polls: int | None
    ) -> "Job":
        """The job after the upload of a file with ``rows`` rows: in progress, with both counters 0 (O).

        Raises ZuoraError 71013530 for a delete job, 71013620 in any status but pending.
        """
        if not self.operation.needs_file:
            raise refusals.delete_takes_no_file()
        if self.status is not Status.PENDING:
            raise refusals.wrong_status(self.status, "a file can be uploaded", "pending")
        moved = self.moved(Status.IN_PROGRESS, timestamp, Cause.UPLOADED, next_at=ends_at)
        starts_at = min(starts_at, END_OF_TIME)
        return replace(moved, updated_by=user_id, rows=rows, started_at=starts_at, polls_left=polls)

    def started(self, timestamp: int, cause: Cause, *, starts_at: int, ends_at: int | None, polls: int | None) -> "Job":
        """A delete job in progress."""
        moved = self.moved(Status.IN_PROGRESS, timestamp, cause, next_at=ends_at)
        return replace(moved, started_at=min(starts_at, END_OF_TIME), polls_left=polls)

    def cancelled(self, timestamp: int, user_id: str, cause: Cause = Cause.CANCELLED) -> "Job":
        """The cancelled job. Raises ZuoraError 71013620 unless it is accepted or pending."""
        if self.status not in CANCELLABLE:
            raise refusals.wrong_status(self.status, "it can be cancelled", "accepted or pending")
        return replace(self.moved(Status.CANCELLED, timestamp, cause), updated_by=user_id)

    def ended(
        self,
        timestamp: int,
        *,
        records_processed: int,
        rejected_rows: int = 0,
        error: Problem | None = None,
        reason: str = "",
        since: int | None = None,
        cause: Cause | None = None,
    ) -> "Job":
        """The job at the end of its processing: failed if there is an error, else completed.

        The cause is ``due_by`` by default. ``processing_time`` counts from ``since``, by default from the start of
        processing.
        """
        moved = self.moved(Status.FAILED if error else Status.COMPLETED, timestamp, cause or self.due_by)
        starts = (since, self.started_at, timestamp)
        duration = timestamp - next(start for start in starts if start is not None)
        return replace(
            moved,
            processing_time=max(0, duration),
            records_processed=records_processed,
            rejected_rows=rejected_rows,
            error=error,
            reason=reason,
            polls_left=None,
        )
