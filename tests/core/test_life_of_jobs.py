"""Jobs of two tenants, driven at random, against a model that is as simple as the rules can be said."""

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from mock_zuora.app import build_world
from mock_zuora.core.errors import ZuoraError
from mock_zuora.core.jobs import TRANSITIONS, Operation, Status
from mock_zuora.core.operations import jobs
from mock_zuora.core.schedule import look, step
from mock_zuora.core.tenants import Caller, ExecutionOrder, TenantSettings, Transitions
from mock_zuora.core.world import TenantPlan

LIMIT = 3
SLOW = {"accept_delay": 0.1, "queue_delay": 0.2, "processing_time": 0.4}
FINAL = ("completed", "failed", "cancelled")


@dataclass
class ModelJob:
    """What the model knows of a job; moments are milliseconds."""

    id: str
    operation: str
    status: str
    due: int | None
    since: int = 0
    polls: int | None = None
    labels: list[str] = field(default_factory=list)
    bad_rows: int = 0
    processed: int = 0
    time: int = 0


@dataclass
class ModelTenant:
    """One tenant as the rules say it is: its jobs in the order of submission, the labels of its records."""

    mode: str
    shuffled: bool
    accept: int
    queue: int
    processing: int
    polls: int
    jobs: list[ModelJob] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    def unfinished(self):
        return [job for job in self.jobs if job.status not in FINAL]

    def starts(self, job, at):
        job.status, job.since = "in_progress", at
        job.due = {"immediate": at, "time": at + self.processing}.get(self.mode)
        job.polls = self.polls if self.mode == "polls" else None

    def settle(self, now):
        for job in self.jobs:
            if job.status == "accepted" and job.due is not None and job.due <= now:
                self.leaves_accepted(job, job.due)
        due = [job for job in self.jobs if job.status == "in_progress" and job.due is not None and job.due <= now]
        for job in sorted(due, key=lambda job: job.due):
            self.ends(job)

    def leaves_accepted(self, job, at):
        if job.operation == "delete":
            self.starts(job, at)
        else:
            job.status, job.due = "pending", None

    def ends(self, job):
        """The effect of a job. Which one comes first, where the order is shuffled, is not for the model to say."""
        if job.operation == "create":
            job.processed = len(job.labels)
            self.labels.update(job.labels)
        elif job.operation == "update":
            job.processed = len(self.labels.intersection(job.labels))
        else:
            job.processed = len(self.labels)
            self.labels.clear()
        refused = job.bad_rows + (len(job.labels) - job.processed if job.operation == "update" else 0)
        job.status = "failed" if refused and not job.processed else "completed"
        job.time, job.due, job.polls = max(0, job.due - job.since), None, None


