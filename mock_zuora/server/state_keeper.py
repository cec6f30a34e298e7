"""Keeps the state of all tenants in a file: loads it at startup, and writes changes off the request path.

The event loop's thread collects the changes between two requests, so that each transaction holds whole requests and
whole chunks of jobs. One other thread writes them.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from mock_zuora.config.settings import SettingsError
from mock_zuora.control.instrumentation import InstrumentationRegistry
from mock_zuora.domain.clock import SECOND, machine_time
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.ports import TenantStore
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
from mock_zuora.storage.change_log import Change, ChangeLog, Owner, ignore
from mock_zuora.storage.state_file import StateFile, StateFileError

FLUSH_SECONDS: Final = 0.1
RETRY_SECONDS: Final = 1.0
"""After a failed write."""
MAX_BEHIND: Final = SECOND
"""The promise: changes that are older survive a killed process. Until they are written, uploads wait."""
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
        self._stores: dict[Owner, TenantStore] = {}
        self._signatures: dict[Owner, Any] = {}
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mock_zuora state")
        self._time = machine_time()
        self._safe_until = self._time()
        """Earlier changes are in the file."""
        self._written = asyncio.Event()
        self._is_started = False
        self._is_closed = False

    @property
    def failure(self) -> str | None:
        """Why the last write failed; None if it did not."""
        return self._writer.failure

    # Startup

    def load(self) -> Iterator[None]:
        """Restores the tenants of the file. Yields after each chunk. Raises SettingsError for a damaged file."""
        began = self._time()
        replay = Replay(self._registry.tokens, self._registry.idempotency_records)
        try:
            for chunk in self._file.entries():
                replay.apply(chunk)
                yield
            self._restore(replay)
        except (ValueError, LookupError, TypeError, ZuoraError, StateFileError) as error:
            raise SettingsError(f"state {self._file.path}: is damaged: {error}") from None
        self._writer.note_size(replay.size)
        self._safe_until = self._time()
        if replay.stores:
            logger.info("state %s: %s", self._file.path, _loaded(replay, self._time() - began))

    def start(self) -> None:
        """Notes every change from now on. Call it when all tenants have been loaded or seeded."""
        self._registry.tokens.note = self._registry.idempotency_records.note = self._log.add
        self._is_started = True

    def _restore(self, replay: Replay) -> None:
        for owner, document in replay.documents.items():
            store = replay.stores[owner]
            self._keep(owner, store)
            if len(owner) == 1:
                tenant = restore_tenant(self._registry, owner[0], document, store, self._file.starts)
                self._registry.tenants[owner[0]] = tenant
                self._registry.note_use(tenant)
                self._signatures[owner] = signature(tenant)
            else:
                snapshot = snapshot_from(document, store)
                self._instrumentation.of(owner[0]).snapshots[owner[1]] = snapshot
                self._signatures[owner] = snapshot

    def _keep(self, owner: Owner, store: TenantStore) -> None:
        if (before := self._stores.get(owner)) is not None:
            before.note_changes(ignore)
        store.note_changes(self._log.of(owner))
        self._stores[owner] = store

    # Collecting changes, in the event loop's thread

    def _collect(self) -> None:
        """Adds what is not noted as it happens: tenants and snapshots that are new, replaced, changed or gone."""
        present: set[Owner] = set()
        for name, tenant in self._registry.tenants.items():
            owner: Owner = (name,)
            present.add(owner)
            if self._stores.get(owner) is not tenant.store:
                self._keep(owner, tenant.store)
                self._log.add("store", owner, tenant.store.copy())
            if self._signatures.get(owner) != (now := signature(tenant)):
                self._signatures[owner] = now
                self._log.add("document", owner, tenant_document(tenant, self._registry.templates[name]))
            present |= self._collect_snapshots(name)
        for owner in self._signatures.keys() - present:
            del self._signatures[owner]
            self._stores.pop(owner, None)
            self._log.add("dropped", owner)

    def _collect_snapshots(self, tenant: str) -> set[Owner]:
        if tenant not in self._instrumentation:
            return set()
        snapshots = self._instrumentation.of(tenant).snapshots
        for name, snapshot in snapshots.items():
            owner = (tenant, name)
            if self._signatures.get(owner) is not snapshot:
                self._signatures[owner] = snapshot
                self._log.add("store", owner, snapshot.store)
                self._log.add("document", owner, snapshot_document(snapshot))
        return {(tenant, name) for name in snapshots}

    def _whole_state(self) -> list[Change]:
        """The changes that restore everything, at this moment."""
        changes: list[Change] = []
        for name, tenant in self._registry.tenants.items():
            changes.append(("store", (name,), tenant.store.copy()))
            changes.append(("document", (name,), tenant_document(tenant, self._registry.templates[name])))
            if name in self._instrumentation:
                for each, snapshot in self._instrumentation.of(name).snapshots.items():
                    changes.append(("store", (name, each), snapshot.store))
                    changes.append(("document", (name, each), snapshot_document(snapshot)))
        changes += [("token", (each.tenant,), each) for each in self._registry.tokens]
        keys = self._registry.idempotency_records
        changes += [("key", (each.scope.tenant,), key, each) for key, each in keys if each.response is not None]
        return changes

    # Writing

    async def run(self) -> None:
        """Writes changes until it is cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS if self.failure is None else RETRY_SECONDS)
            if not self._is_started:
                continue
            await self._flush()
            if self._writer.needs_compacting:
                await self._compact()

    async def keep_up(self) -> None:
        """Waits while the file is more than a second behind the memory."""
        if not self._is_behind:
            return
        logger.warning("the state file is more than a second behind; jobs and uploads wait until it has caught up")
        while self._is_behind:
            self._written.clear()
            await self._written.wait()

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
    stores = [store for owner, store in replay.stores.items() if len(owner) == 1]
    objects = [
        store.objects.table(each.namespace, each.object) for store in stores for each in store.objects.definitions()
    ]
    counts = {
        "tenant": len(stores),
        "record": sum(map(len, objects)),
        "job": sum(1 for store in stores for _ in store.jobs.newest_first()),
        "snapshot": len(replay.stores) - len(stores),
    }
    listed = ", ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
    return f"loaded {listed} in {milliseconds / SECOND:.1f} s"
