"""Tests of the loader without an event loop, with and without faults."""

import httpx
import pytest
from loader import JobFailed
from retries import TOO_MANY_JOBS

from conftest import VEHICLE

# What arrives


def test_file_is_loaded_in_parts(zuora, loader, vehicles):
    loaded = loader.load("vehicle", vehicles(7))
    assert (loaded.records, len(loaded.jobs), loaded.rejected) == (7, 3, {})
    assert [record["plate__c"] for record in zuora.records("vehicle")] == [f"A {each}" for each in range(7)]


def test_file_without_rows_submits_no_job(zuora, loader, vehicles):
    assert loader.load("vehicle", vehicles(0)).jobs == []
    assert len(zuora.jobs) == 0
    assert zuora.records("vehicle") == []


def test_files_are_sent_as_csv(zuora, loader, vehicles):
    loader.load("vehicle", vehicles(1))
    zuora.requests.assert_made("POST", "/objects/jobs/*/files", count=1)
    [upload] = zuora.requests.find("POST", "/objects/jobs/*/files")
    assert upload.headers["content-type"] == "text/csv"
    assert upload.content == b"plate__c,seats__c\nA 0,1\n"
    assert upload.job_id == zuora.jobs[0].id


def test_submit_names_object_and_operation(zuora, loader, vehicles):
    loader.load("vehicle", vehicles(1))
    submit = next(each for each in zuora.requests if each.path == "/objects/jobs")
    assert submit.json() == {"operation": "create", "namespace": "default", "object": "vehicle"}


def test_requests_share_one_token(zuora, loader, vehicles):
    loader.load("vehicle", vehicles(7))
    assert zuora.requests.count(path="/oauth/token") == 1
    assert len({each.token for each in zuora.requests if each.token}) == 1


def test_client_does_nothing_that_zuora_does_not_document(zuora, loader, vehicles):
    loader.load("vehicle", vehicles(4))
    assert zuora.warnings() == []


@pytest.mark.zuora(relies_on=["delete-without-filter"])
def test_every_record_is_deleted(zuora, loader):
    zuora.add_records("vehicle", [{"plate__c": "A 1"}, {"plate__c": "A 2"}])
    loader.run("delete", "vehicle")
    assert zuora.records("vehicle") == []


# Rejected rows and failed jobs


@pytest.mark.zuora(relies_on=["rejected-rows", "records-processed", "unique-scope"])
def test_rejected_rows_have_the_numbers_of_the_whole_file(zuora, loader):
    zuora.define("vehicle", VEHICLE)
    loaded = loader.load("vehicle", "plate__c,seats__c\nA 1,5\nA 2,5\nA 3,many\nA 4,5\nA 1,5\n")
    assert (loaded.records, list(loaded.rejected)) == (3, [4, 6])
    assert "seats__c" in loaded.rejected[4] and "plate__c" in loaded.rejected[6]


@pytest.mark.zuora(relies_on=["rejected-rows"])
def test_planned_rejection_is_reported(zuora, loader, vehicles):
    zuora.jobs.reject_rows(where={"plate__c": "A 1"}, code=71012520, message="boom")
    assert loader.load("vehicle", vehicles(3)).rejected == {3: "boom"}


def test_failed_job_ends_the_load(zuora, loader, vehicles):
    zuora.jobs.fail_next(after_records=2)
    with pytest.raises(JobFailed, match="71012560 Service limit reached") as failure:
        loader.load("vehicle", vehicles(7))
    assert (failure.value.loaded.records, len(zuora.jobs)) == (2, 1)


@pytest.mark.zuora(transitions="manual")
def test_job_that_fails_while_the_loader_waits_ends_the_load(zuora, make, vehicles):
    def fail_it(seconds):
        zuora.jobs.fail(zuora.jobs.last, code=71012560, message="out of order")

    loader = make(sleep=fail_it)
    with pytest.raises(JobFailed, match="71012560 out of order"):
        loader.load("vehicle", vehicles(2))


def test_user_without_permission_is_refused(zuora, make, vehicles):
    viewer = zuora.user("viewer", permissions=["view"])
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        make(user=viewer).load("vehicle", vehicles(1))


@pytest.mark.zuora(relies_on=["header-check"])
def test_job_whose_file_is_refused_is_cancelled(zuora, loader):
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        loader.run("create", "vehicle", "plate__c,plate__c\nA 1,A 1\n")
    assert zuora.jobs.last.status == "cancelled"


# Polling


@pytest.mark.zuora(transitions="time", processing_time=100)
def test_polling_backs_off(zuora, loader, pauses, vehicles):
    zuora.clock.freeze()
    loader.load("vehicle", vehicles(1))
    assert pauses == [1, 2, 4, 8, 16, 32, 60]


@pytest.mark.zuora(transitions="polls", processing_polls=3)
def test_loader_polls_until_the_job_ends(zuora, loader, vehicles):
    loader.load("vehicle", vehicles(1))
    zuora.requests.assert_made("GET", "/objects/jobs/*", count=4)


