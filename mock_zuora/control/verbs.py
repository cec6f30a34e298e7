"""One method a verb: what a test can do to one tenant, whichever door it comes through.

Everything here is touched by the event loop's thread only.
"""

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

from mock_zuora.control.bench import Bench, Benches
from mock_zuora.control.journal import Exchange, Search
from mock_zuora.control.snapshots import export_state, import_state, restore, take
from mock_zuora.core import schedule
from mock_zuora.core.clock import SECOND
from mock_zuora.core.definitions import DEFAULT_NAMESPACE
from mock_zuora.core.jobs import Job, Status
from mock_zuora.core.permissions import EVERY_PERMISSION, Permission
from mock_zuora.core.records import Record
from mock_zuora.core.store import RowError, TenantStore
from mock_zuora.core.tenants import Client, Tenant, TenantSettings, User
from mock_zuora.core.tokens import Token
from mock_zuora.core.world import TenantPlan, World
from mock_zuora.runner import Runner

SCOPES: Final = ("jobs", "records", "tokens", "clock", "faults", "journal", "settings", "snapshots")
"""What a reset can be limited to. ``records`` are the objects with their records, and take the jobs along; ``jobs`` go
with their files and errors, the outcomes planned for them, idempotency keys and counters."""
_LOOK_EVERY: Final = 0.005
"""Real seconds between two looks at a job that somebody waits for."""


class Unknown(LookupError):
    """Something of that name is not there; the message says what is."""


class Refused(ValueError):
    """The verb cannot be carried out as things are; nothing was changed."""


