"""One method a verb: what a test can do to one tenant, whichever door it comes through.

Everything here is touched by the event loop's thread only.
"""

import asyncio
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from mock_zuora.config.seed_file import TenantSeed
from mock_zuora.control.errors import Invalid, Refused, TimedOut, Unknown
from mock_zuora.control.faults import Fault, FaultPlan
from mock_zuora.control.instrumentation import Instrumentation, InstrumentationRegistry
from mock_zuora.control.journal import Search
from mock_zuora.control.reset import EVERY_SCOPE, begin_anew, plan_of_seed, reset
from mock_zuora.control.results import Request
from mock_zuora.control.snapshots import restore, take
from mock_zuora.control.state import DocumentError, TenantState, adopt, export_state, read_state
from mock_zuora.domain.access.access_tokens import AccessToken
from mock_zuora.domain.access.permissions import EVERY_PERMISSION, Permission
from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.errors import quote
from mock_zuora.domain.jobs import lifecycle as schedule
from mock_zuora.domain.jobs.job import Job, Status
from mock_zuora.domain.jobs.job_runner import JobRunner
from mock_zuora.domain.jobs.planned_outcomes import PlannedOutcomes
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE
from mock_zuora.domain.ports import RowError
from mock_zuora.domain.records.record import Record
from mock_zuora.domain.tenants.registry import TenantRegistry
from mock_zuora.domain.tenants.settings import TenantSettings
from mock_zuora.domain.tenants.tenant import OAuthClient, Tenant, User

_LOOK_EVERY: Final = 0.005
"""Real seconds between two looks at a job that somebody waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What can be named in control calls, but is known elsewhere: the versions and the operations of the API."""

    versions: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


_NOTHING_KNOWN: Final = Known()


