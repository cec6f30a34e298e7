"""Single requests that prepare and check servers before and after the load."""

import http.client
import json
from typing import Any

from benchmarks.files import DEFINITION
from benchmarks.servers import HOST, Server


class RequestFailed(Exception):
    """A request that was refused."""


def send_json(server: Server, method: str, path: str, document: object = None) -> Any:
    """Sends a request with an optional JSON body, and returns the JSON of the response. Raises RequestFailed."""
    body = None if document is None else json.dumps(document).encode()
    return json.loads(send(server, method, path, body, "application/json"))


def send(
    server: Server,
    method: str,
    path: str,
    body: bytes | None,
    content_type: str,
    token: str = "bench",
    timeout: float = 120,
) -> bytes:
    """Sends a request with any body, and returns the body of the response. Raises RequestFailed."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=timeout)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    if response.status not in (200, 204):
        raise RequestFailed(f"{server.name} {method} {path}: {response.status} {content[:300]!r}")
    return content


def define(server: Server) -> None:
    """Defines the object of the test files."""
    send_json(server, "POST", "/objects/definitions/default", {"definitions": {DEFINITION["object"]: DEFINITION}})


def submit(server: Server, operation: str = "create", name: str = "vehicle") -> str:
    """Submits a job and returns its id."""
    document = {"operation": operation, "object": name, "namespace": "default"}
    job: str = send_json(server, "POST", "/objects/jobs", document)["Id"]
    return job


def add_finished_jobs(server: Server, count: int) -> str:
    """Adds finished jobs and returns the id of the last one."""
    job_id = ""
    for _ in range(count):
        job_id = submit(server)
        send_json(server, "PATCH", f"/objects/jobs/{job_id}/cancel")
    return job_id


def upload(server: Server, text: bytes, name: str = "vehicle") -> dict[str, Any]:
    """Creates the records of a file with a job, and returns the completed job. Raises RequestFailed."""
    job_id = submit(server, name=name)
    send(server, "POST", f"/objects/jobs/{job_id}/files", text, "text/csv")
    job: dict[str, Any] = send_json(server, "GET", f"/objects/jobs/{job_id}")
    if job["status"] != "completed":
        raise RequestFailed(f"the job was not completed: {job}")
    return job
