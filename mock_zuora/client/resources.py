"""The resources of a handle: clock, jobs, faults, requests and snapshots of its tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from mock_zuora.client.options import JobOperation, JobStatus
from mock_zuora.control.errors import Invalid, is_control_error
from mock_zuora.control.faults import Fault
from mock_zuora.control.json_types import from_json
from mock_zuora.control.results import (
    ClockTime,
    JobInfo,
    PendingOutcomes,
    RecordedRequest,
    RecordedRequests,
    RejectedRow,
    RequestCount,
)

__tracebackhide__ = is_control_error


class Call(Protocol):
    """Runs a control operation for the handle's tenant. Options that are None are left out."""

    def __call__(self, method: str, path: str, /, **values: Any) -> Any: ...


class ClockResource:
    """The tenant's clock: it controls jobs, the expiry of tokens and idempotency keys, rate limits and record dates.

    It starts at real time. Every method returns the tenant's time as an aware ``datetime`` in UTC.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def now(self) -> datetime:
        """Returns the tenant's time."""
        return self._time("GET", "/clock").now

    def freeze(self) -> datetime:
        """Stops the clock."""
        return self._time("PATCH", "/clock", frozen=True).now

    def resume(self) -> datetime:
        """Runs the clock at the speed of real time again, from the time it shows."""
        return self._time("PATCH", "/clock", frozen=False).now

    def run_at(self, speed: float) -> datetime:
        """Runs the clock at another speed, in its seconds per real second; 0 stops it. Raises Invalid."""
        return self._time("PATCH", "/clock", speed=speed).now

    def advance(self, seconds: float) -> datetime:
        """Moves the clock ahead, and returns when everything that is due by then has been done. Raises Invalid."""
        return self._time("POST", "/clock/advance", seconds=seconds).now

    @property
    def speed(self) -> float:
        """Its seconds per real second; 0 while it is frozen."""
        return self._time("GET", "/clock").speed

    def _time(self, method: str, path: str, **options: Any) -> ClockTime:
        return from_json(ClockTime, self._call(method, path, **options))


class JobsResource:
    """The tenant's jobs, and planned outcomes for later jobs. Reading a job here does not count as a poll."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> list[JobInfo]:
        """Lists the jobs, newest first."""
        return from_json(list[JobInfo], self._call("GET", "/jobs"))

    def get(self, job: str | JobInfo) -> JobInfo:
        """Returns a job. Raises Unknown."""
        return from_json(JobInfo, self._call("GET", "/jobs/{id}", id=_id(job)))

    def errors(self, job: str | JobInfo) -> list[RejectedRow]:
        """Lists the rejected rows of a job, in the order of its file. Raises Unknown."""
        return from_json(list[RejectedRow], self._call("GET", "/jobs/{id}/errors", id=_id(job)))

    def step(self, job: str | JobInfo) -> JobInfo:
        """Moves a job to its next status, whatever the clock says.

        Raises Unknown, and Refused for a job that has ended or that is waiting for its file.
        """
        return from_json(JobInfo, self._call("POST", "/jobs/{id}/step", id=_id(job)))

    def wait(self, job: str | JobInfo, status: JobStatus | None = None, timeout: float = 5.0) -> JobInfo:
        """Returns a job once it has a status, by default any final one. ``timeout`` is real seconds, at most 600.

        Blocks the thread: on an event loop, call it through ``asyncio.to_thread``. Raises Unknown, TimedOut, and
        Refused if the job can no longer reach the status.
        """
        found = self._call("GET", "/jobs/{id}/wait", id=_id(job), status=status, timeout=timeout)
        return from_json(JobInfo, found)

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


class FaultsResource:
    """Faults that are injected into the tenant's requests."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def add(
        self,
        path: str | None = None,
        method: str | None = None,
        *,
        operation: str | None = None,
        status: int | None = None,
        code: int | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: int | None = None,
        delay: float | None = None,
        reset: bool | None = None,
        truncate: bool | None = None,
        stall: bool | None = None,
        times: int | None = None,
        nth: int | None = None,
        probability: float | None = None,
    ) -> Fault:
        """Adds a fault and returns it with its id.

        It hits requests by ``path`` (a pattern: ``*`` matches within one segment, ``**`` across segments), ``method``
        and ``operation`` (an operation id of the API's document): all of them, the first ``times``, only the ``nth``,
        or with a ``probability``, drawn from the random seed. Of several faults that match, the first one hits.

        A fault does one of the following: it responds with a ``status`` (400 to 599) in the API's own error format,
        with ``code``, ``message``, ``headers`` and ``retry_after`` (seconds); or it does a ``reset`` of the connection;
        or it lets the response ``truncate`` or ``stall`` half-way through its body. A ``delay`` (real seconds, at most
        600) comes before that, or alone. Raises Invalid.
        """
        fault = self._call(
            "POST", "/faults", path=path, method=method, operation=operation, status=status, code=code,
            message=message, headers=headers, retry_after=retry_after, delay=delay, reset=reset, truncate=truncate,
            stall=stall, times=times, nth=nth, probability=probability,
        )  # fmt: skip
        return from_json(Fault, fault)

    def all(self) -> list[Fault]:
        """Lists the faults with their current hits, in the order in which they were added."""
        return from_json(list[Fault], self._call("GET", "/faults"))

    def get(self, fault: str | Fault) -> Fault:
        """Returns a fault with its current hits. Raises Unknown."""
        return from_json(Fault, self._call("GET", "/faults/{id}", id=_id(fault)))

    def remove(self, fault: str | Fault) -> None:
        """Removes a fault. Raises Unknown."""
        self._call("DELETE", "/faults/{id}", id=_id(fault))

    def clear(self) -> None:
        """Removes every fault."""
        self._call("DELETE", "/faults")


