import pytest

from mock_zuora.domain.jobs import lifecycle as schedule
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.jobs.planned_outcomes import JobMatcher
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.settings import ExecutionOrder, Transitions

FILE = "brand__c\nvw\n"
LONG = "brand__c\n" + "vw\n" * ((schedule.CHUNKS_PER_TOUCH + 3) * ROWS_PER_CHUNK)
SLOW = {"accept_delay": 1.0, "queue_delay": 2.0, "processing_time": 4.0}


# By the clock


@pytest.mark.fidelity("jobs-10")
def test_a_create_job_asks_for_its_file_at_once_by_default(make_actor):
    assert make_actor().submit().status is Status.PENDING


def test_a_create_job_asks_for_its_file_after_the_accept_delay(make_actor, time):
    actor = make_actor(**SLOW)
    job = actor.submit()
    time.pass_seconds(0.999)
    assert (job.status, actor.status(job)) == (Status.ACCEPTED, Status.ACCEPTED)
    time.pass_seconds(0.001)
    assert actor.job(job).status is Status.PENDING
    assert actor.job(job).updated_at == job.created_at + 1000


@pytest.mark.fidelity("jobs-09", "mock-01")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_an_uploaded_job_ends_after_its_queue_and_its_processing(make_actor, time, operation):
    actor = make_actor(queue_delay=2.0, processing_time=4.0)
    job = actor.started(FILE.replace("brand__c", "id") if operation == "update" else FILE, operation)
    time.pass_seconds(5.999)
    assert actor.job(job) == job
    time.pass_seconds(0.001)
    ended = actor.job(job)
    assert (not ended.has_ended, ended.processing_time, ended.updated_at) == (False, 4000, job.updated_at + 6000)


@pytest.mark.fidelity("jobs-11")
def test_a_delete_job_goes_through_all_of_its_states(make_actor, time):
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


def test_a_job_that_nobody_looked_at_has_the_times_of_its_steps(make_actor, time):
    actor = make_actor(**SLOW)
    job = actor.submit("delete")
    time.pass_seconds(86_400)
    ended = actor.job(job)
    assert (ended.status, ended.processing_time) == (Status.COMPLETED, 4000)
    assert (ended.started_at, ended.updated_at) == (job.created_at + 3000, job.created_at + 7000)


def test_a_frozen_clock_moves_no_job(make_actor, time):
    actor = make_actor()
    job = actor.started(FILE)
    actor.tenant.clock.freeze()
    time.pass_seconds(3600)
    assert actor.status(job) is Status.IN_PROGRESS
    actor.tenant.clock.advance(250)
    assert actor.status(job) is Status.COMPLETED


def test_a_pending_job_waits_for_its_file_for_ever(make_actor, time):
    actor = make_actor()
    job = actor.submit()
    time.pass_seconds(1_000_000)
    assert actor.status(job) is Status.PENDING


# Immediately


@pytest.mark.fidelity("mock-01")
def test_where_jobs_end_immediately_the_upload_still_says_in_progress(actor):
    job = actor.submit()
    uploaded = actor.upload(job, FILE)
    assert (job.status, uploaded.status) == (Status.PENDING, Status.IN_PROGRESS)
    ended = actor.job(job)
    assert (ended.status, ended.processing_time, ended.records_processed) == (Status.COMPLETED, 0, 1)


def test_where_jobs_end_immediately_delays_do_not_count(make_actor):
    actor = make_actor(transitions=Transitions.IMMEDIATE, **SLOW)
    assert actor.status(actor.started(FILE)) is Status.COMPLETED


def test_where_jobs_end_immediately_a_delete_job_is_accepted_first(actor):
    job = actor.submit("delete")
    assert (job.status, actor.status(job)) == (Status.ACCEPTED, Status.COMPLETED)


# By polls


@pytest.mark.fidelity("mock-01")
@pytest.mark.parametrize("polls", [0, 1, 3])
def test_so_many_retrievals_see_in_progress_and_the_next_sees_the_end(make_actor, time, polls):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=polls)
    job = actor.started(FILE)
    time.pass_seconds(3600)
    seen = [actor.retrieve(job).status for _ in range(polls + 2)]
    assert seen == [Status.IN_PROGRESS] * polls + [Status.COMPLETED] * 2
    assert actor.job(job).processing_time == 3_600_000


