"""A small client of Zuora's Custom Object Jobs API, written with requests."""

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import requests

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
LONGEST_PAUSE = 60.0


class Refused(Exception):
    """The service refused a call: its status, error number and message."""

    def __init__(self, response: requests.Response) -> None:
        answer = response.json()
        # Before version 2024-05-20 the error is the body, since then it is in a list.
        problem = answer.get("reasons", [answer])[0]
        super().__init__(f"{response.status_code} {problem['code']}: {problem['message']}")
        self.status, self.code = response.status_code, problem["code"]


class JobFailed(Exception):
    """A job ended as failed; the records that were written before stay."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(f"{job['error']['code']}: {job['error']['message']}")
        self.job = job


class ZuoraJobs:
    """Runs bulk jobs. It gets its tokens itself, and tries again what may be tried again."""

    def __init__(self, url: str, client_id: str, client_secret: str, sleep: Callable[[float], object] = time.sleep):
        self._url = url
        self._form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._sleep = sleep
        self._token: str | None = None

    def run(self, operation: str, object_name: str, csv: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if it takes one, and waits for its end. Raises Refused, JobFailed."""
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = self._call("POST", "/objects/jobs", json=body)
        if csv is not None:
            kind = {"Content-Type": "text/csv"}
            self._call("POST", f"/objects/jobs/{job['Id']}/files", data=csv.encode(), headers=kind)
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
        for attempt in range(ATTEMPTS):
            pause = float(2**attempt)
            try:
                response = self._once(method, path, headers, said)
            except requests.ConnectionError:
                if attempt == ATTEMPTS - 1:
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
        answer: dict[str, Any] = response.json()
        return answer

    def _once(self, method: str, path: str, headers: Mapping[str, str], said: Mapping[str, Any]) -> requests.Response:
        if self._token is None:
            answer = requests.post(f"{self._url}/oauth/token", data=self._form, timeout=30)
            answer.raise_for_status()
            self._token = answer.json()["access_token"]
        headers = {**headers, "Authorization": f"Bearer {self._token}"}
        return requests.request(method, self._url + path, headers=headers, timeout=30, **said)
