import json

import pytest

from mock_zuora.verify.finding import Verdict
from mock_zuora.verify.probes import PROBES
from mock_zuora.verify.response import Response
from mock_zuora.verify.tenant import Run

JOB = "/objects/jobs/*"
CODE = 71012523


def response(document):
    return Response("request", 200, {}, json.dumps(document))


class EndedJobs:
    """A tenant whose jobs all end with these fields and these codes of rejected rows."""

    def __init__(self, fields, errors):
        self.job, self.rejected = {"Id": "a", "recordsProcessed": 0, **fields}, [{"code": each} for each in errors]
        self.timer = self

    def pause(self, seconds):
        """Nothing has to be waited for."""

    def object(self, fields):
        return "object"

    def pending_job(self, name):
        return "a"

    def upload(self, job, content):
        return response({})

    def wait_for(self, job):
        return response(self.job)

    def run(self, name, content):
        return Run(response({}), self.job, self.rejected)

    def records(self, name):
        return [{"doors__c": 2}, {"doors__c": 4}]


@pytest.fixture
def found_by_jobs():
    def found(name, fields, errors=()):
        return dict(PROBES[name].scenario(EndedJobs(fields, errors)))

    return found


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "completed"},
        {"status": "failed", "error": {"code": 71012560, "message": "retry later"}},
        {"status": "cancelled"},
    ],
)
def test_other_ends_of_a_job_without_rows_are_shown(found_by_jobs, fields):
    found = found_by_jobs("all-rows-rejected", fields, errors=() if fields["status"] == "completed" else (CODE,))
    assert found["all-rows-rejected"].verdict is Verdict.OTHER


def test_an_error_with_more_fields_is_shown(found_by_jobs):
    error = {"code": CODE, "message": "no", "details": []}
    found = found_by_jobs("all-rows-rejected", {"status": "failed", "error": error}, errors=(CODE,))
    assert (found["all-rows-rejected"].choice, found["jobs-02"].verdict) == ("failed", Verdict.OTHER)


def test_a_refused_file_tells_nothing_about_rows(run_probes, tenant):
    tenant.faults.add(f"{JOB}/files", "POST", status=400, body='{"code": 71013620}')
    for name in ("all-rows-rejected", "records-processed", "processing-time"):
        assert run_probes(tenant, name)[name].verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("processed", "choice"), [(2, "written"), (3, "all-rows"), (7, None), (None, None)])
def test_records_are_counted_in_one_of_two_ways(found_by_jobs, processed, choice):
    fields = {"status": "completed", "recordsProcessed": processed}
    found = found_by_jobs("records-processed", fields, errors=(CODE,))["records-processed"]
    assert (found.verdict, found.choice) == (Verdict.CHOICE if choice else Verdict.OTHER, choice)


def test_a_job_that_fails_as_a_whole_does_not_tell_which_records_are_counted(run_probes, tenant):
    tenant.configure(assume={"rejected-rows": "fail-job"})
    assert run_probes(tenant, "records-processed")["records-processed"].verdict is Verdict.INCONCLUSIVE


# Processing time


DATES = {"CreatedDate": "2026-01-01T00:00:00.000Z", "UpdatedDate": "2026-01-01T00:01:00.000Z"}


@pytest.mark.parametrize(
    ("milliseconds", "updated", "choice"),
    [
        (60_000, "2026-01-01T00:01:00Z", "since-submission"),
        (49_500, "2026-01-01T00:01:00Z", "processing"),
        (0, "2026-01-01T00:01:00Z", "processing"),
        (55_000, "2026-01-01T00:01:00Z", None),
        (90_000, "2026-01-01T00:01:00Z", None),
    ],
)
def test_a_slow_job_is_judged_by_its_dates(found_by_jobs, milliseconds, updated, choice):
    fields = {**DATES, "UpdatedDate": updated, "processingTime": milliseconds}
    found = found_by_jobs("processing-time", fields)["processing-time"]
    assert (found.verdict, found.choice) == (Verdict.CHOICE if choice else Verdict.OTHER, choice)


def test_a_date_before_the_upload_is_not_the_end(found_by_jobs):
    fields = {**DATES, "UpdatedDate": "2026-01-01T00:00:01Z", "processingTime": 5}
    assert found_by_jobs("processing-time", fields)["processing-time"].verdict is Verdict.INCONCLUSIVE


def test_jobs_that_take_long_are_waited_for(run_probes, tenant):
    tenant.configure(transitions="time", queue_delay=20, processing_time=40)
    assert run_probes(tenant, "processing-time")["processing-time"].choice == "processing"
    tenant.configure(assume={"processing-time": "since-submission"})
    assert run_probes(tenant, "processing-time")["processing-time"].choice == "since-submission"


# Statuses


@pytest.mark.parametrize(
    "respond", [{"status": 400, "body": '{"code": 71013020}'}, {"status": 200, "body": '{"status": "cancelled"}'}]
)
def test_other_responses_to_the_second_cancel_are_shown(run_probes, tenant, respond):
    tenant.faults.sequence([None, respond] * 2, f"{JOB}/cancel", "PATCH")
    assert run_probes(tenant, "wrong-status")["wrong-status"].verdict is Verdict.OTHER


def test_jobs_with_delays_have_the_same_life(run_probes, tenant):
    tenant.configure(transitions="time", accept_delay=20, queue_delay=20, processing_time=40)
    found = run_probes(tenant, "job-life")
    others = {name for name, each in found.items() if each.verdict is not Verdict.HOLDS}
    # The first status is then accepted.
    assert others == {"jobs-10"}


def test_more_fields_of_a_job_are_shown(run_probes, tenant):
    body = json.dumps({"Id": "a", "status": "pending", "color": "red"})
    tenant.faults.add("/objects/jobs", "POST", status=200, body=body)
    found = run_probes(tenant, "job-life")
    assert (found["jobs-01"].verdict, found["operations-01"].verdict) == (Verdict.OTHER, Verdict.OTHER)
    assert found["operations-05"].verdict is Verdict.INCONCLUSIVE
