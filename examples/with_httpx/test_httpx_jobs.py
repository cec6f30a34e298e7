"""Tests of the client, with and without faults."""

import httpx
import pytest
from httpx_jobs import JobFailed, ZuoraJobs

VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n"


@pytest.fixture
def pauses():
    """The pauses of the client in seconds."""
    return []


@pytest.fixture
def jobs(zuora, pauses):
    """The client. When it sleeps, the clock of the tenant advances instead."""

    def sleep(seconds):
        pauses.append(seconds)
        zuora.clock.advance(seconds)

    credentials = zuora.client()
    jobs = ZuoraJobs(zuora.url, credentials.client_id, credentials.client_secret, sleep)
    yield jobs
    jobs.close()


@pytest.mark.zuora(relies_on=["delete-without-filter"])
def test_records_are_created_and_deleted(zuora, jobs):
    assert jobs.run("create", "vehicle", VEHICLES)["recordsProcessed"] == 2
    assert [record["brand__c"] for record in zuora.records("vehicle")] == ["Volvo", "Saab"]
    jobs.run("delete", "vehicle")
    assert zuora.records("vehicle") == []


@pytest.mark.zuora(transitions="time", processing_time=100)
def test_polling_backs_off(zuora, jobs, pauses):
    zuora.clock.freeze()
    jobs.run("create", "vehicle", VEHICLES)
    assert pauses == [1, 2, 4, 8, 16, 32, 60]


@pytest.mark.parametrize("status", [429, 503])
def test_request_is_retried_after_retry_after(zuora, jobs, pauses, status):
    fault = zuora.faults.add("/objects/jobs/*/files", status=status, retry_after=7, times=2)
    jobs.run("create", "vehicle", VEHICLES)
    assert zuora.faults.get(fault).hits == 2 and pauses == [7, 7]


def test_client_gives_up_after_several_attempts(zuora, jobs, pauses):
    zuora.faults.add("/objects/jobs", status=503)
    with pytest.raises(httpx.HTTPStatusError, match="503"):
        jobs.run("create", "vehicle", VEHICLES)
    assert pauses == [1, 2, 4, 8]


def test_lost_response_does_not_submit_a_job_twice(zuora, jobs):
    zuora.faults.add("/objects/jobs", "POST", truncate=True, times=1)
    with pytest.raises(httpx.TransportError):
        jobs.run("create", "vehicle", VEHICLES)
    assert len(zuora.jobs.all()) == 1


def test_lost_response_to_a_poll_is_retried(zuora, jobs):
    fault = zuora.faults.add("/objects/jobs/*", "GET", truncate=True, times=2)
    jobs.run("create", "vehicle", VEHICLES)
    assert zuora.faults.get(fault).hits == 2


def test_expired_token_is_renewed(zuora, jobs):
    jobs.run("create", "vehicle", VEHICLES)
    zuora.clock.advance(3601)
    jobs.run("create", "vehicle", VEHICLES)
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 1


@pytest.mark.zuora(relies_on=["rejected-rows"])
def test_rejected_rows_are_reported_and_other_rows_are_written(zuora, jobs):
    zuora.jobs.reject_rows(where={"brand__c": "Saab"}, code=71012520, message="boom")
    job = jobs.run("create", "vehicle", VEHICLES)
    assert jobs.rejected_rows(job) == {3: "boom"}
    assert len(zuora.records("vehicle")) == 1


def test_failed_job_raises_an_error_with_its_message(zuora, jobs):
    zuora.jobs.fail_next(after_records=1)
    with pytest.raises(JobFailed, match="71012560: Service limit reached") as failure:
        jobs.run("create", "vehicle", VEHICLES)
    assert failure.value.job["recordsProcessed"] == 1
