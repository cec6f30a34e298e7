"""A small client of Zuora's Custom Object Jobs API, written with httpx."""

import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

import httpx

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
MAX_PAUSE = 60.0


class ClientCredentials(httpx.Auth):
    """Gets an access token, and renews it after a 401."""

    requires_response_body = True

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._url, self._form, self._token = f"{url}/oauth/token", form, ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        for _ in range(2):
            if not self._token:
                token_response = yield httpx.Request("POST", self._url, data=self._form)
                self._token = token_response.raise_for_status().json()["access_token"]
            request.headers["Authorization"] = f"Bearer {self._token}"
            response = yield request
            if response.status_code != 401:
                return
            self._token = ""


class JobFailed(Exception):
    """The job failed. Records that it wrote before the failure remain."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(f"{job['error']['code']}: {job['error']['message']}")
        self.job = job


class ZuoraJobs:
    """Runs bulk jobs. It gets access tokens, and retries requests that may be retried."""

    def __init__(self, url: str, client_id: str, client_secret: str, sleep: Callable[[float], object] = time.sleep):
        self._http = httpx.Client(base_url=url, auth=ClientCredentials(url, client_id, client_secret), timeout=30)
        self._sleep = sleep

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def run(self, operation: str, object_name: str, csv: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if there is one, and waits until the job is finished.

        Raises JobFailed; httpx.HTTPStatusError for a refused request, httpx.TransportError for a failed connection.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = self._send("POST", "/objects/jobs", json=body)
        if csv is not None:
            self._send("POST", f"/objects/jobs/{job['Id']}/files", content=csv, headers={"Content-Type": "text/csv"})
        job = self._finished(job["Id"])
        if job["status"] == "failed":
            raise JobFailed(job)
        return job

    def rejected_rows(self, job: Mapping[str, Any]) -> dict[int, str]:
        """Returns the messages of rejected rows by row number; row 1 is the header."""
        errors = self._send("GET", f"/objects/jobs/{job['Id']}/errors")["errors"]
        return {error["row"]: error["message"] for error in errors}

    def _finished(self, job_id: str) -> dict[str, Any]:
        pause = 1.0
        while (job := self._send("GET", f"/objects/jobs/{job_id}"))["status"] not in FINAL:
            self._sleep(pause)
            pause = min(pause * 2, MAX_PAUSE)
        return job

    def _send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> dict[str, Any]:
        for attempt in range(ATTEMPTS - 1):
            pause = float(2**attempt)
            try:
                response = self._http.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                # A request that changes something may have arrived; sending it again could submit a job twice.
                if method != "GET":
                    raise
                self._sleep(pause)
                continue
            if response.status_code not in (429, 503):
                break
            self._sleep(float(response.headers.get("Retry-After", pause)))
        else:
            response = self._http.request(method, path, headers=headers, **options)
        body: dict[str, Any] = response.raise_for_status().json()
        return body