class Control:
    """The verbs. A tenant is named at each call, so that nobody holds on to one that was reset."""

    def __init__(self, world: World, runner: Runner, benches: Benches) -> None:
        self.world = world
        self.runner = runner
        self.benches = benches
        self._made = 0

    def tenant(self, name: str) -> Tenant:
        """The tenant of that name, with the clock applied. Raises Unknown."""
        tenant = self.world.tenants.get(name)
        if tenant is None:
            raise Unknown(f"there is no tenant {name!r}; there are {', '.join(self.world.tenants)}")
        self.runner.look(tenant)
        return tenant

    def bench(self, name: str) -> Bench:
        """The faults, journal and snapshots of a tenant. Raises Unknown."""
        return self.benches.of(self.tenant(name).name)

    # Tenants

    def add_tenant(self, name: str | None = None) -> tuple[Tenant, Client]:
        """A fresh tenant with what the default one began with, and an OAuth client of its own.

        Raises Refused if there is one of that name.
        """
        if name is None:
            self._made += 1
            name = f"tenant-{self._made}"
        if name in self.world.tenants:
            raise Refused(f"there is a tenant {name!r} already")
        default = self.world.default_tenant
        client = Client(default.ids.uuid(), default.ids.hex(), default.default_user.name)
        plan = replace(self.world.plans[default.name], name=name, clients=(client,))
        self.benches.drop(name)
        return self.world.add_tenant(plan), client

    def drop_tenant(self, name: str) -> None:
        """Removes a tenant with all that belongs to it. Raises Unknown; Refused for the default one."""
        self.tenant(name)
        try:
            self.world.drop_tenant(name)
        except LookupError as error:
            raise Refused(str(error)) from None
        self.benches.drop(name)

    def reset(self, name: str, scopes: Sequence[str] = ()) -> None:
        """Takes a tenant back to what it began with, at once; with scopes, only that much of it.

        Raises Unknown, Refused.
        """
        for scope in scopes:
            if scope not in SCOPES:
                raise Refused(f"scope {scope!r} is not one of {', '.join(SCOPES)}")
        before, wanted = self.tenant(name), set(scopes or SCOPES)
        if "records" in wanted:
            # Jobs that have not ended would look for records that are gone.
            wanted.add("jobs")
        fresh = self.world.fresh_tenant(self.world.plans[name])
        if "jobs" in wanted:
            self.world.replays.forget(name)
        if "tokens" in wanted:
            self.world.tokens.forget(name)
        self.world.tenants[name] = replace(
            fresh if "jobs" in wanted else before,
            store=self._store(fresh, before, wanted),
            settings=fresh.settings if "settings" in wanted else before.settings,
            clock=fresh.clock if "clock" in wanted else before.clock,
        )
        self._clear(self.benches.of(name), wanted)

    def _store(self, fresh: Tenant, before: Tenant, wanted: Set[str]) -> TenantStore:
        if "records" in wanted:
            return fresh.store
        return before.store.without_jobs() if "jobs" in wanted else before.store

    def _clear(self, bench: Bench, wanted: Set[str]) -> None:
        if "faults" in wanted:
            bench.faults.clear()
        if "journal" in wanted:
            bench.journal.clear()
        if "snapshots" in wanted:
            bench.snapshots.clear()

    # Settings, tokens, clock

    def configure(self, name: str, settings: Mapping[str, Any]) -> TenantSettings:
        """Changes settings of a tenant; they hold for what happens from now on. Raises Unknown."""
        tenant = self.tenant(name)
        tenant.settings = replace(tenant.settings, **settings)
        self.runner.look(tenant)
        return tenant.settings

    def token(self, name: str, user: str | None = None, permissions: Set[Permission] | None = None) -> Token:
        """A new token of a tenant, for one of its users; an unknown one is added, with every permission.

        ``permissions`` is what this token may do, whatever its user may. Raises Unknown.
        """
        tenant = self.tenant(name)
        if user is None:
            holder = tenant.default_user
        elif user in tenant.users:
            holder = tenant.users[user]
        else:
            holder = User(tenant.ids.uuid(), user, EVERY_PERMISSION)
            tenant.users = {**tenant.users, user: holder}
        return self.world.issue_token(tenant, holder, permissions)

    async def advance(self, name: str, seconds: float) -> int:
        """Moves a tenant's clock ahead; gives its time once everything that is due has been done. Raises Unknown."""
        tenant = self.tenant(name)
        tenant.clock.advance(round(seconds * SECOND))
        await self.runner.finish(tenant)
        return tenant.clock.now()

    # Jobs

    def jobs(self, name: str) -> list[Job]:
        """The jobs of a tenant, newest first. Raises Unknown."""
        return list(self.tenant(name).store.jobs.newest_first())

    def job(self, name: str, job_id: str) -> Job:
        """One job; looking at it does not count as a poll. Raises Unknown."""
        job = self.tenant(name).store.jobs.get(job_id.lower())
        if job is None:
            raise Unknown(f"tenant {name!r} has no job {job_id!r}")
        return job

    def row_errors(self, name: str, job_id: str) -> list[RowError]:
        """The rejected rows of a job. Raises Unknown."""
        return self.tenant(name).store.jobs.row_errors(self.job(name, job_id).id)

    async def step(self, name: str, job_id: str) -> Job:
        """Moves a job one status on, whatever the clock says, and waits for its rows. Raises Unknown, Refused."""
        try:
            schedule.step(self.tenant(name), self.job(name, job_id))
        except ValueError as error:
            raise Refused(str(error)) from None
        await self.runner.finish(self.tenant(name))
        return self.job(name, job_id)

    async def wait_for_job(self, name: str, job_id: str, status: Status | None, timeout: float) -> Job:
        """The job once it has that status, or a final one if none is named; or as it is after ``timeout`` real seconds.

        Raises Unknown.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            await self.runner.finish(self.tenant(name))
            job = self.job(name, job_id)
            is_there = not job.is_unfinished if status is None else job.status is status
            if is_there or asyncio.get_running_loop().time() >= deadline:
                return job
            await asyncio.sleep(_LOOK_EVERY)

    # Calls

    async def wait_for_requests(self, name: str, search: Search, count: int, timeout: float) -> list[Exchange]:
        """The calls that a search finds, once there are so many, or after ``timeout`` real seconds. Raises Unknown."""
        journal, came = self.bench(name).journal, asyncio.Event()
        end = journal.subscribe(came.set)
        try:
            async with asyncio.timeout(timeout):
                while len(journal.find(search)) < count:
                    came.clear()
                    await came.wait()
        except TimeoutError:
            pass
        finally:
            end()
        return journal.find(search)

    # Records and state

    def records(self, name: str, object_name: str) -> list[Record]:
        """The records of an object as they are now. Raises Unknown."""
        objects = self.tenant(name).store.objects
        if objects.definition(DEFAULT_NAMESPACE, object_name) is None:
            known = ", ".join(each.object for each in objects.definitions()) or "none"
            raise Unknown(f"tenant {name!r} has no object {object_name!r}; it has {known}")
        return list(objects.table(DEFAULT_NAMESPACE, object_name).after(None))

    async def save_snapshot(self, name: str, snapshot: str) -> None:
        """Keeps the tenant as it is under a name. Raises Unknown."""
        await self.runner.finish(self.tenant(name))
        self.bench(name).snapshots[snapshot] = take(self.tenant(name))

    def restore_snapshot(self, name: str, snapshot: str) -> None:
        """Takes the tenant back to a snapshot, which stays. Raises Unknown."""
        known = self.bench(name).snapshots
        if snapshot not in known:
            raise Unknown(f"tenant {name!r} has no snapshot {snapshot!r}; it has {', '.join(known) or 'none'}")
        self.world.tenants[name] = restore(self.tenant(name), known[snapshot], self.world.time_source)

    async def export_state(self, name: str) -> dict[str, Any]:
        """The tenant's objects, records and jobs as one JSON document. Raises Unknown."""
        await self.runner.finish(self.tenant(name))
        return export_state(self.tenant(name))

    def import_state(self, name: str, document: Any) -> None:
        """Gives the tenant the state of such a document instead of its own. Raises Unknown, DocumentError."""
        tenant = self.tenant(name)
        self.world.tenants[name] = import_state(tenant, document, self.world.tenant_store(), self.world.time_source)

    def seed(self, plan: TenantPlan) -> None:
        """Makes a plan what its tenant began with, and takes the tenant there. Raises Unknown."""
        self.tenant(plan.name)
        self.world.add_tenant(plan)
