"""Results of control operations on jobs beside ``JobInfo``. Standard library only, as in ``results``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatusChange:
    """A status that a job has had: since when, and why."""

    status: str
    at: datetime
    cause: str
    """``submitted``, ``uploaded``, ``clock`` (its delay has passed), ``processed``, ``poll``, ``control request``,
    ``planned failure``, ``cancelled`` by a client, or ``expired``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """How many jobs there are: all, and by status, object and operation."""

    total: int
    by_status: Mapping[str, int]
    """Every status, also those that no job has."""
    by_object: Mapping[str, int]
    by_operation: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """The uploaded file of a job, of which the server keeps the beginning."""

    job_id: str
    size: int
    """Bytes of the whole file: unpacked if it was sent with ``Content-Encoding: gzip``, and without the multipart frame
    around it."""
    sha256: str
    """Checksum of these bytes, in hexadecimal digits."""
    encoding: str
    """``utf-8``, or ``utf-8-sig`` for a file with a byte-order mark."""
    sent_as: str
    """``text/csv`` or ``multipart/form-data``, with ``, gzip`` if it was sent with ``Content-Encoding: gzip``."""
    row_count: int
    """All rows below the header."""
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first rows below the header: at most 200, and those within the first 64 KiB of the file."""

    @property
    def is_cut(self) -> bool:
        """Whether the file has more rows than these."""
        return len(self.rows) < self.row_count


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A row that a planned outcome rejects. Row 1 is the header."""

    row: int
    code: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOutcomeInfo:
    """A planned outcome that is still waiting for a job."""

    id: str
    kind: str
    """``failure``, ``rejection`` or ``hold``."""
    object: str | None = None
    """The object of the jobs that it applies to; None for any."""
    operation: str | None = None
    """The operation of these jobs; None for any."""
    code: int | None = None
    """Error code of a failure, or of the rows that ``where`` matches."""
    message: str | None = None
    after_records: int | None = None
    """How many records a failing job writes or deletes before."""
    rows: tuple[PlannedRow, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    """Values by column: rows that have all of them are rejected."""
