from dataclasses import replace

import pytest

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.planned_outcomes import (
    NOTHING_PLANNED,
    JobMatcher,
    PlannedFailure,
    PlannedOutcome,
    PlannedOutcomes,
    PlannedRejection,
)
from tests.storage.builders import job

FIRST, SECOND = Problem(71012560, "first"), Problem(71012560, "second")
ANY = JobMatcher()
JOB = job("a-job")


@pytest.mark.parametrize(
    ("matcher", "is_match"),
    [
        (JobMatcher(), True),
        (JobMatcher(object="vehicle"), True),
        (JobMatcher(object="person"), False),
        (JobMatcher(operation=Operation.CREATE), True),
        (JobMatcher(operation=Operation.DELETE), False),
        (JobMatcher(object="vehicle", operation=Operation.DELETE), False),
    ],
)
def test_matcher_selects_jobs_by_object_and_operation(matcher, is_match):
    assert matcher.matches(JOB) is is_match


def test_failures_are_used_in_the_order_in_which_they_were_planned():
    planned = PlannedOutcomes()
    planned.fail_next(PlannedFailure(code=FIRST.code, message=FIRST.message))
    planned.fail_next(PlannedFailure(code=SECOND.code, message=SECOND.message))
    assert [planned.pop_plan(JOB).failure.error for _ in range(2)] == [FIRST, SECOND]
    assert planned.pop_plan(JOB) is NOTHING_PLANNED


def test_a_plan_waits_for_a_job_that_it_covers():
    planned = PlannedOutcomes()
    planned.fail_next(PlannedFailure(object="person", code=FIRST.code, message=FIRST.message))
    assert planned.pop_plan(JOB) is NOTHING_PLANNED
    assert planned.pop_plan(replace(JOB, object="person")).failure.error == FIRST


def test_failure_planned_twice_fails_two_jobs():
    planned = PlannedOutcomes()
    for _ in range(2):
        planned.fail_next(PlannedFailure(code=FIRST.code, message=FIRST.message))
    planned.pop_plan(JOB)
    assert planned.pop_plan(JOB).failure.error == FIRST


def test_rejections_of_several_plans_add_up_and_are_used_once():
    planned = PlannedOutcomes()
    planned.reject_rows(PlannedRejection(rows={2: (FIRST.code, FIRST.message)}))
    planned.reject_rows(PlannedRejection(rows={2: (SECOND.code, SECOND.message), 4: (SECOND.code, SECOND.message)}))
    planned.reject_rows(PlannedRejection(object="person", rows={3: (FIRST.code, FIRST.message)}))
    plan = planned.pop_plan(JOB)
    assert [plan.rejection_of(number, {}) for number in (2, 3, 4)] == [FIRST, None, SECOND]
    assert planned.pop_plan(JOB) is NOTHING_PLANNED
    assert planned.describe() == {"failures": 0, "rejections": 1, "holds": 0}


def test_a_rejection_finds_the_rows_that_say_all_of_its_texts():
    rejection = PlannedRejection(where={"brand__c": "vw", "color__c": "red"}, code=FIRST.code, message=FIRST.message)
    assert rejection.rejection_of(2, {"brand__c": "vw", "color__c": "red", "doors__c": "4"}) == FIRST
    assert rejection.rejection_of(2, {"brand__c": "vw"}) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "rows or where is required"),
        ({"rows": {2: (71012520, "boom")}, "code": 71012520}, "code and message require where"),
        ({"rows": {1: (71012520, "the header")}}, "rows.1: expected a row from 2"),
        ({"rows": {2: (7, "boom")}}, "rows.2: .* error code of 8 digits"),
    ],
    ids=["nothing", "code without where", "header", "code"],
)
def test_invalid_rejection_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PlannedRejection(**options)


def test_default_outcome_rejects_no_row():
    assert PlannedOutcome().rejection_of(2, {}) is None


def test_hold_is_used_by_the_first_matching_job():
    planned = PlannedOutcomes()
    planned.hold_next(JobMatcher(object="vehicle"))
    assert planned.describe() == {"failures": 0, "rejections": 0, "holds": 1}
    assert not planned.pop_hold(replace(JOB, object="person"))
    assert [planned.pop_hold(JOB) for _ in range(2)] == [True, False]


def test_plans_are_removed_by_their_numbers():
    planned = PlannedOutcomes(failures=[PlannedFailure()], holds=[ANY, ANY])
    numbers = [number for number, _, _ in planned.numbered()]
    assert numbers == [1, 2, 3]
    planned.remove(2)
    planned.remove(7)
    assert planned.describe() == {"failures": 1, "rejections": 0, "holds": 1}
    planned.clear()
    planned.hold_next(ANY)
    assert [number for number, _, _ in planned.numbered()] == [4]
