"""The parts of the handle: its clock, its jobs, its faults, its requests and its snapshots."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mock_zuora.control.errors import Invalid, is_control_error
from mock_zuora.control.results import Fault, Job, PendingOutcomes, Request, RowError, Time, from_json

__tracebackhide__ = is_control_error

Call = Callable[..., Any]
"""Carries out a control operation of one tenant: its name, and what is said."""


def said(**values: Any) -> dict[str, Any]:
    """What was said, without what was left out."""
    return {name: value for name, value in values.items() if value is not None}


class Clock:
    """The tenant's clock. It drives the life of jobs, the end of tokens and keys, rate windows, the dates of records.

    It starts at real time. Every method gives the tenant's time then, as an aware ``datetime``.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def now(self) -> datetime:
        """The tenant's time."""
        return self._time("clock")

    def freeze(self) -> datetime:
        """Stops it where it stands."""
        return self._time("clock.change", frozen=True)

    def resume(self) -> datetime:
        """Lets it run like real time again, from where it stands."""
        return self._time("clock.change", frozen=False)

    def run_at(self, speed: float) -> datetime:
        """Lets it run at another speed: so many of its seconds in one real second; 0 stops it. Raises Invalid."""
        return self._time("clock.change", speed=speed)

    def advance(self, seconds: float) -> datetime:
        """Moves it ahead, running or not; returns when everything that is due by then has been done. Raises Invalid."""
        return self._time("clock.advance", seconds=seconds)

    @property
    def speed(self) -> float:
        """Its seconds in one real second; 0 while it is frozen."""
        return from_json(Time, self._call("clock")).speed

    def _time(self, operation: str, **values: Any) -> datetime:
        return datetime.fromisoformat(from_json(Time, self._call(operation, **values)).now)


class Jobs:
    """The tenant's jobs, and what is planned for those to come. Looking at a job here does not count as a poll."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> list[Job]:
        """The jobs, newest first."""
        return [from_json(Job, each) for each in self._call("jobs.all")]

    def get(self, job: str | Job) -> Job:
        """One job, by its id. Raises Unknown."""
        return from_json(Job, self._call("jobs.get", id=_id(job)))

    def errors(self, job: str | Job) -> list[RowError]:
        """The rejected rows of a job, in the order of its file. Raises Unknown."""
        return [from_json(RowError, each) for each in self._call("jobs.errors", id=_id(job))]

    def step(self, job: str | Job) -> Job:
        """Moves a job one status on, whatever the clock says.

        Raises Unknown; Refused for one that waits for its file or has ended.
        """
        return from_json(Job, self._call("jobs.step", id=_id(job)))

    def wait(self, job: str | Job, status: str | None = None, timeout: float = 5.0) -> Job:
        """Returns a job once it has that status, or any final one; ``timeout`` is real seconds, at most 600.

        It blocks this thread: in a test that runs on an event loop, call it through ``asyncio.to_thread``. Raises
        Unknown; TimedOut; Refused at once if the job has ended otherwise.
        """
        return from_json(Job, self._call("jobs.wait", id=_id(job), **said(status=status, timeout=timeout)))

    def fail_next(
        self,
        *,
        code: int | None = None,
        message: str | None = None,
        after_records: int | None = None,
        object: str | None = None,
        operation: str | None = None,
    ) -> None:
        """Lets the next job (of that object and operation) fail with that error, once it has written so many records.

        Without a code it is 71012560, ``Service limit reached, please retry later.`` Raises Invalid.
        """
        wanted = said(code=code, message=message, after_records=after_records, object=object, operation=operation)
        self._call("jobs.fail_next", **wanted)

    def reject_rows(
        self,
        rows: Mapping[int, tuple[int, str]] | None = None,
        *,
        where: Mapping[str, str] | None = None,
        code: int | None = None,
        message: str | None = None,
        object: str | None = None,
        operation: str | None = None,
    ) -> None:
        """Lets rows of the next job's file be rejected.

        ``rows`` has the error number and message by row (row 1 is the header, so the first is 2); ``where`` has texts
        by column, and every row that says all of them is rejected with ``code`` and ``message``. Raises Invalid.
        """
        by_row = None if rows is None else {str(row): error for row, error in rows.items()}
        wanted = said(rows=by_row, where=where, code=code, message=message, object=object, operation=operation)
        self._call("jobs.reject_rows", **wanted)

    def hold_next(self, *, object: str | None = None, operation: str | None = None) -> None:
        """Lets the next job stay in progress until ``step``. Raises Invalid."""
        self._call("jobs.hold_next", **said(object=object, operation=operation))

    def outcomes(self) -> PendingOutcomes:
        """How many planned outcomes still wait for a job."""
        return from_json(PendingOutcomes, self._call("jobs.outcomes"))

    def clear_outcomes(self) -> None:
        """Forgets the planned outcomes."""
        self._call("jobs.clear_outcomes")


class Faults:
    """What goes wrong on purpose with the tenant's calls."""

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
        """Adds a fault, and gives it with its id.

        It hits the calls of a ``path`` (a pattern: ``*`` is anything within one segment, ``**`` anything), of a
        ``method``, of an ``operation`` (an id of the API's document): the first ``times`` of them, only the ``nth``, or
        with a ``probability``, drawn from the random seed. Of several that match, the first one hits.

        What it does is one of: answer with a ``status`` (400 to 599) in the API's own error shape, with ``code``,
        ``message``, ``headers`` and ``retry_after`` (seconds); ``reset`` the connection; ``truncate`` the answer;
        ``stall`` half-way through its body. A ``delay`` (real seconds, at most 600) comes before that, or is all.
        Raises Invalid.
        """
        wanted = said(
            path=path, method=method, operation=operation, status=status, code=code, message=message, headers=headers,
            retry_after=retry_after, delay=delay, reset=reset, truncate=truncate, stall=stall, times=times, nth=nth,
            probability=probability,
        )  # fmt: skip
        return from_json(Fault, self._call("faults.add", **wanted))

    def all(self) -> list[Fault]:
        """The faults with their hits up to now, in the order in which they were added."""
        return [from_json(Fault, each) for each in self._call("faults.all")]

    def get(self, fault: str | Fault) -> Fault:
        """A fault with its hits up to now. Raises Unknown."""
        return from_json(Fault, self._call("faults.get", id=_id(fault)))

    def remove(self, fault: str | Fault) -> None:
        """Removes a fault. Raises Unknown."""
        self._call("faults.remove", id=_id(fault))

    def clear(self) -> None:
        """Removes every fault."""
        self._call("faults.clear")


