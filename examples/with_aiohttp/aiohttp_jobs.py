"""A small client of Zuora's Custom Object Jobs API, written with aiohttp."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any

import aiohttp

ATTEMPTS = 5
FINAL = ("completed", "failed", "cancelled")
LONGEST_PAUSE = 60.0


class JobFailed(Exception):
    """A job ended as failed; the records that were written before stay."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(f"{job['error']['code']}: {job['error']['message']}")
        self.job = job


class ZuoraJobs:
    """Runs bulk jobs. It gets its tokens itself, and tries again what may be tried again."""

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
        """Submits a job, uploads its file if it takes one, and waits for its end.

        Raises JobFailed; aiohttp.ClientError for what is refused, and for a service that is away.
        """
        body = {"operation": operation, "namespace": "default", "object": object_name}
        job = await self._call("POST", "/objects/jobs", json=body)
        if csv is not None:
            kind = {"Content-Type": "text/csv"}
            await self._call("POST", f"/objects/jobs/{job['Id']}/files", data=csv, headers=kind)
        job = await self._ended(job["Id"])
        if job["status"] == "failed":
            raise JobFailed(job)
        return job

    async def rejected_rows(self, job: Mapping[str, Any]) -> dict[int, str]:
        """Why rows were rejected, by row; row 1 is the header."""
        answer = await self._call("GET", f"/objects/jobs/{job['Id']}/errors")
        return {error["row"]: error["message"] for error in answer["errors"]}

    async def _ended(self, job_id: str) -> dict[str, Any]:
        pause = 1.0
        while (job := await self._call("GET", f"/objects/jobs/{job_id}"))["status"] not in FINAL:
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return job

    async def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **said: Any
    ) -> dict[str, Any]:
        # The same key at each attempt, so that a job whose answer was lost is not submitted twice.
        headers = {**(headers or {}), "Idempotency-Key": str(uuid.uuid4())}
        for attempt in range(ATTEMPTS):
            pause = float(2**attempt)
            try:
                return await self._once(method, path, headers, said)
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
                if attempt == ATTEMPTS - 1:
                    raise
            if pause:
                await self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def _once(
        self, method: str, path: str, headers: Mapping[str, str], said: Mapping[str, Any]
    ) -> dict[str, Any]:
        if self._token is None:
            async with self._http.post("/oauth/token", data=self._form, raise_for_status=True) as answer:
                self._token = (await answer.json())["access_token"]
        headers = {**headers, "Authorization": f"Bearer {self._token}"}
        async with self._http.request(method, path, headers=headers, raise_for_status=True, **said) as answer:
            found: dict[str, Any] = await answer.json()
            return found
