"""Where idempotency keys are honoured, a client repeats requests with the same key, and each is processed once."""

import pytest

pytestmark = pytest.mark.anyio


async def test_repeated_requests_with_an_idempotency_key_are_processed_once(timed, zuora):
    timed.assume({"idempotency-key": "honoured"})

    async def send_twice(method, path, key, **body):
        headers = {**body.pop("headers", {}), "Idempotency-Key": key}
        responses = [await zuora.client.request(method, path, headers=headers, **body) for _ in range(2)]
        assert responses[0].status_code == responses[1].status_code == 200
        assert responses[0].content == responses[1].content
        return responses[0].json()

    body = {"operation": "create", "object": "vehicle", "namespace": "default"}
    job = await send_twice("POST", "/objects/jobs", "submit-1", json=body)
    files = f"/objects/jobs/{job['Id']}/files"
    await send_twice("POST", files, "upload-1", content=b"brand__c\nFord\n", headers={"Content-Type": "text/csv"})
    timed.time.pass_seconds(3)
    assert (await zuora.retrieve(job))["status"] == "completed"
    assert len(await zuora.records()) == 1

    # The first response is returned again, although the job is finished.
    repeated = await send_twice(
        "POST", files, "upload-1", content=b"brand__c\nFord\n", headers={"Content-Type": "text/csv"}
    )
    assert repeated["status"] == "in_progress"
    assert (await zuora.list_jobs())["count"] == 1

    # After a day the key has expired, and the same request submits a new job.
    timed.time.pass_seconds(24 * 3600)
    later = await zuora.client.post("/objects/jobs", json=body, headers={"Idempotency-Key": "submit-1"})
    assert later.json()["Id"] != job["Id"]
