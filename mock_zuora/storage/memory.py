"""Stores state in dictionaries, until the process ends. Each tenant has a store of its own."""

from typing import Any

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.storage.change_log import ChangeLog, Counter
from mock_zuora.storage.jobs import MemoryJobs
from mock_zuora.storage.tables import MemoryTable


class MemoryObjects:
    """Definitions and tables by namespace and name."""

    def __init__(self) -> None:
        self._definitions: dict[tuple[str, str], Definition] = {}
        self._tables: dict[tuple[str, str], MemoryTable] = {}
        self.note = Counter()

    @property
    def revision(self) -> int:
        return self.note.count

    def definition(self, namespace: str, name: str) -> Definition | None:
        return self._definitions.get((namespace, name))

    def define(self, definition: Definition) -> None:
        key = (definition.namespace, definition.object)
        self._definitions[key] = definition
        self._tables.setdefault(key, MemoryTable(definition)).note = self.note
        self.note("defined", definition)

    def definitions(self) -> list[Definition]:
        return list(self._definitions.values())

    def redefine(self, definition: Definition, renamed: tuple[str, str] | None = None) -> None:
        key = (definition.namespace, definition.object)
        self._definitions[key] = definition
        self._tables[key].redefine(definition, renamed)
        self.note("redefined", definition, renamed)

    def remove(self, namespace: str, name: str) -> None:
        del self._definitions[namespace, name]
        del self._tables[namespace, name]
        self.note("forgotten", namespace, name)

    def table(self, namespace: str, name: str) -> MemoryTable:
        return self._tables[namespace, name]

    def record_count(self) -> int:
        return sum(map(len, self._tables.values()))

    def copy(self) -> "MemoryObjects":
        copy = MemoryObjects()
        copy._definitions = dict(self._definitions)
        copy._tables = {key: table.copy() for key, table in self._tables.items()}
        for table in copy._tables.values():
            table.note = copy.note
        return copy


class MemoryTenantStore:
    """All stored state of one tenant. With a log, it notes every change there."""

    def __init__(self, log: ChangeLog | None = None) -> None:
        self.jobs = MemoryJobs()
        self.objects = MemoryObjects()
        self.key = 0
        """The number that the log knows the store by."""
        self._log: ChangeLog | None = None
        if log is not None:
            self.join(log, log.new_key())
            log.add("store", self.key)

    def join(self, log: ChangeLog, key: int) -> None:
        """Notes every change from now on."""
        self._log, self.key = log, key
        log.register(self, key)
        self.jobs.note.log = self.objects.note.log = log.of(key)

    def without_jobs(self) -> "MemoryTenantStore":
        bare = MemoryTenantStore()
        bare.objects = self.objects
        return self._derived(bare, "without jobs")

    def copy(self) -> "MemoryTenantStore":
        return self._derived(self.detached(), "copied", self.objects.record_count())

    def detached(self) -> "MemoryTenantStore":
        copy = MemoryTenantStore()
        copy.jobs, copy.objects = self.jobs.copy(), self.objects.copy()
        return copy

    def _derived(self, store: "MemoryTenantStore", what: str, *details: Any) -> "MemoryTenantStore":
        if self._log is not None:
            store.join(self._log, self._log.new_key())
            self._log.add(what, store.key, self.key, *details)
        return store
