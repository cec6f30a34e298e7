"""A server under load with refusals, new tokens, new idempotency keys and rejected rows does not grow.

The suite runs it for a few seconds. ``make soak`` sets SOAK_SECONDS for a long run. The bounds are lowered, so that
they are reached before the memory is measured for the first time.
"""

import asyncio
import os
import random
import re
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from mock_zuora.domain.clock import SECOND
from mock_zuora.domain.machine_clock import machine_time

SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))
WARM_UP = 20_000 if SECONDS else 1_500
"""Requests before the memory is measured for the first time."""
MEASURED = 1_500
"""Requests afterwards in the short form."""
CLIENTS = 8
TOLERANCE = 0.05
FACTOR = 40 if SECONDS else 200
SERVE = f"""
import sys
from mock_zuora.cli.main import main
from mock_zuora.domain import limits
for name in ("FINISHED_JOBS", "ROW_ERRORS_OF_JOB", "ROW_ERRORS", "TOKENS", "KEYS"):
    setattr(limits, "MAX_" + name, getattr(limits, "MAX_" + name) // {FACTOR})
limits.MAX_TOKENS = limits.MAX_KEYS
sys.exit(main())
"""
OPTIONS = [
    "serve", "--port", "0", "--transitions", "immediate", "--rate-limits", "off",
    "--assume", "idempotency-key=honoured", "--concurrent-job-limit", "100",
]  # fmt: skip
FILE = "brand__c,color__c\r\n" + "Volvo,red\r\n" * 5 + ",\r\n" * 2
FORM = {"client_id": "any", "client_secret": "any", "grant_type": "client_credentials"}

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc"),
]


@pytest.fixture
def server(tmp_path):
    """The process id and the address of a server in a process of its own."""
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", SERVE, *OPTIONS], stdout=output, stderr=output)
    while not (found := re.search(r"http://[\w.]+:\d+", log.read_text("utf-8"))):
        assert process.poll() is None, log.read_text("utf-8")
        time.sleep(0.05)
    yield process.pid, found[0]
    process.terminate()
    process.wait(timeout=30)


def resident_bytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("utf-8"))[1]) * 1024


class Load:
    """Clients that send random requests and count the responses by status."""

    def __init__(self, session):
        self.session = session
        self.statuses = Counter()
        self.token = "first"
        self.job_id = str(uuid.uuid4())

    async def send(self, method, path, **options):
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        async with self.session.request(method, path, headers=headers, **options) as response:
            self.statuses[response.status] += 1
            return await response.json()

    async def submit(self, operation="create"):
        body = {"operation": operation, "object": "vehicle", "namespace": "default"}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        self.job_id = (await self.send("POST", "/objects/jobs", json=body, headers=key))["Id"]

    async def run_job(self):
        await self.submit()
        path, csv = f"/objects/jobs/{self.job_id}", {"Content-Type": "text/csv"}
        await self.send("POST", f"{path}/files", data=FILE, headers=csv)
        await self.send("GET", f"{path}/errors")

    async def new_token(self):
        self.token = (await self.send("POST", "/oauth/token", data=FORM))["access_token"]

    async def read(self):
        await self.send("GET", f"/objects/jobs/{self.job_id}")
        await self.send("GET", "/objects/jobs?pageSize=10")

    async def refused(self):
        await self.send("GET", f"/objects/jobs/{uuid.uuid4()}")
        await self.send("POST", "/objects/jobs", json={"operation": "upsert"})
        await self.send("PATCH", f"/objects/jobs/{uuid.uuid4()}/cancel")

    async def run(self, rng, is_over):
        actions = [self.run_job, self.new_token, self.read, self.refused]
        while not is_over():
            await rng.choice(actions)()
            if rng.random() < 0.05:
                await self.submit("delete")

    async def run_clients(self, is_over):
        async with asyncio.TaskGroup() as group:
            for number in range(CLIENTS):
                group.create_task(self.run(random.Random(number), is_over))


async def test_memory_is_bounded(server):
    pid, address = server
    now = machine_time()
    async with aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(60)) as session:
        load = Load(session)
        until = now() + round(SECONDS * SECOND)
        await load.run_clients(lambda: load.statuses.total() >= WARM_UP)
        before = resident_bytes(pid)
        await load.run_clients(lambda: load.statuses.total() >= WARM_UP + MEASURED and (not SECONDS or now() >= until))
        after = resident_bytes(pid)
    total, refused = load.statuses.total(), load.statuses[400] + load.statuses[404]
    print(f"{total} requests, {refused / total:.0%} refused: {before / 2**20:.1f} MB, then {after / 2**20:.1f} MB")
    assert set(load.statuses) == {200, 400, 404}
    assert 0.25 < refused / total < 0.4
    assert after <= before * (1 + TOLERANCE)
