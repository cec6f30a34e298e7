"""A small client of Zuora's Custom Object Jobs API, written with requests."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
MAX_PAUSE = 60.0


class Refused(Exception):
    """A refused request, with its status, error code and message."""

    def __init__(self, response: requests.Response) -> None:
        problem = response.json()
        # Zuora's documentation has two forms of errors. A 401 has no code.
        problem = problem.get("reasons", [problem])[0]
        self.status, self.code = response.status_code, problem.get("code")
        super().__init__(f"{self.status} {self.code}: {problem['message']}")


class JobFailed(Exception):
    """The job failed. Records that it wrote before the failure remain."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(f"{job['error']['code']}: {job['error']['message']}")
        self.job = job


class ZuoraJobs:
    """Runs bulk jobs. It gets access tokens, and retries requests that may be retried."""

    def __init__(self, url: str, client_id: str, client_secret: str, sleep: Callable[[float], object] = time.sleep):
        self._url = url
        self._form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._sleep = sleep
        self._token: str | None = None

    def run(self, operation: str, object_name: str, csv: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if there is one, and waits until it finishes.

        Raises Refused, JobFailed, and requests.ConnectionError if the response to a submit or an upload was lost.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = self._send("POST", "/objects/jobs", json=body)
        if csv is not None:
            kind = {"Content-Type": "text/csv"}
            self._send("POST", f"/objects/jobs/{job['Id']}/files", data=csv.encode(), headers=kind)
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
        for attempt in range(ATTEMPTS):
            pause = float(2**attempt)
            try:
                response = self._send_once(method, path, headers or {}, options)
            except requests.ConnectionError:
                # A request that changes something may have arrived; sending it again could submit a job twice.
                if method != "GET" or attempt == ATTEMPTS - 1:
                    raise
                self._sleep(pause)
                continue
            if response.status_code == 401 and attempt == 0:
                self._token = None
            elif response.status_code in (429, 503) and attempt < ATTEMPTS - 1:
                self._sleep(float(response.headers.get("Retry-After", pause)))
            else:
                break
        if not response.ok:
            raise Refused(response)
        content: dict[str, Any] = response.json()
        return content

    def _send_once(
        self, method: str, path: str, headers: Mapping[str, str], options: Mapping[str, Any]
    ) -> requests.Response:
        if self._token is None:
            response = requests.post(f"{self._url}/oauth/token", data=self._form, timeout=30)
            response.raise_for_status()
            self._token = response.json()["access_token"]
        headers = {**headers, "Authorization": f"Bearer {self._token}"}
        return requests.request(method, self._url + path, headers=headers, timeout=30, **options)
