"""The jobs of a handle's tenant, and planned outcomes."""

from collections.abc import Mapping
from functools import partial

from mock_zuora.client.calls import Call, id_of, in_thread
from mock_zuora.client.options import JobOperation, JobStatus
from mock_zuora.control.errors import is_control_error
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import JobInfo, PendingOutcomes, RejectedRow

__tracebackhide__ = is_control_error


class JobsResource:
    """The tenant's jobs, and planned outcomes for later jobs. Reading a job here does not count as a poll."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> list[JobInfo]:
        """Lists the jobs, newest first."""
        return from_json(list[JobInfo], self._call("GET", "/jobs"))

    def get(self, job: str | JobInfo) -> JobInfo:
        """Returns a job. Raises Unknown."""
        return from_json(JobInfo, self._call("GET", "/jobs/{id}", id=id_of(job)))

    def errors(self, job: str | JobInfo) -> list[RejectedRow]:
        """Lists the rejected rows of a job, in the order of its file. Raises Unknown."""
        return from_json(list[RejectedRow], self._call("GET", "/jobs/{id}/errors", id=id_of(job)))

    def step(self, job: str | JobInfo) -> JobInfo:
        """Moves a job to its next status, whatever the clock says.

        Raises Unknown, and Refused for a job that has ended or that is waiting for its file.
        """
        return from_json(JobInfo, self._call("POST", "/jobs/{id}/step", id=id_of(job)))

    def wait(self, job: str | JobInfo, status: JobStatus | None = None, timeout: float = 5.0) -> JobInfo:
        """Returns a job once it has a status, by default any final one. ``timeout`` is real seconds, at most 600.

        Blocks the thread; ``wait_async`` is for event loops. Raises Unknown, TimedOut, and Refused if the job can no
        longer reach the status.
        """
        found = self._call("GET", "/jobs/{id}/wait", id=id_of(job), status=status, timeout=timeout)
        return from_json(JobInfo, found)

    async def wait_async(self, job: str | JobInfo, status: JobStatus | None = None, timeout: float = 5.0) -> JobInfo:
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
        """Counts the planned outcomes that are still waiting for a job."""
        return from_json(PendingOutcomes, self._call("GET", "/jobs/outcomes"))

    def clear_outcomes(self) -> None:
        """Removes the planned outcomes."""
        self._call("DELETE", "/jobs/outcomes")
