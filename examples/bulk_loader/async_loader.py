"""The loader for programs with an event loop: it loads several parts of a file at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx
from credentials import ClientCredentials
from loader import FINAL, WAITING, JobFailed, Loaded
from retries import DEFAULT_RETRIES, Retries
from splitting import split


class AsyncLoader:
    """As ``Loader``, with up to ``max_jobs`` unfinished jobs. Zuora accepts five per tenant."""

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        max_rows: int = 10_000,
        max_jobs: int = 5,
        retries: Retries = DEFAULT_RETRIES,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        auth = ClientCredentials(url, client_id, client_secret)
        self._http = httpx.AsyncClient(base_url=url, auth=auth, timeout=30)
        self._max_rows, self._max_jobs, self._retries, self._sleep = max_rows, max_jobs, retries, sleep

    async def __aenter__(self) -> "AsyncLoader":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def load(self, object_name: str, text: str) -> Loaded:
        """Creates a record for each row. Raises JobFailed or the error of a request, when all jobs have ended."""
        parts, free = list(split(text, self._max_rows)), asyncio.Semaphore(self._max_jobs)

        async def load_part(part_text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
            async with free:
                job = await self.run("create", object_name, part_text)
            return job, (await self._send("GET", f"/objects/jobs/{job['Id']}/errors"))["errors"]

        # Without ``return_exceptions``, the others would go on after an error, with a client that is closed.
        results = await asyncio.gather(*(load_part(each.text) for each in parts), return_exceptions=True)
        loaded, failed = Loaded(), list[dict[str, Any]]()
        for part, result in zip(parts, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            job, errors = result
            loaded.add(part, job, errors)
            failed += [job] if job["status"] != "completed" else []
        if failed:
            raise JobFailed(failed[0], loaded)
        return loaded

    async def run(self, operation: str, object_name: str, text: str | None = None) -> dict[str, Any]:
        """Submits a job, uploads its file if there is one, and returns the job when it is finished."""
        body = {"operation": operation, "namespace": "default", "object": object_name}
        path = f"/objects/jobs/{(await self._send('POST', '/objects/jobs', json=body))['Id']}"
        if text is not None:
            try:
                await self._upload(path, text)
            except httpx.HTTPStatusError:
                # Zuora counts a job that waits for its file as unfinished.
                await self._send("PATCH", f"{path}/cancel")
                raise
        for attempt in count(1):
            job = await self._send("GET", path)
            if job["status"] in FINAL:
                return job
            await self._sleep(self._retries.pause(attempt))
        raise AssertionError("unreachable")

    async def _upload(self, path: str, text: str) -> None:
        for attempt in count(1):
            try:
                await self._send("POST", f"{path}/files", content=text, headers={"Content-Type": "text/csv"})
                return
            except httpx.TransportError:
                # A job takes one file. If it still waits for it, the upload did not arrive.
                job = await self._send("GET", path)
                if job["status"] not in WAITING:
                    return
                if attempt >= self._retries.attempts:
                    raise
            await self._sleep(self._retries.pause(attempt))

    async def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        for attempt in count(1):
            try:
                response = await self._http.request(method, path, **options)
            except httpx.TransportError:
                if (pause := self._retries.after_failure(method, attempt)) is None:
                    raise
            else:
                if (pause := self._retries.after_response(response, attempt)) is None:
                    body: dict[str, Any] = response.raise_for_status().json()
                    return body
            await self._sleep(pause)
        raise AssertionError("unreachable")
