"""The six job operations over HTTP: what their responses look like."""

import re

import pytest

from mock_zuora.domain.jobs.job import Status
from mock_zuora.domain.tenants.settings import Transitions
from mock_zuora.domain.tenants.template import TenantTemplate, UserTemplate

pytestmark = pytest.mark.anyio

CREATE = {"operation": "create", "object": "vehicle", "namespace": "default"}
KEYS = [
    "Id", "CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate", "namespace", "object", "operation", "status",
    "processingTime", "recordsProcessed",
]  # fmt: skip


@pytest.mark.fidelity("operations-01")
async def test_submit_returns_pending_job(client, api):
    response = await client.post("/objects/jobs", json=CREATE)
    job = response.json()
    user = api.tenant.default_user.id
    assert response.status_code == 200
    assert list(job) == KEYS
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", job.pop("Id"))
    assert job == {
        "CreatedById": user,
        "CreatedDate": "2021-03-10T00:05:54.207Z",
        "UpdatedById": user,
        "UpdatedDate": "2021-03-10T00:05:54.207Z",
        "namespace": "default",
        "object": "vehicle",
        "operation": "create",
        "status": "pending",
        "processingTime": 0,
        "recordsProcessed": 0,
    }


@pytest.mark.fidelity("jobs-12")
async def test_delete_job_is_accepted_first_and_needs_no_file(client):
    job = (await client.post("/objects/jobs", json={**CREATE, "operation": "delete"})).json()
    assert job["status"] == "accepted"
    assert (await client.get(f"/objects/jobs/{job['Id']}")).json()["status"] == "completed"


@pytest.mark.fidelity("operations-04")
async def test_upload_returns_job_in_progress_with_zero_counters(client, pending_job, upload):
    response = await upload(pending_job, b"brand__c\nFord\n")
    job = response.json()
    assert response.status_code == 200
    assert list(job) == KEYS
    assert (job["status"], job["processingTime"], job["recordsProcessed"]) == ("in_progress", 0, 0)


async def test_immediate_job_with_long_file_has_ended_at_the_next_request(client, pending_job, upload):
    assert (await upload(pending_job, b"a__c\n" + b"1\n" * 5_000)).json()["status"] == "in_progress"
    job = (await client.get(f"/objects/jobs/{pending_job}")).json()
    assert (job["status"], job["recordsProcessed"]) == ("completed", 5_000)


@pytest.mark.fidelity("operations-03")
async def test_retrieve_returns_the_ended_job_with_counters(make_api):
    api = make_api(transitions=Transitions.TIME, processing_time=0.062, queue_delay=0.0)
    async with api.client() as client:
        job_id = (await client.post("/objects/jobs", json=CREATE)).json()["Id"]
        await client.post(
            f"/objects/jobs/{job_id}/files", content=b"a__c\n1\n2\n", headers={"Content-Type": "text/csv"}
        )
        api.time.pass_seconds(0.061)
        assert (await client.get(f"/objects/jobs/{job_id}")).json()["status"] == "in_progress"
        api.time.pass_seconds(0.001)
        job = (await client.get(f"/objects/jobs/{job_id}")).json()
    assert (job["status"], job["processingTime"], job["recordsProcessed"]) == ("completed", 62, 2)
    assert job["UpdatedDate"] == "2021-03-10T00:05:54.269Z"


@pytest.mark.fidelity("operations-03")
async def test_retrieve_returns_the_job_of_the_id(client):
    jobs = [(await client.post("/objects/jobs", json=CREATE)).json() for _ in range(3)]
    assert [(await client.get(f"/objects/jobs/{each['Id']}")).json() for each in jobs] == jobs


@pytest.mark.fidelity("jobs-02")
async def test_only_a_failed_job_has_an_error(client, pending_job, upload):
    await upload(pending_job, b"a__c,b__c\n1\n")
    job = (await client.get(f"/objects/jobs/{pending_job}")).json()
    [row_error] = (await client.get(f"/objects/jobs/{pending_job}/errors")).json()["errors"]
    assert list(job) == [*KEYS, "error"]
    assert job["status"] == "failed"
    assert job["error"] == {"code": 71012520, "message": row_error["message"]}
    assert row_error["message"]


@pytest.mark.fidelity("jobs-02")
async def test_other_jobs_have_no_error(client, upload):
    pending, completed, cancelled = [(await client.post("/objects/jobs", json=CREATE)).json()["Id"] for _ in range(3)]
    uploaded = (await upload(completed, b"a__c\n1\n")).json()
    await client.patch(f"/objects/jobs/{cancelled}/cancel")
    jobs = [uploaded, *(await client.get("/objects/jobs")).json()["jobs"]]
    assert [each["status"] for each in jobs] == ["in_progress", "cancelled", "completed", "pending"]
    assert [list(each) for each in jobs] == [KEYS] * 4


