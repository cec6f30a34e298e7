"""Each documented error once over HTTP: its status, its code, what its message names, and no stack trace."""

import pytest

from mock_zuora.api.errors import HTTP_STATUS
from mock_zuora.domain.errors import Category
from mock_zuora.domain.tenants.settings import DefinitionMode, TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

JOBS = "/objects/jobs"
CREATE = {"operation": "create", "object": "car", "namespace": "default"}
DELETE = {**CREATE, "operation": "delete"}


OF_A_JOB = [("GET", ""), ("POST", "/files"), ("GET", "/errors"), ("PATCH", "/cancel")]


@pytest.mark.fidelity("errors-02")
@pytest.mark.parametrize("job_id", ["7006ce52-91c9-11ed-a1eb-0242ac120002", "17", "%00", "a%20b", "%F0%9F%9A%97"])
@pytest.mark.parametrize(("method", "tail"), OF_A_JOB, ids=["retrieve", "upload", "list errors", "cancel"])
async def test_unknown_job_is_404(client, method, tail, job_id):
    response = await client.request(method, f"{JOBS}/{job_id}{tail}", headers={"Content-Type": "text/csv"})
    assert (response.status_code, response.json()["code"]) == (404, 71013040)
    assert response.json()["message"].startswith("Job not found for id '")


@pytest.mark.parametrize(("method", "tail"), OF_A_JOB, ids=["retrieve", "upload", "list errors", "cancel"])
async def test_job_of_another_tenant_is_404(make_api, method, tail):
    api = make_api(TenantTemplate(), TenantTemplate(name="other"))
    other = api.registry.tenants["other"]
    async with api.client() as client:
        job = (await client.post(JOBS, json=CREATE)).json()
    async with api.client(api.registry.issue_token(other, other.default_user).text) as client:
        response = await client.request(method, f"{JOBS}/{job['Id']}{tail}", headers={"Content-Type": "text/csv"})
    assert (response.status_code, response.json()["code"]) == (404, 71013040)
    async with api.client() as client:
        assert (await client.get(f"{JOBS}/{job['Id']}")).json() == job


WRONG_STATUS = {
    "upload to a cancelled job": (["cancel"], "files", "a file can be uploaded", "'cancelled'"),
    "upload again": (["files"], "files", "a file can be uploaded", "'completed'"),
    "cancel again": (["cancel"], "cancel", "it can be cancelled", "'cancelled'"),
    "cancel after the end": (["files"], "cancel", "it can be cancelled", "'completed'"),
}


@pytest.mark.parametrize(("before", "step", "action", "status"), WRONG_STATUS.values(), ids=list(WRONG_STATUS))
async def test_step_in_wrong_status_is_refused(client, pending_job, upload, before, step, action, status):
    async def take(step):
        if step == "files":
            return await upload(pending_job, b"a__c\n1\n")
        return await client.patch(f"{JOBS}/{pending_job}/cancel")

    for each in before:
        await take(each)
    job = (await client.get(f"{JOBS}/{pending_job}")).json()
    response = await take(step)
    assert (response.status_code, response.json()["code"]) == (400, 71013620)
    assert action in response.json()["message"]
    assert status in response.json()["message"]
    assert (await client.get(f"{JOBS}/{pending_job}")).json() == job


@pytest.mark.fidelity("upload-05")
async def test_delete_job_accepts_no_file(client, upload):
    job_id = (await client.post(JOBS, json=DELETE)).json()["Id"]
    response = await upload(job_id, b"a__c\n1\n")
    assert (response.status_code, response.json()["code"]) == (400, 71013530)
    assert "operation is 'delete'" in response.json()["message"]


@pytest.mark.fidelity("jobs-14")
async def test_job_in_progress_cannot_be_cancelled(make_api):
    api = make_api(transitions=Transitions.MANUAL)
    async with api.client() as client:
        job_id = (await client.post(JOBS, json=CREATE)).json()["Id"]
        await client.post(f"{JOBS}/{job_id}/files", content=b"a__c\n1\n", headers={"Content-Type": "text/csv"})
        response = await client.patch(f"{JOBS}/{job_id}/cancel")
        assert (response.status_code, response.json()["code"]) == (400, 71013620)
        assert "'in_progress'" in response.json()["message"]
        assert (await client.get(f"{JOBS}/{job_id}")).json()["status"] == "in_progress"