class LifeOfJobs(RuleBasedStateMachine):
    """The rules a client and a test can take, in any order."""

    submitted = Bundle("submitted")

    @initialize(
        mode=st.sampled_from(list(Transitions)),
        order=st.sampled_from(list(ExecutionOrder)),
        slow=st.booleans(),
        polls=st.integers(0, 2),
    )
    def begin(self, mode, order, slow, polls):
        delays = SLOW if slow else {"accept_delay": 0.0, "queue_delay": 0.0, "processing_time": 0.2}
        self.now, self.label, self.gone = 0, 0, {}
        self.world, self.callers, self.models = build_world("life"), {}, {}
        self.world.time_source = lambda: self.now
        for name in ("first", "second"):
            wanted = TenantSettings(
                transitions=mode,
                execution_order=order,
                processing_polls=polls,
                concurrent_job_limit=LIMIT,
                **delays,
            )
            tenant = self.world.add_tenant(TenantPlan(name=name, settings=wanted))
            self.callers[name] = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
            timed = [round(delay * 1000) for delay in delays.values()] if mode == "time" else [0, 0, 0]
            self.models[name] = ModelTenant(mode.value, order == "shuffled", *timed, polls)
        self.mode, self.waits_for_a_step = mode, mode == "manual" and slow

    # What every call does first

    def look(self, name):
        caller, model = self.callers[name], self.models[name]
        look(caller.tenant)
        now = caller.tenant.clock.now()
        before = {job.id for job in model.unfinished()}
        model.settle(now)
        if model.shuffled:
            self.follow(caller, model, before)
        return caller, model, now

    def follow(self, caller, model, before):
        """Takes over what an order by chance made of the jobs that were due."""
        for job in model.jobs:
            if job.id in before and job.status in ("completed", "failed"):
                real = caller.tenant.store.jobs.get(job.id)
                assert real.status in ("completed", "failed")
                job.status, job.processed = real.status.value, real.records_processed
        table = caller.tenant.store.objects
        if table.definition("default", "vehicle") is not None:
            model.labels = {record.values["label__c"] for record in self.records(caller)}

    def records(self, caller):
        return list(caller.tenant.store.objects.table("default", "vehicle").after(None))

    # The rules

    @rule(target=submitted, name=st.sampled_from(["first", "second"]), operation=st.sampled_from(list(Operation)))
    def submit(self, name, operation):
        caller, model, now = self.look(name)
        wanted = jobs.Submission(operation, "default", "vehicle")
        if len(model.unfinished()) == LIMIT:
            with pytest.raises(ZuoraError) as refused:
                jobs.submit(caller, wanted)
            assert refused.value.code == 71013030
            return multiple()
        real = jobs.submit(caller, wanted)
        job = ModelJob(real.id, operation.value, "accepted", now)
        model.jobs.append(job)
        if self.mode == "time":
            job.due = now + model.accept + (model.queue if operation == "delete" else 0)
        elif self.mode == "manual" and (operation == "delete" or self.waits_for_a_step):
            job.due = None
        if operation != "delete" and job.due == now:
            model.leaves_accepted(job, now)
        assert real.status == job.status
        return name, job

    @rule(target=submitted, which=consumes(submitted), rows=st.integers(0, 4), bad_rows=st.integers(0, 2))
    def upload(self, which, rows, bad_rows):
        name, job = which
        caller, model, now = self.look(name)
        text = self.file_for(caller, job, rows, bad_rows)
        if job.status != "pending":
            code = 71013530 if job.operation == "delete" else 71013430
            with pytest.raises(ZuoraError) as refused:
                self.upload_text(caller, job, text)
            assert refused.value.code == code
            return which
        real = self.upload_text(caller, job, text)
        model.starts(job, now + model.queue)
        assert (real.status, real.processing_time, real.records_processed) == ("in_progress", 0, 0)
        return which

    def file_for(self, caller, job, rows, bad_rows):
        """A file with so many good rows; an update's are of records that are there now, if there are so many."""
        if job.operation == "update":
            named = [] if not self.models_of(job).labels else self.records(caller)[:rows]
            lines = [f"{record.id},{record.values['label__c']}" for record in named]
            labels = [record.values["label__c"] for record in named]
            header = "id,label__c"
        else:
            labels = [f"label-{self.label + number}" for number in range(rows)]
            self.label += rows
            lines, header = labels, "label__c"
        if job.status == "pending":
            job.labels, job.bad_rows = labels, bad_rows
        return "\n".join([header, *lines, *["one,cell,too,many"] * bad_rows]) + "\n"

    def models_of(self, job):
        return next(model for model in self.models.values() if job in model.jobs)

    def upload_text(self, caller, job, text):
        found = jobs.find_for_upload(caller, job.id)
        with pytest.raises(StopIteration) as read:
            next(jobs.read_file(caller, found, text.encode()))
        return jobs.upload(caller, job.id, read.value.value)

    @rule(which=submitted, text=st.sampled_from(["", "no_such_column\n", '"', "Id,id\n", "label__c,label__c\n"]))
    def upload_what_is_refused(self, which, text):
        name, job = which
        caller, _, _ = self.look(name)
        before = caller.tenant.store.jobs.get(job.id)
        with pytest.raises(ZuoraError):
            self.upload_text(caller, job, text)
        assert caller.tenant.store.jobs.get(job.id) == before

    @rule(which=submitted)
    def cancel(self, which):
        name, job = which
        caller, _, _ = self.look(name)
        if job.status in ("accepted", "pending"):
            assert jobs.cancel(caller, job.id).status == "cancelled"
            job.status, job.due = "cancelled", None
        else:
            with pytest.raises(ZuoraError) as refused:
                jobs.cancel(caller, job.id)
            assert refused.value.code == 71013430

    @rule(which=submitted)
    def retrieve(self, which):
        name, job = which
        caller, model, now = self.look(name)
        if job.status == "in_progress" and job.polls is not None:
            if job.polls:
                job.polls -= 1
            else:
                job.due = now
                model.ends(job)
        assert jobs.retrieve(caller, job.id).status == job.status

    @rule(which=submitted)
    def ask_the_other_tenant(self, which):
        name, job = which
        caller, _, _ = self.look("second" if name == "first" else "first")
        for operation in (jobs.retrieve, jobs.cancel, jobs.find_for_upload, jobs.list_errors):
            with pytest.raises(ZuoraError) as refused:
                operation(caller, job.id)
            assert refused.value.code == 71013040

    @rule(which=submitted)
    def step(self, which):
        name, job = which
        caller, model, now = self.look(name)
        real = caller.tenant.store.jobs.get(job.id)
        if job.status == "accepted":
            step(caller.tenant, real)
            model.leaves_accepted(job, now)
        elif job.status == "in_progress":
            step(caller.tenant, real)
            job.due, job.polls = now, None
        else:
            with pytest.raises(ValueError, match=job.status):
                step(caller.tenant, real)

    @rule(milliseconds=st.sampled_from([0, 1, 50, 99, 100, 199, 200, 400, 1000]))
    def time_passes(self, milliseconds):
        self.now += milliseconds

    @rule(name=st.sampled_from(["first", "second"]), milliseconds=st.sampled_from([1, 100, 350]))
    def one_tenants_clock_is_moved(self, name, milliseconds):
        self.callers[name].tenant.clock.advance(milliseconds)

    @rule(name=st.sampled_from(["first", "second"]))
    def compare(self, name):
        """A look shows every job and record as the model has them."""
        caller, model, _ = self.look(name)
        real = jobs.list_jobs(caller, page_size=100).jobs
        assert [(job.id, job.operation, job.status, job.records_processed, job.processing_time) for job in real] == [
            (job.id, job.operation, job.status, job.processed, job.time) for job in reversed(model.jobs)
        ]
        if real:
            assert {record.values["label__c"] for record in self.records(caller)} == model.labels
        for job in real:
            listed = jobs.list_errors(caller, job.id)
            assert (job.error is not None) == (job.status == "failed")
            if job.error is not None:
                assert job.error == listed[0].problem

    # What holds at any moment

    @invariant()
    def the_limit_is_never_passed(self):
        for caller in getattr(self, "callers", {}).values():
            assert len(caller.tenant.store.jobs.unfinished()) <= LIMIT

    @invariant()
    def nothing_leaves_a_final_state(self):
        for job in self.every_job():
            if not TRANSITIONS[job.operation].get(job.status):
                assert self.gone.setdefault(job.id, job) == job

    @invariant()
    def a_job_that_has_not_ended_has_processed_nothing(self):
        for job in self.every_job():
            if job.status not in (Status.COMPLETED, Status.FAILED):
                assert (job.processing_time, job.records_processed, job.error) == (0, 0, None)

    @invariant()
    def what_was_written_and_not_deleted_is_there(self):
        for caller in getattr(self, "callers", {}).values():
            ended = [job for job in caller.tenant.store.jobs.newest_first() if job.status is not Status.CANCELLED]
            created = sum(job.records_processed for job in ended if job.operation == "create")
            deleted = sum(job.records_processed for job in ended if job.operation == "delete")
            if ended:
                assert len(self.records(caller)) == created - deleted

    def every_job(self):
        for caller in getattr(self, "callers", {}).values():
            yield from caller.tenant.store.jobs.newest_first()


def test_jobs_live_as_the_rules_say():
    run_state_machine_as_test(LifeOfJobs, settings=settings(max_examples=120, stateful_step_count=40, deadline=None))
