"""Fixtures of the HTTP layer: a pending job, a defined object, and requests made of raw ASGI messages."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import httpx2
import pytest

from mock_zuora.domain.objects.definition import Definition
from mock_zuora.domain.objects.definition_document import definition_from
from mock_zuora.server.app import App

LEFT = {"type": "http.disconnect"}


@dataclass
class Answer:
    """The response to a request of raw ASGI messages, and how much of the body the server read."""

    status: int | None
    headers: dict[str, str]
    body: bytes
    taken: int
    """How many bytes of the request's body the server asked for."""


@pytest.fixture
def ask() -> Callable[..., Awaitable[Answer]]:
    """Sends a request to an app as raw ASGI messages; after the last chunk the client disconnects."""

    async def ask(
        app: App,
        method: str,
        path: str,
        *,
        headers: Iterable[tuple[bytes, bytes]] = (),
        query: bytes = b"",
        chunks: Iterable[bytes] = (b"",),
        ends: bool = True,
    ) -> Answer:
        answer = Answer(None, {}, b"", 0)
        body = iter(chunks)
        following = next(body, None)

        async def receive() -> dict[str, object]:
            nonlocal following
            if following is None:
                return LEFT
            chunk, following = following, next(body, None)
            answer.taken += len(chunk)
            return {"type": "http.request", "body": chunk, "more_body": following is not None or not ends}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "root_path": "",
            "path": path, "raw_path": b"", "query_string": query, "client": ("127.0.0.1", 1),
            "server": ("localhost", 8080), "headers": [(b"authorization", b"Bearer any-token"), *headers],
        }  # fmt: skip
        await app(scope, receive, send)
        return answer

    return ask


@pytest.fixture
async def pending_job(client: httpx2.AsyncClient) -> str:
    """The id of a create job on ``vehicle`` that waits for its file."""
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    return (await client.post("/objects/jobs", json=job)).json()["Id"]


@pytest.fixture
def upload(client: httpx2.AsyncClient) -> Callable[..., Awaitable[httpx2.Response]]:
    """Uploads a file to a job."""

    async def upload(job_id: str, content: bytes, content_type: str = "text/csv", **headers: str) -> httpx2.Response:
        headers = {"Content-Type": content_type, **headers}
        return await client.post(f"/objects/jobs/{job_id}/files", content=content, headers=headers)

    return upload


@pytest.fixture
def car() -> Definition:
    """A defined object with a field for every kind of invalid value; three of them are filterable."""
    types = {
        "name__c": {"type": "string"},
        "color__c": {"type": "string"},
        "doors__c": {"type": "integer"},
        "price__c": {"type": "number"},
        "new__c": {"type": "boolean"},
        "size__c": {"type": "string", "enum": ["S", "L"]},
        "owner__c": {"type": "string", "format": "uuid"},
        "built__c": {"type": "string", "format": "date"},
        "vin__c": {"type": "string"},
    }
    schema = {
        "type": "object",
        "object": "car",
        "label": "Car",
        "properties": {name: {**each, "label": name} for name, each in types.items()},
        "required": ["name__c"],
        "filterable": ["color__c", "doors__c", "vin__c"],
        "unique": ["vin__c"],
    }
    return definition_from({"schema": schema})
