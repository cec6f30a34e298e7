"""The client against the mock: what it does on good days and on bad ones."""

import pytest
from requests_jobs import JobFailed, Refused, ZuoraJobs

BRAND = {"type": "string", "label": "Brand"}
VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n"


@pytest.fixture
def slept():
    """How long the client would have slept, each time."""
    return []


@pytest.fixture
def jobs(zuora, slept):
    """The client; while it sleeps, the tenant's clock moves on."""

    def sleep(seconds):
        slept.append(seconds)
        zuora.clock.advance(seconds)

    credentials = zuora.client()
    return ZuoraJobs(zuora.url, credentials.client_id, credentials.client_secret, sleep)


def test_records_are_created_and_deleted(zuora, jobs):
    assert jobs.run("create", "vehicle", VEHICLES)["recordsProcessed"] == 2
    assert [record["brand__c"] for record in zuora.records("vehicle")] == ["Volvo", "Saab"]
    jobs.run("delete", "vehicle")
    assert zuora.records("vehicle") == []


@pytest.mark.zuora(transitions="time", queue_delay=0, processing_time=100)
def test_the_longer_a_job_takes_the_less_often_it_is_asked_for(zuora, jobs, slept):
    zuora.clock.freeze()
    assert jobs.run("create", "vehicle", VEHICLES)["processingTime"] == 100_000
    assert slept == [1, 2, 4, 8, 16, 32, 60]


def test_a_service_that_is_not_there_is_tried_again_when_it_says_so(zuora, jobs, slept):
    fault = zuora.faults.add("/objects/jobs", "POST", status=503, retry_after=7, times=2)
    jobs.run("create", "vehicle", VEHICLES)
    assert zuora.faults.get(fault).hits == 2 and slept == [7, 7]


def test_a_service_that_stays_away_is_given_up(zuora, jobs, slept):
    zuora.faults.add("/objects/jobs", status=503)
    with pytest.raises(Refused, match="503"):
        jobs.run("create", "vehicle", VEHICLES)
    assert slept == [1, 2, 4, 8]


def test_a_job_whose_answer_was_lost_is_not_submitted_twice(zuora, jobs):
    zuora.faults.add("/objects/jobs", "POST", reset=True, times=1)
    jobs.run("create", "vehicle", VEHICLES)
    assert len(zuora.jobs.all()) == 1


def test_an_expired_token_is_renewed(zuora, jobs):
    jobs.run("create", "vehicle", VEHICLES)
    zuora.clock.advance(3601)
    jobs.run("create", "vehicle", VEHICLES)
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 1


def test_rejected_rows_are_reported_and_the_others_are_written(zuora, jobs):
    zuora.jobs.reject_rows({3: (71012520, "boom")})
    job = jobs.run("create", "vehicle", VEHICLES)
    assert jobs.rejected_rows(job) == {3: "boom"}
    assert len(zuora.records("vehicle")) == 1


def test_a_job_that_fails_is_an_error_that_says_why(zuora, jobs):
    zuora.jobs.fail_next(after_records=1)
    with pytest.raises(JobFailed, match="71012560: Service limit reached") as failure:
        jobs.run("create", "vehicle", VEHICLES)
    assert failure.value.job["recordsProcessed"] == 1


@pytest.mark.parametrize("version", ["186.0", "2025-08-12"])
def test_a_refusal_says_why_in_every_version(zuora, jobs, version):
    zuora.configure(version=version)
    zuora.seed({"definitions": [{"object": "vehicle", "label": "Vehicle", "properties": {"brand__c": BRAND}}]})
    with pytest.raises(Refused, match="400 71013721: .*'brand'"):
        jobs.run("create", "vehicle", "brand\nVolvo\n")
