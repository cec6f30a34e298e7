"""The one background task: it seeds the world, then takes due rows in slices on the event loop.

So no request waits for another's file.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence

from mock_zuora.domain.clock import SECOND, machine_time
from mock_zuora.domain.jobs.lifecycle import apply_clock, touch
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Tenant


class BackgroundJobRunner:
    """Works off what looks at tenants have left over. It has no timer: a look wakes it when there is work."""

    def __init__(
        self,
        registry: TenantRegistry,
        plans: Sequence[TenantTemplate],
        after_seeding: Callable[[], None] = lambda: None,
    ) -> None:
        self.registry = registry
        self.ready = threading.Event()
        """Set once every tenant of the plans is there, with its records; another thread may wait for it."""
        self.failure: BaseException | None = None
        """Why seeding ended without being done; nobody waits any longer then."""
        self.loop: asyncio.AbstractEventLoop | None = None
        """The loop that it works on, whose thread alone touches the state."""
        self._plans = plans
        self._time = machine_time()
        self._ready_at = 0
        self._after_seeding = after_seeding
        self._wake = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether seeding is done."""
        return self.ready.is_set() and self.failure is None

    @property
    def uptime(self) -> float:
        """For how many real seconds it has been ready."""
        return (self._time() - self._ready_at) / SECOND if self.is_ready else 0.0

    async def run(self) -> None:
        """Seeds, then works until cancelled."""
        self.loop = asyncio.get_running_loop()
        try:
            await self._seed()
            self._ready_at = self._time()
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.ready.set()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._run_a_chunk_each():
                await asyncio.sleep(0)

    async def _seed(self) -> None:
        for plan in self._plans:
            for _ in self.registry.seed_tenant(plan):
                await asyncio.sleep(0)
        self._after_seeding()

    def touch(self, tenant: Tenant) -> None:
        """What every call does to its tenant first: applies the clock, and leaves long work to the task."""
        if touch(tenant):
            self._wake.set()

    async def finish(self, tenant: Tenant) -> None:
        """Waits until nothing that is due is left in the tenant, while others are served.

        Looks it up at each slice: work of a tenant that was reset or removed meanwhile is nobody's any more.
        """
        while (now := self.registry.tenants.get(tenant.name)) is not None and apply_clock(now, chunks=1):
            await asyncio.sleep(0)

    def _run_a_chunk_each(self) -> bool:
        # A list, not a generator in any(): every tenant gets its slice, however busy the first one is.
        return any([apply_clock(tenant, chunks=1) for tenant in self.registry.tenants.values()])
