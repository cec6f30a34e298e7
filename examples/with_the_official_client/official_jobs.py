"""Bulk jobs with ``zuora-sdk``, the official client, with polling and retries."""

import time
from collections.abc import Callable
from typing import Any

from zuora_sdk.exceptions import ServiceException, UnauthorizedException
from zuora_sdk.zuora_client import ZuoraClient

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
MAX_PAUSE = 60.0


class JobFailed(Exception):
    """The job failed. Records that it wrote before the failure remain."""

    def __init__(self, job: Any) -> None:
        super().__init__(f"{job.error.code}: {job.error.message}")
        self.job = job


class OfficialJobs:
    """Runs bulk jobs. It renews an expired access token, and retries requests that may be retried."""

    def __init__(self, url: str, client_id: str, client_secret: str, sleep: Callable[[float], object] = time.sleep):
        self._client = ZuoraClient(client_id, client_secret, env=None)
        self._client.set_base_url(url)
        # initialize() does this too, but it also starts a thread that renews the token every ten minutes.
        self._client.refresh_token()
        self._jobs = self._client.custom_object_jobs_api()
        self._sleep = sleep

    def close(self) -> None:
        """Closes the connections."""
        self._client.api_client.rest_client.pool_manager.clear()

    def run(self, operation: str, object_name: str, csv: str | None = None) -> Any:
        """Submits a job, uploads its file if there is one, and waits until the job is finished.

        Raises JobFailed; zuora_sdk.exceptions.ApiException for what is refused.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = self._with_retries(self._jobs.post_custom_object_bulk_job, body)
        if csv is not None:
            self._with_retries(self._jobs.post_upload_file_for_custom_object_bulk_job, "text/csv", job.id, csv)
        job = self._finished(job.id)
        if job.status == "failed":
            raise JobFailed(job)
        return job

    def rejected_rows(self, job: Any) -> dict[int, str]:
        """Returns the messages of rejected rows by row number; row 1 is the header."""
        errors = self._with_retries(self._jobs.get_custom_object_bulk_job_errors, job.id).errors
        return {error.row: error.message for error in errors}

    def _finished(self, job_id: str) -> Any:
        pause = 1.0
        while (job := self._with_retries(self._jobs.get_custom_object_bulk_job, job_id)).status not in FINAL:
            self._sleep(pause)
            pause = min(pause * 2, MAX_PAUSE)
        return job

    def _with_retries(self, call: Callable[..., Any], *arguments: Any) -> Any:
        for attempt in range(ATTEMPTS - 1):
            try:
                return call(*arguments)
            except UnauthorizedException:
                if attempt:
                    raise
                self._client.refresh_token()
            except ServiceException as error:
                if error.status != 503:
                    raise
                self._sleep(float((error.headers or {}).get("Retry-After", 2**attempt)))
        return call(*arguments)
