"""A client that lost an answer sends the call again with the same Idempotency-Key, and nothing happens twice."""

import pytest

pytestmark = pytest.mark.anyio


async def test_repeated_requests_with_an_idempotency_key_are_processed_once(timed, zuora):
    async def twice(method, path, key, **body):
        headers = {**body.pop("headers", {}), "Idempotency-Key": key}
        answers = [await zuora.client.request(method, path, headers=headers, **body) for _ in range(2)]
        assert answers[0].status_code == answers[1].status_code == 200
        assert answers[0].content == answers[1].content
        return answers[0].json()

    body = {"operation": "create", "object": "vehicle", "namespace": "default"}
    job = await twice("POST", "/objects/jobs", "submit-1", json=body)
    files = f"/objects/jobs/{job['Id']}/files"
    await twice("POST", files, "upload-1", content=b"brand__c\nFord\n", headers={"Content-Type": "text/csv"})
    timed.time.pass_seconds(3)
    assert (await zuora.retrieve(job))["status"] == "completed"
    assert len(await zuora.records()) == 1

    # The first answer is given again, although the job has long ended.
    again = await twice("POST", files, "upload-1", content=b"brand__c\nFord\n", headers={"Content-Type": "text/csv"})
    assert again["status"] == "in_progress"
    assert (await zuora.list_jobs())["count"] == 1

    # A day later the key is forgotten, and the same call is a new one.
    timed.time.pass_seconds(24 * 3600)
    late = await zuora.client.post("/objects/jobs", json=body, headers={"Idempotency-Key": "submit-1"})
    assert late.json()["Id"] != job["Id"]