@pytest.mark.fidelity("rows-09")
async def test_row_errors_have_code_message_record_and_row(client, pending_job, upload):
    await upload(pending_job, b"a__c,b__c\n1,2\n3\n")
    response = await client.get(f"/objects/jobs/{pending_job}/errors")
    [error] = response.json()["errors"]
    assert response.status_code == 200
    assert list(error) == ["code", "message", "record", "row"]
    assert (error["code"], error["record"], error["row"]) == (71012520, {"a__c": "3"}, 3)


@pytest.mark.fidelity("operations-05")
async def test_job_without_row_errors_lists_none(client, pending_job):
    assert (await client.get(f"/objects/jobs/{pending_job}/errors")).json() == {"errors": []}


@pytest.mark.fidelity("operations-06")
async def test_cancel_returns_the_cancelled_job(client, pending_job):
    response = await client.patch(f"/objects/jobs/{pending_job}/cancel")
    assert response.status_code == 200
    assert list(response.json()) == KEYS
    assert response.json()["status"] == "cancelled"


@pytest.mark.fidelity("jobs-03")
async def test_job_id_is_case_insensitive(client, pending_job):
    assert (await client.get(f"/objects/jobs/{pending_job.upper()}")).json()["Id"] == pending_job


@pytest.mark.fidelity("operations-02")
async def test_list_returns_jobs_count_and_cursor_newest_first(client):
    ids = [(await client.post("/objects/jobs", json=CREATE)).json()["Id"] for _ in range(3)]
    page = (await client.get("/objects/jobs", params={"pageSize": "2"})).json()
    assert list(page) == ["jobs", "count", "cursor"]
    assert [job["Id"] for job in page["jobs"]] == ids[:0:-1]
    assert (page["count"], page["cursor"]) == (2, ids[1])
    rest = (await client.get("/objects/jobs", params={"cursor": page["cursor"]})).json()
    assert [job["Id"] for job in rest["jobs"]] == ids[:1]


@pytest.mark.fidelity("list-04")
@pytest.mark.parametrize(
    ("choice", "last", "empty"),
    [("last-id", ["last"], []), ("absent", [], []), ("null", [None], [None]), ("empty", [""], [""])],
)
async def test_last_page_has_the_cursor_of_the_assumption(api, client, choice, last, empty):
    api.assume({"last-cursor": choice})
    ids = [(await client.post("/objects/jobs", json=CREATE)).json()["Id"] for _ in range(3)]

    async def cursors(**parameters):
        page = (await client.get("/objects/jobs", params=parameters)).json()
        return [page["cursor"]] if "cursor" in page else []

    assert await cursors(pageSize=1) == [ids[2]]
    assert "last-cursor" not in api.tenant.consulted
    assert await cursors(pageSize=2, cursor=ids[2]) == [ids[0] if each == "last" else each for each in last]
    assert await cursors(cursor=ids[0]) == empty


async def test_empty_page_has_no_cursor(client):
    assert (await client.get("/objects/jobs")).json() == {"jobs": [], "count": 0}


@pytest.mark.fidelity("list-02", "list-05")
async def test_page_size_is_25_by_default_and_at_most_100(make_api):
    api = make_api(concurrent_job_limit=1000)
    async with api.client() as client:
        for _ in range(101):
            await client.post("/objects/jobs", json=CREATE)
        assert (await client.get("/objects/jobs")).json()["count"] == 25
        assert (await client.get("/objects/jobs?pageSize=100")).json()["count"] == 100


@pytest.mark.fidelity("list-06")
async def test_list_filters_by_status(client, pending_job):
    cancelled = (await client.post("/objects/jobs", json=CREATE)).json()["Id"]
    await client.patch(f"/objects/jobs/{cancelled}/cancel")
    for status in Status:
        page = (await client.get("/objects/jobs", params={"status": status.value})).json()
        expected = {"pending": [pending_job], "cancelled": [cancelled]}.get(status.value, [])
        assert [job["Id"] for job in page["jobs"]] == expected


PERMISSIONS = {
    "submit create": ("edit", "POST", "/objects/jobs", CREATE, 71012515, "create"),
    "submit update": ("edit", "POST", "/objects/jobs", {**CREATE, "operation": "update"}, 71012513, "update"),
    "submit delete": ("delete", "POST", "/objects/jobs", {**CREATE, "operation": "delete"}, 71012514, "delete"),
    "upload to create": ("edit", "POST", "/objects/jobs/{create}/files", None, 71012515, "create"),
    "upload to update": ("edit", "POST", "/objects/jobs/{update}/files", None, 71012513, "update"),
    "retrieve": ("view", "GET", "/objects/jobs/{create}", None, 71012512, "view"),
}


