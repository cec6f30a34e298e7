"""A small client of Zuora's Custom Object Jobs API, written with httpx."""

import time
import uuid
from collections.abc import Callable, Generator, Mapping
from typing import Any

import httpx

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
LONGEST_PAUSE = 60.0


class ClientCredentials(httpx.Auth):
    """Gets a token when there is none, and a new one when it has ended."""

    requires_response_body = True

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._url, self._form, self._token = f"{url}/oauth/token", form, ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        for _ in range(2):
            if not self._token:
                answer = yield httpx.Request("POST", self._url, data=self._form)
                self._token = answer.raise_for_status().json()["access_token"]
            request.headers["Authorization"] = f"Bearer {self._token}"
            response = yield request
            if response.status_code != 401:
                return
            self._token = ""


class JobFailed(Exception):
    """A job ended as failed; the records that were written before stay."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(f"{job['error']['code']}: {job['error']['message']}")
        self.job = job


class ZuoraJobs:
    """Runs bulk jobs. It gets its tokens itself, and tries again what may be tried again."""

    def __init__(self, url: str, client_id: str, client_secret: str, sleep: Callable[[float], object] = time.sleep):
        self._http = httpx.Client(base_url=url, auth=ClientCredentials(url, client_id, client_secret), timeout=30)
        self._sleep = sleep

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def run(self, operation: str, object_name: str, csv: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if it takes one, and waits for its end.

        Raises JobFailed; httpx.HTTPStatusError for what is refused, httpx.TransportError for a service that is away.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = self._call("POST", "/objects/jobs", json=body)
        if csv is not None:
            self._call("POST", f"/objects/jobs/{job['Id']}/files", content=csv, headers={"Content-Type": "text/csv"})
        job = self._ended(job["Id"])
        if job["status"] == "failed":
            raise JobFailed(job)
        return job

    def rejected_rows(self, job: Mapping[str, Any]) -> dict[int, str]:
        """Why rows were rejected, by row; row 1 is the header."""
        errors = self._call("GET", f"/objects/jobs/{job['Id']}/errors")["errors"]
        return {error["row"]: error["message"] for error in errors}

    def _ended(self, job_id: str) -> dict[str, Any]:
        pause = 1.0
        while (job := self._call("GET", f"/objects/jobs/{job_id}"))["status"] not in FINAL:
            self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return job

    def _call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **said: Any) -> dict[str, Any]:
        # The same key at each attempt, so that a job whose answer was lost is not submitted twice.
        headers = {**(headers or {}), "Idempotency-Key": str(uuid.uuid4())}
        for attempt in range(ATTEMPTS - 1):
            pause = float(2**attempt)
            try:
                response = self._http.request(method, path, headers=headers, **said)
            except httpx.TransportError:
                self._sleep(pause)
                continue
            if response.status_code not in (429, 503):
                break
            self._sleep(float(response.headers.get("Retry-After", pause)))
        else:
            response = self._http.request(method, path, headers=headers, **said)
        answer: dict[str, Any] = response.raise_for_status().json()
        return answer
