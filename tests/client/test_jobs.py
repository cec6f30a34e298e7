"""The jobs of a handle, with both transports."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from mock_zuora.client.jobs import JobsResource
from mock_zuora.control.errors import Invalid, Refused, TimedOut, Unknown

JOBS = "/objects/jobs"


def test_jobs_are_listed_in_the_order_of_their_creation(handle, submit):
    first, second = submit(handle), submit(handle)
    assert [each.id for each in handle.jobs.all()] == [first, second]


def test_jobs_are_a_sequence(handle, submit):
    assert not handle.jobs
    ids = [submit(handle) for _ in range(3)]
    jobs = handle.jobs
    assert isinstance(jobs, Sequence)
    assert (
        [each.id for each in jobs] == [each.id for each in jobs[:]] == [each.id for each in reversed(jobs)][::-1] == ids
    )
    assert (len(jobs), jobs[0].id, jobs[-1].id, jobs.last.id) == (3, ids[0], ids[2], ids[2])
    assert [each.id for each in jobs[1:]] == ids[1:]


def test_jobs_contain_a_job_whatever_its_status_was(handle, submit):
    before = handle.jobs.get(submit(handle))
    handle.jobs.fail(before)
    assert before in handle.jobs and before.id in handle.jobs
    assert "00000000-0000-0000-0000-000000000000" not in handle.jobs


def test_missing_index_says_how_many_jobs_there_are(handle, submit):
    with pytest.raises(IndexError, match=r"jobs\[0\]: the tenant has 0 jobs"):
        handle.jobs[0]
    with pytest.raises(Unknown, match="the tenant has no jobs"):
        handle.jobs.last  # noqa: B018
    submit(handle)
    with pytest.raises(IndexError, match=r"jobs\[-2\]: the tenant has 1 job$"):
        handle.jobs[-2]


def test_iteration_reads_the_jobs_once(running, submit):
    with running.tenant() as zuora:
        submit(zuora), submit(zuora)
        sent = []
        jobs = JobsResource(lambda *request, **values: sent.append(request) or zuora._call(*request, **values))
        assert len([job.status for job in jobs]) == 2
        assert sent == [("GET", "/jobs")]


def test_reading_a_job_does_not_count_as_a_poll(handle, submit):
    handle.configure(transitions="polls", processing_polls=1)
    job = submit(handle, "brand__c\nSaab\n")
    assert {handle.jobs.get(job).status for _ in range(3)} == {"in_progress"}


def test_missing_job_is_unknown(handle):
    with pytest.raises(Unknown, match="id: .*'nope'"):
        handle.jobs.get("nope")


def test_message_about_missing_job_names_the_tenant_that_has_it(handle, running, submit):
    with running.tenant() as other:
        job = submit(other)
        with pytest.raises(Unknown, match=f"tenant '{other.name}' has"):
            handle.jobs.get(job)


def test_step_moves_manual_job(handle, submit):
    handle.configure(transitions="manual")
    job = submit(handle, "brand__c\nSaab\n")
    assert handle.jobs.get(job).status == "in_progress"
    assert handle.jobs.step(job).status == "completed"


@pytest.mark.parametrize("transitions", ["time", "polls", "manual"])
def test_complete_ends_a_job_in_every_mode(handle, submit, transitions):
    handle.configure(transitions=transitions, processing_time=3_600)
    assert handle.jobs.complete(submit(handle, "brand__c\nSaab\n")).status == "completed"
    assert [each["brand__c"] for each in handle.records("vehicle")] == ["Saab"]
    delete = submit(handle, operation="delete")
    assert handle.jobs.complete(delete).records_processed == 1


def test_complete_ends_a_held_job_and_a_job_that_is_still_accepted(handle, submit):
    handle.configure(transitions="time", accept_delay=3_600)
    handle.jobs.hold_next(operation="delete")
    assert handle.jobs.complete(submit(handle, operation="delete")).status == "completed"


def test_complete_runs_the_planned_failure_of_a_job(handle, submit):
    handle.configure(transitions="manual")
    handle.jobs.fail_next()
    assert handle.jobs.complete(submit(handle, "brand__c\nSaab\n")).error.code == 71012560


@pytest.mark.parametrize("accept_delay", [0, 3_600])
def test_job_without_file_cannot_complete(handle, submit, accept_delay):
    handle.configure(transitions="time", accept_delay=accept_delay)
    before = handle.jobs.get(submit(handle))
    with pytest.raises(Refused, match=f"id: job {before.id} is {before.status}: it .* file"):
        handle.jobs.complete(before)
    assert handle.jobs.get(before) == before


@pytest.mark.parametrize("end", ["complete", "fail"])
def test_ended_job_can_neither_complete_nor_fail(handle, submit, end):
    job = submit(handle, "brand__c\nSaab\n")
    before = handle.jobs.wait(job)
    with pytest.raises(Refused, match="is completed, which is a final status"):
        getattr(handle.jobs, end)(job)
    assert handle.jobs.get(job) == before


@pytest.mark.parametrize("transitions", ["time", "polls", "manual", "immediate"])
@pytest.mark.parametrize("accept_delay", [0, 3_600])
@pytest.mark.parametrize("operation", ["create", "update"])
def test_job_that_waits_for_its_file_fails_at_once(handle, submit, call, transitions, accept_delay, operation):
    handle.configure(transitions=transitions, accept_delay=accept_delay)
    failed = handle.jobs.fail(submit(handle, operation=operation))
    assert (failed.status, failed.error.code, failed.records_processed) == ("failed", 71012560, 0)
    assert call(handle, "GET", f"{JOBS}/{failed.id}")[1]["error"]["code"] == 71012560


@pytest.mark.parametrize("transitions", ["time", "polls", "manual"])
def test_job_in_progress_fails_with_the_given_error(handle, submit, transitions):
    handle.configure(transitions=transitions, processing_time=60)
    job = handle.jobs.fail(submit(handle, "brand__c\nSaab\n"), code=71012599, message="Out of order.")
    assert (job.status, job.error.code, job.error.message) == ("failed", 71012599, "Out of order.")
    handle.clock.advance(3_600)
    assert (handle.jobs.get(job), handle.records("vehicle")) == (job, [])


def test_failed_job_leaves_room_and_planned_outcomes_for_the_next(handle, submit):
    handle.configure(concurrent_job_limit=1)
    handle.jobs.fail_next(after_records=1)
    handle.jobs.fail(submit(handle))
    assert handle.jobs.get(submit(handle, "brand__c\nA\nB\n")).records_processed == 1


@pytest.mark.parametrize("options", [{"code": 5}, {"code": "x"}, {"message": ""}, {"message": "x" * 1_001}], ids=str)
def test_invalid_error_fails_no_job(handle, submit, options):
    job = submit(handle)
    with pytest.raises(Invalid, match=f"^{next(iter(options))}: "):
        handle.jobs.fail(job, **options)
    assert handle.jobs.get(job).status == "pending"


# The limit of concurrent jobs


@pytest.mark.parametrize("transitions", ["time", "polls", "manual", "immediate"])
@pytest.mark.parametrize("accept_delay", [0, 60])
def test_filled_limit_refuses_a_client_until_a_job_ends(handle, call, transitions, accept_delay):
    handle.configure(transitions=transitions, accept_delay=accept_delay, definitions="strict")
    filled = handle.jobs.fill()
    handle.clock.advance(3_600)
    assert [each.id for each in handle.jobs] == [each.id for each in filled]
    assert [each.has_ended for each in handle.jobs] == [False] * 5
    create = {"operation": "create", "object": "SavedQuery", "namespace": "com_zuora"}
    assert call(handle, "POST", JOBS, create)[1]["code"] == 71013030
    handle.jobs.fail(filled[0])
    assert call(handle, "POST", JOBS, create)[0] == 200


def test_fill_takes_a_number_and_leaves_the_rest(handle, submit):
    assert len(handle.jobs.fill(4)) == 4
    submit(handle)
    with pytest.raises(
        Refused, match="count: 5 jobs of tenant .* are unfinished, of at most 5: .* no room for any more"
    ):
        handle.jobs.fill()
    assert len(handle.jobs) == 5


def test_fill_beyond_the_limit_creates_no_job(handle, submit):
    submit(handle)
    with pytest.raises(Refused, match="no room for 5 more"):
        handle.jobs.fill(5)
    assert len(handle.jobs) == 1
    assert len(handle.jobs.fill()) == 4


def test_fill_of_a_large_limit_needs_a_count(handle):
    handle.configure(concurrent_job_limit=2_000)
    with pytest.raises(Refused, match="of at most 2,000; expected room for at most 1,000 more, or a count"):
        handle.jobs.fill()
    assert len({each.id for each in handle.jobs.fill(120)}) == 120
    with pytest.raises(Invalid, match="count: 1001 is not valid"):
        handle.jobs.fill(1_001)


def test_filled_jobs_add_no_custom_object(handle, call):
    handle.jobs.fill()
    assert call(handle, "GET", "/objects/definitions/default")[1]["count"] == 0


def test_step_of_job_without_file_is_refused(handle, submit):
    job = submit(handle)
    with pytest.raises(Refused, match="pending"):
        handle.jobs.step(handle.jobs.get(job))


def test_wait_returns_when_job_has_the_status(handle, submit):
    handle.configure(transitions="time", processing_time=0.05, queue_delay=0)
    job = submit(handle, "brand__c\nSaab\n")
    assert handle.jobs.wait(job, status="completed").records_processed == 1


def test_wait_without_status_is_for_any_final_status(handle, submit, call):
    job = submit(handle)
    call(handle, "PATCH", f"{JOBS}/{job}/cancel")
    assert handle.jobs.wait(job).status == "cancelled"


@pytest.mark.anyio
async def test_job_can_be_awaited(handle, submit):
    job = submit(handle, "brand__c\nVolvo\n")
    assert (await handle.jobs.wait_async(job, status="completed", timeout=30)).id == job


def test_timeout_of_job_wait_names_the_current_status(handle, submit):
    job = submit(handle)
    with pytest.raises(TimedOut, match="pending after 0.01 s, not completed"):
        handle.jobs.wait(job, status="completed", timeout=0.01)


def test_wait_for_impossible_status_ends_at_once(handle, submit):
    handle.jobs.fail_next()
    job = submit(handle, "brand__c\nSaab\n")
    with pytest.raises(Refused, match="failed .71012560 Service limit reached.* can no longer be completed"):
        handle.jobs.wait(job, status="completed", timeout=60)


@pytest.mark.parametrize("options", [{"status": "done"}, {"timeout": -1}, {"timeout": 601}], ids=str)
def test_invalid_wait_is_refused(handle, submit, options):
    job = submit(handle)
    with pytest.raises(Invalid, match=next(iter(options))):
        handle.jobs.wait(job, **options)


@pytest.mark.fidelity("mock-04")
def test_next_job_fails_as_planned(handle, submit):
    handle.jobs.fail_next(code=71012561, message="Try later.", after_records=2)
    failed = handle.jobs.get(submit(handle, "brand__c\nA\nB\nC\n"))
    assert (failed.status, failed.error.code, failed.error.message) == ("failed", 71012561, "Try later.")
    assert [each["brand__c"] for each in handle.records("vehicle")] == ["A", "B"]


def test_planned_failure_applies_to_one_job(handle, submit):
    handle.jobs.fail_next()
    submit(handle, "brand__c\nA\n")
    assert handle.jobs.get(submit(handle, "brand__c\nA\n")).status == "completed"


def test_planned_failure_can_be_limited_to_an_object(handle, submit):
    handle.jobs.fail_next(object="boat", operation="create")
    assert handle.jobs.get(submit(handle, "brand__c\nA\n")).status == "completed"
    assert handle.jobs.get(submit(handle, "brand__c\nA\n", object="boat")).status == "failed"


@pytest.mark.fidelity("mock-04")
def test_rows_are_rejected_by_number(handle, submit):
    handle.jobs.reject_rows({3: (71012520, "boom")}, object="vehicle")
    job = submit(handle, "brand__c\nA\nB\nC\n")
    (rejected,) = handle.jobs.errors(job)
    assert (rejected.row, rejected.code, rejected.message) == (3, 71012520, "boom")
    assert rejected.record == {"brand__c": "B"}
    assert handle.jobs.get(job).records_processed == 2


def test_rows_are_rejected_by_value(handle, submit):
    handle.jobs.reject_rows(where={"brand__c": "B"}, code=71012530, message="No B.")
    job = submit(handle, "brand__c\nA\nB\nB\n")
    assert [(each.row, each.message) for each in handle.jobs.errors(job)] == [(3, "No B."), (4, "No B.")]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "rows"),
        ({"rows": {1: (71012520, "the header")}}, "rows.1"),
        ({"rows": {2: (4, "not an error code")}}, "rows.2: expected .* error code of 8 digits"),
        ({"rows": {2: "boom"}}, "rows.2: 'boom' is not valid; expected a list"),
        ({"rows": {2: (71012520, "boom")}, "code": 71012520}, "where"),
        ({"where": {"brand__c": 5}}, "where.brand__c"),
        ({"where": {"brand__c": "B"}, "operation": "upsert"}, "operation"),
    ],
    ids=str,
)
def test_invalid_rejection_plans_nothing(handle, options, named):
    with pytest.raises(Invalid, match=named):
        handle.jobs.reject_rows(**options)
    assert handle.jobs.outcomes().rejections == 0


@pytest.mark.fidelity("mock-04")
def test_held_job_stays_in_progress_until_step(handle, submit):
    handle.jobs.hold_next()
    job = submit(handle, "brand__c\nA\n")
    handle.clock.advance(86_400)
    assert handle.jobs.get(job).status == "in_progress"
    assert handle.jobs.step(job).status == "completed"


def test_pending_outcomes_are_counted_and_cleared(handle):
    handle.jobs.fail_next()
    handle.jobs.reject_rows({2: (71012520, "boom")})
    handle.jobs.hold_next(operation="delete")
    waiting = handle.jobs.outcomes()
    assert (waiting.failures, waiting.rejections, waiting.holds) == (1, 1, 1)
    handle.jobs.clear_outcomes()
    assert handle.jobs.outcomes().failures == 0


def test_jobs_equal_a_list_of_the_same(handle, submit):
    assert handle.jobs == []
    submit(handle)
    assert handle.jobs == handle.jobs.all() and handle.jobs != []


def test_representation_shows_the_latest_jobs(handle, submit):
    assert repr(handle.jobs) == "<0 jobs>"
    job = submit(handle)
    assert repr(handle.jobs) == f"<1 job: create vehicle {job}: pending>"
    handle.configure(concurrent_job_limit=10)
    handle.jobs.fill(5)
    assert repr(handle.jobs).startswith("<6 jobs: … create SavedQuery ")


def test_position_of_a_job_is_found_with_one_request(running, submit):
    with running.tenant() as zuora:
        submit(zuora), submit(zuora)
        sent = []
        jobs = JobsResource(lambda *request, **values: sent.append(request) or zuora._call(*request, **values))
        assert jobs.index(zuora.jobs[1]) == 1
        assert sent == [("GET", "/jobs")]


# Listing, counting and paging


@pytest.fixture
def jobs(handle, submit):
    """Six jobs: three created on cars of which one failed, and three deleted from boats."""
    handle.configure(concurrent_job_limit=10, transitions="time", processing_time=60, queue_delay=0)
    ids = [submit(handle, object="car") for _ in range(3)]
    ids += [submit(handle, object="boat", operation="delete") for _ in range(3)]
    handle.jobs.fail(ids[1])
    return ids


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"order": "newest"}, [5, 4, 3, 2, 1, 0]),
        ({"limit": 2}, [0, 1]),
        ({"limit": 2, "order": "newest"}, [5, 4]),
        ({"object": "car"}, [0, 1, 2]),
        ({"operation": "delete", "order": "newest", "limit": 2}, [5, 4]),
        ({"status": "failed"}, [1]),
        ({"status": "failed", "object": "boat"}, []),
    ],
    ids=str,
)
def test_jobs_are_listed_by_status_object_and_operation(handle, jobs, search, found):
    assert [each.id for each in handle.jobs.all(**search)] == [jobs[each] for each in found]


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_pages_have_every_job_once_also_while_jobs_are_added(handle, submit, jobs, order):
    paged, after = [], None
    while page := handle.jobs.all(limit=2, order=order, after=after):
        paged += [each.id for each in page]
        after = page[-1]
        if len(paged) == 2:
            jobs.append(submit(handle))
    assert paged == (jobs if order == "oldest" else jobs[-2::-1])


@pytest.mark.parametrize(
    ("search", "error", "named"),
    [
        ({"limit": 0}, Invalid, "limit: '?0'? is not"),
        ({"limit": 10_001}, Invalid, "limit: '?10001'? is not"),
        ({"order": "random"}, Invalid, "order: 'random'"),
        ({"status": "lost"}, Invalid, "status: 'lost'"),
        ({"operation": "upsert"}, Invalid, "operation: 'upsert'"),
        ({"after": "nope"}, Unknown, "after: .*'nope'"),
    ],
    ids=str,
)
def test_invalid_search_names_the_field(handle, search, error, named):
    with pytest.raises(error, match=named):
        handle.jobs.all(**search)


def test_counts_are_by_status_object_and_operation(handle, jobs):
    counts = handle.jobs.counts()
    assert counts.by_status == {
        "accepted": 0, "pending": 2, "in_progress": 3, "completed": 0, "failed": 1, "cancelled": 0
    }  # fmt: skip
    assert (counts.total, counts.by_object) == (6, {"boat": 3, "car": 3})
    assert counts.by_operation == {"create": 3, "update": 0, "delete": 3}
    assert handle.jobs.counts(object="car", operation="create").by_status["pending"] == 2
    assert handle.jobs.counts(operation="update").total == 0


def test_last_job_is_read_alone(running, submit):
    with running.tenant() as zuora:
        submit(zuora)
        latest, read = submit(zuora), []
        jobs = JobsResource(lambda *request, **values: read.append(zuora._call(*request, **values)) or read[-1])
        assert jobs.last.id == latest
        assert len(read) == len(read[0]) == 1


# The story of a job


@pytest.mark.fidelity("mock-15")
def test_job_tells_its_history_and_what_moves_it_next(handle, submit, call):
    handle.configure(transitions="time", processing_time=60, queue_delay=0)
    now = handle.clock.freeze()
    job = submit(handle)
    before = handle.jobs.get(job)
    assert (before.next_by, before.due_at, before.rows) == ("upload", None, None)
    call(handle, "POST", f"{JOBS}/{job}/files", "brand__c\nSaab\nVolvo\n")
    running = handle.jobs.get(job)
    assert (running.next_by, running.due_at, running.rows) == ("clock", now + timedelta(seconds=60), 2)
    handle.clock.advance(100)
    ended = handle.jobs.get(job)
    assert [(each.status, (each.at - now).seconds, each.cause) for each in ended.history] == [
        ("accepted", 0, "submitted"),
        ("pending", 0, "submitted"),
        ("in_progress", 0, "uploaded"),
        ("completed", 60, "processed"),
    ]
    assert (ended.next_by, ended.due_at, ended.rows) == (None, None, 2)


def test_reads_leave_the_polls_of_a_job(handle, submit, call):
    handle.configure(transitions="polls", processing_polls=2)
    job = submit(handle, "brand__c\nSaab\n")
    assert [handle.jobs.get(job).polls_left for _ in range(2)] == [2, 2]
    call(handle, "GET", f"{JOBS}/{job}")
    assert (handle.jobs.last.polls_left, handle.jobs.last.next_by) == (1, "poll")


def test_history_survives_snapshots_and_exports(handle, running, submit):
    submit(handle, "brand__c\nSaab\n")
    before = handle.jobs.last
    handle.snapshots.save("one")
    handle.reset("jobs")
    handle.snapshots.restore("one")
    assert handle.jobs.last == before
    with running.tenant() as other:
        other.import_state(handle.export_state())
        assert other.jobs.last.history == before.history


# Planned outcomes as a list


@pytest.mark.fidelity("mock-04")
def test_planned_outcomes_are_listed_and_removed_one_by_one(handle, submit):
    handle.jobs.fail_next(message="Out of order.", object="car")
    handle.jobs.fail_next(after_records=3)
    handle.jobs.reject_rows({3: (71012520, "boom")}, operation="create")
    handle.jobs.reject_rows(where={"brand__c": "Lada"})
    handle.jobs.hold_next()
    outcomes = handle.jobs.outcomes()
    assert (outcomes.failures, outcomes.rejections, outcomes.holds) == (2, 2, 1)
    first, second, by_row, by_value, hold = outcomes.plans
    assert (first.object, first.message, second.after_records) == ("car", "Out of order.", 3)
    assert [(each.row, each.code, each.message) for each in by_row.rows] == [(3, 71012520, "boom")]
    assert (by_row.operation, by_value.where) == ("create", {"brand__c": "Lada"})
    for each in (second, by_value.id, hold):
        handle.jobs.remove_outcome(each)
    assert handle.jobs.outcomes().plans == (first, by_row)
    submit(handle, "brand__c\nSaab\nLada\n")
    assert handle.jobs.last.planned == ("rejection",)
    assert handle.jobs.outcomes().plans == (first,)
    with pytest.raises(Unknown, match=f"id: .*'{by_row.id}'"):
        handle.jobs.remove_outcome(by_row)