@pytest.fixture
async def restricted(make_api):
    """An API with jobs of a user with every permission, and a factory of clients that lack one."""
    users = [UserTemplate()]
    for lacking in ("view", "edit", "delete"):
        users.append(UserTemplate(name=f"no-{lacking}", permissions=users[0].permissions - {lacking}))
    users.append(UserTemplate(name="nobody", permissions=frozenset()))
    api = make_api(TenantTemplate(users=tuple(users)))
    async with api.client() as client:
        jobs = {
            operation: (await client.post("/objects/jobs", json={**CREATE, "operation": operation})).json()["Id"]
            for operation in ("create", "update")
        }

    def client_of(name):
        return api.client(api.registry.issue_token(api.tenant, api.tenant.users[name]).text)

    return api, jobs, client_of


@pytest.mark.fidelity("permissions-03")
@pytest.mark.parametrize(
    ("lacking", "method", "path", "body", "code", "verb"), PERMISSIONS.values(), ids=list(PERMISSIONS)
)
async def test_missing_permission_is_403(restricted, lacking, method, path, body, code, verb):
    _, jobs, client_of = restricted
    async with client_of(f"no-{lacking}") as client:
        response = await client.request(method, path.format(**jobs), json=body)
    assert response.status_code == 403
    assert response.json() == {
        "code": code,
        "message": f"User does not have permission to {verb} custom objects.",
    }


async def test_list_errors_and_cancel_need_no_permission(restricted):
    _, jobs, client_of = restricted
    async with client_of("nobody") as client:
        assert (await client.get("/objects/jobs")).json()["count"] == 2
        assert (await client.get(f"/objects/jobs/{jobs['create']}/errors")).status_code == 200
        assert (await client.patch(f"/objects/jobs/{jobs['create']}/cancel")).json()["status"] == "cancelled"


async def test_polls_progress_a_job_with_transitions_polls(make_api):
    api = make_api(transitions=Transitions.POLLS, processing_polls=2)
    async with api.client() as client:
        job_id = (await client.post("/objects/jobs", json=CREATE)).json()["Id"]
        csv = b"a__c\n" + b"1\n" * 5_000
        await client.post(f"/objects/jobs/{job_id}/files", content=csv, headers={"Content-Type": "text/csv"})
        await client.get("/objects/jobs")
        seen = [(await client.get(f"/objects/jobs/{job_id}")).json() for _ in range(3)]
    assert [job["status"] for job in seen] == ["in_progress", "in_progress", "completed"]
    assert seen[-1]["recordsProcessed"] == 5_000


@pytest.mark.fidelity("operations-08")
async def test_undocumented_parameter_is_ignored_with_warning(client, api, pending_job):
    assert (await client.get("/objects/jobs?pagesize=1")).status_code == 200
    assert (await client.get(f"/objects/jobs/{pending_job}?fields=Id")).status_code == 200
    assert api.tenant.fidelity.counts == {"unknown-parameter": 2}


@pytest.mark.fidelity("operations-08")
async def test_strict_mode_refuses_undocumented_parameter(client, api, pending_job):
    api.configure(strict=True)
    response = await client.patch(f"/objects/jobs/{pending_job}/cancel?force=true")
    assert (response.status_code, response.json()["code"]) == (400, 71013020)
    assert "'force'" in response.json()["message"]
    assert (await client.get(f"/objects/jobs/{pending_job}")).json()["status"] == "pending"


@pytest.mark.fidelity("mock-10")
@pytest.mark.parametrize(
    ("choices", "file", "reason"),
    [
        ({}, "doors__c\nfour\n", "all-rows-rejected=failed (default)"),
        ({"all-rows-rejected": "completed"}, "doors__c\nfour\n", "all-rows-rejected=completed (test)"),
        ({"rejected-rows": "stop"}, "doors__c\n4\nfour\n", "rejected-rows=stop (test)"),
        ({"header-check": "processing"}, "wheels__c\n4\n", "header-check=processing (test)"),
        ({}, "doors__c\n4\nfour\n", None),
    ],
)
async def test_job_names_the_assumption_that_its_end_rests_on(api, client, choices, file, reason):
    car = {"object": "car", "label": "Car", "properties": {"doors__c": {"type": "integer", "label": "Doors"}}}
    await client.post("/objects/definitions/default", json={"definitions": {"car": car}})
    api.assume(choices)
    job = (await client.post("/objects/jobs", json={**CREATE, "object": "car"})).json()["Id"]
    await client.post(f"/objects/jobs/{job}/files", content=file, headers={"Content-Type": "text/csv"})
    response = await client.get(f"/objects/jobs/{job}")
    assert response.headers.get("mock-zuora-reason") == (None if reason is None else f"assumption {reason}")
