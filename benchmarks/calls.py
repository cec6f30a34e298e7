"""Calls that the bench makes itself, one at a time: what it needs before, between and after the load."""

import http.client
import json
from typing import Any

from benchmarks.files import DEFINITION
from benchmarks.servers import HOST, Server


class CallFailed(Exception):
    """A call that was not answered with 200: its status and what the answer said."""


def call(server: Server, method: str, path: str, document: object = None) -> Any:
    """One call with a JSON body, if there is one; gives the JSON of the answer."""
    body = None if document is None else json.dumps(document).encode()
    return json.loads(send(server, method, path, body, "application/json"))


def send(server: Server, method: str, path: str, body: bytes | None, content_type: str, token: str = "bench") -> bytes:
    """One call with any body."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise CallFailed(f"{server.name} {method} {path}: {answer.status} {said[:300]!r}")
    return said


def define(server: Server) -> None:
    """Defines the object that the files fit."""
    call(server, "POST", "/objects/definitions/default", {"definitions": {DEFINITION["object"]: DEFINITION}})


def submit(server: Server, operation: str = "create", name: str = "vehicle") -> str:
    """Submits a job and gives its id."""
    document = {"operation": operation, "object": name, "namespace": "default"}
    job: str = call(server, "POST", "/objects/jobs", document)["Id"]
    return job


def finished_jobs(server: Server, count: int) -> str:
    """Leaves that many finished jobs; gives the id of the last."""
    job_id = ""
    for _ in range(count):
        job_id = submit(server)
        call(server, "PATCH", f"/objects/jobs/{job_id}/cancel")
    return job_id


def upload(server: Server, text: bytes, name: str = "vehicle") -> dict[str, Any]:
    """Lets a job create the records of a file, to its end; gives the job."""
    job_id = submit(server, name=name)
    send(server, "POST", f"/objects/jobs/{job_id}/files", text, "text/csv")
    job: dict[str, Any] = call(server, "GET", f"/objects/jobs/{job_id}")
    if job["status"] != "completed":
        raise CallFailed(f"the job did not end well: {job}")
    return job
