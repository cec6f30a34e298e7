"""The background task: it seeds the tenants, then processes due rows in chunks on the event loop.

Work in chunks keeps a long file from delaying the requests of other clients.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mock_zuora.control.pauses import let_others_run
from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.jobs.lifecycle import apply_clock, touch
from mock_zuora.domain.machine_clock import machine_time
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant
from mock_zuora.storage.freeing import free_step, freeing_in_steps, is_anything_waiting

if TYPE_CHECKING:
    from mock_zuora.server.state_keeper import StateKeeper


class BackgroundJobRunner:
    """Finishes the work that requests leave behind. It has no timer: a request wakes it when there is work."""

    def __init__(
        self,
        registry: TenantRegistry,
        templates: Sequence[TenantTemplate],
        keeper: "StateKeeper | None" = None,
    ) -> None:
        self.registry = registry
        self.ready = threading.Event()
        """Set once every tenant has its records, or seeding has failed. Any thread may wait for it."""
        self.failure: BaseException | None = None
        """Why seeding failed, if it did."""
        self.on_failure: Callable[[], None] = lambda: None
        """Called if seeding fails."""
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop of the server. Only its thread touches the state."""
        self._templates = templates
        self._time = machine_time()
        self._ready_at = 0
        self._keeper = keeper
        self._wake = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether seeding has succeeded."""
        return self.ready.is_set() and self.failure is None

    @property
    def uptime(self) -> float:
        """Real seconds since the server became ready."""
        return (self._time() - self._ready_at) / SECOND if self.is_ready else 0.0

    async def run(self) -> None:
        """Seeds the tenants, then works until it is cancelled."""
        self.loop = asyncio.get_running_loop()
        try:
            await self._seed()
            self._ready_at = self._time()
        except BaseException as error:
            self.failure = error
            self.on_failure()
            raise
        finally:
            self.ready.set()
        with freeing_in_steps():
            while True:
                await self._wake.wait()
                self._wake.clear()
                while await self._run_one_chunk_per_tenant() or await self._free_one_step():
                    await self.keep_up()

    async def _seed(self) -> None:
        """Seeds the tenants that the state file does not restore."""
        registry = self.registry
        registry.templates = {each.name: each for each in self._templates}
        if self._keeper is not None:
            for _ in self._keeper.load():
                await let_others_run()
        restored = registry.tenants
        for template in self._templates:
            if template.name not in restored:
                for _ in registry.seed_tenant(template):
                    await let_others_run()
        # The first template is that of the default tenant.
        registry.tenants = {name: registry.tenants[name] for name in [*registry.templates, *restored]}
        if self._keeper is not None:
            await self._keeper.start()

    @property
    def storage_failure(self) -> str | None:
        """Why the state file cannot be written at the moment; None if it can, or if there is none."""
        return None if self._keeper is None else self._keeper.failure

    async def keep_up(self) -> None:
        """Waits while the state file is too far behind the memory."""
        if self._keeper is not None:
            await self._keeper.keep_up()

    def note_activity(self) -> None:
        """Notes that a request or a chunk of work has ended, which may have changed or discarded something."""
        if is_anything_waiting():
            self._wake.set()
        if self._keeper is not None:
            self._keeper.note_activity()

    def touch(self, tenant: Tenant) -> None:
        """Applies the clock to a tenant, as every request does first; long work is left to the background task."""
        self.registry.note_use(tenant)
        if touch(tenant):
            self._wake.set()

    async def finish(self, tenant: Tenant) -> None:
        """Waits until nothing that is due is left in a tenant, while other requests are served.

        The tenant is looked up for each chunk: it may be reset or removed meanwhile, and its work with it.
        """
        while (current := self.registry.tenants.get(tenant.name)) is not None and apply_clock(current, chunks=1):
            await let_others_run()
            await self.keep_up()

    async def _free_one_step(self) -> bool:
        """Frees some of what was discarded. Returns False if there is nothing."""
        if not is_anything_waiting():
            return False
        free_step()
        await let_others_run()
        return True

    async def _run_one_chunk_per_tenant(self) -> bool:
        """Processes a chunk of each tenant that has one, and serves other requests in between.

        Returns whether due work is left.
        """
        is_left = False
        # Each is looked up when it is its turn: it may be reset or removed meanwhile.
        for name in list(self.registry.tenants):
            tenant = self.registry.tenants.get(name)
            if tenant is None:
                continue
            before = tenant.store.jobs.revision
            is_due = apply_clock(tenant, chunks=1)
            is_left |= is_due
            if is_due or tenant.store.jobs.revision != before:
                await let_others_run()
        self.note_activity()
        return is_left
