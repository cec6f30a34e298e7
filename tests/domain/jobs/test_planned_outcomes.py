from dataclasses import replace

import pytest

from mock_zuora.domain.errors import Problem
from mock_zuora.domain.jobs.job import Job, Operation
from mock_zuora.domain.jobs.planned_outcomes import (
    NOTHING_PLANNED,
    JobMatcher,
    PlannedFailure,
    PlannedOutcome,
    PlannedOutcomes,
    PlannedRejection,
)

FIRST, SECOND = Problem(71012560, "first"), Problem(71012560, "second")
ANY = JobMatcher()
JOB = Job(
    id="a-job",
    namespace="default",
    object="vehicle",
    operation=Operation.CREATE,
    created_by="ann",
    created_at=0,
    updated_by="ann",
    updated_at=0,
)


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


def test_failures_are_used_in_order_of_planning():
    planned = PlannedOutcomes()
    planned.fail_next(PlannedFailure(matcher=ANY, error=FIRST))
    planned.fail_next(PlannedFailure(matcher=ANY, error=SECOND))
    assert [planned.pop_plan(JOB).failure.error for _ in range(2)] == [FIRST, SECOND]
    assert planned.pop_plan(JOB) is NOTHING_PLANNED


def test_plan_waits_for_a_matching_job():
    planned = PlannedOutcomes()
    planned.fail_next(PlannedFailure(matcher=JobMatcher(object="person"), error=FIRST))
    assert planned.pop_plan(JOB) is NOTHING_PLANNED
    assert planned.pop_plan(replace(JOB, object="person")).failure.error == FIRST


def test_failure_planned_twice_fails_two_jobs():
    planned = PlannedOutcomes()
    for _ in range(2):
        planned.fail_next(PlannedFailure(matcher=ANY, error=FIRST))
    planned.pop_plan(JOB)
    assert planned.pop_plan(JOB).failure.error == FIRST


def test_rejections_of_several_plans_add_up_and_are_used_once():
    planned = PlannedOutcomes()
    planned.reject_rows(PlannedRejection(matcher=ANY, rows={2: FIRST}))
    planned.reject_rows(PlannedRejection(matcher=ANY, rows={2: SECOND, 4: SECOND}))
    planned.reject_rows(PlannedRejection(matcher=JobMatcher(object="person"), rows={3: FIRST}))
    plan = planned.pop_plan(JOB)
    assert [plan.rejection_of(number, {}) for number in (2, 3, 4)] == [FIRST, None, SECOND]
    assert planned.pop_plan(JOB) is NOTHING_PLANNED
    assert planned.describe() == {"failures": 0, "rejections": 1, "holds": 0}


def test_rejection_matches_rows_with_all_its_cells():
    rejection = PlannedRejection(matcher=ANY, where={"brand__c": "vw", "color__c": "red"}, error=FIRST)
    assert rejection.rejection_of(2, {"brand__c": "vw", "color__c": "red", "doors__c": "4"}) == FIRST
    assert rejection.rejection_of(2, {"brand__c": "vw"}) is None


def test_empty_rejection_matches_no_row():
    assert PlannedRejection(matcher=ANY, error=FIRST).rejection_of(2, {"brand__c": "vw"}) is None
    assert PlannedOutcome().rejection_of(2, {}) is None


def test_hold_is_used_by_the_first_matching_job():
    planned = PlannedOutcomes()
    planned.hold_next(JobMatcher(object="vehicle"))
    assert planned.describe() == {"failures": 0, "rejections": 0, "holds": 1}
    assert not planned.pop_hold(replace(JOB, object="person"))
    assert [planned.pop_hold(JOB) for _ in range(2)] == [True, False]
