"""Bounds of finished jobs and row errors in memory."""

import pytest

from mock_zuora.domain import limits
from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.limits import Drop
from mock_zuora.storage.jobs import MemoryJobs
from tests.storage.builders import job, row_error


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FINISHED_JOBS", 3)
    monkeypatch.setattr(limits, "MAX_ROW_ERRORS_OF_JOB", 2)
    monkeypatch.setattr(limits, "MAX_ROW_ERRORS", 4)
    return MemoryJobs()


def finish(jobs, *names):
    for name in names:
        jobs.add(job(name), limit=5)
        jobs.save(job(name, status=Status.COMPLETED))


def reject(jobs, name, *rows):
    for row in rows:
        jobs.add_row_error(name, row_error(row))


def test_oldest_finished_jobs_are_dropped(jobs):
    finish(jobs, *"abc")
    assert jobs.dropped == set()
    finish(jobs, *"de")
    assert [each.id for each in jobs.newest_first()] == ["e", "d", "c"]
    assert (jobs.get("a"), jobs.dropped) == (None, {Drop.FINISHED_JOBS})


def test_unfinished_jobs_are_never_dropped(jobs):
    jobs.add(job("open"), limit=5)
    finish(jobs, *"abcdefghij")
    assert [each.id for each in jobs.newest_first()] == ["j", "i", "h", "open"]
    assert [each.id for each in jobs.newest_first("h")] == ["open"]
    jobs.save(job("open", status=Status.CANCELLED))
    assert jobs.get("open") is None


def test_order_of_submission_decides_which_job_is_dropped(jobs):
    for name in "abcd":
        jobs.add(job(name), limit=5)
    for name in "dcba":
        jobs.save(job(name, status=Status.COMPLETED))
    assert [each.id for each in jobs.newest_first()] == ["d", "c", "b"]


def test_listing_continues_while_jobs_are_dropped(jobs):
    finish(jobs, *"abc")
    listed = jobs.newest_first()
    assert next(listed).id == "c"
    finish(jobs, *"defghi")
    assert list(listed) == []
    assert [each.id for each in jobs.newest_first("h")] == ["g"]


def test_memory_of_dropped_jobs_is_freed(jobs):
    for number in range(1_000):
        finish(jobs, str(number))
        reject(jobs, str(number), 2)
    sizes = [jobs._jobs, jobs._entries, jobs._order, jobs._finished, jobs._row_errors, jobs._with_row_errors]
    assert max(map(len, sizes)) <= 2 * limits.MAX_FINISHED_JOBS + 1


def test_first_row_errors_of_a_job_are_kept(jobs):
    finish(jobs, "a")
    reject(jobs, "a", 2, 3, 4)
    assert jobs.row_errors("a") == [row_error(2), row_error(3)]
    assert jobs.dropped == {Drop.ROW_ERRORS_OF_JOB}


def test_row_errors_of_the_oldest_job_are_dropped(jobs):
    finish(jobs, *"abc")
    for name in "bac":
        reject(jobs, name, 2, 3)
    assert [len(jobs.row_errors(name)) for name in "abc"] == [0, 2, 2]
    assert jobs.dropped == {Drop.ROW_ERRORS}


def test_row_errors_of_the_current_job_are_kept(jobs):
    finish(jobs, *"abc")
    for name in "bca":
        reject(jobs, name, 2, 3)
    assert [len(jobs.row_errors(name)) for name in "abc"] == [2, 0, 2]
    reject(jobs, "b", 4)
    assert [len(jobs.row_errors(name)) for name in "abc"] == [0, 1, 2]


def test_row_errors_are_dropped_with_their_job(jobs):
    finish(jobs, "a")
    reject(jobs, "a", 2, 3)
    finish(jobs, *"bcd")
    assert (jobs.row_errors("a"), jobs._row_error_count) == ([], 0)


def test_copy_has_the_same_bounds(jobs):
    finish(jobs, *"abc")
    reject(jobs, "a", 2)
    copy = jobs.copy()
    finish(copy, "d")
    assert [each.id for each in copy.newest_first()] == ["d", "c", "b"]
    assert [each.id for each in jobs.newest_first()] == ["c", "b", "a"]
    assert (copy.row_errors("a"), jobs.row_errors("a")) == ([], [row_error(2)])


def test_jobs_are_read_in_both_orders_from_any_job(jobs):
    finish(jobs, *"abcd")
    assert [each.id for each in jobs.oldest_first()] == ["b", "c", "d"]
    assert [each.id for each in jobs.oldest_first("c")] == ["d"]
    assert [each.id for each in jobs.newest_first("c")] == ["b"]
    assert list(jobs.oldest_first("d")) == []
