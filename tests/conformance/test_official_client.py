"""The official client takes bulk jobs through their whole life, knowing nothing but the base URL of the server."""

import uuid

import pytest

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk"),
    # The client declares the value of a condition as an object, and sends it as it is.
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
    # One worker runs them all: the client's package takes ten seconds to import.
    pytest.mark.xdist_group("official client"),
]

VERSIONS = ["186.0", "2024-05-20", "2025-08-12"]


@pytest.fixture(params=VERSIONS)
def client(request, official_client):
    official_client.set_zuora_version(request.param)
    return official_client


@pytest.fixture
def jobs(client):
    return client.custom_object_jobs_api()


def submit(jobs, operation="create", **body):
    # A dictionary is what the client makes its request model of.
    return jobs.post_custom_object_bulk_job(
        {"operation": operation, "namespace": "default", "object": "vehicle", **body}
    )


def upload(jobs, job, text):
    return jobs.post_upload_file_for_custom_object_bulk_job("text/csv", job.id, text)


def run(jobs, job, text=None):
    """Uploads the file, if the job takes one, and polls until the job has ended."""
    if text is not None:
        upload(jobs, job, text)
    while job.status in ("accepted", "pending", "in_progress"):
        job = jobs.get_custom_object_bulk_job(job.id)
    return job


def vehicles(client):
    answer = client.custom_object_records_api().get_all_records_for_custom_object_type("vehicle")
    return {record.additional_properties["brand__c"]: record for record in answer.records}


def problem_of(refusal):
    """Code and message of a refusal, in whichever envelope its version has."""
    said = refusal.value.data.to_dict() if hasattr(refusal.value.data, "to_dict") else refusal.value.data
    first = said["reasons"][0] if "reasons" in said else said
    return int(first["code"]), first["message"]


def test_the_client_gets_a_token_for_its_tenant(official_client):
    assert official_client.get_token_info()["is_expired"] is False


def test_a_wrong_secret_gets_no_token(make_official_client, credentials, capsys):
    client = make_official_client(credentials[0], "wrong")
    assert client.get_token_info()["access_token"] is None
    assert "invalid_client" in capsys.readouterr().out


def test_the_client_names_the_newest_version_by_itself(official_client):
    assert official_client.get_zuora_version("none") == VERSIONS[-1]


def test_a_create_job_goes_from_pending_over_in_progress_to_completed(jobs):
    job = submit(jobs)
    assert job.status == "pending" and uuid.UUID(job.id)
    assert upload(jobs, job, "brand__c,plate__c\nVolvo,A 1\nSaab,A 2\n").status == "in_progress"
    assert jobs.get_custom_object_bulk_job(job.id).status == "in_progress"
    ended = jobs.get_custom_object_bulk_job(job.id)
    assert (ended.status, ended.records_processed, ended.error) == ("completed", 2, None)


def test_the_records_of_a_create_job_are_there_and_a_delete_job_removes_them(client, jobs):
    run(jobs, submit(jobs), "brand__c,color__c\nVolvo,blue\nSaab,green\n")
    assert set(vehicles(client)) == {"Volvo", "Saab"}
    condition = {"field": "brand__c", "operator": "EQ", "value": "Saab"}
    ended = run(jobs, submit(jobs, "delete", filter={"conditions": [condition]}))
    assert (ended.status, ended.records_processed) == ("completed", 1)
    assert set(vehicles(client)) == {"Volvo"}


def test_an_update_changes_the_record_that_its_id_names(client, jobs):
    run(jobs, submit(jobs), "brand__c,color__c\nVolvo,blue\n")
    record_id = vehicles(client)["Volvo"].id
    ended = run(jobs, submit(jobs, "update"), f"Id,brand__c,color__c\n{record_id},Volvo,red\n")
    assert (ended.status, ended.records_processed) == ("completed", 1)
    assert vehicles(client)["Volvo"].additional_properties["color__c"] == "red"


