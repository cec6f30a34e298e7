"""The ports to where state is kept. ``storage/memory.py`` is the one behind them; another needs no change to any rule.

What must be one step (a check and what follows from it) is one method, so that a shared store can make it one, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Value
from mock_zuora.domain.records.record import Record


@dataclass(frozen=True, slots=True)
class RowError:
    """A rejected row: why, its number, and what it said."""

    problem: Problem
    row: int
    record: dict[str, Any]


class JobRepository(Protocol):
    """The jobs of one tenant, with their files and the errors of their rows."""

    def add(self, job: Job, limit: int) -> bool:
        """Keeps a new job, unless ``limit`` jobs are unfinished already: then False, and nothing is kept. One step."""
        ...

    def get(self, job_id: str) -> Job | None: ...

    def save(self, job: Job) -> None:
        """Keeps the next state of a job that was added."""
        ...

    def unfinished(self) -> list[Job]:
        """The jobs that have not ended, oldest first."""
        ...

    def newest_first(self, after: str | None = None) -> Iterator[Job]:
        """The jobs from the newest on; with ``after``, those older than that job, which must be there."""
        ...

    def put_file(self, job_id: str, file: CsvFile) -> None: ...

    def take_file(self, job_id: str) -> CsvFile:
        """The job's file, which is kept no longer."""
        ...

    def add_row_error(self, job_id: str, error: RowError) -> None: ...

    def file(self, job_id: str) -> CsvFile | None:
        """The job's file, if it is still kept."""
        ...

    def row_errors(self, job_id: str) -> list[RowError]:
        """The rejected rows of a job in the order of the file."""
        ...


class Table(Protocol):
    """The records of one object."""

    def __len__(self) -> int: ...

    def get(self, record_id: str) -> Record | None: ...

    def put(self, record: Record) -> None:
        """Keeps a record, new or changed, and indexes its unique values."""
        ...

    def remove(self, record_id: str) -> bool:
        """Forgets a record; False if it was not there."""
        ...

    def ids(self) -> list[str]:
        """The ids of all records, in the order of their creation."""
        ...

    def after(self, record_id: str | None) -> Iterator[Record]:
        """The records in the order of their creation; with ``record_id``, those behind it, which must be there.

        To be read before the next change.
        """
        ...

    def place(self, record_id: str) -> int | None:
        """Where the record stands in the order of creation: a number that only compares; None if it is not there."""
        ...

    def ids_with(self, field: str, value: Value) -> list[str]:
        """The ids of the records whose field, custom or system, equals the value, in the order of their creation."""
        ...

    def holder(self, field: str, value: Value) -> str | None:
        """The id of the record that has this value in this unique field."""
        ...


class ObjectRepository(Protocol):
    """The objects of one tenant: their definitions and their records."""

    def definition(self, namespace: str, name: str) -> Definition | None: ...

    def define(self, definition: Definition) -> None: ...

    def definitions(self) -> list[Definition]: ...

    def redefine(self, definition: Definition, renamed: tuple[str, str] | None = None) -> None:
        """Changes the definition of an object; ``renamed`` moves the values of a field to its new name. One step."""
        ...

    def remove(self, namespace: str, name: str) -> None:
        """Forgets an object and its records."""
        ...

    def table(self, namespace: str, name: str) -> Table:
        """The records of an object that is defined."""
        ...


class TenantStore(Protocol):
    """All that one tenant keeps."""

    @property
    def jobs(self) -> JobRepository: ...

    @property
    def objects(self) -> ObjectRepository: ...

    def without_jobs(self) -> "TenantStore":
        """The same objects and records, which stay shared, and no jobs."""
        ...

    def copy(self) -> "TenantStore":
        """All of it as it is now; later changes of the one do not show in the other."""
        ...