class Requests:
    """The calls of the tenant's clients: the latest 1,000, at most 8 MiB of them, with secrets redacted.

    ``path`` is a pattern: ``*`` is anything within one segment, ``**`` anything.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def find(self, method: str | None = None, path: str | None = None, status: int | None = None) -> list[Request]:
        """The calls that fit, oldest first."""
        return _requests(self._call("requests.find", **said(method=method, path=path, status=status)))

    def count(self, method: str | None = None, path: str | None = None, status: int | None = None) -> int:
        """How many calls fit."""
        found: int = self._call("requests.count", **said(method=method, path=path, status=status))["count"]
        return found

    def wait(
        self,
        count: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        timeout: float = 5.0,
    ) -> list[Request]:
        """Returns the calls that fit once there are so many; ``timeout`` is real seconds, at most 600.

        It blocks this thread: in a test that runs on an event loop, call it through ``asyncio.to_thread``. Raises
        TimedOut.
        """
        wanted = said(count=count, method=method, path=path, status=status, timeout=timeout)
        return _requests(self._call("requests.wait", **wanted))

    def clear(self) -> None:
        """Forgets the calls, and the fidelity warnings."""
        self._call("requests.clear")

    @property
    def dropped(self) -> int:
        """How many calls no longer fitted in since the last ``clear``: a search cannot find those."""
        dropped: int = self._call("requests.count")["dropped"]
        return dropped


class Snapshots:
    """Named states of the tenant, in the server's memory: objects, records, jobs, settings and clock."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def all(self) -> Sequence[str]:
        """Their names."""
        names: list[str] = self._call("snapshots.all")
        return names

    def save(self, name: str) -> None:
        """Keeps the tenant as it is under that name."""
        self._call("snapshots.save", name=name)

    def restore(self, name: str) -> None:
        """Takes the tenant back to a snapshot, which stays. Raises Unknown."""
        self._call("snapshots.restore", name=name)

    def drop(self, name: str) -> None:
        """Forgets a snapshot. Raises Unknown."""
        self._call("snapshots.drop", name=name)


def _requests(document: Mapping[str, Any]) -> list[Request]:
    return [from_json(Request, each) for each in document["requests"]]


def _id(named: str | Job | Fault) -> str:
    if isinstance(named, Job | Fault):
        return named.id
    if not isinstance(named, str):
        raise Invalid(f"id: {named!r} is not valid: expected a text, or what has an id")
    return named
