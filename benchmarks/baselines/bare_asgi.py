"""The baseline with the ASGI interface alone: the cost of uvicorn."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.baselines.job import JOB

BODY = json.dumps(JOB).encode()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def app(scope: dict[str, Any], receive: object, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
