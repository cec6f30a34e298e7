"""The official client runs bulk jobs. It knows only the base URL of the server."""

import uuid

import pytest

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk"),
    # The client declares the value of a condition as an object, and sends it unchanged.
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
    # One xdist worker runs all of these tests, because the import of the client takes ten seconds.
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
    # The client creates its request model from a dictionary.
    return jobs.post_custom_object_bulk_job(
        {"operation": operation, "namespace": "default", "object": "vehicle", **body}
    )


def upload(jobs, job, text):
    return jobs.post_upload_file_for_custom_object_bulk_job("text/csv", job.id, text)


def run(jobs, job, text=None):
    """Uploads a file, if there is one, and polls until the job is finished."""
    if text is not None:
        upload(jobs, job, text)
    while job.status in ("accepted", "pending", "in_progress"):
        job = jobs.get_custom_object_bulk_job(job.id)
    return job


def vehicles(client):
    page = client.custom_object_records_api().get_all_records_for_custom_object_type("vehicle")
    return {record.additional_properties["brand__c"]: record for record in page.records}


def error_of(raised):
    """Returns the code and message that the client has read from an error."""
    return int(raised.value.data.code), raised.value.data.message


def test_client_gets_a_token_for_its_tenant(official_client):
    assert official_client.get_token_info()["is_expired"] is False


def test_wrong_secret_gets_no_token(make_official_client, credentials, capsys):
    client = make_official_client(credentials[0], "wrong")
    assert client.get_token_info()["access_token"] is None
    assert "client_secret is wrong" in capsys.readouterr().out


def test_client_sends_the_newest_version_by_default(official_client):
    assert official_client.get_zuora_version("none") == VERSIONS[-1]


def test_create_job_moves_from_pending_to_completed(jobs):
    job = submit(jobs)
    assert job.status == "pending" and uuid.UUID(job.id)
    assert upload(jobs, job, "brand__c,plate__c\nVolvo,A 1\nSaab,A 2\n").status == "in_progress"
    assert jobs.get_custom_object_bulk_job(job.id).status == "in_progress"
    finished = jobs.get_custom_object_bulk_job(job.id)
    assert (finished.status, finished.records_processed, finished.error) == ("completed", 2, None)


def test_create_job_writes_records_and_delete_job_deletes_them(client, jobs):
    run(jobs, submit(jobs), "brand__c,color__c\nVolvo,blue\nSaab,green\n")
    assert set(vehicles(client)) == {"Volvo", "Saab"}
    condition = {"field": "brand__c", "operator": "EQ", "value": "Saab"}
    finished = run(jobs, submit(jobs, "delete", filter={"conditions": [condition]}))
    assert (finished.status, finished.records_processed) == ("completed", 1)
    assert set(vehicles(client)) == {"Volvo"}


def test_update_job_changes_the_record_with_the_id(client, jobs):
    run(jobs, submit(jobs), "brand__c,color__c\nVolvo,blue\n")
    record_id = vehicles(client)["Volvo"].id
    finished = run(jobs, submit(jobs, "update"), f"Id,brand__c,color__c\n{record_id},Volvo,red\n")
    assert (finished.status, finished.records_processed) == ("completed", 1)
    assert vehicles(client)["Volvo"].additional_properties["color__c"] == "red"


def test_rejected_rows_are_listed_with_row_number_and_message(jobs):
    job = run(jobs, submit(jobs), "brand__c,plate__c\nVolvo,A 1\n,A 2\nSaab,A 1\n")
    assert (job.status, job.records_processed) == ("completed", 1)
    errors = jobs.get_custom_object_bulk_job_errors(job.id).errors
    assert [(each.row, each.code) for each in errors] == [(3, 71012522), (4, 71012530)]
    assert "brand__c" in errors[0].message and "plate__c" in errors[1].message


def test_job_with_only_rejected_rows_fails_with_the_first_error(jobs):
    job = run(jobs, submit(jobs), "brand__c,seats__c\nVolvo,five\n")
    assert (job.status, job.error.code) == ("failed", 71012523)
    assert "seats__c" in job.error.message


def test_pages_follow_the_cursor_without_repetition(jobs):
    submitted = [jobs.p_atch_custom_object_bulk_job(submit(jobs).id).id for _ in range(5)]
    listed, cursor = [], None
    while (page := jobs.get_all_custom_object_bulk_jobs(page_size=2, cursor=cursor)).jobs:
        assert page.count == len(page.jobs)
        listed += [job.id for job in page.jobs]
        cursor = page.cursor
    assert listed == submitted[::-1]


def test_pending_job_is_cancelled(jobs, sdk):
    job = submit(jobs)
    assert jobs.p_atch_custom_object_bulk_job(job.id).status == "cancelled"
    with pytest.raises(sdk.exceptions.BadRequestException) as raised:
        upload(jobs, job, "brand__c\nVolvo\n")
    assert error_of(raised)[0] == 71013620
    assert jobs.get_all_custom_object_bulk_jobs(status="cancelled").count == 1


def test_sixth_unfinished_job_is_refused(jobs, sdk):
    for _ in range(5):
        submit(jobs)
    with pytest.raises(sdk.exceptions.BadRequestException) as raised:
        submit(jobs)
    code, message = error_of(raised)
    assert code == 71013030 and "limit" in message


def test_update_file_without_id_column_is_refused_and_can_be_corrected(jobs, sdk):
    job = submit(jobs, "update")
    with pytest.raises(sdk.exceptions.BadRequestException) as raised:
        upload(jobs, job, "brand__c\nVolvo\n")
    code, message = error_of(raised)
    assert code == 71013722 and "'id'" in message
    assert upload(jobs, job, f"id,brand__c\n{uuid.uuid4()},Volvo\n").status == "in_progress"


def test_unknown_job_is_not_found(jobs, sdk):
    unknown = str(uuid.uuid4())
    with pytest.raises(sdk.exceptions.NotFoundException) as raised:
        jobs.get_custom_object_bulk_job(unknown)
    assert error_of(raised) == (71013040, f"Job not found for id '{unknown}'.")


def test_request_without_a_valid_token_is_unauthorized(client, jobs, sdk):
    client.api_client.default_headers["Authorization"] = "Basic abc"
    with pytest.raises(sdk.exceptions.UnauthorizedException) as raised:
        jobs.get_all_custom_object_bulk_jobs()
    assert raised.value.data.message == "Authentication error"


def test_responses_fit_the_models_of_the_client(jobs, sdk):
    job = run(jobs, submit(jobs), "brand__c,seats__c\nVolvo,five\n")
    for response, model in (
        (jobs.get_custom_object_bulk_job_with_http_info(job.id), sdk.CustomObjectBulkJobResponse),
        (jobs.get_all_custom_object_bulk_jobs_with_http_info(), sdk.CustomObjectBulkJobResponseCollection),
        (jobs.get_custom_object_bulk_job_errors_with_http_info(job.id), sdk.CustomObjectBulkJobErrorResponseCollection),
    ):
        # The client does not validate its results; from_json does.
        assert model.from_json(response.raw_data).additional_properties == {}


def test_responses_have_the_documented_headers(jobs):
    response = jobs.get_all_custom_object_bulk_jobs_with_http_info(zuora_track_id="my-track")
    headers = {name.lower(): value for name, value in response.headers.items()}
    assert headers["zuora-track-id"] == "my-track" and uuid.UUID(headers["zuora-request-id"])
    assert int(headers["ratelimit-remaining"]) > 0
