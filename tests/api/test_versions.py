"""Versions over HTTP: which version is used, and what a custom row changes."""

import re

import pytest

from mock_zuora.api.versions import DEFAULT_VERSION, TABLE, table_with
from mock_zuora.domain.tenants.settings import Transitions
from mock_zuora.server.app import App

pytestmark = pytest.mark.anyio

CREATE = {"operation": "create", "object": "vehicle", "namespace": "default"}
MISSING = "/objects/jobs/7006ce52-91c9-11ed-a1eb-0242ac120002"
MESSAGE = "Job not found for id '7006ce52-91c9-11ed-a1eb-0242ac120002'."


@pytest.mark.fidelity("versions-01")
def test_table_has_every_supported_version():
    assert len(TABLE) == 28
    assert [version for version in TABLE if version.startswith("202")] == ["2024-05-20", "2025-08-12"]


@pytest.mark.fidelity("versions-04")
@pytest.mark.parametrize("version", TABLE)
async def test_error_has_code_and_message_in_every_version(client, version):
    response = await client.get(MISSING, headers={"Zuora-Version": version})
    assert response.text == f'{{"code":71013040,"message":"{MESSAGE}"}}'
    assert "mock-zuora-reason" not in response.headers


@pytest.mark.fidelity("versions-05")
@pytest.mark.parametrize("version", ["186.0", "2025-08-12"])
async def test_assumption_gives_errors_the_form_with_reasons(api, client, version):
    api.assume({"error-body": "reasons"})
    response = await client.get(MISSING, headers={"Zuora-Version": version})
    error = response.json()
    assert response.status_code == 404
    assert list(error) == ["success", "processId", "requestId", "reasons"]
    assert error["success"] is False
    assert re.fullmatch("[0-9A-F]{16}", error["processId"])
    assert error["requestId"] == response.headers["zuora-request-id"]
    assert error["reasons"] == [{"code": 71013040, "message": MESSAGE}]


@pytest.mark.fidelity("versions-02")
@pytest.mark.parametrize("version", ["185.0", "186", "", "latest", "2024-05-21", "2024-05-20 "])
async def test_unlisted_version_is_processed_as_186_with_warning(api, ask, version):
    api.configure(version="2024-05-20")
    answer = await ask(api.app, "GET", MISSING, headers=[(b"zuora-version", version.encode())])
    assert answer.body.startswith(b'{"code":71013040,')
    assert api.tenant.fidelity.counts == {"unlisted-version": 1}


@pytest.mark.fidelity("versions-02")
async def test_strict_mode_refuses_unlisted_version(api, client):
    api.configure(strict=True)
    response = await client.post("/objects/jobs", json=CREATE, headers={"Zuora-Version": "185.0"})
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert "Zuora-Version '185.0'" in response.json()["message"]
    assert response.headers["ratelimit-remaining"] == "49999"
    assert (await client.get("/objects/jobs")).json()["count"] == 0


@pytest.mark.fidelity("versions-03")
async def test_tenant_version_is_the_default(own_row):
    async with own_row.client() as client:
        assert "reasons" in (await client.get(MISSING)).json()


@pytest.mark.fidelity("versions-03")
async def test_header_overrides_tenant_version(own_row):
    async with own_row.client() as client:
        assert "code" in (await client.get(MISSING, headers={"Zuora-Version": "341.0"})).json()
    assert own_row.tenant.fidelity.counts == {}


@pytest.fixture
def own_row(make_api):
    """An API with a custom row: accepted is called open, and errors have reasons."""
    api = make_api(transitions=Transitions.TIME, accept_delay=60.0, version="2021")
    rows = table_with({"2021": {"error-body": "reasons", "accepted-name": "open"}})
    api.app = App(api.registry, [], versions=rows)
    api.app.runner.ready.set()
    return api


@pytest.mark.fidelity("versions-07", "versions-08")
async def test_custom_row_renames_status_in_every_response(own_row):
    async with own_row.client() as client:
        job = (await client.post("/objects/jobs", json=CREATE)).json()
        assert job["status"] == "open"
        assert (await client.get(f"/objects/jobs/{job['Id']}")).json()["status"] == "open"
        assert (await client.get("/objects/jobs")).json()["jobs"][0]["status"] == "open"
        other = await client.get(f"/objects/jobs/{job['Id']}", headers={"Zuora-Version": "186.0"})
    assert other.json()["status"] == "accepted"


@pytest.mark.fidelity("versions-07")
async def test_list_filters_by_renamed_status(own_row):
    async with own_row.client() as client:
        job = (await client.post("/objects/jobs", json=CREATE)).json()
        assert (await client.get("/objects/jobs?status=open")).json()["jobs"] == [job]
        refused = await client.get("/objects/jobs?status=accepted")
    [reason] = refused.json()["reasons"]
    assert (refused.status_code, reason["code"]) == (400, 71013020)
    assert reason["message"] == (
        "status: 'accepted' is not valid; expected one of open, pending, in_progress, completed, failed, cancelled."
    )


def test_custom_row_changes_only_what_it_names():
    table = table_with({"341.0": {"error-body": "reasons"}, "new": {}})
    assert table["341.0"] == {**TABLE["341.0"], "error-body": "reasons"}
    assert table["new"] == TABLE[DEFAULT_VERSION]
    assert table["338.0"] == TABLE["338.0"]
    assert "new" not in TABLE


@pytest.mark.fidelity("rows-09", "versions-01")
@pytest.mark.parametrize("version", TABLE)
async def test_record_of_a_rejected_row_follows_the_version_of_its_request(client, pending_job, upload, version):
    await upload(pending_job, b"brand__c\nvw,4\n")
    found = [
        (await client.get(f"/objects/jobs/{pending_job}/errors", headers={"Zuora-Version": version})).json()
        for _ in range(2)
    ]
    record = found[0]["errors"][0]["record"]
    assert found[0] == found[1]
    assert ("Id" in record, record["brand__c"]) == (version.startswith("202"), "vw")
