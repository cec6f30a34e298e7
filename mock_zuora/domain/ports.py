"""The ports to storage, implemented in ``storage/memory.py``.

An operation that must be atomic, such as a check with the change that depends on it, is one method, so that a shared
store can implement it in one transaction.
"""

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.jobs.planned_outcomes import JobProgress
from mock_zuora.domain.limits import Drop
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.field import Value
from mock_zuora.domain.records.comparison import KeyRange
from mock_zuora.domain.records.record import Record, Stamp

RecordSet = int
"""A set of records of one table, until its next change: a bit for each record, the oldest being the lowest. ``&`` is
the intersection of two sets, ``|`` their union, and ``^`` the complement of a set in one that includes it."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A rejected row of a file: the error, the row number (the header is row 1) and the cells by column.

    ``reason`` names the assumption that the rejection rests on; empty if it rests on none. ``record_id`` is generated
    for a create, and is the id as the row has it for an update, even if it is none.
    """

    problem: Problem
    row: int
    record: dict[str, Any]
    reason: str = ""
    record_id: str = ""


class JobRepository(Protocol):
    """The jobs of one tenant, with their files and row errors.

    Finished jobs and row errors beyond their bounds are dropped, oldest first; see ``domain/limits.py``.
    """

    def __len__(self) -> int:
        """The number of jobs that are kept."""
        ...

    @property
    def dropped(self) -> Set[Drop]:
        """The kinds of items that were dropped."""
        ...

    @property
    def revision(self) -> int:
        """A number that grows with every change."""
        ...

    def add(self, job: Job, limit: int) -> bool:
        """Stores a new job. Returns False and stores nothing if ``limit`` jobs are unfinished. Atomic."""
        ...

    def get(self, job_id: str) -> Job | None: ...

    def save(self, job: Job) -> None:
        """Replaces a stored job by its next state. Drops the oldest finished job if there are too many."""
        ...

    def unfinished(self) -> list[Job]:
        """The jobs that have not ended, oldest first."""
        ...

    def newest_first(self, after: str | None = None) -> Iterator[Job]:
        """All jobs, newest first; with ``after``, the id of a stored job, only the jobs older than that one."""
        ...

    def oldest_first(self, after: str | None = None) -> Iterator[Job]:
        """All jobs, oldest first; with ``after``, the id of a stored job, only the jobs newer than that one."""
        ...

    def put_file(self, job_id: str, file: CsvFile) -> None: ...

    def add_row_error(self, job_id: str, error: RowError) -> None:
        """Stores a row error, unless the job has too many. Drops those of the oldest job if the tenant has too many."""
        ...

    def drop_row_errors(self, job_id: str) -> None:
        """Deletes the rejected rows of a job, if it has any."""
        ...

    def file(self, job_id: str) -> CsvFile | None:
        """The file of a job, which is stored until the job ends."""
        ...

    def save_progress(self, job_id: str, progress: JobProgress) -> None: ...

    def progress(self, job_id: str) -> JobProgress | None:
        """How far the processing of a job is; None before it starts and after its end."""
        ...

    def row_errors(self, job_id: str) -> list[RowError]:
        """The rejected rows of a job in file order, as far as they are kept; see ``Job.rejected_rows``."""
        ...


class Table(Protocol):
    """The records of one object."""

    def __len__(self) -> int: ...

    def get(self, record_id: str) -> Record | None: ...

    def put(self, record: Record) -> None:
        """Stores a new or changed record and updates the indexes."""
        ...

    def add(self, ids: Sequence[str], stamp: Stamp, columns: Sequence[Sequence[Value | None]]) -> None:
        """Stores new records that share a stamp. ``columns`` has a column of cells for each field of the stamp.

        The ids, and the values of unique fields, must not be those of other records.
        """
        ...

    def remove(self, record_id: str) -> bool:
        """Deletes a record; False if it does not exist."""
        ...

    def ids(self) -> list[str]:
        """The ids of all records in order of creation."""
        ...

    def after(self, record_id: str | None) -> Iterator[Record]:
        """The records in order of creation; with ``record_id``, only those after that record, which must exist.

        Read the iterator before the next change.
        """
        ...

    def position(self, record_id: str) -> int | None:
        """The position of a record in order of creation, a number to compare only; None if it does not exist."""
        ...

    def order(self) -> Iterator[None]:
        """Builds the index of positions in chunks: it yields after each. Without it, ``position`` builds it at once."""
        ...

    def index(self, *fields: str) -> Iterator[None]:
        """Brings the indexes of fields up to date in chunks: it yields after each. Without it, ``find`` does so at
        once."""
        ...

    def all(self) -> RecordSet:
        """All records."""
        ...

    def find(self, field: str, keys: KeyRange | None = None) -> RecordSet:
        """The records whose field, custom or system, has a key in a range; without ``keys``, those with a value."""
        ...

    def ids_of(self, records: RecordSet, after: str | None = None) -> Iterator[str]:
        """The ids of the records in a set in order of creation; with ``after``, only those after that record.

        The table can change while the iterator is read. Some of the records may then not exist any more.
        """
        ...

    def holders(self, field: str, value: Value) -> tuple[str, ...]:
        """The ids of the records with this value in this unique field: at most one, unless ``unique-scope`` is
        ``file``."""
        ...

    def has_holders(self, field: str, values: Collection[Value]) -> bool:
        """Whether any record has one of these values in this unique field."""
        ...


class ObjectRepository(Protocol):
    """The objects of one tenant: their definitions and their records."""

    @property
    def revision(self) -> int:
        """A number that grows with every change."""
        ...

    def definition(self, namespace: str, name: str) -> Definition | None: ...

    def define(self, definition: Definition) -> None: ...

    def definitions(self) -> list[Definition]: ...

    def redefine(self, definition: Definition, renamed: tuple[str, str] | None = None) -> None:
        """Replaces a definition. ``renamed``, an old and a new field name, moves the values of a field. Atomic."""
        ...

    def remove(self, namespace: str, name: str) -> None:
        """Deletes an object and its records."""
        ...

    def table(self, namespace: str, name: str) -> Table:
        """The records of a defined object."""
        ...


class TenantStore(Protocol):
    """All stored state of one tenant."""

    @property
    def jobs(self) -> JobRepository: ...

    @property
    def objects(self) -> ObjectRepository: ...

    @property
    def key(self) -> int:
        """The number that the state file knows the store by; 0 without a file."""
        ...

    def without_jobs(self) -> "TenantStore":
        """A store that shares the objects and records of this one and has no jobs."""
        ...

    def copy(self) -> "TenantStore":
        """An independent copy."""
        ...

    def detached(self) -> "TenantStore":
        """An independent copy for reading only, which the state file does not get."""
        ...
