import pytest

from mock_zuora.domain.assumptions.assumption import Origin
from mock_zuora.domain.assumptions.choices import assumed
from mock_zuora.domain.ids import Ids
from mock_zuora.domain.jobs import lifecycle
from mock_zuora.domain.jobs.job import Operation, Status
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.settings import ExecutionOrder, Transitions

FILE = "brand__c\nvw\n"
LONG = "brand__c\n" + "vw\n" * ((lifecycle.CHUNKS_PER_TOUCH + 3) * ROWS_PER_CHUNK)
SLOW = {"accept_delay": 1.0, "queue_delay": 2.0, "processing_time": 4.0}


# Transitions by time


@pytest.mark.fidelity("jobs-10")
def test_create_job_is_pending_at_once_by_default(make_actor):
    assert make_actor().submit().status is Status.PENDING


def test_create_job_is_pending_after_accept_delay(make_actor, time):
    actor = make_actor(**SLOW)
    job = actor.submit()
    time.pass_seconds(0.999)
    assert (job.status, actor.status(job)) == (Status.ACCEPTED, Status.ACCEPTED)
    time.pass_seconds(0.001)
    assert actor.job(job).status is Status.PENDING
    assert actor.job(job).updated_at == job.created_at + 1000


@pytest.mark.fidelity("jobs-09", "mock-01")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_uploaded_job_ends_after_queue_delay_and_processing_time(make_actor, time, operation):
    actor = make_actor(queue_delay=2.0, processing_time=4.0)
    job = actor.started(FILE.replace("brand__c", "id") if operation == "update" else FILE, operation)
    time.pass_seconds(5.999)
    assert actor.job(job) == job
    time.pass_seconds(0.001)
    ended = actor.job(job)
    assert (not ended.has_ended, ended.processing_time, ended.updated_at) == (False, 4000, job.updated_at + 6000)


@pytest.mark.fidelity("jobs-11")
def test_delete_job_passes_through_its_statuses(make_actor, time):
    actor = make_actor(**SLOW)
    job = actor.submit("delete")
    time.pass_seconds(2.999)
    assert (job.status, actor.status(job)) == (Status.ACCEPTED, Status.ACCEPTED)
    time.pass_seconds(0.001)
    assert actor.status(job) is Status.IN_PROGRESS
    time.pass_seconds(3.999)
    assert actor.status(job) is Status.IN_PROGRESS
    time.pass_seconds(0.001)
    assert (actor.job(job).status, actor.job(job).processing_time) == (Status.COMPLETED, 4000)


def test_unobserved_job_has_the_timestamps_of_its_transitions(make_actor, time):
    actor = make_actor(**SLOW)
    job = actor.submit("delete")
    time.pass_seconds(86_400)
    ended = actor.job(job)
    assert (ended.status, ended.processing_time) == (Status.COMPLETED, 4000)
    assert (ended.started_at, ended.updated_at) == (job.created_at + 3000, job.created_at + 7000)


def test_frozen_clock_moves_no_job(make_actor, time):
    actor = make_actor()
    job = actor.started(FILE)
    actor.tenant.clock.freeze()
    time.pass_seconds(3600)
    assert actor.status(job) is Status.IN_PROGRESS
    actor.tenant.clock.advance(250)
    assert actor.status(job) is Status.COMPLETED


def test_pending_job_waits_for_its_file_forever(make_actor, time):
    actor = make_actor()
    job = actor.submit()
    time.pass_seconds(1_000_000)
    assert actor.status(job) is Status.PENDING


# Immediate transitions


@pytest.mark.fidelity("mock-01")
def test_immediate_upload_returns_in_progress(actor):
    job = actor.submit()
    uploaded = actor.upload(job, FILE)
    assert (job.status, uploaded.status) == (Status.PENDING, Status.IN_PROGRESS)
    ended = actor.job(job)
    assert (ended.status, ended.processing_time, ended.records_processed) == (Status.COMPLETED, 0, 1)


def test_immediate_mode_ignores_delays(make_actor):
    actor = make_actor(transitions=Transitions.IMMEDIATE, **SLOW)
    assert actor.status(actor.started(FILE)) is Status.COMPLETED


def test_immediate_delete_job_is_accepted_first(actor):
    job = actor.submit("delete")
    assert (job.status, actor.status(job)) == (Status.ACCEPTED, Status.COMPLETED)


# Transitions by polls


