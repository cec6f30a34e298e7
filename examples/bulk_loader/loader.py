"""Loads CSV files of any length into Zuora's custom objects: in parts, with retries."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from credentials import ClientCredentials
from retries import DEFAULT_RETRIES, Retries
from splitting import Part, split

FINAL = ("completed", "failed", "cancelled")
WAITING = ("accepted", "pending")


class JobFailed(Exception):
    """A job failed. ``loaded`` is what was loaded until then; its records remain."""

    def __init__(self, job: Mapping[str, Any], loaded: "Loaded") -> None:
        error = job.get("error") or {"code": None, "message": f"the job was {job['status']}"}
        super().__init__(f"job {job['Id']}: {error['code']} {error['message']}")
        self.job, self.loaded = job, loaded


@dataclass
class Loaded:
    """What became of a file."""

    records: int = 0
    jobs: list[str] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    """Messages by row of the file; row 1 is its header."""

    def add(self, part: Part, job: Mapping[str, Any], errors: list[dict[str, Any]]) -> None:
        """Adds a finished job."""
        self.jobs.append(job["Id"])
        self.records += job["recordsProcessed"]
        self.rejected |= {each["row"] + part.offset: each["message"] for each in errors}


class Loader:
    """A client for programs without an event loop.

    ``sleep`` waits for seconds; tests replace it. Methods raise httpx.HTTPStatusError for a refused request, and
    httpx.TransportError for a failed connection whose request may have been processed.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        max_rows: int = 10_000,
        retries: Retries = DEFAULT_RETRIES,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        auth = ClientCredentials(url, client_id, client_secret)
        self._http = httpx.Client(base_url=url, auth=auth, timeout=30)
        self._max_rows, self._retries, self._sleep = max_rows, retries, sleep

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def load(self, object_name: str, text: str) -> Loaded:
        """Creates a record for each row, one part after the other. Raises JobFailed as soon as a job fails."""
        loaded = Loaded()
        for part in split(text, self._max_rows):
            job = self.run("create", object_name, part.text)
            loaded.add(part, job, self._send("GET", f"/objects/jobs/{job['Id']}/errors")["errors"])
            if job["status"] != "completed":
                raise JobFailed(job, loaded)
        return loaded

    def run(self, operation: str, object_name: str, text: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if there is one, and returns the job when it is finished."""
        body = {"operation": operation, "namespace": "default", "object": object_name}
        path = f"/objects/jobs/{self._send('POST', '/objects/jobs', json=body)['Id']}"
        if text is not None:
            try:
                self._upload(path, text)
            except httpx.HTTPStatusError:
                # Zuora counts a job that waits for its file as unfinished.
                self._send("PATCH", f"{path}/cancel")
                raise
        for attempt in count(1):
            job = self._send("GET", path)
            if job["status"] in FINAL:
                return job
            self._sleep(self._retries.pause(attempt))
        raise AssertionError("unreachable")

    def _upload(self, path: str, text: str) -> None:
        for attempt in count(1):
            try:
                self._send("POST", f"{path}/files", content=text, headers={"Content-Type": "text/csv"})
                return
            except httpx.TransportError:
                # A job takes one file. If it still waits for it, the upload did not arrive.
                job = self._send("GET", path)
                if job["status"] not in WAITING:
                    return
                if attempt >= self._retries.attempts:
                    raise
            self._sleep(self._retries.pause(attempt))

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        for attempt in count(1):
            try:
                response = self._http.request(method, path, **options)
            except httpx.TransportError:
                if (pause := self._retries.after_failure(method, attempt)) is None:
                    raise
            else:
                if (pause := self._retries.after_response(response, attempt)) is None:
                    body: dict[str, Any] = response.raise_for_status().json()
                    return body
            self._sleep(pause)
        raise AssertionError("unreachable")
