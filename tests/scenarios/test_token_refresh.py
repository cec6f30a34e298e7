"""An access token expires after an hour on the clock of its tenant, and the client gets a new one."""

import pytest

pytestmark = pytest.mark.anyio

FORM = {"client_id": "an-id", "client_secret": "a-secret", "grant_type": "client_credentials"}


@pytest.mark.fidelity("tokens-03")
async def test_token_expires_after_an_hour_and_is_renewed(timed, zuora):
    async def get_token():
        return (await zuora.client.post("/oauth/token", data=FORM)).json()["access_token"]

    async def list_with(token):
        return await zuora.client.get("/objects/jobs", headers={"Authorization": f"Bearer {token}"})

    first = await get_token()
    timed.tenant.clock.advance(3_599_999)
    assert (await list_with(first)).status_code == 200
    timed.tenant.clock.advance(1)
    refused = await list_with(first)
    assert (refused.status_code, refused.json()) == (401, {"message": "Authentication error"})
    assert "POST /oauth/token" in refused.headers["mock-zuora-reason"]

    second = await get_token()
    assert second != first
    assert (await list_with(second)).status_code == 200
    assert (await list_with(first)).status_code == 401


async def test_job_outlives_the_token_that_submitted_it(timed, zuora):
    token = (await zuora.client.post("/oauth/token", data=FORM)).json()["access_token"]
    zuora.client.headers["Authorization"] = f"Bearer {token}"
    job = await zuora.submit("create")
    timed.tenant.clock.advance(3_600_000)
    assert await zuora.retrieve(job) == {"message": "Authentication error"}
    token = (await zuora.client.post("/oauth/token", data=FORM)).json()["access_token"]
    zuora.client.headers["Authorization"] = f"Bearer {token}"
    assert await zuora.retrieve(job) == job