class RequestsResource:
    """The requests of the tenant's clients: the latest 1,000, at most 8 MiB of them, with secrets redacted.

    ``path`` is a pattern: ``*`` matches within one segment, ``**`` across segments.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def find(
        self, method: str | None = None, path: str | None = None, status: int | None = None
    ) -> list[RecordedRequest]:
        """Lists the matching requests, oldest first. Raises Invalid."""
        found = self._call("GET", "/requests", method=method, path=path, status=status)
        return list(from_json(RecordedRequests, found).requests)

    def count(self, method: str | None = None, path: str | None = None, status: int | None = None) -> int:
        """Counts the matching requests. Raises Invalid."""
        found = self._call("GET", "/requests/count", method=method, path=path, status=status)
        return from_json(RequestCount, found).count

    def wait(
        self,
        count: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        timeout: float = 5.0,
    ) -> list[RecordedRequest]:
        """Returns the matching requests once there are ``count`` of them. ``timeout`` is real seconds, at most 600.

        Blocks the thread: on an event loop, call it through ``asyncio.to_thread``. Raises Invalid, TimedOut.
        """
        options = {"count": count, "method": method, "path": path, "status": status, "timeout": timeout}
        return list(from_json(RecordedRequests, self._call("GET", "/requests/wait", **options)).requests)

    def clear(self) -> None:
        """Removes the recorded requests and the fidelity warnings."""
        self._call("DELETE", "/requests")

    @property
    def dropped(self) -> int:
        """How many requests the journal has dropped since the last ``clear``. Searches do not find them."""
        return from_json(RequestCount, self._call("GET", "/requests/count")).dropped


class SnapshotsResource:
    """Named snapshots of the tenant, in the server's memory: objects, records, jobs, settings and clock."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> Sequence[str]:
        """Lists the names of the snapshots."""
        return from_json(list[str], self._call("GET", "/snapshots"))

    def save(self, name: str) -> None:
        """Saves the current state under a name. Raises Invalid for a name with slashes."""
        self._call("PUT", "/snapshots/{name}", name=name)

    def restore(self, name: str) -> None:
        """Restores a snapshot, which is kept. Raises Unknown."""
        self._call("POST", "/snapshots/{name}", name=name)

    def drop(self, name: str) -> None:
        """Removes a snapshot. Raises Unknown."""
        self._call("DELETE", "/snapshots/{name}", name=name)


def _id(named: str | JobInfo | Fault) -> str:
    if isinstance(named, JobInfo | Fault):
        return named.id
    if not isinstance(named, str):
        raise Invalid(f"id: {named!r} is not valid; expected an id, or an object that has one")
    return named