def test_rejected_rows_are_listed_with_number_and_reason(jobs):
    job = run(jobs, submit(jobs), "brand__c,plate__c\nVolvo,A 1\n,A 2\nSaab,A 1\n")
    assert (job.status, job.records_processed) == ("completed", 1)
    errors = jobs.get_custom_object_bulk_job_errors(job.id).errors
    assert [(each.row, each.code) for each in errors] == [(3, 71012522), (4, 71012530)]
    assert "brand__c" in errors[0].message and "plate__c" in errors[1].message


def test_a_job_whose_rows_are_all_rejected_fails_with_the_first_one_s_error(jobs):
    job = run(jobs, submit(jobs), "brand__c,seats__c\nVolvo,five\n")
    assert (job.status, job.error.code) == ("failed", 71012523)
    assert "seats__c" in job.error.message


def test_pages_follow_the_cursor_and_repeat_nothing(jobs):
    submitted = [jobs.p_atch_custom_object_bulk_job(submit(jobs).id).id for _ in range(5)]
    listed, cursor = [], None
    while (page := jobs.get_all_custom_object_bulk_jobs(page_size=2, cursor=cursor)).jobs:
        assert page.count == len(page.jobs)
        listed += [job.id for job in page.jobs]
        cursor = page.cursor
    assert listed == submitted[::-1]


def test_a_pending_job_is_cancelled_and_stays_so(jobs, sdk):
    job = submit(jobs)
    assert jobs.p_atch_custom_object_bulk_job(job.id).status == "cancelled"
    with pytest.raises(sdk.exceptions.BadRequestException) as refusal:
        upload(jobs, job, "brand__c\nVolvo\n")
    assert problem_of(refusal)[0] == 71013430
    assert jobs.get_all_custom_object_bulk_jobs(status="cancelled").count == 1


def test_the_sixth_unfinished_job_is_refused(jobs, sdk):
    for _ in range(5):
        submit(jobs)
    with pytest.raises(sdk.exceptions.BadRequestException) as refusal:
        submit(jobs)
    code, message = problem_of(refusal)
    assert code == 71013030 and "limit" in message


def test_an_update_file_without_an_id_column_is_refused_and_the_job_takes_a_better_one(jobs, sdk):
    job = submit(jobs, "update")
    with pytest.raises(sdk.exceptions.BadRequestException) as refusal:
        upload(jobs, job, "brand__c\nVolvo\n")
    code, message = problem_of(refusal)
    assert code == 71013722 and "'id'" in message
    assert upload(jobs, job, f"id,brand__c\n{uuid.uuid4()},Volvo\n").status == "in_progress"


def test_an_unknown_job_is_not_found(jobs, sdk):
    unknown = str(uuid.uuid4())
    with pytest.raises(sdk.exceptions.NotFoundException) as refusal:
        jobs.get_custom_object_bulk_job(unknown)
    assert problem_of(refusal) == (71013040, f"Job not found for id '{unknown}'.")


def test_a_call_without_a_valid_token_is_unauthorized(client, jobs, sdk):
    client.api_client.default_headers["Authorization"] = "Basic abc"
    with pytest.raises(sdk.exceptions.UnauthorizedException):
        jobs.get_all_custom_object_bulk_jobs()


def test_every_answer_is_what_the_client_s_models_declare(jobs, sdk):
    job = run(jobs, submit(jobs), "brand__c,seats__c\nVolvo,five\n")
    for answer, model in (
        (jobs.get_custom_object_bulk_job_with_http_info(job.id), sdk.CustomObjectBulkJobResponse),
        (jobs.get_all_custom_object_bulk_jobs_with_http_info(), sdk.CustomObjectBulkJobResponseCollection),
        (jobs.get_custom_object_bulk_job_errors_with_http_info(job.id), sdk.CustomObjectBulkJobErrorResponseCollection),
    ):
        # What the client hands out is not validated; from_json is.
        assert model.from_json(answer.raw_data).additional_properties == {}


def test_headers_of_a_call_come_back(jobs):
    answer = jobs.get_all_custom_object_bulk_jobs_with_http_info(zuora_track_id="my-track")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["zuora-track-id"] == "my-track" and uuid.UUID(headers["zuora-request-id"])
    assert int(headers["ratelimit-remaining"]) > 0