ROWS = {
    "missing required value": ("name__c,color__c\n,red\n", 71012522, "name__c"),
    "not an integer": ("name__c,doors__c\nx,four\n", 71012523, "'four'"),
    "not a number": ("name__c,price__c\nx,cheap\n", 71012524, "'cheap'"),
    "not a boolean": ("name__c,new__c\nx,perhaps\n", 71012525, "'perhaps'"),
    "too long": (f"name__c\n{'x' * 513}\n", 71012526, "name__c"),
    "not of the picklist": ("name__c,size__c\nx,XXL\n", 71012526, "'XXL'"),
    "not a UUID": ("name__c,owner__c\nx,me\n", 71012520, 'input string "me" is not a valid UUID'),
    "not a date": ("name__c,built__c\nx,yesterday\n", 71012520, "'yesterday'"),
    "a cell too many": ("name__c\nx,y\n", 71012520, "2 cells"),
    "unique value taken": ("name__c,vin__c\nx,1\ny,1\n", 71012530, "vin__c"),
}  # fmt: skip


@pytest.mark.fidelity("rows-10")
@pytest.mark.parametrize(("csv", "code", "words"), ROWS.values(), ids=list(ROWS))
async def test_rejected_row_is_listed_with_its_number(make_api, car, csv, code, words):
    settings = TenantSettings(transitions=Transitions.IMMEDIATE)
    api = make_api(TenantTemplate(settings=settings, definitions=(car,)))
    async with api.client() as client:
        job_id = (await client.post(JOBS, json=CREATE)).json()["Id"]
        content = csv.encode()
        await client.post(f"{JOBS}/{job_id}/files", content=content, headers={"Content-Type": "text/csv"})
        [error] = (await client.get(f"{JOBS}/{job_id}/errors")).json()["errors"]
    assert (error["code"], error["row"]) == (code, csv.count("\n"))
    assert words in error["message"]


@pytest.mark.fidelity("rows-11")
async def test_row_with_unknown_record_id_is_rejected(client, upload):
    job_id = (await client.post(JOBS, json={**CREATE, "operation": "update"})).json()["Id"]
    unknown = "7006ce52-91c9-11ed-a1eb-0242ac120002"
    await upload(job_id, f"Id,a__c\n{unknown},1\n".encode())
    [error] = (await client.get(f"{JOBS}/{job_id}/errors")).json()["errors"]
    assert (error["code"], error["record"]) == (71012540, {"Id": unknown, "a__c": "1"})
    assert unknown in error["message"]


# Unknown paths and methods

PATHS = ["/", "/docs", "/redoc", "/objects", "/objects/jobs/", "/objects/jobs/1/2/3", "/v1/accounts"]


@pytest.mark.fidelity("errors-09")
@pytest.mark.parametrize("path", PATHS)
async def test_unknown_path_is_404_in_json(client, path):
    response = await client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, 90000040)
    assert response.json()["message"].startswith(f"GET '{path}': there is no such path; ")
    assert response.headers["content-type"] == "application/json; charset=utf-8"


SIMILAR = {
    "//objects/jobs": "/objects/jobs",
    "/objects/jobs/": "/objects/jobs",
    "/objects//jobs/1/errors": "/objects/jobs/1/errors",
    "/v1/objects/jobs": "/objects/jobs",
    "/Objects/Jobs": "/objects/jobs",
    "/oauth/token/": "/oauth/token",
    "/object/job": "/objects/jobs",
    "/objects/records/vehicle": "/objects/records/default/{object}",
}


@pytest.mark.parametrize(("path", "similar"), SIMILAR.items())
async def test_unknown_path_names_a_similar_one_also_without_a_token(api, path, similar):
    async with api.client() as client:
        del client.headers["Authorization"]
        response = await client.get(f"http://localhost:8080{path}")
    assert response.status_code == 404
    assert response.json()["message"] == f"GET '{path}': there is no such path; did you mean {similar}?"


METHODS = {
    "HEAD": ("HEAD", JOBS, "GET, POST"),
    "OPTIONS": ("OPTIONS", JOBS, "GET, POST"),
    "DELETE": ("DELETE", f"{JOBS}/1", "GET"),
    "unheard of": ("BREW", f"{JOBS}/1/cancel", "PATCH"),
    "a token by GET": ("GET", "/oauth/token", "POST"),
}


