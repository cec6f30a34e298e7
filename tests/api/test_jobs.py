import pytest

pytestmark = pytest.mark.anyio


async def test_a_submit_answers_with_a_pending_job(client):
    response = await client.post(
        "/objects/jobs", json={"operation": "create", "object": "vehicle", "namespace": "default"}
    )
    assert response.status_code == 200
    assert response.json()["status"] == "pending"
