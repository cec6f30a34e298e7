"""Sessions of clients, with one method per operation of the API."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate


class Session:
    """A client with one method per operation. Each returns the JSON of the response."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def submit(self, operation: str, object: str = "vehicle", **fields: Any) -> dict[str, Any]:
        body = {"operation": operation, "object": object, "namespace": "default", **fields}
        return (await self.client.post("/objects/jobs", json=body)).json()

    async def upload(self, job: dict[str, Any], csv: str) -> dict[str, Any]:
        headers = {"Content-Type": "text/csv"}
        return (await self.client.post(f"/objects/jobs/{job['Id']}/files", content=csv, headers=headers)).json()

    async def retrieve(self, job: dict[str, Any]) -> dict[str, Any]:
        return (await self.client.get(f"/objects/jobs/{job['Id']}")).json()

    async def list_jobs(self, **query: str) -> dict[str, Any]:
        return (await self.client.get("/objects/jobs", params=query)).json()

    async def list_errors(self, job: dict[str, Any]) -> list[dict[str, Any]]:
        return (await self.client.get(f"/objects/jobs/{job['Id']}/errors")).json()["errors"]

    async def cancel(self, job: dict[str, Any]) -> dict[str, Any]:
        return (await self.client.patch(f"/objects/jobs/{job['Id']}/cancel")).json()

    async def records(self, object: str = "vehicle") -> list[dict[str, Any]]:
        return (await self.client.get(f"/objects/records/default/{object}")).json()["records"]


@pytest.fixture
def session_of() -> type[Session]:
    """The class of sessions, for tests with several clients."""
    return Session


@pytest.fixture
def timed(make_api: Callable[..., Any]) -> Any:
    """An API whose jobs are queued for 1 second and processed for 2 seconds. The test advances the time."""
    settings = TenantSettings(transitions=Transitions.TIME, queue_delay=1.0, processing_time=2.0)
    return make_api(TenantTemplate(settings=settings))


@pytest.fixture
async def zuora(timed: Any) -> AsyncIterator[Session]:
    """A session with that API."""
    async with timed.client() as client:
        yield Session(client)
