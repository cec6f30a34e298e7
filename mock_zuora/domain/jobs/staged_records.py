"""Collects the records of a job and writes them together at its end. Until then, only the job sees them."""

from collections.abc import Generator, Sequence
from itertools import islice
from typing import Final, Protocol

from mock_zuora.domain.objects.definition import Definition, Relationship
from mock_zuora.domain.objects.field import Value
from mock_zuora.domain.ports import Table
from mock_zuora.domain.records.record import Record, Stamp


class WritableRecords(Protocol):
    """The records of the job's object."""

    @property
    def definition(self) -> Definition: ...

    @property
    def table(self) -> Table: ...

    def put(self, record: Record) -> None: ...

    def add(self, ids: Sequence[str], stamp: Stamp, columns: Sequence[Sequence[Value | None]]) -> None: ...

    def remove(self, record_id: str, timestamp: int) -> bool: ...

    def exists(self, relationship: Relationship, record_id: str) -> bool: ...


class DirectRecords:
    """Records that are written row by row."""

    def __init__(self, records: WritableRecords) -> None:
        self.put: Final = records.put
        self.get: Final = records.table.get
        self.holders: Final = records.table.holders

    def commit(self, per_chunk: int) -> Generator[None, None, None]:
        """Writes nothing: every record is written already."""
        yield from ()


class StagedRecords:
    """Records that are kept until ``commit``. The job reads them as if they were written."""

    def __init__(self, records: WritableRecords) -> None:
        self._records = records
        self._staged: dict[str, Record] = {}
        self._created: set[str] = set()
        self._unique = records.definition.unique_fields
        self._holders: dict[tuple[str, Value], dict[str, None]] = {}

    def get(self, record_id: str) -> Record | None:
        return self._staged.get(record_id) or self._records.table.get(record_id)

    def holders(self, field: str, value: Value) -> tuple[str, ...]:
        stored = self._records.table.holders(field, value)
        return (*(each for each in stored if each not in self._staged), *self._holders.get((field, value), ()))

    def put(self, record: Record) -> None:
        before = self._staged.get(record.id)
        if before is None and self._records.table.get(record.id) is None:
            self._created.add(record.id)
        self._staged[record.id] = record
        for name in self._unique:
            if before is not None and (old := before.value(name)) is not None:
                self._holders[name, old].pop(record.id, None)
            if (new := record.value(name)) is not None:
                self._holders.setdefault((name, new), {})[record.id] = None

    def commit(self, per_chunk: int) -> Generator[None, None, None]:
        """Writes the records in chunks. A record that another request has deleted meanwhile stays deleted."""
        staged = iter(self._staged.values())
        while chunk := list(islice(staged, per_chunk)):
            for record in chunk:
                if record.id in self._created or self._records.table.get(record.id) is not None:
                    self._records.put(record)
            yield