class Control:
    """The verbs. A tenant is named at each call, so that nobody holds on to one that was reset."""

    def __init__(
        self,
        registry: TenantRegistry,
        runner: JobRunner,
        instrumentation: InstrumentationRegistry,
        known: Known = _NOTHING_KNOWN,
        mode: str = "local",
    ) -> None:
        self.registry = registry
        self.runner = runner
        self.instrumentation = instrumentation
        self.known = known
        self.mode = mode
        """Who may use the control API, as ``info`` says it."""
        self._made = 0

    def tenant(self, name: str) -> Tenant:
        """The tenant of that name, with the clock applied. Raises Unknown."""
        tenant = self.registry.tenants.get(name)
        if tenant is None:
            raise Unknown(f"tenant: there is none called {quote(name)}; there are {', '.join(self.registry.tenants)}")
        self.runner.touch(tenant)
        return tenant

    def instruments(self, name: str) -> Instrumentation:
        """The faults, journal and snapshots of a tenant. Raises Unknown."""
        return self.instrumentation.of(self.tenant(name).name)

    # Tenants

    def add_tenant(self, name: str | None = None) -> tuple[Tenant, OAuthClient]:
        """A fresh tenant with what the default one began with, and an OAuth client of its own.

        Raises Refused if there is one of that name.
        """
        while name is None or (name in self.registry.tenants and name == f"tenant-{self._made}"):
            self._made += 1
            name = f"tenant-{self._made}"
        if name in self.registry.tenants:
            raise Refused(f"name: there is a tenant {quote(name)} already")
        default = self.registry.default_tenant
        plan = self.registry.template_like_default(name, clients=())
        client = OAuthClient(default.ids.uuid(), default.ids.hex(), plan.users[0].name)
        self.instrumentation.drop(name)
        return self.registry.add_tenant(replace(plan, clients=(client,))), client

    def drop_tenant(self, name: str) -> None:
        """Removes a tenant with all that belongs to it. Raises Unknown; Refused for the default one."""
        self.tenant(name)
        try:
            self.registry.drop_tenant(name)
        except LookupError as error:
            raise Refused(f"name: {error}") from None
        self.instrumentation.drop(name)

    def reset(self, name: str, scopes: Set[str] = EVERY_SCOPE) -> None:
        """Takes a tenant back to what it began with, at once; with scopes, only that much of it. Raises Unknown."""
        reset(self.registry, self.tenant(name), scopes)
        self._clear(self.instrumentation.of(name), scopes)

    def _clear(self, instrumentation: Instrumentation, wanted: Set[str]) -> None:
        if "faults" in wanted:
            instrumentation.faults.clear()
        if "journal" in wanted:
            instrumentation.journal.clear()
        if "snapshots" in wanted:
            instrumentation.snapshots.clear()

    # Settings, tokens, clock

    def configure(self, name: str, settings: Mapping[str, Any]) -> TenantSettings:
        """Changes settings of a tenant; they hold for what happens from now on. Raises Unknown, Invalid."""
        tenant = self.tenant(name)
        changed = replace(tenant.settings, **settings)
        self._check_version(changed)
        tenant.settings = changed
        self.runner.touch(tenant)
        return changed

    def _check_version(self, settings: TenantSettings) -> None:
        if settings.version is not None and settings.version not in self.known.versions:
            raise Invalid(
                f"version: {quote(settings.version)} is not listed; expected one of {', '.join(self.known.versions)}"
            )

    def add_client(self, name: str, user: str | None = None) -> OAuthClient:
        """A new OAuth client of a tenant, for one of its users. Raises Unknown."""
        tenant = self.tenant(name)
        holder = tenant.default_user if user is None else tenant.users.get(user)
        if holder is None:
            raise Unknown(f"user: tenant {quote(name)} has none called {quote(user)}; it has {', '.join(tenant.users)}")
        client = OAuthClient(tenant.ids.uuid(), tenant.ids.hex(), holder.name)
        tenant.clients = {**tenant.clients, client.id: client}
        return client

    def token(self, name: str, user: str | None = None, permissions: Set[Permission] | None = None) -> AccessToken:
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
        return self.registry.issue_token(tenant, holder, permissions)

    async def advance(self, name: str, seconds: float) -> int:
        """Moves a tenant's clock ahead; gives its time once everything that is due has been done.

        Raises Unknown, Invalid.
        """
        tenant = self.tenant(name)
        milliseconds = round(seconds * SECOND)
        try:
            tenant.clock.advance(milliseconds)
        except ValueError as error:
            raise Invalid(f"seconds: {error}") from None
        await self.runner.finish(tenant)
        return tenant.clock.now()

    def run_at(self, name: str, speed: float) -> Tenant:
        """Lets a tenant's clock go on at another speed; 0 stops it. Raises Unknown."""
        tenant = self.tenant(name)
        tenant.clock.run_at(speed)
        return tenant

    # Jobs

    def jobs(self, name: str) -> list[Job]:
        """The jobs of a tenant, newest first. Raises Unknown."""
        return list(self.tenant(name).store.jobs.newest_first())

    def job(self, name: str, job_id: str) -> Job:
        """One job; looking at it does not count as a poll. Raises Unknown."""
        job = self.tenant(name).store.jobs.get(job_id.lower())
        if job is None:
            raise Unknown(f"id: tenant {quote(name)} has no job {quote(job_id)}{self._elsewhere(job_id)}")
        return job

    def _elsewhere(self, job_id: str) -> str:
        others = (each.name for each in self.registry.tenants.values() if each.store.jobs.get(job_id.lower()))
        other = next(others, None)
        return "" if other is None else f"; tenant {quote(other)} has"

    def outcomes(self, name: str) -> PlannedOutcomes:
        """The outcomes that are planned for a tenant's next jobs. Raises Unknown."""
        return self.tenant(name).planned_outcomes

    def clear_outcomes(self, name: str) -> None:
        """Forgets them. Raises Unknown."""
        self.tenant(name).planned_outcomes = PlannedOutcomes()

    def row_errors(self, name: str, job_id: str) -> list[RowError]:
        """The rejected rows of a job. Raises Unknown."""
        return self.tenant(name).store.jobs.row_errors(self.job(name, job_id).id)

    async def step(self, name: str, job_id: str) -> Job:
        """Moves a job one status on, whatever the clock says, and waits for its rows. Raises Unknown, Refused."""
        try:
            schedule.step(self.tenant(name), self.job(name, job_id))
        except ValueError as error:
            raise Refused(f"id: {error}") from None
        await self.runner.finish(self.tenant(name))
        return self.job(name, job_id)

    async def wait_for_job(self, name: str, job_id: str, status: Status | None, timeout: float) -> Job:
        """The job once it has that status, or a final one if none is named; for at most ``timeout`` real seconds.

        Raises Unknown; TimedOut; Refused if the job has ended otherwise, so that waiting is of no use.
        """
        now = asyncio.get_running_loop().time
        deadline, wanted = now() + timeout, "ended" if status is None else status.value
        while True:
            await self.runner.finish(self.tenant(name))
            job = self.job(name, job_id)
            if job.status is status or (status is None and job.has_ended):
                return job
            if job.has_ended:
                why = "" if job.error is None else f" ({job.error.code} {job.error.message})"
                raise Refused(f"status: job {job.id} is {job.status}{why}, and can no longer be {wanted}")
            if now() >= deadline:
                raise TimedOut(f"status: job {job.id} is {job.status} after {timeout:g} s, not {wanted}")
            await asyncio.sleep(_LOOK_EVERY)

    # Calls

    def add_fault(self, name: str, plan: FaultPlan) -> Fault:
        """Adds a fault. Raises Unknown, also for an operation that the API does not have."""
        if plan.operation is not None and plan.operation not in self.known.operations:
            known = ", ".join(sorted(self.known.operations))
            raise Invalid(f"operation: {quote(plan.operation)} is none of the API's: {known}")
        return self.instruments(name).faults.add(plan)

    def fault(self, name: str, fault_id: str) -> Fault:
        """A fault with its hits up to now. Raises Unknown."""
        fault = self.instruments(name).faults.get(fault_id)
        if fault is None:
            raise Unknown(f"id: tenant {quote(name)} has no fault {quote(fault_id)}")
        return fault

    async def wait_for_requests(self, name: str, search: Search, count: int, timeout: float) -> list[Request]:
        """The calls that a search finds, once there are so many; for at most ``timeout`` real seconds.

        Raises Unknown, also for a tenant that is dropped meanwhile; TimedOut.
        """
        journal, came = self.instruments(name).journal, asyncio.Event()
        end = journal.subscribe(came.set)
        try:
            async with asyncio.timeout(timeout):
                while self.instruments(name).journal.count(search) < count:
                    came.clear()
                    await came.wait()
        except TimeoutError:
            found = journal.count(search)
            raise TimedOut(f"count: {found} of {count} calls came in {timeout:g} s [{search}]") from None
        finally:
            end()
        return journal.find(search)

    # Records and state

    def records(self, name: str, object_name: str) -> list[Record]:
        """The records of an object as they are now. Raises Unknown."""
        objects = self.tenant(name).store.objects
        if objects.definition(DEFAULT_NAMESPACE, object_name) is None:
            known = ", ".join(each.object for each in objects.definitions()) or "none"
            raise Unknown(f"object: tenant {quote(name)} has none called {quote(object_name)}; it has {known}")
        return list(objects.table(DEFAULT_NAMESPACE, object_name).after(None))

    async def save_snapshot(self, name: str, snapshot: str) -> None:
        """Keeps the tenant as it is under a name. Raises Unknown."""
        await self.runner.finish(self.tenant(name))
        self.instruments(name).snapshots[snapshot] = take(self.tenant(name))

    def restore_snapshot(self, name: str, snapshot: str) -> None:
        """Takes the tenant back to a snapshot, which stays. Raises Unknown."""
        known = self.instruments(name).snapshots
        if snapshot not in known:
            raise self._no_snapshot(name, snapshot)
        # The results that keys and tokens stand for belong to a time that is no more; tokens are only looked at.
        self.registry.idempotency_records.forget(name)
        self.registry.tenants[name] = restore(self.tenant(name), known[snapshot], self.registry.time_source)

    def drop_snapshot(self, name: str, snapshot: str) -> None:
        """Forgets a snapshot. Raises Unknown."""
        if self.instruments(name).snapshots.pop(snapshot, None) is None:
            raise self._no_snapshot(name, snapshot)

    def _no_snapshot(self, name: str, snapshot: str) -> Unknown:
        known = ", ".join(self.instruments(name).snapshots) or "none"
        return Unknown(f"name: tenant {quote(name)} has no snapshot {quote(snapshot)}; it has {known}")

    async def export_state(self, name: str) -> TenantState:
        """The tenant's users, objects, records and jobs as one document. Raises Unknown."""
        await self.runner.finish(self.tenant(name))
        return export_state(self.tenant(name))

    def import_state(self, name: str, document: TenantState) -> None:
        """Gives the tenant the state of such a document instead of its own. Raises Unknown, Invalid."""
        tenant = self.tenant(name)
        try:
            store = read_state(document, self.registry.tenant_store())
        except DocumentError as error:
            raise Invalid(str(error)) from None
        self.registry.idempotency_records.forget(name)
        self.registry.tenants[name] = adopt(tenant, document, store, self.registry.time_source)

    def seed(self, name: str, said: TenantSeed) -> Tenant:
        """Gives a tenant other things to begin with, and lets it begin with them: its jobs and records are gone.

        What the seed does not name stays, and so do the clock, the settings, the tokens and the planned outcomes.
        Raises Unknown, Invalid, Refused.
        """
        tenant = self.tenant(name)
        plan = plan_of_seed(self.registry, tenant, said)
        self._check_version(plan.settings)
        return begin_anew(self.registry, tenant, plan)