def test_polls_move_only_the_job_that_they_retrieve(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=1)
    first, second = actor.started(FILE), actor.started(FILE)
    assert [actor.retrieve(first).status for _ in range(2)] == [Status.IN_PROGRESS, Status.COMPLETED]
    assert actor.status(second) is Status.IN_PROGRESS


def test_polls_move_a_delete_job_too(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=1)
    job = actor.submit("delete")
    assert job.status is Status.ACCEPTED
    assert [actor.retrieve(job).status for _ in range(2)] == [Status.IN_PROGRESS, Status.COMPLETED]


def test_looking_at_the_list_is_no_poll(make_actor):
    actor = make_actor(transitions=Transitions.POLLS, processing_polls=0)
    job = actor.started(FILE)
    for _ in range(5):
        assert actor.status(job) is Status.IN_PROGRESS


# By hand


@pytest.mark.fidelity("mock-01")
def test_where_jobs_move_by_hand_a_step_is_one_status(make_actor, time):
    actor = make_actor(transitions=Transitions.MANUAL, accept_delay=1.0)
    job = actor.submit()
    time.pass_seconds(3600)
    assert actor.status(job) is Status.ACCEPTED
    schedule.step(actor.tenant, actor.job(job))
    assert actor.status(job) is Status.PENDING
    job = actor.upload(job, FILE)
    time.pass_seconds(60)
    assert actor.status(job) is Status.IN_PROGRESS
    schedule.step(actor.tenant, actor.job(job))
    assert (actor.job(job).status, actor.job(job).processing_time) == (Status.COMPLETED, 60_000)


def test_where_jobs_move_by_hand_a_file_is_asked_for_at_once_unless_a_delay_is_set(make_actor):
    assert make_actor(transitions=Transitions.MANUAL).submit().status is Status.PENDING


def test_where_jobs_move_by_hand_a_delete_job_waits_to_be_stepped(make_actor, time):
    actor = make_actor(transitions=Transitions.MANUAL)
    job = actor.submit("delete")
    seen = []
    for _ in range(2):
        time.pass_seconds(3600)
        seen.append(actor.status(job))
        schedule.step(actor.tenant, actor.job(job))
    assert [*seen, actor.status(job)] == [Status.ACCEPTED, Status.IN_PROGRESS, Status.COMPLETED]


@pytest.mark.parametrize("transitions", list(Transitions))
def test_a_step_ends_a_job_in_progress_in_every_mode(make_actor, transitions):
    actor = make_actor(transitions=transitions, processing_time=3600)
    job = actor.started(FILE)
    schedule.step(actor.tenant, job)
    assert actor.job(job).status is Status.COMPLETED


def test_a_pending_job_cannot_be_stepped(make_actor):
    actor = make_actor()
    with pytest.raises(ValueError, match="is pending: it waits for its file"):
        schedule.step(actor.tenant, actor.submit())


def test_an_ended_job_cannot_be_stepped(actor):
    job = actor.done(FILE)
    with pytest.raises(ValueError, match="is completed, which is a final status"):
        schedule.step(actor.tenant, job)


@pytest.mark.parametrize("transitions", list(Transitions))
@pytest.mark.parametrize("operation", ["create", "delete"])
def test_a_held_job_stays_in_progress_until_it_is_stepped(make_actor, time, transitions, operation):
    actor = make_actor(transitions=transitions, processing_polls=0)
    actor.tenant.planned_outcomes.hold_next(JobMatcher())
    job = actor.started(FILE) if operation == "create" else actor.submit("delete")
    if job.status is Status.ACCEPTED and transitions is Transitions.MANUAL:
        schedule.step(actor.tenant, job)
    time.pass_seconds(86_400)
    assert [actor.retrieve(job).status for _ in range(3)] == [Status.IN_PROGRESS] * 3
    schedule.step(actor.tenant, actor.job(job))
    assert actor.status(job) is Status.COMPLETED


# In which order


def test_jobs_that_fall_due_between_two_looks_take_effect_in_the_order_of_their_due_times(make_actor):
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