@pytest.mark.fidelity("mock-01")
@pytest.mark.parametrize("polls", [0, 1, 3])
def test_job_ends_after_its_number_of_polls(make_actor, time, polls):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=polls)
    job = actor.started(FILE)
    time.pass_seconds(3600)
    seen = [actor.retrieve(job).status for _ in range(polls + 2)]
    assert seen == [Status.IN_PROGRESS] * polls + [Status.COMPLETED] * 2
    assert actor.job(job).processing_time == 3_600_000


def test_poll_moves_only_the_retrieved_job(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=1)
    first, second = actor.started(FILE), actor.started(FILE)
    assert [actor.retrieve(first).status for _ in range(2)] == [Status.IN_PROGRESS, Status.COMPLETED]
    assert actor.status(second) is Status.IN_PROGRESS


def test_polls_move_delete_jobs_too(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=1)
    job = actor.submit("delete")
    assert job.status is Status.ACCEPTED
    assert [actor.retrieve(job).status for _ in range(2)] == [Status.IN_PROGRESS, Status.COMPLETED]


def test_reading_the_job_list_is_not_a_poll(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=0)
    job = actor.started(FILE)
    for _ in range(5):
        assert actor.status(job) is Status.IN_PROGRESS


# Manual transitions


@pytest.mark.fidelity("mock-01")
def test_manual_step_moves_a_job_by_one_status(make_actor, time):
    actor = make_actor(transitions=Transitions.MANUAL, accept_delay=1.0)
    job = actor.submit()
    time.pass_seconds(3600)
    assert actor.status(job) is Status.ACCEPTED
    lifecycle.step(actor.tenant, actor.job(job))
    assert actor.status(job) is Status.PENDING
    job = actor.upload(job, FILE)
    time.pass_seconds(60)
    assert actor.status(job) is Status.IN_PROGRESS
    lifecycle.step(actor.tenant, actor.job(job))
    assert (actor.job(job).status, actor.job(job).processing_time) == (Status.COMPLETED, 60_000)


def test_manual_job_is_pending_at_once_without_accept_delay(make_actor):
    assert make_actor(transitions=Transitions.MANUAL).submit().status is Status.PENDING


def test_manual_delete_job_waits_for_steps(make_actor, time):
    actor = make_actor(transitions=Transitions.MANUAL)
    job = actor.submit("delete")
    seen = []
    for _ in range(2):
        time.pass_seconds(3600)
        seen.append(actor.status(job))
        lifecycle.step(actor.tenant, actor.job(job))
    assert [*seen, actor.status(job)] == [Status.ACCEPTED, Status.IN_PROGRESS, Status.COMPLETED]


@pytest.mark.parametrize("transitions", list(Transitions))
def test_step_ends_a_job_in_progress_in_every_mode(make_actor, transitions):
    actor = make_actor(transitions=transitions, processing_time=3600)
    job = actor.started(FILE)
    lifecycle.step(actor.tenant, job)
    assert actor.job(job).status is Status.COMPLETED


def test_pending_job_cannot_be_stepped(make_actor):
    actor = make_actor()
    with pytest.raises(ValueError, match="is pending: it waits for its file"):
        lifecycle.step(actor.tenant, actor.submit())


def test_ended_job_cannot_be_stepped(actor):
    job = actor.done(FILE)
    with pytest.raises(ValueError, match="is completed, which is a final status"):
        lifecycle.step(actor.tenant, job)


@pytest.mark.parametrize("transitions", list(Transitions))
@pytest.mark.parametrize("operation", ["create", "delete"])
def test_held_job_stays_in_progress_until_stepped(make_actor, time, transitions, operation):
    actor = make_actor(transitions=transitions, processing_polls=0)
    actor.tenant.planned_outcomes.hold_next(JobMatcher())
    job = actor.started(FILE) if operation == "create" else actor.submit("delete")
    if job.status is Status.ACCEPTED and transitions is Transitions.MANUAL:
        lifecycle.step(actor.tenant, job)
    time.pass_seconds(86_400)
    assert [actor.retrieve(job).status for _ in range(3)] == [Status.IN_PROGRESS] * 3
    lifecycle.step(actor.tenant, actor.job(job))
    assert actor.status(job) is Status.COMPLETED


# Every mode

MODES = {
    # Timestamps of a job that is submitted and uploaded at 0: when it leaves accepted, when its processing starts,
    # when its processing ends, and the number of polls before its end.
    Transitions.IMMEDIATE: (0, 0, 0, None),
    Transitions.TIME: (1000, 2000, 6000, None),
    Transitions.POLLS: (0, 0, None, 3),
    Transitions.MANUAL: (None, 0, None, None),
}