@pytest.mark.fidelity("errors-09")
@pytest.mark.parametrize(("method", "path", "allowed"), METHODS.values(), ids=list(METHODS))
async def test_unsupported_method_is_405_with_allowed_methods(client, method, path, allowed):
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
    response = await client.request(method, path, headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    expected = f"one of {allowed}" if "," in allowed else allowed
    assert method == "HEAD" or response.json() == {
        "code": 90000045, "message": f"{method} is not allowed for '{path}'; expected {expected}.",
    }  # fmt: skip
    assert not [name for name in response.headers if name.startswith("access-control")]


# Bugs


async def test_crash_is_500_without_details_and_logged_with_request_id(client, monkeypatch, caplog):
    def crash(*_):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("mock_zuora.domain.jobs.operations.submit", crash)
    response = await client.post(JOBS, json=CREATE)
    assert (response.status_code, response.json()["code"]) == (500, 71013060)
    assert "fire" not in response.text
    assert response.headers["zuora-request-id"] in caplog.text
    assert "the disk is on fire" in caplog.text


@pytest.mark.fidelity("errors-01")
def test_every_category_has_its_status():
    assert set(HTTP_STATUS) == set(Category)
    assert {category: HTTP_STATUS[category] for category in Category if HTTP_STATUS[category] != 400} == {
        11: 401, 12: 403, 13: 403, 14: 403, 15: 403, 40: 404, 60: 500, 61: 500,
    }  # fmt: skip


ID = "5e8d1d5c-0000-4000-8000-000000000001"
GHOST = "/objects/records/default/ghost"
RELATED = {
    "object": "car",
    "label": "Car",
    "properties": {"owner__c": {"type": "string", "format": "uuid", "label": "Owner"}},
    "relationships": [{"namespace": "default", "object": "ghost", "fields": {"owner__c": "Id"}}],
}
ON_UNKNOWN_OBJECT = {
    "retrieve a definition": ("GET", "/objects/definitions/default/ghost", None, True),
    "delete a definition": ("DELETE", "/objects/definitions/default/ghost", None, False),
    "create a related definition": ("POST", "/objects/definitions/default", {"definitions": {"car": RELATED}}, False),
    "migrate": (
        "POST",
        "/objects/migrations",
        {"actions": [{"type": "updateObject", "namespace": "default", "object": "ghost"}]},
        False,
    ),
    "create records": ("POST", GHOST, {"records": [{}]}, False),
    "list records": ("GET", GHOST, None, False),
    "retrieve a record": ("GET", f"{GHOST}/{ID}", None, True),
    "put a record": ("PUT", f"{GHOST}/{ID}", {}, True),
    "patch a record": ("PATCH", f"{GHOST}/{ID}", {}, True),
    "delete a record": ("DELETE", f"{GHOST}/{ID}", None, False),
    "update a batch": ("POST", "/objects/batch/default/ghost", {"action": {"type": "update", "records": {}}}, False),
    "delete a batch": ("POST", "/objects/batch/default/ghost", {"action": {"type": "delete", "ids": []}}, False),
    "submit a job": ("POST", JOBS, {**CREATE, "object": "ghost"}, False),
}


@pytest.mark.fidelity("definitions-22")
@pytest.mark.parametrize("choice", ["400", "404"])
@pytest.mark.parametrize(
    ("method", "path", "body", "documents_404"), ON_UNKNOWN_OBJECT.values(), ids=list(ON_UNKNOWN_OBJECT)
)
async def test_unknown_object_is_404_where_documented_and_as_chosen_elsewhere(
    make_api, method, path, body, documents_404, choice
):
    api = make_api(definitions=DefinitionMode.STRICT)
    api.assume({"unknown-object": choice})
    async with api.client() as client:
        response = await client.request(method, path, **({} if body is None else {"json": body}))
    is_404 = documents_404 or choice == "404"
    assert (response.status_code, response.json()["code"]) == ((404, 71000040) if is_404 else (400, 71000220))
    assert response.json()["message"].startswith("object: no custom object 'ghost' is defined")
    assert ("unknown-object" in api.tenant.consulted) is not documents_404
    reason = None if documents_404 else f"assumption unknown-object={choice} (test)"
    assert response.headers.get("mock-zuora-reason") == reason
