"""A tenant that is reset or removed while a client is still sending the body of a request."""

import asyncio
import json

import pytest

from mock_zuora.control.reset import EVERY_SCOPE, reset_tenant
from mock_zuora.control.services.snapshots import restore_snapshot, save_snapshot
from mock_zuora.control.services.tenants import drop_tenant
from mock_zuora.domain.jobs.processing import ROWS_PER_CHUNK
from mock_zuora.domain.tenants.template import TenantTemplate

pytestmark = pytest.mark.anyio

CSV = [(b"content-type", b"text/csv")]
JSON = [(b"content-type", b"application/json")]
KEY = [(b"idempotency-key", b"6f1e7a")]
CREATE = {"operation": "create", "object": "vehicle", "namespace": "default"}


def reset_all(api, scopes=EVERY_SCOPE):
    """Resets the default tenant."""
    reset_tenant(api.registry, api.tenant, scopes)


def finish(operation):
    """Runs a control operation that does not wait for anything."""
    with pytest.raises(StopIteration):
        operation.send(None)


def interrupted(body, happen):
    """The body in two parts, with an event after the first."""
    yield body[:9]
    happen()
    yield body[9:]


@pytest.fixture
def upload_while(api, ask, pending_job):
    """Uploads a file to the pending job, with an event during the upload."""

    async def upload(happen, *, headers=()):
        chunks = interrupted(b"brand__c\nVolvo\n", happen)
        path = f"/objects/jobs/{pending_job}/files"
        answer = await ask(api.app, "POST", path, headers=[*CSV, *headers], chunks=chunks)
        return answer.status, json.loads(answer.body)

    return upload


async def test_upload_is_refused_if_a_reset_removed_its_job(api, upload_while, pending_job):
    status, answer = await upload_while(lambda: reset_all(api))
    assert (status, answer["code"]) == (404, 71013040)
    assert pending_job in answer["message"]


async def test_upload_goes_to_the_job_of_the_restored_snapshot(api, client, upload_while, pending_job):
    await save_snapshot(api.app.control, "default", name="before")
    status, _ = await upload_while(lambda: finish(restore_snapshot(api.app.control, "default", name="before")))
    job = (await client.get(f"/objects/jobs/{pending_job}")).json()
    assert (status, job["status"], job["recordsProcessed"]) == (200, "completed", 1)


async def test_submit_creates_its_job_in_the_tenant_after_a_reset(api, client, ask):
    chunks = interrupted(json.dumps(CREATE).encode(), lambda: reset_all(api))
    answer = await ask(api.app, "POST", "/objects/jobs", headers=JSON, chunks=chunks)
    job = json.loads(answer.body)
    assert (await client.get(f"/objects/jobs/{job['Id']}")).json() == job


async def test_request_of_dropped_tenant_is_401_and_names_it(api, ask):
    tenant = api.registry.add_tenant(TenantTemplate(name="other"))
    token = api.registry.issue_token(tenant, tenant.default_user).text.encode()
    chunks = interrupted(
        json.dumps(CREATE).encode(), lambda: finish(drop_tenant(api.app.control, "default", name="other"))
    )
    headers = [*JSON, (b"authorization", b"Bearer " + token)]
    answer = await ask(api.app, "POST", "/objects/jobs", headers=headers, chunks=chunks)
    assert answer.status == 401
    assert "'other'" in answer.headers["mock-zuora-reason"]


async def test_reset_frees_the_key_of_a_running_request(api, client, upload_while):
    api.assume({"idempotency-key": "honoured"})
    await upload_while(lambda: reset_all(api), headers=KEY)
    again = await client.post("/objects/jobs", json=CREATE, headers={"Idempotency-Key": "6f1e7a"})
    assert again.status_code == 200


@pytest.mark.parametrize("scope", sorted(EVERY_SCOPE))
async def test_jobs_still_end_after_a_reset_during_a_long_file(api, client, upload, pending_job, scope):
    uploading = asyncio.create_task(upload(pending_job, b"brand__c\n" + b"Volvo\n" * (20 * ROWS_PER_CHUNK)))
    while api.tenant.running_job is None:
        await asyncio.sleep(0)
    reset_all(api, {scope})
    await uploading
    job = (await client.post("/objects/jobs", json=CREATE)).json()
    await upload(job["Id"], b"brand__c\nSaab\n")
    assert (await client.get(f"/objects/jobs/{job['Id']}")).json()["status"] == "completed"