@pytest.mark.parametrize("transitions", Transitions)
def test_mode_determines_every_timestamp(make_actor, transitions):
    actor = make_actor(transitions=transitions, processing_polls=3, **SLOW)
    settings, job = actor.tenant.settings, actor.submit()
    starts_at = lifecycle.processing_starts_at(settings, 0)
    _, ends_at, polls = lifecycle.processing_end(actor.tenant, job, starts_at)
    assert (lifecycle.accepted_until(settings, Operation.CREATE, 0), starts_at, ends_at, polls) == MODES[transitions]


# Order of execution


def test_due_jobs_take_effect_in_order_of_due_times(make_actor):
    actor = make_actor(queue_delay=0)
    older = actor.started(FILE)
    actor.tenant.clock.advance(100)
    delete = actor.submit("delete")
    actor.tenant.clock.advance(50)
    newer = actor.started(FILE)
    actor.tenant.clock.advance(3_600_000)
    assert actor.job(delete).records_processed == 1
    assert len(actor.records()) == 1
    assert [actor.job(each).updated_at - older.updated_at for each in (older, delete, newer)] == [200, 300, 350]


def test_later_submitted_job_can_be_due_first(make_actor):
    actor = make_actor(queue_delay=0)
    create = actor.submit()
    delete = actor.submit("delete")
    actor.tenant.clock.advance(100)
    actor.upload(create, FILE)
    actor.tenant.clock.advance(3_600_000)
    assert (actor.job(delete).records_processed, len(actor.records())) == (0, 1)


@pytest.mark.fidelity("jobs-19")
def test_jobs_due_at_the_same_time_run_in_order_of_submission(actor):
    first, second = actor.submit(), actor.submit("delete")
    actor.touch()
    actor.upload(first, FILE)
    assert actor.job(second).records_processed == 0


def shuffled_order(make_actor, name):
    """The order in which five due jobs run with execution_order=shuffled."""
    actor = make_actor(name, execution_order=ExecutionOrder.SHUFFLED)
    started = [actor.started(f"brand__c\n{number}\n") for number in range(5)]
    actor.tenant.clock.advance(3_600_000)
    assert all(actor.status(job) is Status.COMPLETED for job in started)
    return [values["brand__c"] for values in actor.values()]


@pytest.mark.fidelity("jobs-19")
def test_shuffled_order_runs_every_job_in_another_order(make_actor):
    orders = [shuffled_order(make_actor, f"tenant-{number}") for number in range(3)]
    assert all(sorted(order) == list("01234") for order in orders)
    assert orders != [list("01234")] * 3


def test_shuffled_order_is_repeatable_with_a_seed(make_actor):
    assert shuffled_order(make_actor, "default") == shuffled_order(make_actor, "default")


# Chunks


def test_touch_processes_a_limited_number_of_chunks(make_actor, time):
    actor = make_actor()
    job = actor.started(LONG)
    time.pass_seconds(1)
    assert lifecycle.touch(actor.tenant)
    assert actor.tenant.store.jobs.get(job.id).status is Status.IN_PROGRESS
    assert 0 < len(actor.tenant.store.objects.table("default", "vehicle")) < LONG.count("vw")


def test_touch_leaves_a_running_job_to_its_runner(make_actor, time):
    actor = make_actor()
    actor.started(LONG)
    time.pass_seconds(1)
    lifecycle.touch(actor.tenant)
    table = actor.tenant.store.objects.table("default", "vehicle")
    done = len(table)
    assert lifecycle.touch(actor.tenant)
    assert len(table) == done


def test_touch_moves_jobs_that_need_no_processing(make_actor, time):
    actor = make_actor(accept_delay=1.0)
    job = actor.submit()
    time.pass_seconds(1)
    actor.upload(job, LONG)
    other = actor.submit()
    time.pass_seconds(1)
    lifecycle.touch(actor.tenant)
    assert lifecycle.touch(actor.tenant)
    assert actor.tenant.store.jobs.get(other.id).status is Status.PENDING


def test_job_ends_when_its_rows_are_processed(make_actor, time):
    actor = make_actor()
    job = actor.started(LONG)
    time.pass_seconds((job.next_at - job.updated_at) / 1_000)
    while lifecycle.apply_clock(actor.tenant, chunks=1):
        time.pass_seconds(0.01)
    ended = actor.tenant.store.jobs.get(job.id)
    assert (ended.status, ended.records_processed) == (Status.COMPLETED, LONG.count("vw"))
    assert ended.updated_at == actor.tenant.clock.now()
    assert ended.processing_time == ended.updated_at - job.started_at


