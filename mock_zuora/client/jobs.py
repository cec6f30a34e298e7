"""The jobs of a handle's tenant, and planned outcomes."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final, Literal, overload

from mock_zuora.client.calls import Call, Identified, id_of, in_thread
from mock_zuora.client.options import JobOperation, JobStatus
from mock_zuora.control.errors import ControlError, Unknown, is_control_error
from mock_zuora.control.job_results import JobCounts, JobFile, PlannedOutcomeInfo
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import JobInfo, PendingOutcomes, RejectedRow
from mock_zuora.domain.errors import counted

__tracebackhide__ = is_control_error

_SHOWN: Final = 5
"""Jobs that ``repr`` shows."""


class JobsResource(Sequence[JobInfo]):
    """The tenant's jobs, and planned outcomes for later jobs. Reading a job here does not count as a poll.

    It is a sequence of the jobs in the order of their creation: ``jobs[0]``, ``jobs[-1]``, slices, ``len(jobs)`` and
    ``for job in jobs`` read them as they are now, each with one request. A method that takes a job accepts its id, a
    ``JobInfo``, or the response of the emulated API that contains its ``Id``.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(
        self,
        *,
        status: JobStatus | None = None,
        object: str | None = None,
        operation: JobOperation | None = None,
        limit: int | None = None,
        after: Identified | None = None,
        order: Literal["oldest", "newest"] | None = None,
    ) -> list[JobInfo]:
        """Lists the jobs in the order of their creation: all, or those of a status, object and operation.

        ``limit`` is at most 10,000. The next page comes ``after`` the last job of this one. ``order="newest"`` lists
        the latest job first. Raises Invalid, and Unknown for a job to come after that does not exist.
        """
        found = self._call(
            "GET", "/jobs", status=status, object=object, operation=operation, limit=limit,
            after=None if after is None else id_of(after, "after"), order=order,
        )  # fmt: skip
        return from_json(list[JobInfo], found)

    def counts(self, *, object: str | None = None, operation: JobOperation | None = None) -> JobCounts:
        """Counts the jobs by status, object and operation: all, or those of an object and operation. Raises Invalid."""
        return from_json(JobCounts, self._call("GET", "/jobs/counts", object=object, operation=operation))

    @overload
    def __getitem__(self, index: int) -> JobInfo: ...

    @overload
    def __getitem__(self, index: slice) -> list[JobInfo]: ...

    def __getitem__(self, index: int | slice) -> JobInfo | list[JobInfo]:
        jobs = self.all()
        try:
            return jobs[index]
        except IndexError:
            raise IndexError(f"jobs[{index}]: the tenant has {counted(len(jobs), 'job')}") from None

    def __len__(self) -> int:
        return len(self.all())

    def __iter__(self) -> Iterator[JobInfo]:
        return iter(self.all())

    def __reversed__(self) -> Iterator[JobInfo]:
        return reversed(self.all())

    def __eq__(self, other: object) -> bool:
        """Whether a list has the same jobs, so that ``zuora.jobs == []`` says what it seems to say."""
        return self.all() == other if isinstance(other, list) else self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        try:
            jobs = self.all()
        except ControlError as error:
            return f"<jobs: {error}>"
        latest = [f"{each.operation} {each.object} {each.id}: {each.status}" for each in jobs[-_SHOWN:]]
        omitted = "… " if len(jobs) > _SHOWN else ""
        listed = f": {omitted}{', '.join(latest)}" if latest else ""
        return f"<{counted(len(jobs), 'job')}{listed}>"

    def index(self, job: JobInfo, *bounds: int) -> int:
        """Returns the position of a job as it is now. Raises ValueError if the tenant has no such job."""
        return self.all().index(job, *bounds)

    def __contains__(self, job: object) -> bool:
        """Whether the tenant has a job with this id, whatever its status is now. Raises Invalid."""
        return id_of(job).lower() in [each.id for each in self.all()]  # type: ignore[arg-type]

    @property
    def last(self) -> JobInfo:
        """The latest job. Raises Unknown if there is none."""
        jobs = self.all(limit=1, order="newest")
        if not jobs:
            raise Unknown("jobs.last: the tenant has no jobs; no client has submitted one with its tokens")
        return jobs[0]

    def get(self, job: Identified) -> JobInfo:
        """Returns a job. Raises Unknown."""
        return from_json(JobInfo, self._call("GET", "/jobs/{id}", id=id_of(job)))

    def errors(self, job: Identified, *, limit: int | None = None, after: int | None = None) -> list[RejectedRow]:
        """Lists the rejected rows of a job, in the order of its file: all, or ``limit`` rows after a row number.

        Raises Unknown, Invalid.
        """
        found = self._call("GET", "/jobs/{id}/errors", id=id_of(job), limit=limit, after=after)
        return from_json(list[RejectedRow], found)

    def file(self, job: Identified) -> JobFile:
        """Returns the beginning of a job's file with its size and checksum, also after the job has ended.

        Raises Unknown for a job without a file, and for a file that the server no longer keeps.
        """
        return from_json(JobFile, self._call("GET", "/jobs/{id}/file", id=id_of(job)))

    def step(self, job: Identified) -> JobInfo:
        """Moves a job to its next status, whatever the clock says.

        Raises Unknown, and Refused for a job that has ended or that is waiting for its file.
        """
        return from_json(JobInfo, self._call("POST", "/jobs/{id}/step", id=id_of(job)))

    def complete(self, job: Identified) -> JobInfo:
        """Runs a job to its end, whatever the clock says, and returns it. It fails if its rows or a plan say so.

        Raises Unknown, and Refused for a job that has ended or that is waiting for its file.
        """
        return from_json(JobInfo, self._call("POST", "/jobs/{id}/complete", id=id_of(job)))

    def fail(self, job: Identified, *, code: int | None = None, message: str | None = None) -> JobInfo:
        """Ends an unfinished job as failed at once, and returns it. The records that it has written so far stay.

        The default error is that of ``fail_next``. Raises Unknown, Invalid, and Refused for a job that has ended.
        """
        failed = self._call("POST", "/jobs/{id}/fail", id=id_of(job), code=code, message=message)
        return from_json(JobInfo, failed)

    def fill(self, count: int | None = None) -> list[JobInfo]:
        """Creates unfinished jobs, by default as many as the limit of concurrent jobs allows, and returns them.

        A client that submits a job then meets the limit, which the setting ``concurrent_job_limit`` changes. The jobs
        wait for a file that never comes; ``fail`` ends one. ``count`` is at most 1,000. Raises Invalid, and Refused if
        there is no room for so many.
        """
        return from_json(list[JobInfo], self._call("POST", "/jobs/fill", count=count))

    def wait(self, job: Identified, status: JobStatus | None = None, timeout: float = 5.0) -> JobInfo:
        """Returns a job once it has a status, by default any final one. ``timeout`` is real seconds, at most 600.

        Blocks the thread; ``wait_async`` is for event loops. Raises Unknown, TimedOut, and Refused if the job can no
        longer reach the status.
        """
        found = self._call("GET", "/jobs/{id}/wait", id=id_of(job), status=status, timeout=timeout)
        return from_json(JobInfo, found)

    async def wait_async(self, job: Identified, status: JobStatus | None = None, timeout: float = 5.0) -> JobInfo:
        """As ``wait``, without blocking the event loop."""
        return await in_thread(partial(self.wait, job, status, timeout))

    def fail_next(
        self,
        *,
        code: int | None = None,
        message: str | None = None,
        after_records: int | None = None,
        object: str | None = None,
        operation: JobOperation | None = None,
    ) -> None:
        """Makes the next job fail after a number of records; only a job of an object or operation if given.

        The default error is 71012560, ``Service limit reached, please retry later.`` Raises Invalid.
        """
        self._call(
            "POST", "/jobs/outcomes/failure", code=code, message=message, after_records=after_records, object=object,
            operation=operation,
        )  # fmt: skip

    def reject_rows(
        self,
        rows: Mapping[int, tuple[int, str]] | None = None,
        *,
        where: Mapping[str, str] | None = None,
        code: int | None = None,
        message: str | None = None,
        object: str | None = None,
        operation: JobOperation | None = None,
    ) -> None:
        """Rejects rows of the next job's file; only of a job of an object or operation if given.

        ``rows`` maps row numbers to an error code and message; row 1 is the header. ``where`` maps columns to values:
        rows that have all of them are rejected with ``code`` and ``message``. Raises Invalid.
        """
        self._call(
            "POST", "/jobs/outcomes/rejection", rows=rows, where=where, code=code, message=message, object=object,
            operation=operation,
        )  # fmt: skip

    def hold_next(self, *, object: str | None = None, operation: JobOperation | None = None) -> None:
        """Keeps the next job in progress until ``step`` is called. Raises Invalid."""
        self._call("POST", "/jobs/outcomes/hold", object=object, operation=operation)

    def outcomes(self) -> PendingOutcomes:
        """Returns the planned outcomes that are still waiting for a job, and how many they are."""
        return from_json(PendingOutcomes, self._call("GET", "/jobs/outcomes"))

    def clear_outcomes(self) -> None:
        """Removes the planned outcomes."""
        self._call("DELETE", "/jobs/outcomes")

    def remove_outcome(self, outcome: str | PlannedOutcomeInfo) -> None:
        """Removes one planned outcome, which ``outcomes().plans`` lists. Raises Unknown."""
        self._call("DELETE", "/jobs/outcomes/{id}", id=id_of(outcome))
