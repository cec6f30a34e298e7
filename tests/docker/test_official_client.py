"""The official client with a container."""

import importlib

import pytest

pytestmark = [
    pytest.mark.docker,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:zuora_sdk"),
]


@pytest.fixture
def client(start):
    container = start("--env", "MOCK_ZUORA_TRANSITIONS=immediate").until_healthy()
    client_class = importlib.import_module("zuora_sdk.zuora_client").ZuoraClient
    client = client_class(client_id="7c4d5433-dc23-4c36-9a01-b9719ecd059f", client_secret="secret", env=None)
    client.set_base_url(container.url)
    client.initialize()
    return client


def test_official_client_runs_a_job_in_a_container(client):
    jobs = client.custom_object_jobs_api()
    job = jobs.post_custom_object_bulk_job({"operation": "create", "namespace": "default", "object": "vehicle"})
    jobs.post_upload_file_for_custom_object_bulk_job("text/csv", job.id, "brand__c,color__c\nVolvo,blue\nLada\n")

    finished = jobs.get_custom_object_bulk_job(job.id)
    errors = jobs.get_custom_object_bulk_job_errors(job.id)
    written = client.custom_object_records_api().get_all_records_for_custom_object_type("vehicle")

    assert finished.status == "completed"
    assert len(errors.errors) == 1
    assert [record.additional_properties["brand__c"] for record in written.records] == ["Volvo"]