def test_running_job_ends_before_another_starts(make_actor, time):
    actor = make_actor()
    long, short = actor.started(LONG), actor.started("color__c\nred\n")
    time.pass_seconds(1)
    lifecycle.apply_clock(actor.tenant, chunks=1)
    while lifecycle.apply_clock(actor.tenant, chunks=1):
        if not actor.tenant.store.jobs.get(long.id).has_ended:
            assert not actor.tenant.store.jobs.get(short.id).has_ended
    assert actor.status(short) is Status.COMPLETED


def test_job_of_missing_object_raises_lookup_error(make_actor, time):
    actor = make_actor()
    actor.started(FILE)
    actor.tenant.store.objects.remove("default", "vehicle")
    time.pass_seconds(1)
    with pytest.raises(LookupError, match="object vehicle of job .* does not exist"):
        actor.touch()


@pytest.mark.parametrize("order", ExecutionOrder)
def test_number_of_requests_while_jobs_are_due_changes_nothing(make_actor, order):
    def result(name, chunks):
        actor = make_actor(name, execution_order=order)
        actor.tenant.ids = Ids("one seed")
        files = [LONG, *[f"brand__c\n{number}\n" for number in range(3)], LONG]
        started = [actor.started(each) for each in files]
        actor.tenant.clock.advance(3_600_000)
        while lifecycle.apply_clock(actor.tenant, chunks):
            pass
        jobs = [actor.job(each) for each in started]
        records = [(each.id, each.created_at, each.values) for each in actor.records()]
        return [(each.id, each.history, each.processing_time) for each in jobs], records

    once = result("once", 1_000)
    assert all(history[-1].status.is_final for _, history, _ in once[0])
    assert [result(f"{chunks} chunks", chunks) for chunks in (1, 2, 8)] == [once] * 3


# Assumptions

IN_PROGRESS_AT_ONCE = assumed({"delete-first-status": "in-progress"}, Origin.TEST)


@pytest.mark.fidelity("jobs-12")
@pytest.mark.parametrize("transitions", Transitions)
def test_delete_job_can_be_in_progress_at_once(make_actor, transitions):
    assert make_actor("a", transitions=transitions).submit("delete").status is Status.ACCEPTED
    actor = make_actor("b", transitions=transitions, assume=IN_PROGRESS_AT_ONCE)
    assert actor.submit("delete").status is Status.IN_PROGRESS


def test_delete_job_that_is_in_progress_at_once_is_still_queued(make_actor):
    actor = make_actor(queue_delay=2.0, processing_time=4.0, assume=IN_PROGRESS_AT_ONCE)
    job = actor.submit("delete")
    ended = actor.ended(job)
    assert (ended.updated_at - job.created_at, ended.processing_time) == (6000, 4000)


def test_accept_delay_keeps_a_delete_job_accepted(make_actor):
    actor = make_actor(accept_delay=1.0, assume=IN_PROGRESS_AT_ONCE)
    assert actor.submit("delete").status is Status.ACCEPTED
    assert "delete-first-status" not in actor.tenant.consulted


@pytest.mark.fidelity("jobs-15")
@pytest.mark.parametrize(("choice", "milliseconds"), [("processing", 4000), ("since-submission", 66_000)])
def test_processing_time_begins_where_the_assumption_says(make_actor, time, choice, milliseconds):
    choices = assumed({"processing-time": choice}, Origin.TEST)
    actor = make_actor(queue_delay=2.0, processing_time=4.0, assume=choices)
    job = actor.submit()
    time.pass_seconds(60)
    assert actor.ended(actor.upload(job, FILE)).processing_time == milliseconds


@pytest.mark.fidelity("jobs-22")
def test_pending_job_expires_after_a_day_only_if_assumed(make_actor, time):
    waiting = make_actor("a")
    expiring = make_actor("b", assume=assumed({"pending-expiry": "a-day"}, Origin.TEST))
    kept, job = waiting.submit(), expiring.submit()
    time.pass_seconds(86_399.999)
    assert (waiting.status(kept), expiring.status(job)) == (Status.PENDING, Status.PENDING)
    assert not waiting.tenant.consulted and not expiring.tenant.consulted
    time.pass_seconds(100)
    assert (waiting.status(kept), expiring.status(job)) == (Status.PENDING, Status.CANCELLED)
    assert expiring.job(job).updated_at == job.created_at + 86_400_000


def test_job_that_left_accepted_unobserved_expires_too(make_actor, time):
    actor = make_actor(accept_delay=1.0, assume=assumed({"pending-expiry": "a-day"}, Origin.TEST))
    job = actor.submit()
    time.pass_seconds(2 * 86_400)
    assert actor.job(job).updated_at == job.created_at + 1000 + 86_400_000
