"""A client developer's view of the API: the calls of the stories, in the words of the reference."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from mock_zuora.domain.tenants.settings import TenantSettings, Transitions
from mock_zuora.domain.tenants.template import TenantTemplate


class Session:
    """Somebody's calls; each gives the JSON of its answer."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def submit(self, operation: str, object: str = "vehicle", **more: Any) -> dict[str, Any]:
        body = {"operation": operation, "object": object, "namespace": "default", **more}
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
    """Makes a session of a client."""
    return Session


@pytest.fixture
def timed(make_api: Callable[..., Any]) -> Any:
    """An API whose jobs wait 1 second in the queue and take 2 to be processed, by a clock that the test moves."""
    settings = TenantSettings(transitions=Transitions.TIME, queue_delay=1.0, processing_time=2.0)
    return make_api(TenantTemplate(settings=settings))


@pytest.fixture
async def zuora(timed: Any) -> AsyncIterator[Session]:
    """A session of that API."""
    async with timed.client() as client:
        yield Session(client)
