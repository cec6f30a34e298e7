"""The pages of jobs."""

import pytest

pytestmark = pytest.mark.anyio

JOB = {"operation": "create", "namespace": "default", "object": "vehicle"}


async def test_tenant_without_requests_gets_the_quick_start(open_page):
    page = await open_page()
    assert page.one(".empty h2") == "Nothing has arrived yet"
    assert "http://localhost:8080/objects/jobs" in page.one(".empty")


async def test_jobs_are_listed_newest_first(client, open_page):
    for each in ("vehicle", "boat"):
        await client.post("/objects/jobs", json={**JOB, "object": each})
    assert [row[2] for row in (await open_page()).rows()] == ["boat", "vehicle"]
