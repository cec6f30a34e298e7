"""A bulk job, its states, and the one table of what may follow what.

A job is a value: every move makes a new one. Whatever wants a job in another status goes through ``Job.moved``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from mock_zuora.domain import errors
from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.delete_filter import Filter


class Status(StrEnum):
    """Where a job stands (D)."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Operation(StrEnum):
    """What a job does with records (D)."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def takes_file(self) -> bool:
        """Whether the job waits for a file; a delete job does not (D)."""
        return self is not Operation.DELETE


_FROM_FILE = {
    Status.ACCEPTED: frozenset({Status.PENDING, Status.CANCELLED}),
    Status.PENDING: frozenset({Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.FAILED}),
}
_WITHOUT_FILE = {
    Status.ACCEPTED: frozenset({Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.FAILED}),
}

TRANSITIONS: Mapping[Operation, Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {Operation.CREATE: _FROM_FILE, Operation.UPDATE: _FROM_FILE, Operation.DELETE: _WITHOUT_FILE}
)
"""What may follow what, by operation (D). A status that is no key is final: nothing leaves it."""

UNFINISHED = frozenset({Status.ACCEPTED, Status.PENDING, Status.IN_PROGRESS})
"""The statuses that count towards the concurrent bulk job limit (D)."""

CANCELLABLE = frozenset({Status.ACCEPTED, Status.PENDING})
"""The statuses that a job can be cancelled in (D)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One bulk job. Moments and durations are whole milliseconds of the tenant's clock."""

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
    """When the clock moves the job on; None while only a person, a poll or a control call can."""
    polls_left: int | None = None
    """How many more retrievals see ``in_progress``; None where polls do not count."""
    started_at: int | None = None
    processing_time: int = 0
    records_processed: int = 0
    error: Problem | None = None

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

    def is_due(self, now: int) -> bool:
        """Whether the clock has passed the end of its processing, so that only its rows are still awaited."""
        return self.status is Status.IN_PROGRESS and self.next_at is not None and self.next_at <= now

    def may_become(self, status: Status) -> bool:
        """Whether the table allows that status next."""
        return status in TRANSITIONS[self.operation].get(self.status, frozenset())

    def moved(self, status: Status, at: int, *, next_at: int | None = None) -> "Job":
        """The job in its next status.

        Raises ValueError if the table does not allow the step: callers ask first, so this is a mistake of ours.
        """
        if not self.may_become(status):
            raise ValueError(f"a {self.operation} job cannot go from {self.status} to {status}")
        return replace(self, status=status, updated_at=at, next_at=next_at)

    def uploaded(self, at: int, by: str, *, starts_at: int, ends_at: int | None, polls: int | None) -> "Job":
        """The job with its file: in progress, with both counters still 0 (O).

        Raises ZuoraError 71013530 for a delete job, 71013430 in any status but pending.
        """
        if not self.operation.takes_file:
            raise errors.delete_takes_no_file()
        if self.status is not Status.PENDING:
            raise errors.wrong_status("uploading a file", self.status, "'pending'")
        moved = self.moved(Status.IN_PROGRESS, at, next_at=ends_at)
        return replace(moved, updated_by=by, started_at=starts_at, polls_left=polls)

    def started(self, at: int, *, ends_at: int | None, polls: int | None) -> "Job":
        """A delete job at the start of its processing."""
        return replace(self.moved(Status.IN_PROGRESS, at, next_at=ends_at), started_at=at, polls_left=polls)

    def cancelled(self, at: int, by: str) -> "Job":
        """The job, cancelled. Raises ZuoraError 71013430 unless it is accepted or pending."""
        if self.status not in CANCELLABLE:
            raise errors.wrong_status("cancelling", self.status, "'accepted' or 'pending'")
        return replace(self.moved(Status.CANCELLED, at), updated_by=by)

    def ended(self, at: int, *, records_processed: int, error: Problem | None = None) -> "Job":
        """The job at its end: failed if there is an error, else completed.

        ``processing_time`` runs from the start of processing (A: the reference's text says "from the submission", its
        own sample shows processing only).
        """
        moved = self.moved(Status.FAILED if error else Status.COMPLETED, at)
        spent = max(0, at - (self.started_at if self.started_at is not None else at))
        return replace(moved, processing_time=spent, records_processed=records_processed, error=error, polls_left=None)
