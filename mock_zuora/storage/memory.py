"""Stores state in dictionaries, until the process ends. Each tenant has a store of its own."""

from collections.abc import Iterator

from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.idempotency_keys import IdempotencyRecord
from mock_zuora.domain.jobs.csv_file import CsvFile
from mock_zuora.domain.jobs.job import Job
from mock_zuora.domain.jobs.planned_outcomes import JobProgress
from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.ports import RowError
from mock_zuora.storage.change_log import Note, ignore
from mock_zuora.storage.tables import MemoryTable


class MemoryJobs:
    """Jobs by id and in order of submission."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._order: list[str] = []
        self._positions: dict[str, int] = {}
        self._unfinished: dict[str, None] = {}
        self._files: dict[str, CsvFile] = {}
        self._progress: dict[str, JobProgress] = {}
        self._row_errors: dict[str, list[RowError]] = {}
        self.note: Note = ignore

    def add(self, job: Job, limit: int) -> bool:
        if len(self._unfinished) >= limit:
            return False
        self._positions[job.id] = len(self._order)
        self._order.append(job.id)
        self._unfinished[job.id] = None
        self._jobs[job.id] = job
        self.note("job", job)
        return True

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def save(self, job: Job) -> None:
        self._jobs[job.id] = job
        self.note("job", job)
        if job.has_ended:
            self._unfinished.pop(job.id, None)
            self._files.pop(job.id, None)
            self._progress.pop(job.id, None)

    def unfinished(self) -> list[Job]:
        return [self._jobs[job_id] for job_id in self._unfinished]

    def newest_first(self, after: str | None = None) -> Iterator[Job]:
        end = len(self._order) if after is None else self._positions[after]
        return (self._jobs[self._order[index]] for index in range(end - 1, -1, -1))

    def put_file(self, job_id: str, file: CsvFile) -> None:
        self._files[job_id] = file
        self.note("file", job_id, file)

    def save_progress(self, job_id: str, progress: JobProgress) -> None:
        self._progress[job_id] = progress
        self.note("progress", job_id, progress)

    def progress(self, job_id: str) -> JobProgress | None:
        return self._progress.get(job_id)

    def add_row_error(self, job_id: str, error: RowError) -> None:
        self.note("rejected", job_id, error)
        self._row_errors.setdefault(job_id, []).append(error)

    def file(self, job_id: str) -> CsvFile | None:
        return self._files.get(job_id)

    def row_errors(self, job_id: str) -> list[RowError]:
        return list(self._row_errors.get(job_id, ()))

    def copy(self) -> "MemoryJobs":
        copy = MemoryJobs()
        copy._jobs = dict(self._jobs)
        copy._order = list(self._order)
        copy._positions = dict(self._positions)
        copy._unfinished = dict(self._unfinished)
        copy._files = dict(self._files)
        copy._progress = dict(self._progress)
        copy._row_errors = {job_id: list(errors) for job_id, errors in self._row_errors.items()}
        return copy


class MemoryObjects:
    """Definitions and tables by namespace and name."""

    def __init__(self) -> None:
        self._definitions: dict[tuple[str, str], Definition] = {}
        self._tables: dict[tuple[str, str], MemoryTable] = {}
        self._note: Note = ignore

    @property
    def note(self) -> Note:
        return self._note

    @note.setter
    def note(self, note: Note) -> None:
        self._note = note
        for table in self._tables.values():
            table.note = note

    def definition(self, namespace: str, name: str) -> Definition | None:
        return self._definitions.get((namespace, name))

    def define(self, definition: Definition) -> None:
        key = (definition.namespace, definition.object)
        self._definitions[key] = definition
        self._tables.setdefault(key, MemoryTable(definition)).note = self._note
        self._note("defined", definition)

    def definitions(self) -> list[Definition]:
        return list(self._definitions.values())

    def redefine(self, definition: Definition, renamed: tuple[str, str] | None = None) -> None:
        key = (definition.namespace, definition.object)
        self._definitions[key] = definition
        self._tables[key].redefine(definition, renamed)
        self._note("redefined", definition, renamed)

    def remove(self, namespace: str, name: str) -> None:
        del self._definitions[namespace, name]
        del self._tables[namespace, name]
        self._note("forgotten", namespace, name)

    def table(self, namespace: str, name: str) -> MemoryTable:
        return self._tables[namespace, name]

    def copy(self) -> "MemoryObjects":
        copy = MemoryObjects()
        copy._definitions = dict(self._definitions)
        copy._tables = {key: table.copy() for key, table in self._tables.items()}
        return copy


class MemoryTenantStore:
    """All stored state of one tenant."""

    def __init__(self) -> None:
        self.jobs = MemoryJobs()
        self.objects = MemoryObjects()

    def note_changes(self, note: Note) -> None:
        """Notes every change from now on, or none with ``ignore``."""
        self.jobs.note = self.objects.note = note

    def without_jobs(self) -> "MemoryTenantStore":
        bare = MemoryTenantStore()
        bare.objects = self.objects
        return bare

    def copy(self) -> "MemoryTenantStore":
        copy = MemoryTenantStore()
        copy.jobs, copy.objects = self.jobs.copy(), self.objects.copy()
        return copy


class MemoryAccessTokens:
    """The tokens of all tenants by their text."""

    def __init__(self) -> None:
        self._tokens: dict[str, AccessToken] = {}
        self.note: Note = ignore

    def __iter__(self) -> Iterator[AccessToken]:
        return iter(list(self._tokens.values()))

    def add(self, token: AccessToken) -> None:
        self._tokens[token.text] = token
        self.note("token", (token.tenant,), token)

    def get(self, text: str) -> AccessToken | None:
        return self._tokens.get(text)

    def forget(self, tenant: str) -> None:
        self._tokens = {text: token for text, token in self._tokens.items() if token.tenant != tenant}
        self.note("tokens forgotten", (tenant,))


class MemoryIdempotencyRecords:
    """The idempotency keys of all tenants."""

    def __init__(self) -> None:
        self._records: dict[str, IdempotencyRecord] = {}
        self.note: Note = ignore

    def __iter__(self) -> Iterator[tuple[str, IdempotencyRecord]]:
        return iter(list(self._records.items()))

    def get(self, key: str) -> IdempotencyRecord | None:
        return self._records.get(key)

    def claim(self, key: str, record: IdempotencyRecord) -> IdempotencyRecord:
        return self._records.setdefault(key, record)

    def put(self, key: str, record: IdempotencyRecord) -> None:
        self._records[key] = record
        if record.response is not None:
            # A key whose request is still running is free again after a restart.
            self.note("key", (record.scope.tenant,), key, record)

    def drop(self, key: str) -> None:
        self._records.pop(key, None)
        self.note("key dropped", (), key)

    def forget(self, tenant: str) -> None:
        self._records = {key: record for key, record in self._records.items() if record.scope.tenant != tenant}
        self.note("keys forgotten", (tenant,))