def test_a_job_that_was_submitted_later_may_be_due_first(make_actor):
    actor = make_actor(queue_delay=0)
    create = actor.submit()
    delete = actor.submit("delete")
    actor.tenant.clock.advance(100)
    actor.upload(create, FILE)
    actor.tenant.clock.advance(3_600_000)
    assert (actor.job(delete).records_processed, len(actor.records())) == (0, 1)


@pytest.mark.fidelity("jobs-19")
def test_jobs_that_are_due_at_once_run_as_they_were_submitted(actor):
    first, second = actor.submit(), actor.submit("delete")
    actor.touch()
    actor.upload(first, FILE)
    assert actor.job(second).records_processed == 0


def shuffled_order(make_actor, name):
    """The order in which five jobs ran that were due together, where the order is shuffled."""
    actor = make_actor(name, execution_order=ExecutionOrder.SHUFFLED)
    started = [actor.started(f"brand__c\n{number}\n") for number in range(5)]
    actor.tenant.clock.advance(3_600_000)
    assert all(actor.status(job) is Status.COMPLETED for job in started)
    return [values["brand__c"] for values in actor.values()]


@pytest.mark.fidelity("jobs-19")
def test_a_shuffled_order_runs_every_job_but_not_as_submitted(make_actor):
    orders = [shuffled_order(make_actor, f"tenant-{number}") for number in range(3)]
    assert all(sorted(order) == list("01234") for order in orders)
    assert orders != [list("01234")] * 3


def test_a_shuffled_order_repeats_with_its_seed(make_actor):
    assert shuffled_order(make_actor, "default") == shuffled_order(make_actor, "default")


# In slices


def test_a_look_takes_only_so_much_work_and_says_that_some_is_left(make_actor, time):
    actor = make_actor()
    job = actor.started(LONG)
    time.pass_seconds(1)
    assert schedule.touch(actor.tenant)
    assert actor.tenant.store.jobs.get(job.id).status is Status.IN_PROGRESS
    assert 0 < len(actor.tenant.store.objects.table("default", "vehicle")) < LONG.count("vw")


def test_a_look_leaves_half_done_work_to_whoever_has_it(make_actor, time):
    actor = make_actor()
    actor.started(LONG)
    time.pass_seconds(1)
    schedule.touch(actor.tenant)
    table = actor.tenant.store.objects.table("default", "vehicle")
    done = len(table)
    assert schedule.touch(actor.tenant)
    assert len(table) == done


def test_a_look_still_moves_on_what_needs_no_work(make_actor, time):
    actor = make_actor(accept_delay=1.0)
    job = actor.submit()
    time.pass_seconds(1)
    actor.upload(job, LONG)
    other = actor.submit()
    time.pass_seconds(1)
    schedule.touch(actor.tenant)
    assert schedule.touch(actor.tenant)
    assert actor.tenant.store.jobs.get(other.id).status is Status.PENDING


def test_a_job_ends_when_its_rows_are_done(make_actor, time):
    actor = make_actor()
    job = actor.started(LONG)
    time.pass_seconds(1)
    while schedule.apply_clock(actor.tenant, chunks=1):
        time.pass_seconds(0.01)
    ended = actor.tenant.store.jobs.get(job.id)
    assert (ended.status, ended.records_processed) == (Status.COMPLETED, LONG.count("vw"))
    assert ended.updated_at == actor.tenant.clock.now()
    assert ended.processing_time == ended.updated_at - job.started_at


def test_half_done_work_is_finished_before_another_job_begins(make_actor, time):
    actor = make_actor()
    long, short = actor.started(LONG), actor.started("color__c\nred\n")
    time.pass_seconds(1)
    schedule.apply_clock(actor.tenant, chunks=1)
    while schedule.apply_clock(actor.tenant, chunks=1):
        if not actor.tenant.store.jobs.get(long.id).has_ended:
            assert not actor.tenant.store.jobs.get(short.id).has_ended
    assert actor.status(short) is Status.COMPLETED


def test_work_on_an_object_that_is_gone_is_a_mistake_of_ours(make_actor, time):
    actor = make_actor()
    actor.started(FILE)
    actor.tenant.store.objects.remove("default", "vehicle")
    time.pass_seconds(1)
    with pytest.raises(LookupError, match="object vehicle of job .* does not exist"):
        actor.touch()
