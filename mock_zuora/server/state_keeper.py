"""Keeps the state of all tenants in a file: loads it at startup, and writes changes off the request path.

The event loop's thread collects the changes between two requests, so that each transaction holds whole requests and
whole chunks of jobs. One other thread writes them.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from mock_zuora.config.sentences import sentence_of
from mock_zuora.config.settings import SettingsError
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.control.pauses import sleep
from mock_zuora.control.snapshots import Snapshot
from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.errors import ZuoraError, one_line
from mock_zuora.domain.machine_clock import machine_time
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.server.state_documents import (
    restore_tenant,
    signature,
    snapshot_document,
    snapshot_from,
    tenant_document,
)
from mock_zuora.server.state_entries import Replay, encoded
from mock_zuora.server.state_writer import StateWriter
from mock_zuora.storage.change_log import Change, ChangeLog, Owner
from mock_zuora.storage.memory import MemoryTenantStore
from mock_zuora.storage.state_file import StateFile, StateFileError

FLUSH_SECONDS: Final = 0.1
RETRY_SECONDS: Final = 1.0
"""After a failed write."""
MAX_BEHIND: Final = SECOND // 2
"""Requests that change anything wait while unwritten changes are older than this. It is half of what is promised,
because writing them takes time, too."""
Result = TypeVar("Result")

logger = logging.getLogger("mock_zuora.state")


class StateKeeper:
    """The state file of a running server."""

    def __init__(self, file: StateFile, registry: TenantRegistry, instrumentation: InstrumentationRegistry) -> None:
        self._file = file
        self._writer = StateWriter(file)
        self._registry = registry
        self._instrumentation = instrumentation
        self._log = ChangeLog()
        self._signatures: dict[Owner, Any] = {}
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mock_zuora state")
        self._time = machine_time()
        self._safe_until = self._time()
        """Earlier changes are in the file."""
        self._written = asyncio.Event()
        self._is_reported = False
        """Whether the log says that the file is behind."""
        self._is_active = True
        """Whether a tenant or a snapshot may have changed since ``_collect`` last looked."""
        self._is_started = False
        self._is_closed = False
        registry.tenant_store = self.new_store

    @property
    def failure(self) -> str | None:
        """Why the last write failed; None if it did not."""
        return self._writer.failure

    def note_crash(self, error: BaseException) -> None:
        """Reports that changes are no longer written, because of a bug."""
        self._writer.failure = f"is no longer written, because of a bug: {one_line(repr(error))}"
        self._written.set()

    # Startup

    def new_store(self) -> MemoryTenantStore:
        """An empty store that notes its changes."""
        return MemoryTenantStore(self._log)

    def load(self) -> Iterator[None]:
        """Restores the tenants of the file. Yields after each chunk. Raises SettingsError for a damaged file."""
        began = self._time()
        replay = Replay(self._registry.tokens, self._registry.idempotency_records)
        try:
            for chunk in self._file.whole_state():
                replay.apply(chunk)
                yield
            compact_size = replay.size
            for chunk in self._file.changes():
                replay.apply(chunk)
                yield
            self._restore(replay)
            self._file.claim()
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise self._damaged(sentence_of({**first, "loc": ("", *first["loc"])})) from None
        except (ValueError, LookupError, TypeError, ZuoraError, StateFileError) as error:
            raise self._damaged(str(error)) from None
        self._writer.note_size(compact_size, replay.size)
        if replay.documents:
            logger.info("state %s: %s", self._file.path, _loaded(replay, self._time() - began))

    def _damaged(self, reason: str) -> SettingsError:
        return SettingsError(f"state {self._file.path}: is damaged: {reason}")

    def _restore(self, replay: Replay) -> None:
        for owner, document in replay.documents.items():
            store = replay.stores[document["store"]]
            store.join(self._log, document["store"])
            if len(owner) == 1:
                tenant = restore_tenant(self._registry, owner[0], document, store, self._file.starts)
                self._registry.tenants[owner[0]] = tenant
                self._registry.note_use(tenant)
                self._signatures[owner] = signature(tenant)
            else:
                snapshot = snapshot_from(document, store)
                self._instrumentation.of(owner[0]).snapshots[owner[1]] = snapshot
                self._signatures[owner] = snapshot

    async def start(self) -> None:
        """Writes what was seeded, and every change from now on."""
        self._registry.tokens.note = self._registry.idempotency_records.note = self._log.add
        self._safe_until = self._time()
        self._is_started = True
        await self._flush()

    # Collecting changes, in the event loop's thread

    def note_activity(self) -> None:
        """Notes that a request or a job may have changed a tenant or a snapshot."""
        self._is_active = True

    def _collect(self) -> None:
        """Adds what is not noted as it happens: tenants and snapshots that are new, replaced, changed or gone."""
        if not self._is_active:
            return
        self._is_active = False
        present: set[Owner] = set()
        for name, tenant in self._registry.tenants.items():
            owner: Owner = (name,)
            present.add(owner)
            if self._signatures.get(owner) != (now := signature(tenant)):
                self._signatures[owner] = now
                self._log.add("document", owner, tenant_document(tenant, self._registry.templates[name]))
            present |= self._collect_snapshots(name)
        for owner in self._signatures.keys() - present:
            del self._signatures[owner]
            self._log.add("dropped", owner)

    def _collect_snapshots(self, tenant: str) -> set[Owner]:
        snapshots = self._snapshots_of(tenant)
        for name, snapshot in snapshots.items():
            owner = (tenant, name)
            if self._signatures.get(owner) is not snapshot:
                self._signatures[owner] = snapshot
                self._log.add("document", owner, snapshot_document(snapshot))
        return {(tenant, name) for name in snapshots}

    def _snapshots_of(self, tenant: str) -> dict[str, Snapshot]:
        return self._instrumentation.of(tenant).snapshots if tenant in self._instrumentation else {}

    def _whole_state(self) -> list[Change]:
        """The changes that restore everything, at this moment."""
        stores = {key: store.detached() for key, store in self._log.stores()}
        bases = {
            snapshot.store.key: tenant.store.key
            for name, tenant in self._registry.tenants.items()
            for snapshot in self._snapshots_of(name).values()
        }
        changes: list[Change] = [("whole", key, store) for key, store in stores.items() if key not in bases]
        changes += [("whole", key, stores[key], base, stores[base]) for key, base in bases.items()]
        for name, tenant in self._registry.tenants.items():
            changes.append(("document", (name,), tenant_document(tenant, self._registry.templates[name])))
            for each, snapshot in self._snapshots_of(name).items():
                changes.append(("document", (name, each), snapshot_document(snapshot)))
        changes += [("token", (each.tenant,), each) for each in self._registry.tokens]
        keys = self._registry.idempotency_records
        changes += [("key", (each.scope.tenant,), key, each) for key, each in keys if each.response is not None]
        return changes

    # Writing

    async def run(self) -> None:
        """Writes changes until it is cancelled."""
        while True:
            await sleep(FLUSH_SECONDS if self.failure is None else RETRY_SECONDS)
            if not self._is_started:
                continue
            await self._flush()
            if self._writer.needs_compacting:
                await self._compact()

    async def keep_up(self) -> None:
        """Waits while the file is too far behind the memory."""
        while self._is_behind:
            if not self._is_reported:
                self._is_reported = True
                logger.warning(
                    "the state file is half a second behind; requests that change anything wait until it has caught up"
                )
            self._written.clear()
            await self._written.wait()
        self._is_reported = False

    @property
    def _is_behind(self) -> bool:
        return self._time() - self._safe_until > MAX_BEHIND and self.failure is None

    async def _flush(self) -> None:
        changes, collected_at = self._take()
        await self._in_thread(self._writer.write, changes)
        self._safe_until = collected_at
        self._written.set()

    async def _in_thread(self, function: Callable[..., Result], *arguments: Any) -> Result:
        # Shielded, because a shutdown cancels this task, and would cancel what the thread has not begun.
        return await asyncio.shield(asyncio.wrap_future(self._executor.submit(function, *arguments)))

    def _take(self) -> tuple[list[Change], int]:
        self._collect()
        return self._log.take(), self._time()

    # Writing the whole state

    async def _compact(self) -> None:
        """Replaces the log of changes by the whole state, a few chunks at a time, while other changes are written."""
        changes, collected_at = self._take()
        chunks = encoded(self._whole_state())
        try:
            await self._in_thread(self._writer.start_next, changes)
            self._safe_until = collected_at
            while await self._in_thread(self._writer.write_next, chunks):
                await self._flush()
            await self._in_thread(self._writer.use_next)
        except StateFileError as error:
            await self._in_thread(self._writer.give_up_next, error)
        while await self._in_thread(self._file.drop_old):
            await self._flush()

    # Shutdown

    def close(self) -> str | None:
        """Writes what is left and closes the file. Returns why this failed, or None. Call it after the event loop.

        Closing twice is allowed.
        """
        if self._is_closed:
            return self.failure
        self._is_closed = True
        if self._is_started:
            changes, _ = self._take()
            self._executor.submit(self._writer.write_last, changes, self._whole_state).result()
        self._executor.shutdown()
        self._file.close()
        return self.failure


def _loaded(replay: Replay, milliseconds: int) -> str:
    stores = [replay.stores[each["store"]] for owner, each in replay.documents.items() if len(owner) == 1]
    counts = {
        "tenant": len(stores),
        "record": sum(each.objects.record_count() for each in stores),
        "job": sum(1 for each in stores for _ in each.jobs.newest_first()),
        "snapshot": len(replay.documents) - len(stores),
    }
    listed = ", ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
    return f"loaded {listed} in {milliseconds / SECOND:.1f} s"