@pytest.mark.zuora(transitions="manual")
def test_job_is_awaited_until_it_completes(zuora, make, vehicles):
    loader = make(sleep=lambda seconds: zuora.jobs.complete(zuora.jobs.last))
    assert loader.load("vehicle", vehicles(2)).records == 2


# Retries


@pytest.mark.parametrize("status", [429, 503])
def test_request_is_repeated_after_retry_after(zuora, loader, pauses, vehicles, status):
    zuora.faults.add("/objects/jobs/*/files", status=status, retry_after=7, times=2)
    loader.load("vehicle", vehicles(1))
    assert pauses == [7, 7]


def test_pauses_double_without_retry_after(zuora, loader, pauses, vehicles):
    zuora.faults.sequence([503, 429, 503, None], path="/objects/jobs", method="POST")
    loader.load("vehicle", vehicles(1))
    assert pauses == [1, 2, 4]


def test_loader_gives_up_after_five_attempts(zuora, loader, vehicles):
    zuora.faults.add("/objects/jobs", status=503)
    with pytest.raises(httpx.HTTPStatusError, match="503"):
        loader.load("vehicle", vehicles(1))
    assert zuora.requests.count("POST", "/objects/jobs") == 5


def test_bad_request_is_not_repeated(zuora, loader, vehicles):
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        loader.run("upsert", "vehicle", vehicles(1))
    assert zuora.requests.last.error_code == 71013520
    assert zuora.requests.count("POST") == 2  # with the token


def test_bad_gateway_is_repeated_for_a_poll_only(zuora, loader, vehicles):
    html = {"status": 502, "body": "<html><h1>502 Bad Gateway</h1></html>", "content_type": "text/html"}
    zuora.faults.add("/objects/jobs/*", "GET", times=1, **html)
    assert loader.load("vehicle", vehicles(1)).records == 1
    zuora.faults.add("/objects/jobs", "POST", times=1, **html)
    with pytest.raises(httpx.HTTPStatusError, match="502"):
        loader.load("vehicle", vehicles(1))


def test_cut_off_json_is_an_error(zuora, loader, vehicles):
    zuora.faults.add("/objects/jobs", "POST", status=200, body='{"Id": "', content_type="application/json", times=1)
    with pytest.raises(ValueError, match="Unterminated string"):
        loader.load("vehicle", vehicles(1))


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_lost_response_to_a_poll_is_repeated(zuora, loader, vehicles, effect):
    zuora.faults.sequence([effect, effect, None], path="/objects/jobs/*", method="GET")
    assert loader.load("vehicle", vehicles(1)).records == 1


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_lost_response_to_a_submit_is_not_repeated(zuora, loader, vehicles, effect):
    zuora.faults.add("/objects/jobs", "POST", times=1, **{effect: True})
    with pytest.raises(httpx.TransportError):
        loader.load("vehicle", vehicles(1))
    assert len(zuora.jobs) == 1


@pytest.mark.parametrize("effect", ["reset", "truncate"])
def test_lost_response_to_an_upload_is_looked_up(zuora, loader, vehicles, effect):
    zuora.faults.add("/objects/jobs/*/files", "POST", times=1, **{effect: True})
    assert loader.load("vehicle", vehicles(2)).records == 2
    zuora.requests.assert_made("POST", "/objects/jobs/*/files", count=1)


def test_date_in_retry_after_is_ignored(zuora, loader, pauses, vehicles):
    date = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
    zuora.faults.add("/objects/jobs", "POST", status=503, headers=date, times=1)
    loader.load("vehicle", vehicles(1))
    assert pauses == [1]


def test_upload_that_never_arrives_is_given_up(zuora, loader, pauses, vehicles, monkeypatch):
    send = httpx.Client.request

    def break_uploads(client, method, path, **options):
        if path.endswith("/files"):
            raise httpx.WriteError("broken pipe")
        return send(client, method, path, **options)

    monkeypatch.setattr(httpx.Client, "request", break_uploads)
    with pytest.raises(httpx.WriteError):
        loader.load("vehicle", vehicles(1))
    assert pauses == [1, 2, 4, 8]


# The limit of unfinished jobs


def test_loader_waits_while_there_are_too_many_jobs(zuora, make, vehicles, pauses):
    others = zuora.jobs.fill(5)

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            zuora.jobs.fail(others[0])

    assert make(sleep=sleep).load("vehicle", vehicles(1)).records == 1
    assert zuora.requests.count(error_code=TOO_MANY_JOBS) == 2


# Tokens


def test_refused_token_is_renewed(zuora, loader, vehicles):
    loader.load("vehicle", vehicles(1))
    zuora.clock.advance(hours=1.5)
    loader.load("vehicle", vehicles(1))
    assert zuora.requests.count(path="/oauth/token") == 2
    assert zuora.requests.count(status=401) == 1


def test_tenants_do_not_share_records(zuora, make, vehicles):
    other = zuora.tenant("other")
    make().load("vehicle", vehicles(2))
    assert (len(zuora.records("vehicle")), other.records("vehicle")) == (2, [])
