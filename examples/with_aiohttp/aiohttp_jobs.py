"""A small client of Zuora's Custom Object Jobs API, written with aiohttp."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any

import aiohttp

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
MAX_PAUSE = 60.0


class JobFailed(Exception):
    """The job failed. Records that it wrote before the failure remain."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(f"{job['error']['code']}: {job['error']['message']}")
        self.job = job


class ZuoraJobs:
    """Runs bulk jobs. It gets access tokens, and retries requests that may be retried."""

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._http = aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(30))
        self._form = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        self._sleep = sleep
        self._token: str | None = None

    async def __aenter__(self) -> "ZuoraJobs":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def run(self, operation: str, object_name: str, csv: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if there is one, and waits until the job is finished.

        Raises JobFailed; aiohttp.ClientError for a refused request or a failed connection.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = await self._send("POST", "/objects/jobs", json=body)
        if csv is not None:
            kind = {"Content-Type": "text/csv"}
            await self._send("POST", f"/objects/jobs/{job['Id']}/files", data=csv, headers=kind)
        job = await self._finished(job["Id"])
        if job["status"] == "failed":
            raise JobFailed(job)
        return job

    async def rejected_rows(self, job: Mapping[str, Any]) -> dict[int, str]:
        """Returns the messages of rejected rows by row number; row 1 is the header."""
        body = await self._send("GET", f"/objects/jobs/{job['Id']}/errors")
        return {error["row"]: error["message"] for error in body["errors"]}

    async def _finished(self, job_id: str) -> dict[str, Any]:
        pause = 1.0
        while (job := await self._send("GET", f"/objects/jobs/{job_id}"))["status"] not in FINAL:
            await self._sleep(pause)
            pause = min(pause * 2, MAX_PAUSE)
        return job

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> dict[str, Any]:
        for attempt in range(ATTEMPTS):
            pause = float(2**attempt)
            try:
                return await self._send_once(method, path, headers or {}, options)
            except aiohttp.ClientResponseError as error:
                if attempt == ATTEMPTS - 1 or error.status not in (401, 429, 503):
                    raise
                if error.status == 401:
                    if attempt:
                        raise
                    self._token, pause = None, 0.0
                elif error.headers is not None:
                    pause = float(error.headers.get("Retry-After", pause))
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
                # A request that changes something may have arrived; sending it again could submit a job twice.
                if method != "GET" or attempt == ATTEMPTS - 1:
                    raise
            if pause:
                await self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def _send_once(
        self, method: str, path: str, headers: Mapping[str, str], options: Mapping[str, Any]
    ) -> dict[str, Any]:
        if self._token is None:
            async with self._http.post("/oauth/token", data=self._form, raise_for_status=True) as response:
                self._token = (await response.json())["access_token"]
        headers = {**headers, "Authorization": f"Bearer {self._token}"}
        async with self._http.request(method, path, headers=headers, raise_for_status=True, **options) as response:
            content: dict[str, Any] = await response.json()
            return content
