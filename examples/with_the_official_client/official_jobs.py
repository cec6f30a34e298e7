"""Bulk jobs through ``zuora-sdk``, the official client, with what it leaves to its users: patience."""

import time
from collections.abc import Callable
from typing import Any

from zuora_sdk.exceptions import ServiceException, UnauthorizedException
from zuora_sdk.zuora_client import ZuoraClient

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
LONGEST_PAUSE = 60.0


class JobFailed(Exception):
    """A job ended as failed; the records that were written before stay."""

    def __init__(self, job: Any) -> None:
        super().__init__(f"{job.error.code}: {job.error.message}")
        self.job = job


class OfficialJobs:
    """Runs bulk jobs. It renews its token when it has ended, and tries again what may be tried again."""

    def __init__(self, url: str, client_id: str, client_secret: str, sleep: Callable[[float], object] = time.sleep):
        self._client = ZuoraClient(client_id, client_secret, env=None)
        self._client.set_base_url(url)
        # initialize() does this too, and starts a thread that renews the token every ten minutes.
        self._client.refresh_token()
        self._jobs = self._client.custom_object_jobs_api()
        self._sleep = sleep

    def close(self) -> None:
        """Closes its connections."""
        self._client.api_client.rest_client.pool_manager.clear()

    def run(self, operation: str, object_name: str, csv: str | None = None) -> Any:
        """Submits a job, uploads its file if it takes one, and waits for its end.

        Raises JobFailed; zuora_sdk.exceptions.ApiException for what is refused.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = self._patiently(self._jobs.post_custom_object_bulk_job, body)
        if csv is not None:
            self._patiently(self._jobs.post_upload_file_for_custom_object_bulk_job, "text/csv", job.id, csv)
        job = self._ended(job.id)
        if job.status == "failed":
            raise JobFailed(job)
        return job

    def rejected_rows(self, job: Any) -> dict[int, str]:
        """Why rows were rejected, by row; row 1 is the header."""
        errors = self._patiently(self._jobs.get_custom_object_bulk_job_errors, job.id).errors
        return {error.row: error.message for error in errors}

    def _ended(self, job_id: str) -> Any:
        pause = 1.0
        while (job := self._patiently(self._jobs.get_custom_object_bulk_job, job_id)).status not in FINAL:
            self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return job

    def _patiently(self, call: Callable[..., Any], *said: Any) -> Any:
        for attempt in range(ATTEMPTS - 1):
            try:
                return call(*said)
            except UnauthorizedException:
                if attempt:
                    raise
                self._client.refresh_token()
            except ServiceException as error:
                if error.status != 503:
                    raise
                self._sleep(float((error.headers or {}).get("Retry-After", 2**attempt)))
        return call(*said)
