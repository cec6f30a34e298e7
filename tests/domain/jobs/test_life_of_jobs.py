"""Random requests about the jobs of two tenants, compared with a simple model."""

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

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs import operations as jobs
from mock_zuora.domain.jobs.csv_file import read_csv
from mock_zuora.domain.jobs.job import TRANSITIONS, Operation, Status
from mock_zuora.domain.jobs.lifecycle import step, touch
from mock_zuora.domain.tenants.settings import ExecutionOrder, TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate
from mock_zuora.domain.tenants.tenant import Caller
from mock_zuora.server.app import build_registry

LIMIT = 3
FAST = {"accept_delay": 0.0, "queue_delay": 0.0, "processing_time": 0.2}
SLOW = {"accept_delay": 0.1, "queue_delay": 0.1, "processing_time": 0.2}
NAMES = st.sampled_from(["first", "second"])
AFTER = st.sampled_from([0, 0, 1, 50, 100, 199, 200, 1000])
"""Milliseconds that pass before a request."""
FINAL = ("completed", "failed", "cancelled")


@dataclass
class ModelJob:
    """A job of the model. Timestamps are milliseconds."""

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
    """A tenant of the model: its jobs in order of submission and the labels of its records."""

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

    def apply_clock(self, now):
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
        """Applies a job. With a shuffled order, the model cannot know entry job runs first; see ``follow``."""
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
    """The requests of clients and tests, in any order."""

    submitted = Bundle("submitted")
    mode = Transitions.TIME

    @initialize(
        order=st.sampled_from(list(ExecutionOrder)),
        slow=st.booleans(),
        polls=st.integers(0, 2),
    )
    def begin(self, order, slow, polls):
        mode = self.mode
        delays = SLOW if slow else FAST
        self.now, self.label, self.ended_jobs = 0, 0, {}
        self.registry, self.callers, self.models = build_registry("life"), {}, {}
        self.registry.time_source = lambda: self.now
        for name in ("first", "second"):
            chosen = TenantSettings(
                transitions=mode,
                execution_order=order,
                processing_polls=polls,
                concurrent_job_limit=LIMIT,
                assume=assumed({"header-only-file": "completed"}, Origin.TEST),
                **delays,
            )
            tenant = self.registry.add_tenant(TenantTemplate(name=name, settings=chosen))
            self.callers[name] = Caller(tenant, tenant.default_user, tenant.default_user.permissions)
            timed = [round(delay * 1000) for delay in delays.values()] if mode == "time" else [0, 0, 0]
            self.models[name] = ModelTenant(mode.value, order == "shuffled", *timed, polls)
        self.callers["second"].tenant.clock.advance(12_345)
        self.waits_for_step = mode == "manual" and slow

    # Every request

    def touch(self, name, after=0):
        self.now += after
        caller, model = self.callers[name], self.models[name]
        touch(caller.tenant)
        now = caller.tenant.clock.now()
        before = {job.id for job in model.unfinished()}
        model.apply_clock(now)
        if model.shuffled:
            self.follow(caller, model, before)
        return caller, model, now

    def follow(self, caller, model, before):
        """Copies the effect of a shuffled order to the model."""
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

    # Requests

    @rule(target=submitted, after=AFTER, name=NAMES, operation=st.sampled_from(list(Operation)))
    def submit(self, after, name, operation):
        caller, model, now = self.touch(name, after)
        request = jobs.Submission(operation, "default", "vehicle")
        if len(model.unfinished()) == LIMIT:
            with pytest.raises(ZuoraError) as refused:
                jobs.submit(caller, request)
            assert refused.value.code == 71013030
            return multiple()
        real = jobs.submit(caller, request)
        job = ModelJob(real.id, operation.value, "accepted", now)
        model.jobs.append(job)
        if self.mode == "time":
            job.due = now + model.accept + (model.queue if operation == "delete" else 0)
        elif self.mode == "manual" and (operation == "delete" or self.waits_for_step):
            job.due = None
        if operation != "delete" and job.due == now:
            model.leaves_accepted(job, now)
        assert real.status == job.status
        return name, job

    @rule(target=submitted, after=AFTER, name=NAMES, rows=st.integers(0, 4), bad_rows=st.integers(0, 2))
    def start(self, after, name, rows, bad_rows):
        """Submits a create job and uploads its file, if the limit allows it."""
        entry = self.submit(after, name, Operation.CREATE)
        return entry if entry == multiple() else self.upload(0, entry, rows, bad_rows)

    @rule(name=NAMES, order=st.permutations([0, 1, 2]), gaps=st.lists(AFTER, min_size=3, max_size=3))
    def several_jobs_become_due(self, name, order, gaps):
        """Uploads two files and submits a delete job, in any order, before the clock is applied."""
        creates = [self.submit(0, name, Operation.CREATE) for _ in range(2)]
        for turn, gap in zip(order, gaps, strict=True):
            if turn == 2:
                self.submit(min(gap, 50), name, Operation.DELETE)
            elif creates[turn] != multiple():
                self.upload(min(gap, 50), creates[turn], turn + 1, 0)
        self.compare(1000, name)

    @rule(target=submitted, after=AFTER, entry=consumes(submitted), rows=st.integers(0, 4), bad_rows=st.integers(0, 2))
    def upload(self, after, entry, rows, bad_rows):
        name, job = entry
        caller, model, now = self.touch(name, after)
        text = self.file_for(caller, job, rows, bad_rows)
        if job.status != "pending":
            code = 71013530 if job.operation == "delete" else 71013620
            with pytest.raises(ZuoraError) as refused:
                self.upload_text(caller, job, text)
            assert refused.value.code == code
            return entry
        real = self.upload_text(caller, job, text)
        model.starts(job, now + model.queue)
        assert (real.status, real.processing_time, real.records_processed) == ("in_progress", 0, 0)
        return entry

    def file_for(self, caller, job, rows, bad_rows):
        """A file with valid and invalid rows. Rows of an update name existing records, as far as there are enough."""
        if job.operation == "update":
            records = [] if not self.models_of(job).labels else self.records(caller)[:rows]
            lines = [f"{record.id},{record.values['label__c']}" for record in records]
            labels = [record.values["label__c"] for record in records]
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
            next(read_csv(text.encode(), found.operation, jobs.definition_of(caller.tenant, found), caller.choices))
        return jobs.upload(caller, job.id, read.value.value)

    @rule(entry=submitted, text=st.sampled_from(["", "no_such_column\n", '"', "Id,id\n", "label__c,label__c\n"]))
    def misuse(self, entry, text):
        """Uploads an invalid file, and sends requests from the other tenant."""
        name, job = entry
        caller, _, _ = self.touch(name)
        before = caller.tenant.store.jobs.get(job.id)
        with pytest.raises(ZuoraError):
            self.upload_text(caller, job, text)
        stranger = self.callers["second" if name == "first" else "first"]
        for operation in (jobs.retrieve, jobs.cancel, jobs.find_for_upload, jobs.list_errors):
            with pytest.raises(ZuoraError) as refused:
                operation(stranger, job.id)
            assert refused.value.code == 71013040
        assert caller.tenant.store.jobs.get(job.id) == before

    @rule(after=AFTER, entry=submitted)
    def cancel(self, after, entry):
        name, job = entry
        caller, _, _ = self.touch(name, after)
        if job.status in ("accepted", "pending"):
            assert jobs.cancel(caller, job.id).status == "cancelled"
            job.status, job.due = "cancelled", None
        else:
            with pytest.raises(ZuoraError) as refused:
                jobs.cancel(caller, job.id)
            assert refused.value.code == 71013620

    @rule(after=AFTER, entry=submitted)
    def retrieve(self, after, entry):
        name, job = entry
        caller, model, now = self.touch(name, after)
        if job.status == "in_progress" and job.polls is not None:
            if job.polls:
                job.polls -= 1
            else:
                job.due = now
                model.ends(job)
        assert jobs.retrieve(caller, job.id).status == job.status

    @rule(after=AFTER, entry=submitted)
    def step(self, after, entry):
        name, job = entry
        caller, model, now = self.touch(name, after)
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

    @rule(after=AFTER, name=NAMES)
    def compare(self, after, name):
        """Compares every job and record with the model."""
        caller, model, _ = self.touch(name, after)
        real = jobs.list_jobs(caller, page_size=100).jobs
        assert [(job.id, job.operation, job.status, job.records_processed, job.processing_time) for job in real] == [
            (job.id, job.operation, job.status, job.processed, job.time) for job in reversed(model.jobs)
        ]
        if real:
            assert {record.values["label__c"] for record in self.records(caller)} == model.labels
        for job in real:
            listed = jobs.list_errors(caller, job.id).row_errors
            assert (job.error is not None) == (job.status == "failed")
            if job.error is not None:
                assert job.error == listed[0].problem

    # Invariants

    @invariant()
    def limit_is_never_exceeded(self):
        for caller in getattr(self, "callers", {}).values():
            assert len(caller.tenant.store.jobs.unfinished()) <= LIMIT

    @invariant()
    def final_status_never_changes(self):
        for job in self.every_job():
            if not TRANSITIONS[job.operation].get(job.status):
                assert self.ended_jobs.setdefault(job.id, job) == job

    @invariant()
    def unfinished_job_has_processed_nothing(self):
        for job in self.every_job():
            if job.status not in (Status.COMPLETED, Status.FAILED):
                assert (job.processing_time, job.records_processed, job.error) == (0, 0, None)

    @invariant()
    def records_are_those_created_and_not_deleted(self):
        for caller in getattr(self, "callers", {}).values():
            ended = [job for job in caller.tenant.store.jobs.newest_first() if job.status is not Status.CANCELLED]
            created = sum(job.records_processed for job in ended if job.operation == "create")
            deleted = sum(job.records_processed for job in ended if job.operation == "delete")
            if ended:
                assert len(self.records(caller)) == created - deleted

    def every_job(self):
        for caller in getattr(self, "callers", {}).values():
            yield from caller.tenant.store.jobs.newest_first()


@pytest.mark.fidelity("jobs-08")
@pytest.mark.parametrize("mode", list(Transitions))
def test_random_jobs_behave_like_the_model(mode):
    machine = type("LifeOfJobs", (LifeOfJobs,), {"mode": mode})
    examples = 60 if mode is Transitions.TIME else 25
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None))
